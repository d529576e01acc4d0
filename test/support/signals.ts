import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { expect } from 'vitest';
import { TemplatesService } from '../../src/templates/templates.service.js';
import { TestApp, until } from './app.js';
import { type Loft, pigeons } from './pigeons.js';
import type { Accepted } from './requests.js';

/** Types of the tests' own: what is told by pigeon, what stands in for what, and how long it is of use. */
const WORDS = `
category: {name: signal, display: Signals, optional: true, consent: opt-out, guarantee: at_least_once, valid_for: 1h}
types:
  note: {display: Note, priority: normal, valid_for: 2m, words: &words {en: {title: Hello, message: Hello., pigeon:
    {note: Coo.}, email: {subject: Hello, html: <p>Hello</p>, text: Hello.}}}}
  report: {display: Report, priority: normal, valid_for: 2d, words: *words}
  alarm: {display: Alarm, priority: normal, words: *words, chain: [{channel: pigeon}, {channel: email, after: failed}]}
  notice: {display: Notice, priority: normal, words: *words,
    chain: [{channel: pigeon}, {channel: email, after: 15m, unless: delivered}]}
  reminder: {display: Reminder, priority: normal, words: *words,
    chain: [{channel: realtime}, {channel: pigeon, after: 15m, unless: read}, {channel: email}]}
  code: {display: Code, priority: critical, valid_for: 5m, words: {en: {title: Code, message: '{{ code }}',
    sms: {text: 'Acme: Your code is {{ code }}.', options: {dlt: {template_id: '1107161234567890123', header: ACMEIN,
      category: transactional, pattern: 'Acme: Your code is {#numeric#}.'}}}}}}
`;

export interface Row {
  id: string;
  channel: string;
  status: string;
  reason: string | null;
  detail: string | null;
  scheduled_for: string | null;
  expires_at: string | null;
  created_at: string;
}

/** A service that tells signals, by pigeon among others, and a way to change them behind its back. */
export class Signals {
  private people = 0;

  private constructor(
    readonly service: TestApp,
    readonly database: pg.Client,
  ) {}

  static async start(loft: Loft, settings: Record<string, string> = {}): Promise<Signals> {
    const service = await TestApp.start(settings, [pigeons(loft)]);
    const database = new pg.Client({ connectionString: service.databaseUrl });
    await database.connect();
    const folder = await mkdtemp(join(tmpdir(), 'signals-'));
    await writeFile(join(folder, 'signal.yaml'), WORDS);
    await service.app.get(TemplatesService, { strict: false }).load(folder);
    await rm(folder, { recursive: true });
    return new Signals(service, database);
  }

  async stop(): Promise<void> {
    await this.database.end();
    await this.service.stop();
  }

  /** Sends one to a new person. */
  async tell(type: string, user: object = {}, more: object = {}, query = ''): Promise<Accepted> {
    const id = `p${(this.people += 1)}`;
    const person = { id, first_name: 'Asha', email: `${id}@example.com`, ...user };
    const { status, body } = await this.service.call<Accepted>('POST', `/api/notifications${query}`, {
      body: { type, user: person, ...more },
    });
    expect(status, JSON.stringify(body)).toBe(query === '' ? 202 : 200);
    return body;
  }

  async rowOf({ id }: Accepted, channel: string): Promise<Row | undefined> {
    const path = `/api/notifications/${id}/deliveries`;
    const { body } = await this.service.call<{ results: Row[] }>('GET', path);
    return body.results.find((row) => row.channel === channel);
  }

  /** Waits until it has this status or reason. */
  becomes(sent: Accepted, channel: string, reason: string): Promise<Row> {
    return until(async () => {
      const row = await this.rowOf(sent, channel);
      return row && [row.status, row.reason].includes(reason) ? row : undefined;
    }, `${channel} to be ${reason}`);
  }

  /** Changes a delivery behind the service's back: time has passed, or an event was lost. */
  async change({ id }: Accepted, channel: string, set: string): Promise<void> {
    const text = `UPDATE deliveries SET ${set} WHERE notification_id = $1 AND channel = $2`;
    await this.database.query(text, [id, channel]);
  }

  /** Has what waits in a channel looked at. Returns how many seconds later it is looked at again. */
  async lookedAt(sent: Accepted, channel: string): Promise<number> {
    await this.change(sent, channel, `look_at = now() - interval '1 second'`);
    return until(async () => {
      const { rows } = await this.database.query<{ wait: number }>(
        `SELECT extract(epoch FROM look_at - now())::float8 AS wait FROM deliveries
          WHERE notification_id = $1 AND channel = $2`,
        [sent.id, channel],
      );
      return rows[0] && rows[0].wait > 0 ? rows[0].wait : undefined;
    }, 'the next look');
  }
}
