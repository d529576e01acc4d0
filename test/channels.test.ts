import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import pg from 'pg';
import { Dispatcher } from '../src/channels/dispatcher.js';
import { Sweeper } from '../src/channels/sweeper.js';
import { TestApp, until } from './support/app.js';
import { environmentOf, runCli } from './support/cli.js';
import { carried, flyTo, type Loft, pigeons, teach } from './support/pigeons.js';
import { decisionFor } from './support/requests.js';

interface Channel {
  name: string;
  paused: { by: string; reason: string | null } | null;
  breaker: { provider: string; state: string };
  backlog: { due: number };
}

describe('an operator', () => {
  const flown: string[] = [];
  const loft: Loft = {
    send: (message) => {
      flown.push(message.notificationId);
      return Promise.resolve(carried(message));
    },
  };
  let service: TestApp;
  let neighbour: TestApp;
  let database: pg.Client;
  beforeAll(async () => {
    service = await TestApp.start({}, [pigeons(loft)]);
    await teach(service);
    // A second instance on the same database.
    neighbour = await TestApp.start({ DATABASE_URL: service.databaseUrl }, [pigeons(loft)]);
    database = new pg.Client({ connectionString: service.databaseUrl });
    await database.connect();
  });
  afterAll(async () => {
    await database.end();
    await neighbour.stop();
    await service.stop();
  });

  let people = 0;
  const fly = (more: Record<string, unknown> = {}, through = service) =>
    flyTo(through, `p${(people += 1)}`, more);
  const channelOf = async (name: string, at = service) => {
    const { body } = await at.call<{ results: Channel[] }>('GET', '/api/channels');
    return body.results.find((channel) => channel.name === name);
  };
  const resume = (name = 'pigeon') => service.call<Channel>('POST', `/api/channels/${name}/resume`);
  const stateOf = async (notification: string) => {
    const { body } = await service.call<{ results: { channel: string; status: string; reason: string }[] }>(
      'GET',
      `/api/notifications/${notification}/deliveries`,
    );
    return body.results.find(({ channel }) => channel === 'pigeon');
  };
  /** The neighbour has heard of it: what it accepts waits. */
  const heardOf = (reason: string | undefined) =>
    until(async () => {
      const { body } = await fly({}, neighbour);
      return decisionFor(body, 'pigeon')?.reason === reason || undefined;
    }, 'the neighbour');

  beforeEach(() => {
    flown.length = 0;
  });
  afterEach(() => resume());

  it('sees every channel, and how much waits', async () => {
    const { body } = await service.call<{ results: Channel[]; next: null }>('GET', '/api/channels');
    expect(body.results.map(({ name }) => name).sort()).toEqual([
      'email',
      'pigeon',
      'push',
      'realtime',
      'sms',
    ]);
    expect(body.results).toContainEqual(
      expect.objectContaining({
        name: 'sms',
        mode: 'sandbox',
        paused: null,
        breaker: expect.objectContaining({ provider: 'sandbox', state: 'closed' }) as unknown,
        backlog: { due: 0, later: 0, sending: 0, unknown: 0 },
      }),
    );
  });

  it('pauses a channel: what is accepted waits, says why, and goes when it is resumed', async () => {
    const reason = 'The loft is being painted.';
    const { body: paused } = await service.call<Channel>('POST', '/api/channels/pigeon/pause', {
      body: { reason },
    });
    expect(paused).toMatchObject({ name: 'pigeon', paused: { reason } });
    await heardOf('channel_paused');
    flown.length = 0;
    const sent = [await fly(), await fly(), await fly()].map(({ body }) => body);
    for (const body of sent) {
      const decision = decisionFor(body, 'pigeon');
      expect(decision).toMatchObject({ status: 'pending', reason: 'channel_paused' });
      expect(decision?.detail).toContain(reason);
    }
    await service.app.get(Sweeper, { strict: false }).sweep();
    await neighbour.app.get(Sweeper, { strict: false }).sweep();
    expect(flown).toEqual([]);
    expect((await channelOf('pigeon', neighbour))?.backlog.due).toBeGreaterThanOrEqual(4);

    expect((await resume()).body.paused).toBeNull();
    await until(() => flown.length >= 4 || undefined, 'the flight');
    for (const { id } of sent) {
      await until(async () => (await stateOf(id))?.status === 'delivered' || undefined, 'the delivery');
    }
    expect(new Set(flown).size).toBe(flown.length);
  });

  it('stops what was told to workers already', async () => {
    await service.call('POST', '/api/channels/pigeon/pause');
    const { body } = await fly();
    const id = decisionFor(body, 'pigeon')?.id ?? '';
    // As if it had been told just before.
    await database.query('UPDATE deliveries SET hinted_at = now(), hold_reason = NULL WHERE id = $1', [id]);
    await service.app.get(Dispatcher, { strict: false }).processOne('pigeon', { id, v: 1 });
    const { rows } = await database.query(
      'SELECT status, attempt, hold_reason, hinted_at FROM deliveries WHERE id = $1',
      [id],
    );
    expect(rows).toEqual([{ status: 'pending', attempt: 0, hold_reason: 'channel_paused', hinted_at: null }]);
  });

  it('cannot keep anything beyond its time', async () => {
    await service.call('POST', '/api/channels/pigeon/pause');
    const { body } = await fly({ expires_at: new Date(Date.now() + 500).toISOString() });
    const end = await until(async () => {
      const row = await stateOf(body.id);
      return row?.status === 'skipped' ? row : undefined;
    }, 'the end');
    expect(end.reason).toBe('expired');
    expect(flown).not.toContain(body.id);
  });

  it('is told which channels there are, and that the inbox cannot wait', async () => {
    const { status, body } = await service.call('POST', '/api/channels/owl/pause');
    expect([status, body['code']]).toEqual([404, 'channel.not-found']);
    expect(body['detail']).toContain('pigeon');
    const inbox = await service.call('POST', '/api/channels/realtime/pause');
    expect([inbox.status, inbox.body['code']]).toEqual([422, 'channel.cannot-pause']);
    const person = await service.token('7');
    expect((await service.call('POST', '/api/channels/sms/pause', { as: person })).status).toBe(403);
    const staff = await service.token('7', { is_staff: true });
    const { body: paused } = await service.call<Channel>('POST', '/api/channels/sms/pause', { as: staff });
    expect(paused.paused).toEqual(expect.objectContaining({ by: 'user:7', reason: null }));
    await resume('sms');
  });

  it('does the same at the command line', async () => {
    const cli = (...args: string[]) => runCli(['channels', ...args], environmentOf(service));
    const paused = await cli('pause', 'email', '--reason', 'Moving.', '--json');
    expect([paused.exit, paused.json()]).toEqual([
      0,
      {
        ok: true,
        channels: [
          expect.objectContaining({
            name: 'email',
            paused: expect.objectContaining({ by: 'command', reason: 'Moving.' }) as unknown,
          }),
        ],
      },
    ]);
    const list = await cli('list');
    expect([list.exit, list.out]).toEqual([
      0,
      expect.stringMatching(/^email .* paused by command: Moving\.$/m),
    ]);
    expect(list.out).toMatch(/^sms +sandbox +0 due/m);
    expect(await channelOf('email')).toMatchObject({ paused: { reason: 'Moving.' } });
    expect((await cli('resume', 'email')).out).toMatch(/^email .*; open$/m);
    expect(await channelOf('email')).toMatchObject({ paused: null });
    expect((await cli('pause', 'owl')).exit).toBe(4);
    expect((await cli('pause', 'realtime')).exit).toBe(2);
  });
});
