import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { now } from './clock.js';
import type { Journal } from './journal.js';
import { markerOf, notificationOf, personOf } from './marker.js';

interface Answer {
  readonly status: number;
  readonly body: string;
}

interface Target {
  readonly url: string;
  readonly apiKey: string;
}

interface Shape {
  readonly users: number;
  readonly types: readonly string[];
  readonly keys: boolean;
}

/** Posts notifications. What it costs is counted beside the service, so it does no more than it must. */
export class Load {
  /** Requests that did not end in 202, by what they ended in. */
  readonly refused = new Map<string, number>();
  private readonly agent = new http.Agent({ keepAlive: true, scheduling: 'lifo' });
  private readonly origin: URL;

  constructor(
    private readonly target: Target,
    private readonly shape: Shape,
    private readonly journal: Journal,
  ) {
    this.origin = new URL(target.url);
  }

  /** As many as are taken, so many requests at once, for so many seconds at most. */
  async flatOut(from: number, to: number, concurrency: number, atMost: number): Promise<void> {
    const end = now() + atMost * 1000;
    let next = from;
    const worker = async () => {
      while (next < to && now() < end) {
        const seq = next++;
        await this.one(seq, now());
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
  }

  /** So many each second, whether answers come or not: what must wait is counted from when it was due. */
  async steady(from: number, to: number, rate: number): Promise<void> {
    const start = now();
    const dueAt = (seq: number) => start + ((seq - from) * 1000) / rate;
    const underway: Promise<void>[] = [];
    for (let seq = from; seq < to; seq += 1) {
      const early = dueAt(seq) - now();
      if (early > 0) await sleep(early);
      // A timer may be a little early.
      underway.push(this.one(seq, Math.min(dueAt(seq), now())));
    }
    await Promise.all(underway);
  }

  /** What the service would do with a notification, without doing it. */
  dryRun(seq: number): Promise<Answer> {
    return this.post('/api/notifications?dry_run=true', this.bodyOf(seq), {});
  }

  close(): void {
    this.agent.destroy();
  }

  private async one(seq: number, at: number): Promise<void> {
    this.journal.send(seq, at);
    const headers = this.shape.keys ? { 'idempotency-key': markerOf(seq) } : {};
    try {
      const { status, body } = await this.post('/api/notifications', this.bodyOf(seq), headers);
      if (status === 202) this.journal.accept(seq);
      else this.refuse(`${status} ${body.slice(0, 300)}`);
    } catch (error) {
      this.refuse((error as Error).message);
    }
  }

  private refuse(why: string): void {
    this.refused.set(why, (this.refused.get(why) ?? 0) + 1);
  }

  private bodyOf(seq: number): string {
    const { users, types } = this.shape;
    return notificationOf(seq, personOf(seq, users), types[seq % types.length] ?? '');
  }

  private post(path: string, body: string, more: http.OutgoingHttpHeaders): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = {
        host: this.origin.hostname,
        port: this.origin.port,
        path,
        method: 'POST',
        agent: this.agent,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          authorization: `Bearer ${this.target.apiKey}`,
          ...more,
        },
      };
      const request = http.request(options, (response) => {
        const { statusCode: status = 0 } = response;
        const chunks: Buffer[] = [];
        // The body of the usual answer is read and thrown away.
        response.on('data', (chunk: Buffer) => status !== 202 && chunks.push(chunk));
        response.once('end', () => resolve({ status, body: Buffer.concat(chunks).toString() }));
        response.once('error', reject);
      });
      request.once('error', reject);
      request.end(body);
    });
  }
}
