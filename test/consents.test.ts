import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApp } from './support/app.js';
import { decisionFor, ORDER, send, type Accepted } from './support/requests.js';

interface Consent {
  category: string;
  channel: string;
  wanted: boolean;
  source: string;
  wording: string | null;
  ip: string | null;
  detail: Record<string, unknown>;
  given_at: string | null;
}
interface Page {
  results: Consent[];
  next: string | null;
  count?: number;
}
interface Imported {
  recorded: number;
  kept: number;
  code: string;
  errors: { pointer: string; code: string }[];
}

const PREFERENCES = '/api/notifications/preferences';

let service: TestApp;
beforeAll(async () => {
  service = await TestApp.start({ ROLE: 'api', SMS_PREFERENCE_LINK: 'optional' });
});
afterAll(() => service.stop());

describe('the ledger of consent', () => {
  let count = 0;
  const newPerson = async () => {
    const id = `person-${(count += 1)}`;
    await service.call('PUT', `/api/users/${id}`, { body: { phone: `+9198765${40_000 + count}` } });
    return id;
  };
  const consentsOf = (id: string, as?: string) =>
    service.call<Page>('GET', `/api/users/${id}/consents`, as === undefined ? {} : { as });
  const choose = (user: string, body: object) =>
    service.call('PATCH', `${PREFERENCES}?user=${user}`, { body });
  const importing = (...consents: object[]) =>
    service.call<Imported>('POST', '/api/consents/import', { body: { consents } });
  const yes = (user: string, more: object = {}) => ({
    user,
    category: 'order',
    channel: 'sms',
    wanted: true,
    given_at: '2025-11-02T18:20:00+05:30',
    ...more,
  });

  it('is shown newest first, page by page, and outlives the person', async () => {
    const person = await newPerson();
    for (const wanted of [true, false, true]) await choose(person, { order_updates_sms: wanted });
    const { body: first } = await service.call<Page>('GET', `/api/users/${person}/consents?limit=2`);
    expect(first.results.map(({ wanted }) => wanted)).toEqual([true, false]);
    const { body: second } = await service.call<Page>('GET', first.next ?? '');
    expect(second.results).toMatchObject([{ wanted: true, source: 'api', given_at: null }]);
    await service.call('DELETE', `/api/users/${person}`);
    const { body } = await service.call<Page>('GET', `/api/users/${person}/consents?page=1`);
    expect(body.count).toBe(3);
    expect(body.results[0]).toMatchObject({ detail: {}, ip: null });
  });

  it("is a person's own, and anybody's for staff", async () => {
    const person = await newPerson();
    await choose(person, { order_updates_sms: true });
    const [own, other, staff] = await Promise.all([
      service.token(person),
      service.token('somebody-else'),
      service.token('boss', { is_staff: true }),
    ]);
    expect((await consentsOf(person, own)).body.results).toHaveLength(1);
    expect((await consentsOf(person, other)).status).toBe(404);
    expect((await consentsOf(person, staff)).body.results).toHaveLength(1);
    const body = { consents: [yes(person)] };
    expect((await service.call('POST', '/api/consents/import', { as: staff, body })).status).toBe(403);
  });

  it('takes over what was said elsewhere, with its date and its proof, once', async () => {
    const person = await newPerson();
    const said = yes(person, { evidence: 'form 7', wording: 'sms-2025-10', ip: '203.0.113.7' });
    expect((await importing(said)).body).toEqual({ recorded: 1, kept: 0 });
    expect((await importing(said)).body).toEqual({ recorded: 0, kept: 1 });
    expect((await consentsOf(person)).body.results).toEqual([
      expect.objectContaining({
        category: 'order',
        wanted: true,
        source: 'import',
        wording: 'sms-2025-10',
        ip: '203.0.113.7',
        detail: { evidence: 'form 7' },
        given_at: '2025-11-02T12:50:00.000Z',
      }),
    ]);
    const { body } = await service.call('GET', `${PREFERENCES}?user=${person}`);
    expect(body).toMatchObject({ order_updates_sms: true });
  });

  it('lets the last word count, in whatever order they come', async () => {
    const [told, older] = [await newPerson(), await newPerson()];
    await choose(told, { order_updates_sms: true });
    await choose(told, { order_updates_sms: false });
    expect((await importing(yes(told))).body).toEqual({ recorded: 0, kept: 1 });
    const no = yes(older, { wanted: false, given_at: '2025-12-24' });
    expect((await importing(no, yes(older))).body).toEqual({ recorded: 1, kept: 1 });
    expect((await importing(yes(older))).body).toEqual({ recorded: 0, kept: 1 });
    for (const person of [told, older]) {
      const { body } = await service.call('GET', `${PREFERENCES}?user=${person}`);
      expect(body).toMatchObject({ order_updates_sms: false });
    }
  });

  it('takes all of an import or nothing, and names what is wrong', async () => {
    const person = await newPerson();
    const { status, body } = await importing(
      yes(person),
      yes('nobody'),
      yes(person, { category: 'gossip' }),
      yes(person, { channel: 'realtime' }),
      yes(person, { given_at: '2999-01-01' }),
    );
    expect([status, body.code]).toEqual([422, 'consents.invalid']);
    expect(body.errors.map(({ pointer }) => pointer)).toEqual([
      '/consents/1/user',
      '/consents/2/category',
      '/consents/3/channel',
      '/consents/4/given_at',
    ]);
    expect((await consentsOf(person)).body.results).toEqual([]);
    const form = await importing(yes(person, { given_at: 'yesterday' }));
    expect(form.body.errors).toMatchObject([{ pointer: '/consents/0/given_at' }]);
  });
});

describe('the link in a text', () => {
  const person = {
    id: 'asha',
    phone: '+919876550001',
    preferences: { order_updates_sms: true, account_updates_sms: true },
  };
  const textOf = async ({ id }: Accepted) => {
    const rows: { text: string; segments: number }[] = await service.app
      .get(DataSource)
      .query(
        `SELECT content->>'text' AS text, segments FROM deliveries WHERE notification_id = $1 AND channel = 'sms'`,
        [id],
      );
    return rows[0] ?? { text: '', segments: 0 };
  };

  it('stands in what may be done without, is counted, and leads to the choice', async () => {
    const { body } = await send(service, person, { channels: ['sms'] });
    const { text, segments } = await textOf(body);
    const [, url = ''] = / Stop: (\S+)$/.exec(text) ?? [];
    expect(url).toMatch(new RegExp(`^${service.url}/s/[0-9A-Z]{16}$`));
    expect(segments).toBe(text.length > 160 ? 2 : 1);
    expect(decisionFor(body, 'sms')).toMatchObject({ status: 'pending', segments });
    const path = '/api/notifications/templates/order_ready/preview';
    const preview = await service.call<{ channels: { sms: { text: string } } }>('POST', path, { body: {} });
    expect(preview.body.channels.sms.text).toMatch(new RegExp(` Stop: ${service.url}/s/0{16}$`));

    // As somebody types it from a screen.
    const page = await fetch(url.toLowerCase());
    expect([page.status, page.url]).toEqual([200, expect.stringContaining(`${service.url}/u/`)]);
    const done = await fetch(page.url, { method: 'POST' });
    expect(await done.text()).toContain('SMS');
    const refused = await send(service, { id: 'asha' }, { channels: ['sms'] });
    expect(decisionFor(refused.body, 'sms')).toMatchObject({ reason: 'preference_off' });
  });

  it('does not stand in what cannot be done without, and leads nowhere when it is not ours', async () => {
    const { body } = await service.call<Accepted>('POST', '/api/notifications', {
      body: { type: 'password_changed', user: person, context: ORDER, channels: ['sms'] },
    });
    expect((await textOf(body)).text).not.toContain('/s/');
    for (const code of ['0000000000000000', 'unknown', 'U'.repeat(16)]) {
      expect((await fetch(`${service.url}/s/${code}`)).status).toBe(404);
    }
  });
});
