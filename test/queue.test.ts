import { Process, Processor } from '@nestjs/bull';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { Job } from 'bull';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { QueueModule } from '../src/queue/queue.module.js';
import { Queues } from '../src/queue/queues.js';
import { hasRedis, testRedis } from './support/databases.js';
import { Link } from './support/link.js';

abstract class Worker {
  readonly done: unknown[] = [];
  work: (job: Job) => Promise<void> = () => Promise.resolve();

  @Process({ concurrency: 2 })
  async process(job: Job): Promise<void> {
    await this.work(job);
    this.done.push(job.data);
  }
}

@Injectable()
@Processor('letters')
class Letters extends Worker {}

@Module({ providers: [Letters] })
class LettersModule {}

let app: INestApplicationContext | undefined;
let link: Link | undefined;

async function start(redisUrl: string | undefined, options?: { works: boolean }) {
  const imports = [QueueModule.forQueues(redisUrl, ['letters', 'parcels'], options), LettersModule];
  app = await (await Test.createTestingModule({ imports }).compile()).init();
  const queues = app.get(Queues);
  queues.begin();
  return { queues, letters: app.get(Letters) };
}

async function close() {
  await app?.close();
  app = undefined;
}

afterEach(async () => {
  await close();
  await link?.close();
  link = undefined;
});

test('without Redis there are no queues, and a processor is an ordinary provider', async () => {
  const { queues, letters } = await start(undefined);
  expect(queues.get('letters')).toBeUndefined();
  expect(queues.ready).toBe(false);
  expect(letters.done).toEqual([]);
});

describe.skipIf(!hasRedis)('with Redis', () => {
  test('a job reaches the processor that its base class declares', async () => {
    const { queues, letters } = await start(await testRedis());
    await vi.waitUntil(() => queues.ready);
    await queues.get('letters')?.add({ id: 1 });
    await vi.waitUntil(() => letters.done.length === 1);
    expect(letters.done).toEqual([{ id: 1 }]);
  });

  test('a process that does not work leaves its jobs to others', async () => {
    const url = await testRedis();
    const { queues } = await start(url, { works: false });
    await queues.get('letters')?.add({ id: 1 });
    expect(await queues.get('letters')?.count()).toBe(1);
    await close();

    const { letters } = await start(url);
    await vi.waitUntil(() => letters.done.length === 1);
  });

  test('a shutdown waits for the job that runs and begins no other', async () => {
    const url = await testRedis();
    const { queues, letters } = await start(url);
    let finish: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (finish = resolve));
    const begun: unknown[] = [];
    letters.work = (job) => {
      begun.push(job.data);
      return held;
    };
    const queue = queues.get('letters');
    await queue?.addBulk([{ data: 1 }, { data: 2 }, { data: 3 }]);
    await vi.waitUntil(() => begun.length === 2);
    const closing = close();
    await vi.waitUntil(() => queue?.isPaused(true));
    finish();
    await closing;
    expect(letters.done).toHaveLength(2);

    const next = await start(url);
    await vi.waitUntil(() => next.letters.done.length === 1, { timeout: 10_000 });
    expect(next.letters.done).toEqual([3]);
  });

  test('who has nothing to do waits, and Redis is asked once a job', async () => {
    const { queues, letters } = await start(await testRedis());
    const queue = queues.get('letters');
    await vi.waitUntil(() => queues.ready);
    await queue?.isReady();
    const asked = vi.spyOn(queue?.client as unknown as Record<'moveToActive', () => unknown>, 'moveToActive');
    for (let count = 1; count <= 10; count += 1) {
      await queue?.add({ count });
      await vi.waitUntil(async () => letters.done.length === count && (await queue?.getActiveCount()) === 0);
    }
    expect(asked).toHaveBeenCalledTimes(10);
  });

  test("what Redis has forgotten of a job while it was taken stands in nobody's way", async () => {
    const { queues, letters } = await start(await testRedis());
    const queue = queues.get('letters');
    await vi.waitUntil(() => queues.ready);
    await queue?.client.lpush(queue.toKey('wait'), 'a-0');
    await vi.waitUntil(async () => {
      await queue?.add({ id: 1 }, { jobId: 'a-0' });
      return letters.done.length > 0;
    });
    expect(letters.done[0]).toEqual({ id: 1 });
    await vi.waitUntil(async () => (await queue?.getActiveCount()) === 0);
    expect(await queue?.client.exists(queue.toKey('a-0'))).toBe(0);
  });

  test('starts and stops while Redis is away', async () => {
    link = await Link.to(await testRedis());
    link.cut();
    const { queues } = await start(link.url);
    expect(queues.ready).toBe(false);
    await expect(queues.get('letters')?.add({ id: 1 })).rejects.toThrow();
    const before = performance.now();
    await close();
    expect(performance.now() - before).toBeLessThan(5000);
  });

  test('a Redis that comes up later is used', async () => {
    link = await Link.to(await testRedis());
    link.cut();
    const { queues, letters } = await start(link.url);
    link.mend();
    await vi.waitUntil(() => queues.ready, { timeout: 10_000 });
    await queues.get('letters')?.add({ id: 1 });
    await vi.waitUntil(() => letters.done.length === 1, { timeout: 10_000 });
  });

  test('goes on after an outage', async () => {
    link = await Link.to(await testRedis());
    const { queues, letters } = await start(link.url);
    await queues.get('letters')?.add({ id: 1 });
    await vi.waitUntil(() => letters.done.length === 1);
    link.cut();
    await vi.waitUntil(() => !queues.ready);
    link.mend();
    await vi.waitUntil(() => queues.ready, { timeout: 10_000 });
    await queues.get('letters')?.add({ id: 2 });
    await vi.waitUntil(() => letters.done.length === 2, { timeout: 10_000 });
  });

  test('a Redis that stops answering does not hold up the end', async () => {
    link = await Link.to(await testRedis());
    const { queues } = await start(link.url);
    await vi.waitUntil(() => queues.ready);
    link.freeze();
    const adding = queues.get('letters')?.add({ id: 1 });
    const before = performance.now();
    await close();
    expect(performance.now() - before).toBeLessThan(5000);
    await expect(adding).rejects.toThrow();
  });
});
