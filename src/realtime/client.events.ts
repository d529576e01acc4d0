import { Injectable, Logger } from '@nestjs/common';
import { InboxService } from '../notifications/inbox.service.js';
import { Admission, Refused } from './admission.js';
import type { LiveClient, ServerEvent } from './live.client.js';

interface Reply {
  readonly event: ServerEvent;
  readonly data: object;
}
type Answer = (client: LiveClient, payload: Payload) => Promise<Reply> | Reply;
type Payload = Readonly<Record<string, unknown>>;

/** What a client did wrong, in words for the person who writes the client. */
class EventError extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** How the event's own response says no, for clients that wait for it. */
    readonly reply?: Reply,
  ) {
    super(message);
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const REFERENCE = /^NOTIF\d{8}[0-9A-Z]{8}$/;
const LONGEST_TIMESTAMP = 64;
const LONGEST_LIST = 50;

/** Everything a client may say, whatever its connection is made of. */
@Injectable()
export class ClientEvents {
  private readonly logger = new Logger('Realtime');
  private readonly answers: Readonly<Record<string, Answer>> = {
    mark_read: (client, payload) => this.markRead(client, payload),
    mark_all_read: (client) => this.markAllRead(client),
    latest: (client, payload) => this.latest(client, payload),
    authenticate: (client, payload) => this.authenticate(client, payload),
    ping: (_, payload) => this.ping(payload),
  };

  constructor(
    private readonly inbox: InboxService,
    private readonly admission: Admission,
  ) {}

  /** Answers by an event, and returns the same answer for an acknowledgement. Never throws. */
  async receive(client: LiveClient, event: unknown, payload: unknown): Promise<object | undefined> {
    const verdict = client.allowance.take();
    if (verdict === 'abuse') client.close('rate_limited');
    if (verdict === 'refused') {
      return refuse(client, new EventError('rate_limited', 'Too many events: wait ten seconds.'));
    }
    if (verdict !== 'allowed') return undefined;
    try {
      const { event: name, data } = await this.answer(client, event, payload ?? {});
      client.emit(name, data);
      return data;
    } catch (error) {
      return refuse(client, this.explained(error, event));
    }
  }

  private answer(client: LiveClient, event: unknown, payload: unknown): Promise<Reply> | Reply {
    const answer = typeof event === 'string' && Object.hasOwn(this.answers, event) && this.answers[event];
    if (!answer) {
      throw new EventError('unknown_event', `Known events are ${Object.keys(this.answers).join(', ')}.`);
    }
    if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
      throw new EventError('invalid_payload', 'The payload must be an object.');
    }
    return answer(client, payload as Payload);
  }

  private async markRead(client: LiveClient, { notification_id: id }: Payload): Promise<Reply> {
    const reply = (success: boolean): Reply => ({
      event: 'mark_read_response',
      data: { notification_id: typeof id === 'string' ? id.slice(0, 64) : null, success },
    });
    if (typeof id !== 'string' || !(UUID.test(id) || REFERENCE.test(id))) {
      const message = 'notification_id must be the id or the notification_id of a notification.';
      throw new EventError('invalid_payload', message, reply(false));
    }
    return reply(await this.inbox.markRead(client.userId, id, true));
  }

  private async markAllRead(client: LiveClient): Promise<Reply> {
    const marked = await this.inbox.markAllRead(client.userId);
    return { event: 'mark_all_read_response', data: { marked_count: marked, success: true } };
  }

  /** What a page shows when the inbox is opened; what comes later comes by itself. */
  private async latest({ userId }: LiveClient, { limit = LONGEST_LIST }: Payload): Promise<Reply> {
    if (!Number.isInteger(limit) || (limit as number) < 1 || (limit as number) > LONGEST_LIST) {
      throw new EventError('invalid_payload', `limit must be a whole number from 1 to ${LONGEST_LIST}.`);
    }
    const [results, counts] = await Promise.all([
      this.inbox.latest(userId, limit as number),
      this.inbox.unreadCounts([userId]),
    ]);
    return {
      event: 'latest_response',
      data: { results, unread_count: counts.get(userId) ?? 0, success: true },
    };
  }

  /** A renewed token prolongs the connection. */
  private async authenticate(client: LiveClient, { token }: Payload): Promise<Reply> {
    const admitted = await this.admission.of(token);
    if (admitted.userId !== client.userId) {
      throw new EventError('forbidden', 'The token is of another person: open another connection for it.');
    }
    client.endsAt(admitted.expiresAt);
    return { event: 'authenticated', data: { expires_at: admitted.expiresAt.toISOString() } };
  }

  private ping({ timestamp }: Payload): Reply {
    const plain = typeof timestamp === 'number' || typeof timestamp === 'string';
    if (timestamp !== undefined && (!plain || String(timestamp).length > LONGEST_TIMESTAMP)) {
      throw new EventError('invalid_payload', 'timestamp must be a number or a short text.');
    }
    return { event: 'pong', data: { timestamp: timestamp ?? null } };
  }

  private explained(error: unknown, event: unknown): EventError {
    if (error instanceof EventError) return error;
    if (error instanceof Refused) return new EventError('not_authenticated', error.message);
    this.logger.error(`${String(event)} failed: ${String(error)}`);
    return new EventError('unavailable', 'That did not work just now: try again in a moment.');
  }
}

function refuse(client: LiveClient, { code, message, reply }: EventError): object {
  client.emit('error', { message, code });
  if (reply) client.emit(reply.event, reply.data);
  return { ...reply?.data, success: false, error: { message, code } };
}
