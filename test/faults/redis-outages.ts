import { setTimeout as sleep } from 'node:timers/promises';
import { spreadOf } from '../../bench/figures.js';
import { now } from '../../bench/clock.js';
import type { Answered } from './client.js';
import {
  exactly,
  type Experiment,
  type Finding,
  inTime,
  refusalsIn,
  type Scale,
  told,
} from './experiment.js';
import type { Stage } from './stage.js';

interface Outage {
  readonly name: string;
  /** Seconds, in full and in short. */
  readonly lasts: readonly [number, number];
  /** Returns what ends it. */
  readonly begin: (stage: Stage) => Promise<() => unknown>;
}

const mendIn = (stage: Stage) => () => stage.wires.redis.set('pass');

/** Milliseconds that texts of an outage are waited for. */
const PATIENCE = 60_000;

const OUTAGES: readonly Outage[] = [
  {
    name: 'killed',
    lasts: [30, 5],
    begin: async (stage) => {
      await stage.wires.redis.set('down');
      await stage.servers.redis.flushall();
      return mendIn(stage);
    },
  },
  {
    name: 'accepts and closes',
    lasts: [10, 5],
    begin: async (stage) => {
      await stage.wires.redis.set('slam');
      return mendIn(stage);
    },
  },
  { name: 'frozen', lasts: [20, 5], begin: ({ servers }) => servers.freezeRedis() },
  {
    name: 'half-open',
    lasts: [20, 5],
    begin: async (stage) => {
      await stage.wires.redis.set('half-open');
      return mendIn(stage);
    },
  },
];

/**
 * Seconds: what an outage may cost a request; in which a text is out, when the sweep and every deadline for Redis have
 * had their turn; and until Bull works again.
 */
const LIMITS = { slower: 0.1, out: 10, back: 20 };

export const redisOutages: Experiment = {
  number: '4',
  title: 'Redis killed, closing, frozen, half-open',
  stage: () => ({ roles: ['api', 'worker'], people: 50 }),
  run: async (stage, scale) => {
    const { count, short } = scale;
    const waiting = await stage.servers.waiting();
    const each = Math.floor(count / (OUTAGES.length + 1));
    const seconds = short ? 4 : 20;
    const calm = await during(stage, () => stage.client.send(each, seconds, { insist: false }));
    const normal = spreadOf(calm.map(({ took }) => took))?.p99 ?? 0;
    const findings = [told(`POST p99 with Redis: ${normal.toFixed(0)} ms`)];
    for (const outage of OUTAGES) {
      findings.push(...(await suffer(stage, outage, { scale, each, normal, waiting })));
    }
    return findings;
  },
};

interface Suffering {
  readonly scale: Scale;
  /** Notifications of one outage. */
  readonly each: number;
  readonly normal: number;
  /** How many waited at Redis for jobs before. */
  readonly waiting: number;
}

async function suffer(stage: Stage, outage: Outage, how: Suffering): Promise<Finding[]> {
  const { scale, each, normal, waiting } = how;
  const seconds = outage.lasts[scale.short ? 1 : 0];
  const end = await outage.begin(stage);
  const answers = await during(stage, () => stage.client.send(each, seconds, { insist: false }));
  await end();
  const back = await bullIsBack(stage, waiting, 2000 * LIMITS.back);
  const out = await slowness(stage, answers);
  const p99 = spreadOf(answers.map(({ took }) => took))?.p99 ?? 0;
  const refused = refusalsIn(scale, answers).length;
  return [
    exactly(`${outage.name} for ${seconds} s: not accepted`, refused, 0),
    inTime(scale, `${outage.name}: POST p99`, p99, normal / 1000 + LIMITS.slower),
    inTime(scale, `${outage.name}: 95 % of its texts were out after`, out, LIMITS.out),
    inTime(scale, `${outage.name}: Bull works again after`, back, LIMITS.back),
  ];
}

/** The answers to what is sent meanwhile. */
async function during(stage: Stage, send: () => Promise<void>): Promise<Answered[]> {
  const from = stage.client.answers.length;
  await send();
  return stage.client.answers.slice(from);
}

/** Milliseconds from the POST to the carrier, of the slowest but one in twenty. */
async function slowness({ arrivals }: Stage, answers: readonly Answered[]): Promise<number> {
  const start = now();
  const accepted = answers.filter(({ status }) => status === 202);
  for (;;) {
    const at = new Map(arrivals.all.flatMap((one) => (one.channel === 'sms' ? [[one.seq, one.at]] : [])));
    const missing = accepted.filter(({ seq }) => !at.has(seq)).length;
    if (missing <= accepted.length / 20 || now() - start > PATIENCE) {
      return spreadOf(accepted.map((answer) => (at.get(answer.seq) ?? Infinity) - answer.at))?.p95 ?? 0;
    }
    await sleep(100);
  }
}

/** Milliseconds until the API hands its hints to Redis and as many as before wait there for them. */
async function bullIsBack(stage: Stage, waiting: number, patience: number): Promise<number> {
  const start = now();
  for (;;) {
    const dispatch = (await stage.api.health())?.dispatch;
    if (dispatch === 'redis' && (await stage.servers.waiting()) >= waiting) return now() - start;
    if (now() - start > patience) return Infinity;
    await sleep(100);
  }
}
