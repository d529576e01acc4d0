import { setTimeout as sleep } from 'node:timers/promises';
import { spreadOf } from '../../bench/figures.js';
import { markerOf, userIdOf } from '../../bench/marker.js';
import { exactly, type Experiment, inTime, type Scale, told } from './experiment.js';
import type { Stage } from './stage.js';

/** The offer's own number: none that the client reaches. */
const OFFER = 50_000_000;
/** The most that one request may name. */
const AT_ONCE = 10_000;
/** Seconds. */
const LIMIT = 2;

const sizeOf = ({ count, short }: Scale) => (short ? count : count * 10);

/** A campaign never delays an order's text. */
export const bulkAndCritical: Experiment = {
  number: '13',
  title: 'a bulk of ten times as many, and one critical text each second',
  stage: (scale) => ({ roles: ['api', 'worker'], people: sizeOf(scale) }),
  run: async (stage, scale) => {
    const start = Date.now();
    const bulks = await campaign(stage, sizeOf(scale));
    let critical = 0;
    for (; critical < 5 || !(await areDone(stage, bulks)); critical += 1) {
      const next = sleep(1000);
      await stage.client.one();
      await next;
    }
    const seconds = (Date.now() - start) / 1000;
    return [
      told(`${sizeOf(scale)} expanded in ${seconds.toFixed(0)} s, ${critical} critical texts meanwhile`),
    ];
  },
  afterwards: async (stage, scale) => {
    const people = stage.arrivals.all.flatMap(({ seq, person }) => (seq === OFFER ? [person] : []));
    const [row] = await stage.ask<{ open: number }>(
      `SELECT count(*)::int AS open FROM deliveries
        WHERE type = 'promotion' AND channel = 'sms' AND status <> 'delivered'`,
    );
    const p99 = spreadOf(toTheCarrier(stage))?.p99 ?? Infinity;
    return [
      inTime(scale, 'critical texts, p99 from the POST to the carrier', p99, LIMIT),
      exactly('of the campaign lost', sizeOf(scale) - new Set(people).size, 0),
      exactly('of the campaign doubled', people.length - new Set(people).size, 0),
      exactly('of the campaign without the right end', row?.open ?? Infinity, 0),
    ];
  },
};

async function campaign(stage: Stage, size: number): Promise<string[]> {
  const bulks: string[] = [];
  for (let from = 0; from < size; from += AT_ONCE) {
    const people = Array.from({ length: Math.min(AT_ONCE, size - from) }, (_, index) =>
      userIdOf(from + index),
    );
    const context = { title: 'An offer', message: `Offer ${markerOf(OFFER)} for you.` };
    const body = { user_ids: people, notification_type: 'promotion', context_data: context };
    const { status, body: answer } = await stage.call('POST', '/api/notifications/bulk', body);
    if (status !== 202) throw new Error(`The bulk was refused: ${JSON.stringify(answer)}`);
    bulks.push((answer as { id: string }).id);
  }
  return bulks;
}

async function areDone(stage: Stage, bulks: readonly string[]): Promise<boolean> {
  for (const id of bulks) {
    const { status } = await stage.get<{ status: string }>(`/api/notifications/bulk/${id}`);
    if (status !== 'done') return false;
  }
  return true;
}

/** Milliseconds of each critical text. */
function toTheCarrier({ client, arrivals }: Stage): number[] {
  const arrived = new Map(
    arrivals.all.flatMap(({ channel, seq, at }) => (channel === 'sms' ? [[seq, at]] : [])),
  );
  return client.answers.flatMap(({ seq, at }) => {
    const end = arrived.get(seq);
    return end === undefined ? [] : [end - at];
  });
}
