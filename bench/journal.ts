import { now } from './clock.js';
import { personOf } from './marker.js';

export const CHANNELS = ['sms', 'email', 'socket'] as const;
export type Channel = (typeof CHANNELS)[number];

/** Columns of times, in milliseconds by the shared clock; 0 where it has not happened. */
type Times = Record<'sent' | 'accepted' | Channel, Float64Array>;

/** What went out and what came in, one line a notification. */
export class Journal {
  readonly times: Times;
  /** Came a second time. */
  readonly doubled: Record<Channel, number> = { sms: 0, email: 0, socket: 0 };
  /** Came to another person than it was for. */
  misdirected = 0;
  /** Of no notification of this run. */
  strangers = 0;
  /** When something came for the last time. */
  lastAt = 0;
  private missing = 0;

  constructor(
    size: number,
    private readonly users: number,
    /** People below this number have a browser open. */
    private readonly sockets: number,
  ) {
    const column = () => new Float64Array(size);
    this.times = {
      sent: column(),
      accepted: column(),
      sms: column(),
      email: column(),
      socket: column(),
    };
  }

  /** What was accepted and has not come everywhere yet. */
  get outstanding(): number {
    return this.missing;
  }

  readonly expects = (seq: number, channel: Channel): boolean =>
    channel !== 'socket' || personOf(seq, this.users) < this.sockets;

  send(seq: number, at: number): void {
    this.times.sent[seq] = at;
  }

  accept(seq: number): void {
    this.times.accepted[seq] = now();
    // It may have come before the answer.
    for (const channel of CHANNELS) {
      if (this.expects(seq, channel) && this.times[channel][seq] === 0) this.missing += 1;
    }
  }

  receive(channel: Channel, seq: number | undefined, person: number, at: number): void {
    const column = this.times[channel];
    if (seq === undefined || this.times.sent[seq] === undefined || this.times.sent[seq] === 0) {
      this.strangers += 1;
      return;
    }
    this.lastAt = Math.max(this.lastAt, at);
    if (person !== personOf(seq, this.users)) this.misdirected += 1;
    if (column[seq] !== 0) {
      this.doubled[channel] += 1;
      return;
    }
    column[seq] = at;
    if (this.times.accepted[seq] !== 0 && this.expects(seq, channel)) this.missing -= 1;
  }
}
