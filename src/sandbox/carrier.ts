import { randomUUID } from 'node:crypto';
import type { Behaviour } from './behaviour.js';
import type { Direction, TextMessage } from './message.js';
import type { MessageStore } from './message-store.js';
import { OWN_NUMBER } from './own-number.js';
import { priceOf, segment } from './segments.js';
import { fateOf, type Fate } from './test-numbers.js';
import type { UnreliableCallbacks } from './unreliable-callbacks.js';

/** Milliseconds that each step of a text's life takes after the one before. */
export interface Timing {
  readonly queued: number;
  readonly sent: number;
  readonly delivered: number;
  readonly priced: number;
}

export const DEFAULT_TIMING: Timing = { queued: 20, sent: 300, delivered: 700, priced: 300 };

const TICK_MS = 10;

export interface OutgoingText {
  readonly to: string;
  /** ISO country of the recipient, for the price. */
  readonly country: string | undefined;
  readonly from: string | null;
  readonly messagingServiceSid: string | null;
  readonly text: string;
  readonly statusCallback: string | null;
  /** Outbound, unless it answers a text. */
  readonly direction?: Direction;
  /** The error that it is to end with. */
  readonly fate?: number | null;
}

/** Takes texts and lets them live: queued, sent, delivered or not, and a moment later the price. */
export class Carrier {
  /** What is to be done, by the tick when it is due: thousands of texts share a timer. */
  private readonly due = new Map<number, (() => void)[]>();
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(
    private readonly accountSid: string,
    private readonly store: MessageStore,
    private readonly callbacks: UnreliableCallbacks,
    private readonly behaviour: Behaviour,
    private readonly timing: Timing,
  ) {}

  accept({ country, direction = 'outbound', fate = null, ...outgoing }: OutgoingText): TextMessage {
    const now = Date.now();
    const { segments, encoding } = segment(outgoing.text);
    const message: TextMessage = {
      channel: 'sms',
      id: `SM${randomUUID().replaceAll('-', '')}`,
      direction,
      ...outgoing,
      segments,
      encoding,
      status: outgoing.from === null ? 'accepted' : 'queued',
      errorCode: null,
      errorMessage: null,
      fate,
      optOut: null,
      webhook: null,
      cost: priceOf(country, segments),
      price: null,
      receivedAt: now,
      sentAt: null,
      updatedAt: now,
    };
    this.store.add(message);
    this.after(this.timing.queued, () => this.queue(message));
    return message;
  }

  /** Takes up the texts that an earlier run left on their way. */
  resume(): void {
    for (const message of this.store.list({ channel: 'sms' })) {
      if (message.channel !== 'sms' || message.price !== null) continue;
      if (message.direction === 'inbound') continue;
      if (message.status === 'accepted' || message.status === 'queued') this.queue(message);
      else if (message.status === 'sent') this.deliver(message);
      else if (message.status !== 'failed') this.price(message);
    }
  }

  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }

  private queue(message: TextMessage): void {
    message.from ??= OWN_NUMBER;
    this.move(message, { status: 'queued' });
    this.after(this.timing.sent, () => this.send(message));
  }

  private send(message: TextMessage): void {
    const fate = fateOf(message);
    if (fate.status === 'failed') {
      this.end(message, fate);
    } else {
      this.move(message, { status: 'sent', sentAt: Date.now() });
      this.deliver(message);
    }
  }

  private deliver(message: TextMessage): void {
    const fate = fateOf(message);
    const delay = this.timing.delivered + fate.delay + this.behaviour.plan.delayMs;
    if (fate.status) this.after(delay, () => this.end(message, fate));
  }

  private end(message: TextMessage, { status, errorCode }: Fate): void {
    if (status) this.move(message, { status, errorCode });
    // What never left is not paid.
    if (status !== 'failed') this.price(message);
  }

  /** The price is on the message, never in a callback. */
  private price(message: TextMessage): void {
    this.after(this.timing.priced, () => {
      message.price = message.cost;
      this.store.changed(message);
    });
  }

  private move(message: TextMessage, change: Partial<TextMessage>): void {
    Object.assign(message, change, { updatedAt: Date.now() });
    this.store.changed(message);
    if (message.statusCallback) this.callbacks.send(message, message.statusCallback, this.report(message));
  }

  private report(message: TextMessage): Record<string, string> {
    const report: Record<string, string> = {
      AccountSid: this.accountSid,
      ApiVersion: '2010-04-01',
      From: message.from ?? '',
      MessageSid: message.id,
      MessageStatus: message.status,
      SmsSid: message.id,
      SmsStatus: message.status,
      To: message.to,
    };
    if (message.messagingServiceSid) report['MessagingServiceSid'] = message.messagingServiceSid;
    if (message.errorCode !== null) report['ErrorCode'] = String(message.errorCode);
    if (message.status === 'delivered' || message.status === 'undelivered') {
      report['RawDlrDoneDate'] = doneDate(message.updatedAt);
    }
    return report;
  }

  private after(milliseconds: number, step: () => void): void {
    const now = Date.now();
    const tick = Math.ceil((now + milliseconds) / TICK_MS) * TICK_MS;
    const others = this.due.get(tick);
    if (others) {
      others.push(step);
      return;
    }
    this.due.set(tick, [step]);
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.run(tick);
    }, tick - now);
    this.timers.add(timer);
  }

  private run(tick: number): void {
    const steps = this.due.get(tick) ?? [];
    this.due.delete(tick);
    for (const step of steps) step();
  }
}

/** Carriers write YYMMDDhhmm. */
function doneDate(time: number): string {
  return new Date(time).toISOString().replace(/\D/g, '').slice(2, 12);
}
