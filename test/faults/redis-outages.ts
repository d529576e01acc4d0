import { setTimeout as sleep } from 'node:timers/promises';
import { spreadOf } from '../../bench/figures.js';
import { now } from '../../bench/clock.js';
import type { Answered } from './client.js';
import { atMost, exactly, type Experiment, type Finding, type Scale, told } from './experiment.js';
import type { Stage } from './stage.js';

interface Outage {
  readonly name: string;
  /** Seconds, in full and in short. */
  readonly lasts: readonly [number, number];
  /** Returns what ends it. */
  readonly begin: (stage: Stage) => Promise<() => unknown>;
}

const mendIn = (stage: Stage) => () => stage.wires.redis.set('pass');

const OUTAGES: readonly Outage[] = [
  {
    name: 'killed',
    lasts: [30, 7],
    begin: async (stage) => {
      await stage.wires.redis.set('down');
      await stage.servers.redis.flushall();
      return mendIn(stage);
    },
  },
  {
    name: 'accepts and closes',
    lasts: [10, 7],
    begin: async (stage) => {
      await stage.wires.redis.set('slam');
      return mendIn(stage);
    },
  },
  { name: 'frozen', lasts: [20, 7], begin: ({ servers }) => servers.freezeRedis() },
  {
    name: 'half-open',
    lasts: [20, 7],
    begin: async (stage) => {
      await stage.wires.redis.set('half-open');
      return mendIn(stage);
    },
  },
];

/** Seconds in which a text is out, by the sweep and after every deadline for Redis. */
const SOON = 5;
/** How much an outage may cost a request, in milliseconds, and seconds until Bull works again; in a hurry less is said. */
const LIMITS = { full: { slower: 100, back: 20 }, short: { slower: 2000, back: 40 } };

export const redisOutages: Experiment = {
  number: '4',
  title: 'Redis killed, closing, frozen, half-open',
  stage: () => ({ roles: ['api', 'worker'], people: 50 }),
  run: async (stage, scale) => {
    const { count, short } = scale;
    const waiting = await stage.servers.waiting();
    const each = Math.floor(count / (OUTAGES.length + 1));
    const seconds = short ? 5 : 20;
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
  const limits = scale.short ? LIMITS.short : LIMITS.full;
  const seconds = outage.lasts[scale.short ? 1 : 0];
  const end = await outage.begin(stage);
  const answers = await during(stage, () => stage.client.send(each, seconds, { insist: false }));
  const late = textsOutstanding(stage, answers, now() - SOON * 1000);
  await end();
  const back = await bullIsBack(stage, waiting, limits.back * 2000);
  const p99 = spreadOf(answers.map(({ took }) => took))?.p99 ?? 0;
  const refused = answers.filter(({ status }) => status !== 202).length;
  return [
    exactly(`${outage.name} for ${seconds} s: not accepted`, refused, 0),
    atMost(`${outage.name}: POST p99`, p99, normal + limits.slower, ' ms'),
    exactly(`${outage.name}: texts that were not out after ${SOON} s`, late, 0),
    atMost(`${outage.name}: Bull works again after`, back / 1000, limits.back, ' s'),
  ];
}

/** The answers to what is sent meanwhile. */
async function during(stage: Stage, send: () => Promise<void>): Promise<Answered[]> {
  const from = stage.client.answers.length;
  await send();
  return stage.client.answers.slice(from);
}

/** Of what was accepted before that moment, how much the carrier has not got. */
function textsOutstanding(stage: Stage, answers: readonly Answered[], before: number): number {
  const out = new Set(stage.arrivals.all.flatMap(({ channel, seq }) => (channel === 'sms' ? [seq] : [])));
  return answers.filter(({ seq, status, at }) => status === 202 && at < before && !out.has(seq)).length;
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
