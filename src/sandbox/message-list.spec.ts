import type twilio from 'twilio';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT, FAST, SENDER, sdkFor } from '../../test/support/sandbox-sdk.js';
import { Sandbox } from './sandbox.js';

const ASHA = '+919876543210';

let sandbox: Sandbox;
let client: twilio.Twilio;

beforeAll(async () => {
  sandbox = await Sandbox.start({ ...ACCOUNT, timing: FAST });
  client = sdkFor(sandbox);
});
afterEach(() => sandbox.clear());
afterAll(() => sandbox.stop());

const send = (more: object = {}) =>
  client.messages.create({ to: ASHA, from: SENDER, body: 'Your order is ready', ...more });

describe('listing messages', () => {
  const sendMany = async (count: number, to = ASHA) => {
    const sids: string[] = [];
    for (let number = 1; number <= count; number++) {
      sids.unshift((await send({ to, body: `Text ${number}` })).sid);
    }
    return sids;
  };
  const sidsOf = (messages: { sid: string }[]) => messages.map(({ sid }) => sid);

  it('gives the newest first, of one recipient', async () => {
    const sids = await sendMany(3);
    await send({ to: '+919812345678' });

    expect(sidsOf(await client.messages.list({ to: ASHA, limit: 10 }))).toEqual(sids);
  });

  it('goes through all pages', async () => {
    const sids = await sendMany(7);

    expect(sidsOf(await client.messages.list({ to: ASHA, pageSize: 2 }))).toEqual(sids);
  });

  it('repeats and skips nothing when texts come in between', async () => {
    const sids = await sendMany(4);
    const first = await client.messages.page({ to: ASHA, pageSize: 2 });
    await send({ body: 'One more' });
    const second = await first.nextPage();

    expect(sidsOf([...first.instances, ...(second?.instances ?? [])])).toEqual(sids);
    expect(second?.nextPageUrl).toBeUndefined();
  });

  it('filters by sender', async () => {
    await send({ from: 'LAUNDRY' });
    await send();

    expect(await client.messages.list({ from: 'LAUNDRY' })).toHaveLength(1);
  });

  it('filters by when a text was sent', async () => {
    await send();
    const [hour, now] = [3_600_000, Date.now()];

    expect(await client.messages.list({ dateSentAfter: new Date(now - hour) })).toHaveLength(1);
    expect(await client.messages.list({ dateSentAfter: new Date(now + hour) })).toHaveLength(0);
    expect(await client.messages.list({ dateSentBefore: new Date(now - hour) })).toHaveLength(0);
    expect(await client.messages.list({ dateSentBefore: new Date(now + hour) })).toHaveLength(1);
  });

  it('takes a bare date as the whole day', async () => {
    await send();
    const list = async (date: string) => {
      const path = `/2010-04-01/Accounts/${ACCOUNT.accountSid}/Messages.json?DateSent=${date}`;
      const answer = await fetch(sandbox.url + path, {
        headers: { authorization: `Basic ${btoa(`${ACCOUNT.accountSid}:${ACCOUNT.authToken}`)}` },
      });
      return ((await answer.json()) as { messages: unknown[] }).messages;
    };

    expect(await list(new Date().toISOString().slice(0, 10))).toHaveLength(1);
    expect(await list('2020-02-29')).toHaveLength(0);
  });
});

describe('the rest of the account', () => {
  it('lets a message be redacted and removed', async () => {
    const { sid } = await send();

    expect((await client.messages(sid).update({ body: '' })).body).toBe('');
    expect(await client.messages(sid).remove()).toBe(true);
    await expect(client.messages(sid).fetch()).rejects.toMatchObject({ status: 404 });
  });

  it('shows account, balance and own numbers', async () => {
    expect(await client.api.v2010.accounts(ACCOUNT.accountSid).fetch()).toMatchObject({
      sid: ACCOUNT.accountSid,
      status: 'active',
    });
    expect(await client.balance.fetch()).toMatchObject({ currency: 'USD' });
    expect(await client.incomingPhoneNumbers.list()).toMatchObject([
      { phoneNumber: SENDER, capabilities: { sms: true } },
    ]);
  });

  it('looks numbers up', async () => {
    const fields = { fields: 'line_type_intelligence' };

    expect(await client.lookups.v2.phoneNumbers(ASHA).fetch(fields)).toMatchObject({
      valid: true,
      countryCode: 'IN',
      callingCountryCode: '91',
      nationalFormat: '098765 43210',
      validationErrors: [],
      lineTypeIntelligence: { type: 'mobile', errorCode: null },
    });
    expect(await client.lookups.v2.phoneNumbers('+919000030006').fetch(fields)).toMatchObject({
      lineTypeIntelligence: { type: 'landline' },
    });
    expect(await client.lookups.v2.phoneNumbers('+9198765').fetch()).toMatchObject({
      valid: false,
      validationErrors: ['TOO_SHORT'],
    });
    expect(await client.lookups.v2.phoneNumbers('9876543210').fetch({ countryCode: 'IN' })).toMatchObject({
      phoneNumber: ASHA,
      valid: true,
    });
  });
});
