import type { Arrival } from './arrivals.js';

/** How the API says that a delivery stands. */
export interface Standing {
  readonly channel: string;
  readonly status: string;
  readonly reason: string | null;
  /** Whether the answer to one of its attempts was lost: then nobody on our side can know. */
  readonly answerLost: boolean;
}

/** One notification that was answered with 202. */
export interface Story {
  readonly seq: number;
  /** Its deliveries as the API tells them; none where the API does not know the notification. */
  readonly standings: readonly Standing[];
}

/** What the carrier and the mailbox say. */
export interface Truth {
  readonly arrivals: readonly Arrival[];
  /** The last word on each text. */
  readonly fates: ReadonlyMap<string, string>;
}

export interface Verdict {
  accepted: number;
  /** Texts and mails that were taken. */
  sent: number;
  /** Accepted, taken by nobody, and not explained. */
  lost: number;
  /** Taken more often than once. */
  doubled: number;
  /** The state that the API tells is not what happened, or is not final. */
  wrong: number;
  /** Mails that came again, with the same Message-ID, because the answer to the first was lost. */
  hidden: number;
  /** Not sent, and the row says why. */
  explained: number;
}

const CHANNELS = ['sms', 'email'] as const;
const NOT_SENT = ['failed', 'skipped', 'cancelled'];

/** Compares what was promised with what happened and with what is told of it. */
export function judge(stories: readonly Story[], { arrivals, fates }: Truth): Verdict {
  const verdict: Verdict = {
    accepted: stories.length,
    sent: arrivals.length,
    lost: 0,
    doubled: 0,
    wrong: 0,
    hidden: 0,
    explained: 0,
  };
  const copies = new Map<string, Arrival[]>();
  for (const arrival of arrivals) {
    const key = `${arrival.channel} ${arrival.seq}`;
    copies.set(key, [...(copies.get(key) ?? []), arrival]);
  }
  for (const { seq, standings } of stories) {
    for (const channel of CHANNELS) {
      const standing = standings.find((one) => one.channel === channel);
      judgeOne(verdict, copies.get(`${channel} ${seq}`) ?? [], standing, fates);
    }
  }
  return verdict;
}

function judgeOne(
  verdict: Verdict,
  copies: readonly Arrival[],
  standing: Standing | undefined,
  fates: Truth['fates'],
): void {
  const notSent = standing !== undefined && NOT_SENT.includes(standing.status) && standing.reason !== null;
  if (copies.length === 0) {
    if (notSent) verdict.explained += 1;
    else verdict.lost += 1;
    return;
  }
  const more = copies.length - 1;
  if (isHidden(copies, standing)) verdict.hidden += more;
  else verdict.doubled += more;
  if (!standing || !isTrue(standing, copies, fates)) verdict.wrong += 1;
}

/** No mail server can be asked, and its readers know a Message-ID again. A carrier can be asked: never there. */
const isHidden = (copies: readonly Arrival[], standing: Standing | undefined) =>
  standing?.channel === 'email' && standing.answerLost && new Set(copies.map(({ id }) => id)).size === 1;

function isTrue(
  { channel, status, reason }: Standing,
  copies: readonly Arrival[],
  fates: Truth['fates'],
): boolean {
  // A mail is at the server, or its answer was lost twice and the row says that nobody knows.
  if (channel === 'email') return status === 'sent' || reason === 'unknown_outcome';
  const ends = new Set(copies.map(({ id }) => fates.get(id)));
  return status === (ends.has('delivered') ? 'delivered' : 'failed') && !ends.has(undefined);
}
