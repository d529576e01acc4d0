import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../../bench/clock.js';
import { markerOf, notificationOf, personOf } from '../../bench/marker.js';

/** What one POST ended in. */
export interface Answered {
  readonly seq: number;
  /** 0: no answer at all. */
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** Milliseconds it took. */
  readonly took: number;
  /** When it was sent, by the shared clock. */
  readonly at: number;
  /** The notification, when it was accepted. */
  readonly id: string | undefined;
}

const TYPES = ['order_confirmed', 'order_out_for_delivery', 'order_delivered', 'payment_completed'];
/** Between two tries of a client that insists, in milliseconds. */
const PATIENCE = 200;
const LAST_TRY = 600_000;
/** A kept connection that nobody needed for so long is closed by the client, before a server that leaves does it. */
const IDLE = 1000;
/** More than a service on two cores has under way by itself, and less than its pool makes wait for too long. */
const AT_ONCE = 64;

/** A platform that posts notifications, as clients do: over kept connections, with a key, again when it must. */
export class Client {
  answers: Answered[] = [];
  /** The notification of each number that was accepted. */
  accepted = new Map<number, string>();
  private readonly agent = new http.Agent({ keepAlive: true, scheduling: 'lifo', timeout: IDLE });
  private next = 0;

  constructor(
    private readonly url: string,
    private readonly apiKey: string,
    private readonly people: number,
  ) {}

  /** Forgets what was before; no number is used again. */
  begin(): void {
    this.answers = [];
    this.accepted = new Map();
  }

  /**
   * So many notifications, evenly over so many seconds; later, where so many answers are outstanding already.
   * @param insist whether each is repeated with its key until it is accepted
   */
  async send(count: number, seconds: number, { insist = true } = {}): Promise<void> {
    const from = this.next;
    this.next += count;
    const start = now();
    const underway = new Set<Promise<unknown>>();
    for (let index = 0; index < count; index += 1) {
      const early = start + (index * 1000 * seconds) / count - now();
      if (early > 1) await sleep(early);
      while (underway.size >= AT_ONCE) await Promise.race(underway);
      const one = insist ? this.insist(from + index) : this.post(from + index);
      underway.add(one);
      void one.finally(() => underway.delete(one)).catch(() => undefined);
    }
    await Promise.all(underway);
  }

  /** One that is not counted with the others' load: what became of it. */
  one(): Promise<Answered> {
    return this.post(this.next++);
  }

  close(): void {
    this.agent.destroy();
  }

  private async insist(seq: number): Promise<void> {
    const until = now() + LAST_TRY;
    while ((await this.post(seq)).status !== 202) {
      if (now() > until) throw new Error(`Notification ${seq} was never accepted.`);
      await sleep(PATIENCE);
    }
  }

  private async post(seq: number): Promise<Answered> {
    const at = now();
    const { status, retryAfter, id } = await this.exchange(seq).catch(() => NO_ANSWER);
    const answered = { seq, status, retryAfter, id, at, took: now() - at };
    this.answers.push(answered);
    if (id !== undefined) this.accepted.set(seq, id);
    return answered;
  }

  private exchange(seq: number): Promise<Pick<Answered, 'status' | 'retryAfter' | 'id'>> {
    const body = notificationOf(seq, personOf(seq, this.people), TYPES[seq % TYPES.length] ?? '');
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'idempotency-key': markerOf(seq),
      authorization: `Bearer ${this.apiKey}`,
    };
    return new Promise((resolve, reject) => {
      const options = { method: 'POST', agent: this.agent, headers };
      const request = http.request(`${this.url}/api/notifications`, options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.once('error', reject).once('end', () => {
          const { statusCode: status = 0, headers: answered } = response;
          const id = status === 202 ? (JSON.parse(text) as { id: string }).id : undefined;
          resolve({ status, retryAfter: answered['retry-after'], id });
        });
      });
      request.once('error', reject).end(body);
    });
  }
}

const NO_ANSWER = { status: 0, retryAfter: undefined, id: undefined };
