import { EventEmitter2 } from '@nestjs/event-emitter';
import { DataSource } from 'typeorm';
import twilio from 'twilio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InboundReceived } from '../src/sms/inbound-received.event.js';
import { TestApp } from './support/app.js';
import { decisionFor, send } from './support/requests.js';

interface Inbound {
  id: string;
  from: string;
  body: string;
  keyword: string | null;
  users: string[];
  media_count: number;
}
interface Page {
  results: Inbound[];
  next: string | null;
  count?: number;
}
interface Event {
  category: string;
  channel: string;
  wanted: boolean;
  source: string;
  detail: Record<string, unknown>;
}
interface Export {
  preferences: { history: Event[] };
  inbound_messages: Inbound[];
  suppressions: { channel: string; reason: string; action: string }[];
}

const PATH = '/api/webhooks/twilio/inbound';
const ACCOUNT = `AC${'0'.repeat(32)}`;
const TOKEN = 'sandbox-token';
const OURS = '+15005550006';

describe('a text from a person', () => {
  let service: TestApp;
  let database: DataSource;
  const told: InboundReceived[] = [];
  beforeAll(async () => {
    service = await TestApp.start({ ROLE: 'api', SMS_HELP_REPLY: 'Ram & Sons: call 1800 11 4000.' });
    database = service.app.get(DataSource);
    service.app
      .get(EventEmitter2)
      .on(InboundReceived.name, (event: InboundReceived) => void told.push(event));
  });
  afterAll(() => service.stop());

  let count = 0;
  const newPerson = () => {
    count += 1;
    return { id: `p${count}`, phone: `+9198765${30_000 + count}` };
  };
  const fields = (from: string, body: string, more: Record<string, string> = {}) => ({
    AccountSid: ACCOUNT,
    MessageSid: `SM${String((count += 1)).padStart(32, '0')}`,
    From: from,
    To: OURS,
    Body: body,
    NumMedia: '0',
    ...more,
  });
  const bring = (form: Record<string, string>, token = TOKEN, path = PATH) =>
    fetch(service.url + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': twilio.getExpectedTwilioSignature(token, service.url + path, form),
      },
      body: new URLSearchParams(form),
    });
  /** What is texted back; undefined where nothing is. */
  const answerTo = async (form: Record<string, string>) => {
    const response = await bring(form);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/xml; charset=utf-8']);
    const xml = await response.text();
    expect(xml).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?><Response(\/>|>.*<\/Response>)$/);
    return /<Message>(.*)<\/Message>/.exec(xml)?.[1];
  };
  const textTo = async (person: object) =>
    decisionFor((await send(service, { ...person }, { channels: ['sms'] })).body, 'sms');
  const willing = async () => {
    const person = newPerson();
    const preferences = { order_updates_sms: true, payment_updates_sms: true };
    expect(await textTo({ ...person, preferences })).toMatchObject({ status: 'pending' });
    return person;
  };
  const exportOf = async (id: string) => (await service.call<Export>('GET', `/api/users/${id}/export`)).body;
  const repliesOf = async (id: string) =>
    (await exportOf(id)).preferences.history
      .filter(({ source }) => source === 'reply')
      .map(({ category, wanted }) => [category, wanted]);
  const list = (query: string) => service.call<Page>('GET', `/api/inbound?${query}`);

  it('is stored with who had the number, told of once, and answered with nothing', async () => {
    const person = await willing();
    const form = fields(person.phone, 'Where are my <shirts>? 👕', { NumMedia: '1' });
    expect(await answerTo(form)).toBeUndefined();
    const { body } = await list(`from=${person.phone.replace('+91', '0')}`);
    expect(body.results).toMatchObject([
      { from: person.phone, body: form.Body, keyword: null, users: [person.id], media_count: 1 },
    ]);
    const events = told.filter(({ userIds }) => userIds.includes(person.id));
    expect(events).toEqual([new InboundReceived(body.results[0]?.id ?? '', 'sms', [person.id], null)]);
    expect(await textTo(person)).toMatchObject({ status: 'pending' });
  });

  it('that says STOP closes the number, and START opens it again with what was wanted before', async () => {
    const person = await willing();
    expect(await answerTo(fields(person.phone, ' Stop. '))).toContain('no more texts');
    expect(await textTo(person)).toMatchObject({ status: 'skipped', reason: 'suppressed' });
    const insisting = { ...person, preferences: { order_updates_sms: true } };
    expect(await textTo(insisting)).toMatchObject({ status: 'skipped', reason: 'suppressed' });

    expect(await answerTo(fields(person.phone, 'START'))).toContain('texts from us again');
    expect(await textTo(person)).toMatchObject({ status: 'pending' });
    const { suppressions } = await exportOf(person.id);
    expect(suppressions.map(({ action, reason }) => [action, reason])).toEqual([
      ['closed', 'stopped'],
      ['lifted', 'stopped'],
    ]);
  });

  it('that says STOP is a no in the ledger to all they got by text, and START gives back only that', async () => {
    const person = await willing();
    await bring(fields(person.phone, 'UNSUBSCRIBE'));
    expect(await repliesOf(person.id)).toEqual([
      ['order', false],
      ['payment', false],
    ]);
    for (const wanted of [true, false]) {
      await service.call('PATCH', `/api/notifications/preferences?user=${person.id}`, {
        body: { payment_updates_sms: wanted },
      });
    }
    await bring(fields(person.phone, 'start'));
    expect((await repliesOf(person.id)).slice(2)).toEqual([['order', true]]);
    const { body } = await service.call('GET', `/api/notifications/preferences?user=${person.id}`);
    expect(body).toMatchObject({ order_updates_sms: true, payment_updates_sms: false });
  });

  it('that says STOP holds for their next number too, and for everybody who has this one', async () => {
    const [one, other] = [await willing(), newPerson()];
    const shared = { id: other.id, phone: one.phone, preferences: { order_updates_sms: true } };
    await service.call('PUT', `/api/users/${shared.id}`, { body: { phone: shared.phone } });
    await bring(fields(one.phone, 'रोकें'));
    expect((await list(`user=${other.id}&keyword=stop`)).body.results).toMatchObject([
      { users: [one.id, other.id].sort() },
    ]);
    await service.call('PUT', `/api/users/${one.id}`, { body: { phone: other.phone } });
    expect(await textTo({ id: one.id })).toMatchObject({ status: 'skipped', reason: 'preference_off' });
  });

  it('that says START opens nothing that something else has closed', async () => {
    const person = await willing();
    const body = { channel: 'sms', address: person.phone };
    await service.call('POST', '/api/suppressions', { body });
    for (const word of ['STOP', 'START']) await bring(fields(person.phone, word));
    expect(await textTo(person)).toMatchObject({ status: 'skipped', reason: 'suppressed' });
  });

  it('that is brought again, or many times at once, is the same text, and gets the same answer', async () => {
    const person = await willing();
    const stop = fields(person.phone, 'STOP');
    const answers = await Promise.all(Array.from({ length: 8 }, () => answerTo(stop)));
    expect(new Set(answers).size).toBe(1);
    await bring(fields(person.phone, 'START'));
    await answerTo(stop);
    expect(await textTo(person)).toMatchObject({ status: 'pending' });
    expect((await list(`user=${person.id}`)).body.results).toHaveLength(2);
    expect(told.filter(({ userIds }) => userIds.includes(person.id))).toHaveLength(2);
  });

  it('that asks for help is answered with the words that are set', async () => {
    expect(await answerTo(fields(newPerson().phone, 'Help!'))).toBe('Ram &amp; Sons: call 1800 11 4000.');
  });

  it('that Twilio has understood and answered itself is obeyed, and not answered twice', async () => {
    const person = await willing();
    expect(await answerTo(fields(person.phone, 'NEE', { OptOutType: 'STOP' }))).toBeUndefined();
    expect(await textTo(person)).toMatchObject({ reason: 'suppressed' });
    expect(await answerTo(fields(person.phone, 'JA', { OptOutType: 'START' }))).toBeUndefined();
    expect(await textTo(person)).toMatchObject({ status: 'pending' });
  });

  it('is taken from nobody who cannot sign it, nor for another account, nor in another form', async () => {
    const { phone } = newPerson();
    const problemOf = async (response: Response) => {
      const { code } = (await response.json()) as { code: string };
      return [response.status, code];
    };
    expect(await problemOf(await bring(fields(phone, 'STOP'), 'another'))).toEqual([
      403,
      'webhook.not-genuine',
    ]);
    const stranger = fields(phone, 'STOP', { AccountSid: `AC${'1'.repeat(32)}` });
    expect((await bring(stranger)).status).toBe(403);
    for (const wrong of [
      { MessageSid: 'SM1' },
      { From: 'a;b' },
      { OptOutType: 'MAYBE' },
      { NumMedia: 'x' },
    ]) {
      expect(await problemOf(await bring(fields(phone, 'STOP', wrong)))).toEqual([400, 'webhook.invalid']);
    }
    expect((await list(`from=${phone}`)).body.results).toEqual([]);
  });

  it('may come to an address with a query, which is signed with it', async () => {
    const person = await willing();
    expect((await bring(fields(person.phone, 'hello'), TOKEN, `${PATH}?from=console`)).status).toBe(200);
  });

  it('is listed by keyword and moment, page by page, for staff alone', async () => {
    const { phone } = newPerson();
    for (const body of ['one', 'two', 'STOP']) await bring(fields(phone, body));
    const first = (await list(`from=${encodeURIComponent(phone)}&keyword=none&limit=1`)).body;
    expect(first.results.map(({ body }) => body)).toEqual(['two']);
    const { body: second } = await service.call<Page>('GET', first.next ?? '');
    expect(second.results.map(({ body }) => body)).toEqual(['one']);
    expect((await list(`from=${encodeURIComponent(phone)}&page=1`)).body.count).toBe(3);
    expect((await list('received_after=2999-01-01')).body.results).toEqual([]);
    const person = await service.token('p1');
    expect((await service.call('GET', '/api/inbound', { as: person })).status).toBe(403);
  });

  it('goes with the person; their number stays closed, and cannot be read any more', async () => {
    const person = await willing();
    await bring(fields(person.phone, 'Where are my shirts?'));
    await bring(fields(person.phone, 'STOP'));
    await service.call('DELETE', `/api/users/${person.id}`);
    const found: unknown[] = await database.query(
      `SELECT from_address AS held FROM inbound_messages WHERE from_address = $1
       UNION ALL SELECT address FROM suppressions WHERE address = $1
       UNION ALL SELECT address FROM suppression_events WHERE address = $1`,
      [person.phone],
    );
    expect(found).toEqual([]);
    const again = { ...person, preferences: { order_updates_sms: true } };
    expect(await textTo(again)).toMatchObject({ reason: 'suppressed' });
    await bring(fields(person.phone, 'START'));
    expect(await textTo(again)).toMatchObject({ status: 'pending' });
  });
});
