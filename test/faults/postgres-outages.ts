import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../../bench/clock.js';
import type { Answered } from './client.js';
import { exactly, type Experiment, type Finding, inTime, type Scale } from './experiment.js';
import type { Stage } from './stage.js';

/** Seconds: an answer that says no must come soon, and work must go on soon. */
const LIMITS = { no: 2.5, back: 10 };
const BETWEEN = 2000;

export const postgresOutages: Experiment = {
  number: '5',
  title: 'Postgres restarted at once, and away',
  stage: () => ({ roles: ['api', 'worker'], people: 50 }),
  run: async (stage, scale) => {
    const { count, short } = scale;
    const outages = short ? [0, 4] : [0, 0, 0, 20];
    const seconds = outages.reduce((sum, outage) => sum + outage + 5, 0);
    const traffic = stage.client.send(count, seconds);
    const findings: Finding[] = [];
    for (const outage of outages) {
      await sleep(BETWEEN);
      const back = await outageOf(stage, outage * 1000);
      findings.push(inTime(scale, `accepted again after an outage of ${outage} s`, back, LIMITS.back));
    }
    await traffic;
    const refusals = stage.client.answers.filter(({ status }) => status !== 202);
    return [...findings, ...manners(refusals, scale)];
  },
};

/** Returns the milliseconds from the server's return to the first notification that is accepted. */
async function outageOf(stage: Stage, milliseconds: number): Promise<number> {
  const { servers, wires } = stage;
  await wires.postgres.set('down');
  await servers.crashPostgres();
  await sleep(milliseconds);
  await servers.startPostgres();
  wires.postgres.leadTo(stage.databaseUrl);
  await wires.postgres.set('pass');
  const start = now();
  while ((await stage.client.one()).status !== 202) await sleep(50);
  return now() - start;
}

/** How requests were refused meanwhile. */
function manners(refusals: readonly Answered[], scale: Scale): Finding[] {
  const slowest = refusals.reduce((most, { took }) => Math.max(most, took), 0);
  const others = refusals.filter(({ status }) => status !== 503);
  const mute = refusals.filter(({ status, retryAfter }) => status === 503 && retryAfter === undefined);
  return [
    exactly(`refusals that are no 503, of ${refusals.length}`, others.length, 0),
    exactly('refusals without Retry-After', mute.length, 0),
    inTime(scale, 'the slowest refusal', slowest, LIMITS.no),
  ];
}
