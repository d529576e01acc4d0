import type { ModuleRef } from '@nestjs/core';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DeliverySettings } from '../deliveries/delivery.settings.js';
import type { Claimed, Leases, Outcome } from '../deliveries/leases.js';
import type { Aftermath } from './aftermath.js';
import type { Channel, Receipt } from './channel.js';
import { DeliveryRunner } from './delivery.runner.js';
import { DeliveryFailure } from './failures.js';
import type { Gate, Hold } from './gate.js';
import type { Traffic } from './traffic.js';

const ROW = {
  id: 'a',
  channel: 'pigeon',
  attempt: 1,
  tries: 1,
  dueAt: new Date(),
  leaseToken: 'proof',
  provider: 'loft',
  guarantee: 'at_least_once',
  content: {},
} as unknown as Claimed;
const TAKEN: Receipt = { provider: 'loft', providerId: '1', status: 'sent' };

/** A runner whose ledger answers as the test says; `claim` may take its time. */
function runnerWith(send: () => Promise<Receipt>, ledger: Partial<Leases>, hold?: Hold) {
  const channel = {
    name: 'pigeon',
    provider: 'loft',
    providersFor: () => ['loft'],
    send,
  } as unknown as Channel;
  const routeFor = () => Promise.resolve({ provider: 'loft', isProbe: false });
  const recheck = { objectionTo: () => Promise.resolve(null) };
  const traffic = { worked: () => Promise.resolve() };
  const verdict = { status: 'failed', reason: 'content', fault: 'content', delay: 0, counts: true };
  const runner = new DeliveryRunner(
    { claim: () => Promise.resolve(ROW), ...ledger } as Leases,
    { holdOn: () => hold, providerOf: () => 'loft', routeFor } as unknown as Gate,
    traffic as unknown as Traffic,
    { ofCall: () => Promise.resolve(verdict) } as unknown as Aftermath,
    { get: () => recheck } as unknown as ModuleRef,
    new DeliverySettings({}),
    new EventEmitter2(),
  );
  runner.onApplicationBootstrap();
  return { run: (probed?: string) => runner.run(channel, 'a', probed) };
}

describe('a worker', () => {
  afterEach(() => vi.useRealTimers());

  it('writes down what the provider took when the database is back, and sends once', async () => {
    vi.useFakeTimers();
    const send = vi.fn(() => Promise.resolve(TAKEN));
    const settled: Outcome[] = [];
    let away = 3;
    const settle = (outcome: Outcome) => {
      away -= 1;
      if (away >= 0) return Promise.reject(new Error('Connection terminated'));
      settled.push(outcome);
      return Promise.resolve(true);
    };
    const running = runnerWith(send, { settle }).run();
    await vi.advanceTimersByTimeAsync(10_000);
    await running;
    expect(send).toHaveBeenCalledTimes(1);
    expect(settled).toMatchObject([{ id: 'a', status: 'sent', providerId: '1' }]);
  });

  it('gives a row back unsent when the claim took so long that its lease may be over', async () => {
    vi.useFakeTimers();
    const send = vi.fn(() => Promise.resolve(TAKEN));
    const settle = vi.fn(() => Promise.resolve(true));
    const claim = async () => {
      await new Promise((resolve) => setTimeout(resolve, 40_000));
      return ROW;
    };
    const running = runnerWith(send, { claim, settle }).run();
    await vi.advanceTimersByTimeAsync(40_000);
    await running;
    expect(send).not.toHaveBeenCalled();
    expect(settle).toHaveBeenCalledWith(expect.objectContaining({ status: 'pending', counts: false }));
  });

  it('gives a row back unsent when the channel was closed meanwhile, unless it is the probe', async () => {
    const send = vi.fn(() => Promise.resolve(TAKEN));
    const settle = vi.fn(() => Promise.resolve(true));
    const runner = runnerWith(send, { settle }, { reason: 'breaker_open', detail: 'It waits.' });
    expect(await runner.run()).toBe(false);
    expect(send).not.toHaveBeenCalled();
    expect(settle).toHaveBeenCalledWith(
      expect.objectContaining({ status: 'pending', holdReason: 'breaker_open', counts: false }),
    );
    expect(await runner.run('loft')).toBe(true);
    expect(send).toHaveBeenCalledTimes(1);
  });

  it('keeps of a provider’s words what can be stored', async () => {
    const settle = vi.fn((outcome: Outcome) => Promise.resolve(outcome.id === 'a'));
    const message = `${'x'.repeat(999)}😀\0`;
    const send = () =>
      Promise.reject(new DeliveryFailure({ kind: 'content', code: '554', message, provider: 'loft' }));
    await runnerWith(send, { settle }).run();
    expect(settle.mock.calls[0]?.[0].errorMessage).toBe(`${'x'.repeat(999)}\uFFFD`);
  });
});
