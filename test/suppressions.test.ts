import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiKeysService } from '../src/auth/api-keys.service.js';
import { SuppressionsService } from '../src/channels/suppressions.service.js';
import { TestApp } from './support/app.js';
import { environmentOf, runCli } from './support/cli.js';
import { decisionFor, send } from './support/requests.js';

interface Suppression {
  channel: string;
  address: string;
  reason: string;
  source: string;
  actor: string | null;
  detail: string | null;
}
interface Address {
  suppression: Suppression | null;
  history: (Suppression & { action: string })[];
}
interface Page {
  results: Suppression[];
  next: string | null;
  count?: number;
}
interface Problem {
  code: string;
  detail: string;
}

describe('suppressions', () => {
  let service: TestApp;
  beforeAll(async () => {
    service = await TestApp.start({ ROLE: 'api' });
  });
  afterAll(() => service.stop());

  let people = 0;
  const phone = () => `+9198765${String(20_000 + (people += 1))}`;
  const text = async (to: string) => {
    const person = { id: to, phone: to, preferences: { order_updates_sms: true } };
    const { body } = await send(service, person, { channels: ['sms'] });
    return decisionFor(body, 'sms');
  };
  const add = (address: string, more: object = {}) =>
    service.call<Suppression & Problem>('POST', '/api/suppressions', {
      body: { channel: 'sms', address, ...more },
    });
  const look = (address: string) => service.call<Address>('GET', `/api/suppressions/sms/${address}`);
  const lift = (address: string) => service.call<Problem>('DELETE', `/api/suppressions/sms/${address}`);

  it('close an address however it is written, and open it again, with who did it', async () => {
    const number = phone();
    const { status, body } = await add(` ${number.replace('+91', '0')} `, { note: 'Asked by phone.' });
    expect(status).toBe(200);
    const closed = { reason: 'manual', source: 'api', actor: expect.stringMatching(/^service:/) as string };
    expect(body).toMatchObject({ channel: 'sms', address: number, ...closed, detail: 'Asked by phone.' });
    expect(await text(number)).toMatchObject({ status: 'skipped', reason: 'suppressed' });

    expect((await lift(number)).status).toBe(204);
    expect(await text(number)).toMatchObject({ status: 'pending' });
    const { body: address } = await look(number);
    expect(address.suppression).toBeNull();
    expect(address.history.map(({ action, reason }) => [action, reason])).toEqual([
      ['closed', 'manual'],
      ['lifted', 'manual'],
    ]);
    expect((await lift(number)).body.code).toBe('suppression.not-found');
  });

  it('keep the reason that weighs most', async () => {
    const number = phone();
    for (const reason of ['unreachable', 'stopped', 'invalid', 'manual', 'stopped']) {
      await add(number, { reason });
    }
    const { body } = await look(number);
    expect(body.suppression?.reason).toBe('manual');
    expect(body.history.map(({ reason }) => reason)).toEqual(['unreachable', 'stopped', 'manual']);
  });

  it('close once, however many say so together', async () => {
    const number = phone();
    await Promise.all(Array.from({ length: 10 }, () => add(number, { reason: 'complaint' })));
    expect((await look(number)).body.history).toHaveLength(1);
  });

  it('are listed by channel, address and reason, page by page', async () => {
    const numbers = [phone(), phone(), phone()];
    for (const number of numbers) await add(number, { reason: 'complaint' });
    const { body: email } = await service.call<Suppression>('POST', '/api/suppressions', {
      body: { channel: 'email', address: 'Asha@EXAMPLE.com' },
    });
    expect(email.address).toBe('Asha@example.com');

    const list = (query: string) => service.call<Page>('GET', `/api/suppressions?${query}`);
    const found: string[] = [];
    let path: string | null = '/api/suppressions?channel=sms&reason=complaint&limit=2';
    while (path !== null) {
      const { body }: { body: Page } = await service.call<Page>('GET', path);
      found.push(...body.results.map(({ address }) => address));
      path = body.next;
    }
    expect(found).toEqual(expect.arrayContaining(numbers));
    expect(found).toEqual(found.toSorted());
    const [number = ''] = numbers;
    const local = number.replace('+91', '0');
    expect((await list(`channel=sms&address=${local}`)).body.results).toMatchObject([{ address: number }]);
    expect((await list('channel=email&page=1')).body).toMatchObject({ count: 1 });
    expect((await list('reason=bored')).status).toBe(400);
  });

  it.each<[string, object, string]>([
    ['a number that is none', { channel: 'sms', address: 'Asha' }, 'suppression.address'],
    ['a channel that nobody has', { channel: 'smoke', address: 'hill' }, 'suppression.channel'],
    ['the inbox, which asks nobody', { channel: 'realtime', address: '42' }, 'suppression.channel'],
  ])('refuse %s, with the cure', async (_, body, code) => {
    const answer = await service.call<Problem>('POST', '/api/suppressions', { body });
    expect([answer.status, answer.body.code]).toEqual([422, code]);
  });

  it('are for staff, and for services with the scope', async () => {
    const person = await service.token('asha');
    const staff = await service.token('boss', { is_staff: true });
    const { key } = await service.app
      .get(ApiKeysService)
      .create({ name: 'reader', scopes: ['suppressions:read'] });
    const as = async (who: string, method: string, path = '/api/suppressions') =>
      (await service.call(method, path, { as: who, ...(method === 'POST' && { body: {} }) })).status;
    expect([await as(person, 'GET'), await as(staff, 'GET'), await as(key, 'GET')]).toEqual([403, 200, 200]);
    expect(await as(key, 'POST')).toBe(403);
    expect(await as(key, 'DELETE', '/api/suppressions/sms/1')).toBe(403);
  });

  it('are found by the address after its person was erased, also by one that they had before', async () => {
    const [before, now] = [phone(), phone()];
    await text(before);
    const { body: user } = await send(service, { id: before, phone: now }, { channels: ['sms'] });
    expect(user).toMatchObject({ user: before });
    for (const number of [before, now]) await add(number, { reason: 'stopped', note: 'Known to Asha.' });
    await service.call('DELETE', `/api/users/${before}`);
    for (const number of [before, now]) {
      const { body } = await look(number);
      expect(body.suppression).toMatchObject({
        address: expect.stringMatching(/^#/) as string,
        reason: 'stopped',
      });
      expect(body.history).toMatchObject([{ action: 'closed', detail: null }]);
      for (const query of [
        `address=${encodeURIComponent(number)}`,
        `channel=sms&address=${number.slice(1)}`,
      ]) {
        const { body: page } = await service.call<Page>('GET', `/api/suppressions?${query}`);
        expect(page.results).toMatchObject([{ channel: 'sms', address: body.suppression?.address }]);
      }
    }
  });

  it('start to count failures anew after they are lifted', async () => {
    const number = phone();
    const { id = '' } = (await text(number)) ?? {};
    const suppressions = service.app.get(SuppressionsService, { strict: false });
    const way = { channel: 'sms', address: number };
    expect(await suppressions.strike(way, id, '30005', null)).toBe(1);
    await add(number, { reason: 'unreachable' });
    await lift(number);
    const strikes: unknown[] = await service.app
      .get(DataSource)
      .query('SELECT FROM address_strikes WHERE address = $1', [number]);
    expect(strikes).toEqual([]);
  });

  it('are in the hands of operators too', async () => {
    const number = phone();
    const run = (...args: string[]) => runCli(['suppressions', ...args], environmentOf(service));
    expect(await run('add', 'sms', number, '--note', 'Wrong number.', '--json')).toMatchObject({ exit: 0 });
    const { out } = await run('list', 'sms', number);
    expect(out).toMatch(/manual \(operator:\S+\) Wrong number\./);
    expect((await run('list', '--reason', 'bored')).exit).toBe(2);
    expect((await run('remove', 'sms', number)).exit).toBe(0);
    expect((await run('remove', 'sms', number)).exit).toBe(4);
    expect((await look(number)).body.history.map(({ source }) => source)).toEqual(['command', 'command']);
  });
});
