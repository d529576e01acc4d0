import { randomUUID } from 'node:crypto';
import type { Behaviour } from './behaviour.js';
import type { TextMessage } from './message.js';
import type { StatusCallbacks } from './status-callbacks.js';

type Report = Readonly<Record<string, string>>;
type Sending = readonly [callback: string, report: Report];

/** Between two reports that are told in the wrong order, in milliseconds. */
const APART = 50;
const LAST = new Set(['delivered', 'undelivered', 'failed']);

/** The way of a callback to us, with all that may happen on it. Straight on, unless the behaviour says otherwise. */
export class UnreliableCallbacks {
  private readonly timers = new Set<NodeJS.Timeout>();
  /** Reports that wait to be told backwards, by message. */
  private readonly held = new Map<string, Sending[]>();

  constructor(
    private readonly callbacks: StatusCallbacks,
    private readonly behaviour: Behaviour,
  ) {}

  send(message: TextMessage, callback: string, report: Report): void {
    const sending = [callback, report] as const;
    switch (this.behaviour.of('callbacks', nameOf(message))) {
      case 'lost':
        return;
      case 'doubled':
        this.callbacks.send(...sending);
        break;
      case 'late':
        this.later(this.behaviour.plan.lateMs, sending);
        return;
      case 'reversed':
        this.reverse(message, sending);
        return;
      case 'strange':
        this.callbacks.send(...strangerOf(sending));
        break;
      case 'early':
      case undefined:
    }
    this.callbacks.send(...sending);
  }

  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }

  private reverse({ id, status }: TextMessage, sending: Sending): void {
    const held = [sending, ...(this.held.get(id) ?? [])];
    this.held.set(id, held);
    if (!LAST.has(status)) return;
    this.held.delete(id);
    for (const [index, one] of held.entries()) this.later(index * APART, one);
  }

  private later(milliseconds: number, sending: Sending): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.callbacks.send(...sending);
    }, milliseconds);
    this.timers.add(timer);
  }
}

/** What makes it the same message to whoever draws a fault for it. */
export const nameOf = ({ to, text }: Pick<TextMessage, 'to' | 'text'>) => `${to} ${text}`;

/** The same report about a message that nobody has sent. */
function strangerOf([callback, report]: Sending): Sending {
  const url = new URL(callback);
  url.searchParams.set('d', randomUUID());
  const sid = `SM${randomUUID().replaceAll('-', '')}`;
  return [url.href, { ...report, MessageSid: sid, SmsSid: sid }];
}
