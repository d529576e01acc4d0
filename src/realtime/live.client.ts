import { Allowance } from './allowance.js';
import { Seen } from './seen.js';

/** Everything the server says; on a raw WebSocket the same name is the message's `type`. */
export type ServerEvent =
  | 'connection_established'
  | 'notification'
  | 'notification_updated'
  | 'notification_deleted'
  | 'unread_count'
  | 'resync'
  | 'mark_read_response'
  | 'mark_all_read_response'
  | 'latest_response'
  | 'authenticated'
  | 'pong'
  | 'error';

export interface Farewell {
  readonly message: string;
  /** How a raw WebSocket is closed; browsers can read nothing else. */
  readonly closeCode: number;
  /** Whether a client that connects again at once is welcome. */
  readonly mayReturn: boolean;
}

/** Why the server ends a connection. The key is the `code` of the error event that comes first. */
const FAREWELLS = {
  token_expired: {
    message: 'The token has ended: get a new one and connect again.',
    closeCode: 4001,
    mayReturn: false,
  },
  too_many_connections: {
    message: 'You have opened too many connections: this one, the oldest, makes room.',
    closeCode: 4008,
    mayReturn: false,
  },
  rate_limited: {
    message: 'You sent far too many events: slow down and connect again later.',
    closeCode: 4029,
    mayReturn: false,
  },
  slow_consumer: {
    message: 'You read too slowly: connect again with the last id you saw, and you get the rest.',
    closeCode: 1013,
    mayReturn: true,
  },
  unavailable: {
    message: 'The inbox cannot be read just now: connect again in a moment.',
    closeCode: 1013,
    mayReturn: true,
  },
  server_restarting: {
    message: 'The server restarts: connect again, with the last id you saw.',
    closeCode: 1012,
    mayReturn: true,
  },
} as const satisfies Record<string, Farewell>;
export type FarewellCode = keyof typeof FAREWELLS;

/** One open connection of a person, whatever it is made of. */
export abstract class LiveClient {
  /** What this connection has been told. */
  readonly seen = new Seen();
  readonly allowance: Allowance;
  private ended = false;
  private ending: NodeJS.Timeout | undefined;

  constructor(
    readonly userId: string,
    eventsPerWindow: number,
  ) {
    this.allowance = new Allowance(eventsPerWindow);
  }

  protected abstract send(event: ServerEvent, payload: object): void;
  protected abstract end(code: FarewellCode, farewell: Farewell): void;
  /** More waits for it than a reader who keeps up would ever leave waiting. */
  protected abstract get slow(): boolean;

  emit(event: ServerEvent, payload: object): void {
    if (this.ended) return;
    if (this.slow) this.close('slow_consumer');
    else this.send(event, payload);
  }

  /** Says why, then ends the connection. */
  close(code: FarewellCode, more: object = {}): void {
    if (this.ended) return;
    const farewell = FAREWELLS[code];
    this.send('error', { code, message: farewell.message, ...more });
    this.forget();
    this.end(code, farewell);
  }

  /** The connection lasts as long as the token; a renewed token prolongs it. */
  endsAt(moment: Date): void {
    clearTimeout(this.ending);
    const left = Math.min(Math.max(moment.getTime() - Date.now(), 0), LONGEST_TIMER);
    this.ending = setTimeout(() => this.close('token_expired'), left).unref();
  }

  /** The connection is gone: nothing more is said. */
  forget(): void {
    this.ended = true;
    clearTimeout(this.ending);
  }
}

/** Node's timers overflow beyond this and fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;
