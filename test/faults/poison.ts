import { setTimeout as sleep } from 'node:timers/promises';
import Bull from 'bull';
import { markerOf } from '../../bench/marker.js';
import { atMost, exactly, type Experiment, type Finding, told } from './experiment.js';
import type { Stage } from './stage.js';

/** The sandbox answers each text to this number with a 500: nobody ever learns whether it was taken. */
const CURSED = '+919000020500';
const GREEDY = `{% for a in many %}{% for b in many %}{{ order.order_number }}{% endfor %}{% endfor %}`;
/** What somebody's script left in the queue, and what an older version may have meant. */
const JOBS = [
  {},
  { id: 'not-an-id' },
  { id: '01900000-0000-7000-8000-000000000000' },
  { id: 7 },
  { other: true },
];

/** Whoever takes it up cannot read it; Bull offers it again and again. */
const CUT = 'cut';

/** What can never work must not keep from working what can. */
export const poison: Experiment = {
  number: '11',
  title: 'poison: a template, jobs, a row, an address',
  stage: () => ({ roles: ['api', 'worker'], people: 50 }),
  run: async (stage, { count, short }) => {
    await stage.ask('UPDATE users SET phone = $1 WHERE id = $2', [CURSED, 'person-7']);
    const traffic = stage.client.send(short ? count : count / 2, short ? 4 : 30);
    await poisonQueues(stage);
    const row = await poisonRow(stage);
    const findings = await poisonTemplate(stage);
    await traffic;
    return [
      ...findings,
      told(`${JOBS.length} poison jobs in each queue, one in the middle of another; row ${row}`),
    ];
  },
  afterwards: async (stage) => {
    const [broken] = await stage.ask<{ status: string; attempt: number }>(
      `SELECT status, attempt FROM deliveries WHERE content = '{}' AND channel = 'email'`,
    );
    const [cursed] = await stage.ask<{ most: number; open: number }>(
      `SELECT max(attempt)::int AS most, count(*) FILTER (WHERE status <> 'failed')::int AS open
         FROM deliveries WHERE channel = 'sms' AND address = $1`,
      [CURSED],
    );
    return [
      told(`the poison row is ${broken?.status ?? 'gone'}`),
      atMost('attempts at the poison row', broken?.attempt ?? Infinity, 2),
      atMost('attempts at an address that never answers', cursed?.most ?? Infinity, 8),
      exactly('texts to it that did not end as failed', cursed?.open ?? Infinity, 0),
      exactly('jobs left in the queues, besides the one that nobody can read', await jobsLeft(stage), 0),
    ];
  },
};

async function poisonQueues({ servers: { redis, redisUrl } }: Stage): Promise<void> {
  for (const name of ['sms', 'email']) {
    const queue = new Bull(name, redisUrl);
    for (const data of JOBS) await queue.add(data, { removeOnComplete: true, removeOnFail: true });
    // A job that was cut off while it was written.
    await redis.hset(`bull:${name}:${CUT}`, 'data', '{"id":"0190', 'opts', '{}', 'name', '__default__');
    await redis.lpush(`bull:${name}:wait`, CUT);
    await queue.close(true);
  }
}

async function jobsLeft({ servers: { redis } }: Stage): Promise<number> {
  const lists = ['sms', 'email'].flatMap((name) => [`bull:${name}:wait`, `bull:${name}:active`]);
  const jobs = await Promise.all(lists.map((list) => redis.lrange(list, 0, -1)));
  return jobs.flat().filter((job) => job !== CUT).length;
}

/** A mail whose words are gone when it falls due. */
async function poisonRow(stage: Stage): Promise<string> {
  const body = { type: 'order_ready', user: 'person-8', context: contextOf(900_000), send_at: in3Seconds() };
  const { status, body: answer } = await stage.call('POST', '/api/notifications', body);
  if (status !== 202) throw new Error(`The poison row was not taken: ${JSON.stringify(answer)}`);
  const { id } = answer as { id: string };
  await stage.ask(`UPDATE deliveries SET content = '{}' WHERE notification_id = $1 AND channel = 'email'`, [
    id,
  ]);
  return id;
}

async function poisonTemplate(stage: Stage): Promise<Finding[]> {
  const path = '/api/notifications/templates/refund_requested';
  const saved = await stage.call('PATCH', path, { message: GREEDY });
  await sleep(1500);
  const many = Array.from({ length: 5000 }, (_, index) => index);
  const context = { ...contextOf(900_001), many };
  const answer = await stage.call('POST', '/api/notifications', {
    type: 'refund_requested',
    user: 'person-9',
    context,
  });
  return [
    told(`a template that never ends: saved with ${saved.status}, used with ${answer.status}`),
    {
      what: 'it is refused as what it is, not as a fault of ours',
      holds: answer.status >= 400 && answer.status < 500,
    },
  ];
}

const in3Seconds = () => new Date(Date.now() + 3000).toISOString();

function contextOf(seq: number) {
  const marker = markerOf(seq);
  const order = { id: marker, order_number: marker, pickup_date: '2026-01-05', total_amount: '500.00' };
  return { order, refund: { id: marker, amount: '500.00' }, payment: { id: marker, amount: '500.00' } };
}
