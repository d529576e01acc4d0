import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { now } from './clock.js';
import { userIdOf } from './marker.js';
import type { Subject } from './stack.js';
import { residentOf } from './usage.js';

/** The most that one request may name. */
const AT_ONCE = 10_000;
const LOOK = 1000;
const QUARTERS = 4;
const CONTEXT = { title: 'An offer', message: 'Two for the price of one, until Sunday.' };

/** What one process held when a quarter of the people was planned, then two, three and all, in MiB. */
export interface Growth {
  readonly name: string;
  readonly before: number;
  readonly quarters: readonly number[];
}

/** What a send to many showed. */
export interface BulkFindings {
  readonly people: number;
  /** When it began, and when all was planned, by the shared clock. */
  readonly from: number;
  readonly to: number;
  /** People a second, from the first request to the last answer. */
  readonly acceptedPerSecond: number;
  /** How many different answers there were to how far it is. */
  readonly steps: number;
  readonly memory: readonly Growth[];
  /** People who have not exactly one notification, with one delivery in each channel. */
  readonly wrong: number;
}

/** Tells so many people by bulk sends, and watches until the last delivery is planned. */
export async function runBulk(subject: Subject, database: pg.Pool, people: number): Promise<BulkFindings> {
  const watched = subject.watched.filter(({ name }) => name.startsWith('service'));
  const memory = watched.map(({ name, pid }) => ({
    name,
    pid,
    before: residentOf(pid),
    quarters: [] as number[],
  }));
  const start = now();
  const bulks = await accepted(subject, people);
  const acceptedPerSecond = people / ((now() - start) / 1000);
  const seen = new Set<number>();
  for (let expanded = 0; expanded < people;) {
    await sleep(LOOK);
    expanded = await expandedOf(subject, bulks);
    seen.add(expanded);
    for (const { pid, quarters } of memory)
      while (quarters.length < Math.floor((expanded / people) * QUARTERS)) quarters.push(residentOf(pid));
  }
  const to = now();
  const wrong = await wrongIn(database, people);
  return { people, from: start, to, acceptedPerSecond, steps: seen.size, memory, wrong };
}

async function accepted(subject: Subject, people: number): Promise<string[]> {
  const bulks: string[] = [];
  for (let from = 0; from < people; from += AT_ONCE) {
    const ids = Array.from({ length: Math.min(AT_ONCE, people - from) }, (_, index) =>
      userIdOf(from + index),
    );
    const body = { user_ids: ids, notification_type: 'promotion', context_data: CONTEXT };
    const { id } = await call<{ id: string }>(subject, 'POST', '/api/notifications/bulk', body);
    bulks.push(id);
  }
  return bulks;
}

async function expandedOf(subject: Subject, bulks: readonly string[]): Promise<number> {
  let sum = 0;
  for (const id of bulks)
    sum += (await call<{ expanded: number }>(subject, 'GET', `/api/notifications/bulk/${id}`)).expanded;
  return sum;
}

async function call<T>(subject: Subject, method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(new URL(path, subject.url), {
    method,
    headers: { authorization: `Bearer ${subject.apiKey}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

async function wrongIn(database: pg.Pool, people: number): Promise<number> {
  const { rows } = await database.query<{ right: number }>(
    `SELECT count(*)::int AS right FROM (
       SELECT n.user_id FROM notifications n JOIN deliveries d ON d.notification_id = n.id
        GROUP BY n.user_id
       HAVING count(DISTINCT n.id) = 1 AND count(*) = 3 AND count(DISTINCT d.channel) = 3) AS told`,
  );
  return people - (rows[0]?.right ?? 0);
}
