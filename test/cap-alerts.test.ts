import { EventEmitter2 } from '@nestjs/event-emitter';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CapReached } from '../src/costs/cap-reached.event.js';
import { CapWatch } from '../src/deliveries/cap-watch.js';
import { type Claimed, Leases, type Outcome } from '../src/deliveries/leases.js';
import { type Unknown, Unknowns } from '../src/deliveries/unknowns.js';
import { TestApp, until } from './support/app.js';
import { calmZone } from './support/calm.zone.js';
import { decisionFor, send } from './support/requests.js';

/** Nothing is dispatched by itself here: the test is the worker. Ten texts a day may go. */
describe('an alert of a cap', () => {
  let service: TestApp;
  let leases: Leases;
  let alerts: { percent: number; used: string }[];
  let people = 0;
  const start = async (env: Record<string, string> = {}) => {
    const cap = { CAP_ALL_DAY: '10 messages', CAP_TIME_ZONE: calmZone() };
    service = await TestApp.start({ ROLE: 'api', ...cap, ...env });
    leases = service.app.get(Leases, { strict: false });
    service.app
      .get(EventEmitter2)
      .on(CapReached.name, ({ percent, used }: CapReached) => alerts.push({ percent, used }));
  };
  beforeEach(() => {
    alerts = [];
  });
  afterEach(() => service.stop());

  async function planned(type = 'order_confirmed'): Promise<string> {
    people += 1;
    const phone = `+9198${String(70_000_000 + people * 10_007)}`;
    const user = { id: `p${people}`, phone, preferences: { order_updates_sms: true } };
    const { body } = await send(service, user, { channels: ['sms'], type });
    return decisionFor(body, 'sms')?.id ?? '';
  }
  const claim = (id: string) => leases.claim(id, null, true);
  const claimed = async (count: number, type?: string): Promise<Claimed[]> => {
    const rows: Claimed[] = [];
    while (rows.length < count) {
      const id = await planned(type);
      rows.push(await until(async () => (await claim(id)) ?? undefined, 'the claim'));
    }
    return rows;
  };
  const settle = async (rows: readonly Claimed[], outcome: Pick<Outcome, 'status'> & Partial<Outcome>) => {
    for (const { id, attempt, leaseToken } of rows)
      await leases.settle({ id, attempt, leaseToken, ...outcome });
  };
  const sent = (rows: readonly Claimed[]) => settle(rows, { status: 'sent' });
  const refused = async (type?: string) => {
    const id = await planned(type);
    // A sweep that looks at the row just then keeps it for a moment.
    return until(async () => {
      expect(await claim(id)).toBeNull();
      const { body } = await service.call('GET', `/api/deliveries/${id}`);
      return body['reason'] === 'cap' ? body : undefined;
    }, 'the refusal');
  };
  const look = async () => {
    await service.app.get(CapWatch, { strict: false }).look();
    return alerts.map(({ percent }) => percent);
  };

  it('waits for what is on its way, and does not come where that is given back', async () => {
    await start();
    const rows = await claimed(8);
    expect(await look()).toEqual([]);
    await sent(rows.slice(0, 7));
    expect(await look()).toEqual([]);
    const last = rows.slice(7);
    await settle(last, { status: 'pending', holdReason: 'retry', delay: 0 });
    expect(await look()).toEqual([]);
    const again = await claim(last[0]?.id ?? '');
    expect(await look()).toEqual([]);
    if (again) await sent([again]);
    expect(await look()).toEqual([80]);
    expect(alerts[0]?.used).toBe('8 of 10 messages');
    await sent(await claimed(1));
    expect(await look()).toEqual([80]);
  });

  it('counts what may have arrived when its provider has said so, and not before', async () => {
    await start();
    const rows = await claimed(8);
    await sent(rows.slice(1));
    await settle(rows.slice(0, 1), { status: 'unknown' });
    expect(await look()).toEqual([]);
    const lost = rows[0] as unknown as Unknown;
    const found = { found: true, provider: 'sandbox', providerId: 'SM1', word: 'sent', rank: 3 } as const;
    await service.app.get(Unknowns, { strict: false }).resolve(lost, found);
    expect(await look()).toEqual([80]);
  });

  it('of all of it does not come while a refused text may still go, and comes when all is spent', async () => {
    await start();
    await sent(await claimed(8));
    const rows = await claimed(2);
    expect(await look()).toEqual([80]);
    expect(await refused()).toMatchObject({ status: 'pending', reason: 'cap' });
    expect(await look()).toEqual([80]);
    await sent(rows);
    expect(await look()).toEqual([80, 100]);
    await refused();
    expect(await look()).toEqual([80, 100]);
  });

  it('comes at once when a text is held back, also for the level that was jumped over', async () => {
    await start({ CAP_REACHED: 'skip' });
    await claimed(10);
    expect(await refused()).toMatchObject({ status: 'skipped', reason: 'cap' });
    expect(alerts.map(({ percent }) => percent)).toEqual([80, 100]);
    await refused();
    expect(await look()).toEqual([80, 100]);
  });

  it('says apart when only critical messages may go on, and when not even they may', async () => {
    await start({ CAP_RESERVE_PERCENT: '50', CAP_REACHED: 'skip' });
    await sent(await claimed(4, 'order_ready'));
    await claimed(1, 'order_ready');
    expect(await look()).toEqual([]);
    await refused('order_ready');
    expect(await look()).toEqual([50]);
    await sent(await claimed(3));
    expect(await look()).toEqual([50]);
    await claimed(2);
    await refused();
    expect(await look()).toEqual([50, 80, 100]);
  });
});
