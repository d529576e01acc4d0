import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { ApiKeysService } from '../src/auth/api-keys.service.js';
import { PreferencesService } from '../src/preferences/preferences.service.js';
import { TestApp } from './support/app.js';

interface Preferences {
  user: string;
  matrix: Record<string, Record<string, boolean>>;
  locked: Record<string, Record<string, string>>;
  quiet_hours: { start: string; end: string } | null;
  time_zone: string;
  paused_until: string | null;
  [flatName: string]: unknown;
}
interface Problem {
  code: string;
  detail: string;
  errors: { pointer: string; code: string; detail: string }[];
}
interface Consent {
  category: string;
  channel: string;
  wanted: boolean;
  source: string;
  detail: Record<string, unknown>;
}

const PATH = '/api/notifications/preferences';

describe('preferences', () => {
  let service: TestApp;
  let database: DataSource;
  let person: string;
  let token: string;
  let count = 0;

  beforeAll(async () => {
    service = await TestApp.start();
    database = service.app.get(DataSource);
  });
  afterAll(() => service.stop());
  beforeEach(async () => {
    person = `person-${(count += 1)}`;
    token = await service.token(person);
  });

  const mine = async () => (await service.call<Preferences>('GET', PATH, { as: token })).body;
  const patch = (body: unknown) => service.call<Preferences>('PATCH', PATH, { as: token, body });
  const put = (body: unknown) => service.call<Preferences>('PUT', PATH, { as: token, body });
  const history = async (id = person) => {
    const { body } = await service.call<{ preferences: { history: Consent[] } }>(
      'GET',
      `/api/users/${id}/export`,
    );
    return body.preferences.history;
  };

  it('are, unsaid, what the contract says that silence means', async () => {
    expect(await mine()).toMatchObject({
      user: person,
      order_updates_email: true,
      order_updates_sms: false,
      payment_updates_sms: false,
      refund_updates_email: true,
      account_updates_email: true,
      marketing_emails: false,
      matrix: {
        order: { realtime: true, email: true, sms: false },
        promotion: { email: false, realtime: true },
      },
      locked: { order: { realtime: expect.stringContaining('always on') as string } },
      quiet_hours: null,
      time_zone: 'Asia/Kolkata',
      locale: 'en',
      paused_until: null,
    });
  });

  it('are set by flat name, and show in the matrix', async () => {
    const { status, body } = await patch({ order_updates_sms: true, marketing_emails: true });
    expect(status).toBe(200);
    expect(body.matrix).toMatchObject({ order: { sms: true }, promotion: { email: true } });
    expect((await mine()).order_updates_email).toBe(true);
  });

  it('are set in the matrix, and show by flat name', async () => {
    await patch({ matrix: { payment: { sms: true, email: false } } });
    expect(await mine()).toMatchObject({ payment_updates_sms: true, payment_updates_email: false });
  });

  it('come back as they were put, whatever they are', async () => {
    const names = Object.entries(await mine()).flatMap(([name, value]) =>
      typeof value === 'boolean' ? [name] : [],
    );
    const all = fc.record(Object.fromEntries(names.map((name) => [name, fc.boolean()])));
    await fc.assert(
      fc.asyncProperty(all, async (flat) => {
        await put(flat);
        const now = await mine();
        expect(Object.fromEntries(names.map((name) => [name, now[name]]))).toEqual({ ...flat });
      }),
      { numRuns: 15 },
    );
  });

  it('can be read, changed in one of their forms, and put back', async () => {
    await patch({ order_updates_sms: true });
    expect((await put({ ...(await mine()), order_updates_sms: false })).body.matrix['order']?.['sms']).toBe(
      false,
    );
    const now = await mine();
    const matrix = { ...now.matrix, order: { ...now.matrix['order'], sms: true } };
    expect((await put({ ...now, matrix })).body.order_updates_sms).toBe(true);
  });

  it('that a PUT leaves out are open again, and a PATCH leaves them alone', async () => {
    await patch({ order_updates_sms: true, order_updates_email: false });
    await patch({ payment_updates_sms: true });
    expect(await mine()).toMatchObject({ order_updates_sms: true, order_updates_email: false });
    await put({ payment_updates_sms: true });
    expect(await mine()).toMatchObject({
      order_updates_sms: false,
      order_updates_email: true,
      payment_updates_sms: true,
    });
  });

  it('keep the history of what changed, once for each change, with its source', async () => {
    await patch({ order_updates_sms: true });
    await patch({ order_updates_sms: true });
    await patch({ order_updates_sms: false, order_updates_email: true });
    await service.call('PATCH', `${PATH}?user=${person}`, { body: { order_updates_sms: true } });
    await put({});
    const seen = (await history()).map(({ channel, wanted, source }) => [channel, wanted, source]);
    expect(seen).toEqual([
      ['sms', true, 'form'],
      ['email', true, 'form'],
      ['sms', false, 'form'],
      ['sms', true, 'api'],
      ['sms', false, 'form'],
    ]);
  });

  it('hold quiet hours, time zone and pause', async () => {
    const until = '2027-01-01T00:00:00.000Z';
    await patch({
      quiet_hours: { start: '22:00', end: '07:00' },
      time_zone: 'Europe/Berlin',
      paused_until: until,
    });
    expect(await mine()).toMatchObject({
      quiet_hours: { start: '22:00', end: '07:00' },
      time_zone: 'Europe/Berlin',
      paused_until: until,
    });
    await patch({ quiet_hours: null, paused_until: null });
    expect(await mine()).toMatchObject({ quiet_hours: null, paused_until: null, time_zone: 'Europe/Berlin' });
  });

  it.each<[string, unknown, string, string]>([
    ['an unknown name', { order_update_sms: true }, '/order_update_sms', 'Did you mean "order_updates_sms"?'],
    ['a word for a boolean', { order_updates_sms: 'yes' }, '/order_updates_sms', 'true or false'],
    ['what is always on', { matrix: { order: { realtime: false } } }, '/matrix/order/realtime', 'always on'],
    ['an unknown category', { matrix: { odrer: { sms: true } } }, '/matrix/odrer', 'Did you mean "order"?'],
    ['a wrong time', { quiet_hours: { start: '25:00', end: '07:00' } }, '/quiet_hours/start', 'time of day'],
    ['an unknown zone', { time_zone: 'Asia/Nowhere' }, '/time_zone', 'Asia/Kolkata'],
    ['a list', [], '', 'object'],
  ])('refuse %s, name the place, and change nothing', async (_, wrong, pointer, said) => {
    const good = Array.isArray(wrong) ? wrong : { ...(wrong as object), payment_updates_sms: true };
    const { status, body } = await service.call<Problem>('PATCH', PATH, { as: token, body: good });
    expect(status).toBe(422);
    expect(body.errors[0]).toMatchObject({ pointer, detail: expect.stringContaining(said) as string });
    expect((await mine()).payment_updates_sms).toBe(false);
  });

  it('are found under every path that clients know', async () => {
    for (const path of [`${PATH}/`, `${PATH}/me`, '/api/notifications/notifications/preferences/']) {
      expect((await service.call<Preferences>('GET', path, { as: token })).body.user).toBe(person);
    }
  });

  it("are a person's own: nobody else's are there", async () => {
    const { status } = await service.call('GET', `${PATH}?user=somebody-else`, { as: token });
    expect(status).toBe(404);
    const other = await service.call('PATCH', `${PATH}?user=somebody-else`, { as: token, body: {} });
    expect(other.status).toBe(404);
    expect((await service.call('GET', PATH, { as: null })).status).toBe(401);
  });

  it("are anybody's for staff, and for services with the scope, who say whose", async () => {
    const staff = await service.token('boss', { is_staff: true });
    await patch({ order_updates_sms: true });
    for (const as of [staff, service.key]) {
      const { body } = await service.call<Preferences>('GET', `${PATH}?user=${person}`, { as });
      expect(body).toMatchObject({ user: person, order_updates_sms: true });
    }
    const unsaid = await service.call<Problem>('GET', PATH);
    expect([unsaid.status, unsaid.body.code]).toEqual([400, 'preferences.whose']);
    const { key } = await service.app
      .get(ApiKeysService)
      .create({ name: 'reader', scopes: ['preferences:read'] });
    expect((await service.call('GET', `${PATH}?user=${person}`, { as: key })).status).toBe(200);
    expect((await service.call('PATCH', `${PATH}?user=${person}`, { as: key, body: {} })).status).toBe(403);
  });

  it('survive many changes at the same time, without a deadlock and without a gap in the history', async () => {
    await mine();
    const bodies = Array.from({ length: 30 }, (_, index) => ({
      matrix:
        index % 2 === 0
          ? { order: { sms: true, email: false }, payment: { sms: true } }
          : { payment: { sms: false }, order: { email: true, sms: false } },
    }));
    const answers = await Promise.all(bodies.map((body) => patch(body)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const now = await mine();
    const last = (channel: string, events: Consent[]) =>
      events.filter((event) => event.category === 'order' && event.channel === channel);
    const events = await history();
    for (const channel of ['sms', 'email']) {
      const values = last(channel, events).map(({ wanted }) => wanted);
      expect(values.at(-1)).toBe(now.matrix['order']?.[channel]);
      expect(values.every((value, index) => value !== values[index - 1])).toBe(true);
    }
  });

  it('that are said again hold nobody up', async () => {
    await patch({ order_updates_sms: true });
    const ledger = service.app.get(PreferencesService);
    const again = [{ category: 'order', channel: 'sms', wanted: true }];
    await database.transaction(async (first) => {
      await ledger.record(first, person, again, { source: 'api' });
      await database.transaction(async (second) => {
        await second.query("SET LOCAL lock_timeout = '1s'");
        await second.query('SELECT 1 FROM preferences WHERE user_id = $1 FOR UPDATE', [person]);
      });
    });
    expect(await history()).toHaveLength(1);
  });

  it('carry the words of consent, and keep what was read and from where, when a person says yes', async () => {
    const { agreements } = await mine();
    expect(agreements).toEqual({ sms: expect.stringMatching(/^By turning on SMS you agree/) as string });
    const wording = `Order updates by SMS. ${(agreements as { sms: string }).sms}`;
    await patch({ order_updates_sms: true, quiet_hours: { start: '22:00', end: '07:00' }, wording });
    expect(await history()).toMatchObject([{ source: 'form', ip: '127.0.0.1', wording }]);
    const { body } = await service.call<{ preferences: { settings_history: object[] } }>(
      'GET',
      `/api/users/${person}/export`,
    );
    expect(body.preferences.settings_history).toMatchObject([{ setting: 'quiet_hours', ip: '127.0.0.1' }]);
    await service.call('PATCH', `${PATH}?user=${person}`, { body: { order_updates_sms: false } });
    expect((await history()).at(-1)).toMatchObject({ source: 'api', ip: null, wording: null });
    expect((await patch({ wording: 7 as unknown })).status).toBe(422);
  });

  it('keep the words that were seen, and the place that they were answered from', async () => {
    await patch({});
    const yes = [{ category: 'order', channel: 'sms', wanted: true }];
    const origin = { source: 'form', ip: '203.0.113.7', wording: 'sms-2026-01' } as const;
    const ledger = service.app.get(PreferencesService);
    await database.transaction((tx) => ledger.record(tx, person, yes, origin));
    expect(await history()).toMatchObject([{ wanted: true, ip: '203.0.113.7', wording: 'sms-2026-01' }]);
  });

  it('go with the person; the history keeps no more than their id and the words they saw', async () => {
    await patch({});
    const origin = { source: 'form', ip: '203.0.113.7', wording: 'sms-2026-01' } as const;
    const yes = [{ category: 'order', channel: 'sms', wanted: true }];
    await database.transaction((tx) => service.app.get(PreferencesService).record(tx, person, yes, origin));
    await service.call('DELETE', `/api/users/${person}`);
    const kept: Consent[] = await database.query('SELECT * FROM consent_events WHERE user_id = $1', [person]);
    expect(kept).toMatchObject([
      { channel: 'sms', wanted: true, detail: {}, ip: null, wording: 'sms-2026-01' },
    ]);
    expect(await database.query('SELECT 1 FROM preferences WHERE user_id = $1', [person])).toEqual([]);
  });
});
