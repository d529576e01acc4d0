import { BullModule, getQueueToken } from '@nestjs/bull';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import Bull, { type Job, type Queue } from 'bull';
import { QueueClients } from './queue.clients.js';
import { Queues } from './queues.js';

const SETTINGS: Bull.AdvancedSettings = {
  lockDuration: 30_000,
  stalledInterval: 10_000,
  // Deliveries count their attempts in Postgres; a job that stalls again is only a hint that was slow.
  maxStalledCount: 1000,
  retryProcessDelay: 500,
  // Seconds of one wait for a job. A connection that Redis has forgotten is noticed only after it.
  drainDelay: 2,
};

/** Nest binds the processors while the application is being made: none may take a job before it is whole. */
class Start {
  give!: () => void;
  readonly given = new Promise<void>((resolve) => (this.give = resolve));
}

/**
 * One Bull queue per name where there is a Redis, and none otherwise. Without Redis the module that looks for
 * `@Processor` classes is not there either, so that they are ordinary providers; nor is it with `works: false`, for
 * a process that only adds jobs.
 */
@Module({})
export class QueueModule {
  static forQueues(
    redisUrl: string | undefined,
    names: readonly string[],
    { works = true } = {},
  ): DynamicModule {
    if (redisUrl === undefined) {
      const none = { provide: Queues, useFactory: () => new Queues(new Map()) };
      return { module: QueueModule, global: true, providers: [none], exports: [Queues] };
    }
    const tokens = names.map((name) => getQueueToken(name));
    // Made here and not by registerQueue: Nest's queues close without a limit, and share no connections.
    const queues: Provider[] = names.map((name) => ({
      provide: getQueueToken(name),
      inject: [QueueClients, Start],
      useFactory: (clients: QueueClients, { given }: Start) => queueOf(name, clients, given),
    }));
    const all: Provider = {
      provide: Queues,
      inject: [QueueClients, Start, ...tokens],
      useFactory: (clients: QueueClients, start: Start, ...made: Queue[]) =>
        new Queues(new Map(made.map((queue) => [queue.name, queue])), clients, start.give),
    };
    return {
      module: QueueModule,
      global: true,
      imports: works ? [BullModule.registerQueue()] : [],
      providers: [
        Start,
        { provide: QueueClients, useFactory: () => new QueueClients(redisUrl) },
        ...queues,
        all,
      ],
      exports: [...tokens, Queues],
    };
  }
}

function queueOf(name: string, clients: QueueClients, start: Promise<void>): Queue {
  const queue = new Bull(name, {
    createClient: clients.create,
    settings: SETTINGS,
    // The row is the truth: what is done leaves no trace in Redis, and nothing is tried twice by Bull.
    defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
  });
  const begin = queue.process.bind(queue) as (...args: unknown[]) => Promise<void>;
  const next = queue.getNextJob.bind(queue);
  return Object.assign(queue, {
    // Whoever has nothing to do waits for a job. While others are busy Bull would ask again and again instead: of
    // three questions two were for nothing.
    getNextJob: async () => whole(queue, await next.call(Object.assign(queue, { drained: true }))),
    // Nest does not wait for what this promises, and a shutdown in an outage rejects it: that would end the process.
    process: (...args: unknown[]) => start.then(() => begin(...args)).catch(() => undefined),
    // The same, for a name that only the list of workers shows.
    setWorkerName: () => Promise.resolve(),
  });
}

/**
 * The job, if Redis still knows all of it. Where everything was lost between the taking of a job and its locking
 * (FLUSHALL), a rest of it is there from then on, in whose place Bull would never take another job of that name.
 */
async function whole(queue: Queue, job: Job | undefined): Promise<Job | undefined> {
  if (!job || Number.isFinite(job.timestamp)) return job;
  const key = queue.toKey(String(job.id));
  await queue.client.multi().del(key, `${key}:lock`).lrem(queue.toKey('active'), 0, String(job.id)).exec();
  return undefined;
}
