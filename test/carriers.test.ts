import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DeliveryFailure } from '../src/channels/failures.js';
import { Reconciler } from '../src/channels/reconciler.js';
import type { DeliveryView } from '../src/deliveries/delivery.view.js';
import { NOTHING_WRONG } from '../src/sandbox/behaviour.js';
import { SmsChannel } from '../src/sms/sms.channel.js';
import { SmsProviders } from '../src/sms/sms.providers.js';
import { TestApp, until } from './support/app.js';
import { CALLBACK_TOKEN, LocalCarrier } from './support/carrier.js';
import { environmentOf, runCli } from './support/cli.js';
import { decisionFor, send } from './support/requests.js';

/** Twilio (the sandbox) carries texts, and a carrier with an API of its own when Twilio does not. */
describe('a second carrier of texts', () => {
  let carrier: LocalCarrier;
  let env: Record<string, string>;
  let service: TestApp;
  let database: pg.Client;
  beforeAll(async () => {
    carrier = await LocalCarrier.start();
    env = {
      SMS_HTTP_PROVIDER_FILE: carrier.file,
      SMS_PROVIDERS: 'twilio,local',
      CARRIER_KEY: 'key-of-tests',
    };
    service = await TestApp.start(env);
    database = new pg.Client({ connectionString: service.databaseUrl });
    await database.connect();
  });
  afterAll(async () => {
    await database.end();
    await service.stop();
    await carrier.stop();
  });
  afterEach(async () => {
    service.sandbox.behaviour.set(NOTHING_WRONG);
    carrier.behave = (text, answer) => carrier.accept(text, answer);
    carrier.findInstead = undefined;
    await service.call('POST', '/api/channels/sms/resume');
  });

  let people = 0;
  const text = async (more: Record<string, unknown> = {}) => {
    people += 1;
    const phone = `+9198765${String(20_000 + people)}`;
    const user = { id: phone, phone, preferences: { order_updates_sms: true } };
    const { body } = await send(service, user, { channels: ['sms'], ...more });
    return { phone, id: decisionFor(body, 'sms')?.id ?? '' };
  };
  const delivery = async (id: string) =>
    (await service.call<DeliveryView>('GET', `/api/deliveries/${id}`)).body;
  const ended = (id: string, ...statuses: string[]) =>
    until(
      async () => {
        const row = await delivery(id);
        return statuses.includes(row.status) ? row : undefined;
      },
      `${id} to be ${statuses.join(' or ')}`,
    );
  const postedTo = (phone: string) => carrier.posted.filter(({ fields }) => `+${fields['to']}` === phone);
  const atTwilio = async (phone: string) =>
    (await service.sandbox.messages({ channel: 'sms', to: phone })).length;
  const report = (fields: Record<string, string>, token = CALLBACK_TOKEN) =>
    service.call('POST', `/api/webhooks/sms/local?token=${token}`, { as: null, body: fields });
  const twilioIsDown = () => service.sandbox.behaviour.set({ ...NOTHING_WRONG, unauthorized: true });

  it('is not asked while the first one works', async () => {
    const { id, phone } = await text();
    expect(await ended(id, 'delivered')).toMatchObject({ provider: 'sandbox' });
    expect(postedTo(phone)).toEqual([]);
  });

  it('takes over when the first one does not accept the account, in its own words, and reports to the ledger', async () => {
    twilioIsDown();
    const { id, phone } = await text();
    const sent = await ended(id, 'sent');
    expect(sent).toMatchObject({ provider: 'local', attempt: 1 });
    const [posted] = postedTo(phone);
    expect(posted?.fields).toMatchObject({ from: 'LNDRYC', unicode: '0', ref: `${id}-1` });
    expect(posted?.fields['hook']).toBe(`${service.url}/api/webhooks/sms/local?token=${CALLBACK_TOKEN}`);
    expect(posted?.fields).not.toHaveProperty('template');

    const message_id = sent.provider_id ?? '';
    expect((await report({ message_id, status: 'DELIVRD' }, 'wrong')).status).toBe(403);
    expect((await delivery(id)).status).toBe('sent');
    expect((await report({ message_id, ref: `${id}-1`, status: 'DELIVRD', charge: '0.18' })).status).toBe(
      204,
    );
    expect(await delivery(id)).toMatchObject({ status: 'delivered', price: '0.18000', price_unit: 'INR' });
  });

  it('names the template that the law wants, where the message has it', async () => {
    const channel = service.app.get(SmsChannel, { strict: false });
    await channel.send({
      deliveryId: '0190c0de-0000-7000-8000-000000000009',
      notificationId: '',
      userId: 'u',
      type: 'order_ready',
      category: 'order',
      attempt: 1,
      provider: 'local',
      guarantee: 'at_least_once',
      to: '+919876500001',
      content: { text: 'आपका ऑर्डर', dlt_template_id: '1107', dlt_header: 'LNDRYP' } as { text: string },
      expiresAt: null,
      optional: false,
    });
    expect(postedTo('+919876500001')[0]?.fields).toMatchObject({
      template: '1107',
      from: 'LNDRYP',
      unicode: '1',
    });
  });

  it('says in its own words why a number does not work, with the cure', async () => {
    twilioIsDown();
    carrier.behave = (_, answer) => carrier.refuse(answer, '1010');
    const { id } = await text();
    expect(await ended(id, 'failed')).toMatchObject({
      reason: 'address',
      provider: 'local',
      error_code: '1010',
      error_message: 'The number does not exist. Ask the person for another number.',
      error: {
        code: '1010',
        class: 'address',
        sentence: 'The number does not exist.',
        cure: 'Ask the person for another number.',
      },
    });
    const { out } = await runCli(['dead-letters', 'list', '--error-code', '1010'], {
      ...environmentOf(service),
      ...env,
    });
    expect(out).toMatch(
      /address 1010\n {2}The number does not exist\. Ask the person for another number\.\n/,
    );
  });

  it('gets a report by GET, also of a failure', async () => {
    twilioIsDown();
    const { id } = await text();
    const { provider_id } = await ended(id, 'sent');
    const query = new URLSearchParams({
      token: CALLBACK_TOKEN,
      message_id: provider_id ?? '',
      ref: `${id}-1`,
      status: 'UNDELIV',
      code: '1010',
    });
    const { status } = await service.call('GET', `/api/webhooks/sms/local?${query.toString()}`, { as: null });
    expect(status).toBe(204);
    expect(await delivery(id)).toMatchObject({ status: 'failed', reason: 'address' });
  });

  it('gives back to the first one when that is well again', async () => {
    twilioIsDown();
    await ended((await text()).id, 'sent');
    service.sandbox.behaviour.set(NOTHING_WRONG);
    await database.query('UPDATE provider_breakers SET probe_at = now()');
    await until(
      async () => (await ended((await text()).id, 'sent', 'delivered')).provider === 'sandbox' || undefined,
      'Twilio',
    );
  });

  it('never sends a second text for one that the first may have taken', async () => {
    service.sandbox.behaviour.set({ ...NOTHING_WRONG, texts: { reset_after: 1 } });
    const { id, phone } = await text();
    await ended(id, 'unknown', 'delivered');
    twilioIsDown();
    await ended((await text()).id, 'sent');
    service.sandbox.behaviour.set(NOTHING_WRONG);
    await service.call('POST', '/api/channels/sms/resume');
    await database.query(`UPDATE deliveries SET updated_at = now() - interval '1 hour' WHERE id = $1`, [id]);
    await service.app.get(Reconciler, { strict: false }).round();
    expect(await ended(id, 'delivered')).toMatchObject({ provider: 'sandbox', attempt: 1 });
    expect(postedTo(phone)).toEqual([]);
    expect(await atTwilio(phone)).toBe(1);
  });

  it('is asked itself for what it may have taken', async () => {
    twilioIsDown();
    carrier.behave = (taken, answer) => {
      carrier.taken.set(taken.id, taken);
      answer.destroy();
    };
    const { id, phone } = await text();
    await ended(id, 'unknown');
    await database.query(`UPDATE deliveries SET updated_at = now() - interval '1 hour' WHERE id = $1`, [id]);
    await service.app.get(Reconciler, { strict: false }).round();
    expect(await ended(id, 'sent')).toMatchObject({ provider: 'local' });
    expect(postedTo(phone)).toHaveLength(1);
  });

  it('is asked again, and sends nothing twice, when it refuses to say whether it has a text', async () => {
    twilioIsDown();
    carrier.behave = (taken, answer) => {
      carrier.taken.set(taken.id, taken);
      answer.destroy();
    };
    const { id, phone } = await text();
    await ended(id, 'unknown');
    carrier.findInstead = (answer) => carrier.refuse(answer, '1030');
    await database.query(`UPDATE deliveries SET updated_at = now() - interval '1 hour' WHERE id = $1`, [id]);
    await service.app.get(Reconciler, { strict: false }).round();
    expect(await delivery(id)).toMatchObject({ status: 'unknown', attempt: 1 });
    const provider = service.app.get(SmsProviders, { strict: false }).carrier('local');
    const find = () => provider?.sentTo({ to: phone, body: '', delivery: { id, attempt: 1 } });
    for (const [code, status] of [
      ['1030', 200],
      ['1001', 410],
      ['', 404],
    ] as const) {
      carrier.findInstead = (answer) => carrier.refuse(answer, code, status);
      await expect(find()).rejects.toBeInstanceOf(DeliveryFailure);
    }
    for (const [code, status] of [
      ['1404', 200],
      ['', 410],
    ] as const) {
      carrier.findInstead = (answer) => carrier.refuse(answer, code, status);
      expect(await find()).toEqual([]);
    }
    carrier.findInstead = undefined;
    expect(await find()).toHaveLength(1);
    expect(postedTo(phone)).toHaveLength(1);
  });
});
