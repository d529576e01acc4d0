import { request } from 'node:http';
import { io } from 'socket.io-client';
import { DataSource } from 'typeorm';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DeliveryFailure } from '../src/channels/failures.js';
import { ProviderBreakerChanged } from '../src/channels/provider-breaker-changed.event.js';
import { FailureReported } from '../src/channels/failure-reported.event.js';
import { TestApp, until } from './support/app.js';
import { carried, flyTo, type Loft, pigeons, teach } from './support/pigeons.js';
import { send } from './support/requests.js';

/** The value of a line, by its name and some of its labels. */
function valueOf(text: string, name: string, labels: Readonly<Record<string, string>> = {}) {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const line = text
    .split('\n')
    .find(
      (one) =>
        one.startsWith(name) &&
        !/[\w:]/.test(one.charAt(name.length)) &&
        wanted.every((label) => one.includes(label)),
    );
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
}

describe('what is measured', () => {
  const loft: Loft = { send: (message) => Promise.resolve(carried(message)) };
  let service: TestApp;
  beforeAll(async () => {
    service = await TestApp.start({}, [pigeons(loft)]);
    await teach(service);
  });
  afterAll(() => service.stop());

  const scrape = async () => (await service.call<string>('GET', '/metrics', { as: null })).body;
  const reaches = (name: string, labels: Record<string, string>, wanted: number) =>
    until(
      async () => (valueOf(await scrape(), name, labels) === wanted ? true : undefined),
      `${name} ${wanted}`,
    );

  it('are deliveries by channel and outcome, calls, and how long the carrier waited', async () => {
    await flyTo(service, 'asha');
    const pigeon = { channel: 'pigeon' };
    await reaches('notifications_deliveries_total', { ...pigeon, status: 'delivered' }, 1);
    const text = await scrape();
    expect(valueOf(text, 'notifications_accepted_total')).toBe(1);
    expect(valueOf(text, 'notifications_planned_total', { channel: 'realtime' })).toBe(1);
    expect(valueOf(text, 'notifications_attempts_total', { ...pigeon, provider: 'loft' })).toBe(1);
    expect(valueOf(text, 'notifications_call_seconds_count', pigeon)).toBe(1);
    expect(valueOf(text, 'notifications_to_carrier_seconds_count', pigeon)).toBe(1);
  });

  it('are failures by class and code, and codes without number have one name', async () => {
    const refuse = (code: string) => () =>
      Promise.reject(new DeliveryFailure({ kind: 'content', code, message: 'no', provider: 'loft' }));
    loft.send = refuse('L7');
    await flyTo(service, 'asha');
    await reaches('notifications_failures_total', { class: 'content', code: 'L7', told: 'at_once' }, 1);
    const events = service.app.get(EventEmitter2);
    for (let code = 0; code < 300; code += 1)
      events.emit(FailureReported.name, new FailureReported('loft', 'maybe_later', `made-up-${code}`));
    const others = { class: 'maybe_later', code: 'other', told: 'later' };
    expect(valueOf(await scrape(), 'notifications_failures_total', others)).toBeGreaterThanOrEqual(100);
  });

  it('are open inboxes, and how long they waited for what was committed', async () => {
    const socket = io(`${service.url}/notifications`, {
      transports: ['websocket'],
      auth: { token: await service.token('asha') },
    });
    await reaches('notifications_connections', {}, 1);
    const before = valueOf(await scrape(), 'notifications_to_socket_seconds_count') ?? 0;
    loft.send = (message) => Promise.resolve(carried(message));
    await flyTo(service, 'asha');
    await reaches('notifications_to_socket_seconds_count', {}, before + 1);
    socket.disconnect();
    await reaches('notifications_connections', {}, 0);
  });

  it('are requests by the route as it is written, and the process', async () => {
    await service.call('GET', '/api/deliveries/00000000-0000-4000-8000-000000000000');
    await service.call('GET', '/nowhere/at/all');
    const text = await scrape();
    const labels = { method: 'GET', route: '/api/deliveries/:id', status: '404' };
    expect(valueOf(text, 'notifications_http_seconds_count', labels)).toBe(1);
    expect(text).not.toContain('/nowhere');
    expect(valueOf(text, 'process_resident_memory_bytes')).toBeGreaterThan(0);
    expect(valueOf(text, 'nodejs_eventloop_lag_p99_seconds')).toBeDefined();
  });

  it('are the breakers, by the event that tells of them', async () => {
    const events = service.app.get(EventEmitter2);
    const breaker = { provider: 'loft', cause: 'failures' };
    events.emit(ProviderBreakerChanged.name, new ProviderBreakerChanged('loft', 'open', 'failures', '503'));
    expect(valueOf(await scrape(), 'notifications_breaker_open', breaker)).toBe(1);
    events.emit(ProviderBreakerChanged.name, new ProviderBreakerChanged('loft', 'closed', 'failures', '503'));
    expect(valueOf(await scrape(), 'notifications_breaker_open', breaker)).toBe(0);
  });
});

describe('what waits', () => {
  it('is counted by channel and reason, and the oldest that is due is told', async () => {
    const service = await TestApp.start({ ROLE: 'api' });
    try {
      await send(service, { id: 'a', email: 'a@example.com' });
      await send(
        service,
        { id: 'b', email: 'b@example.com' },
        { send_at: new Date(Date.now() + 3_600_000).toISOString() },
      );
      await service.app
        .get(DataSource)
        .query(`UPDATE deliveries SET next_attempt_at = now() - interval '90 seconds' WHERE user_id = 'a'`);
      const { body } = await service.call<string>('GET', '/metrics', { as: null });
      const email = { channel: 'email', status: 'pending' };
      expect(valueOf(body, 'notifications_backlog', { ...email, hold: 'due' })).toBe(1);
      expect(valueOf(body, 'notifications_backlog', { ...email, hold: 'send_at' })).toBe(1);
      const age = valueOf(body, 'notifications_oldest_due_seconds', { priority: 'critical' });
      expect(age).toBeGreaterThanOrEqual(90);
      expect(valueOf(body, 'notifications_oldest_due_seconds', { priority: 'bulk' })).toBe(0);
    } finally {
      await service.stop();
    }
  });
});

describe('whoever may read the metrics', () => {
  let service: TestApp;
  afterEach(() => service.stop());

  /** As a proxy on this machine would ask for somebody else. */
  const askedFor = (headers: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      request(`${service.url}/metrics`, { headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      })
        .on('error', reject)
        .end();
    });

  it('is on this machine, unless there is a token', async () => {
    service = await TestApp.start({ ROLE: 'api' });
    expect(await askedFor({})).toBe(200);
    expect(await askedFor({ 'x-forwarded-for': '203.0.113.7' })).toBe(404);
    expect(await askedFor({ host: 'notify.example.com' })).toBe(404);
  });

  it('has the token, where there is one', async () => {
    service = await TestApp.start({ ROLE: 'api', METRICS_TOKEN: 'a-token-of-the-scraper' });
    expect(await askedFor({})).toBe(401);
    expect(await askedFor({ authorization: `Bearer ${service.key}` })).toBe(401);
    const authorization = 'Bearer a-token-of-the-scraper';
    expect(await askedFor({ authorization, host: 'notify.example.com' })).toBe(200);
  });
});
