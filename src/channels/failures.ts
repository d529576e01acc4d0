import type { Guarantee } from '../deliveries/status.js';

/**
 * How sending fails, in classes: each provider sorts its own errors into these, and one table says what
 * happens then. The classes follow docs/architecture and the carriers' published error lists.
 */
export const FAILURES = {
  /** The provider has surely not taken it: try again. */
  not_accepted: {
    then: 'retry',
    fault: 'provider',
    blames: 'provider',
    closes: 'never',
    says: 'The provider has surely not taken it.',
    cure: 'Nothing: it is tried again, after a while or through another provider.',
  },
  /** Whether the provider has it cannot be known: ask, never repeat blindly. */
  ambiguous: {
    then: 'unknown',
    fault: 'provider',
    blames: 'provider',
    closes: 'never',
    says: 'Nobody knows whether the provider has it.',
    cure: 'Nothing: the provider is asked. Where it cannot be asked, look for the message there before it is sent again.',
  },
  /** The recipient cannot be reached at the moment: once more, much later. */
  maybe_later: {
    then: 'retry_once',
    fault: 'recipient',
    blames: 'message',
    closes: 'never',
    says: 'The recipient cannot be reached at the moment.',
    cure: 'Nothing: it is tried once more after half an hour.',
  },
  /** This address does not work and will not: it is suppressed. */
  address: {
    then: 'fail',
    fault: 'recipient',
    blames: 'message',
    closes: 'at_once',
    says: 'This address does not work, and is not used any more.',
    cure: 'Ask the person for another one.',
  },
  /** The recipient said stop to the provider: suppressed. */
  stopped: {
    then: 'fail',
    fault: 'recipient',
    blames: 'message',
    closes: 'at_once',
    says: 'The recipient or their carrier does not want messages from this sender.',
    cure: 'Only the person can undo it.',
  },
  /** The same words will be refused again. */
  content: {
    then: 'fail',
    fault: 'content',
    blames: 'message',
    closes: 'never',
    says: 'The provider does not carry these words.',
    cure: 'Change the template, then send anew.',
  },
  /** The account may not send to this country. */
  country: {
    then: 'fail',
    fault: 'configuration',
    blames: 'message',
    closes: 'never',
    says: 'This account may not send there.',
    cure: "Allow the country at the provider, or finish the sender's registration.",
  },
  /** Our credentials or sender are wrong: nothing is lost, all waits until they are mended. */
  configuration: {
    then: 'wait',
    fault: 'configuration',
    blames: 'configuration',
    closes: 'never',
    says: 'Our account, credentials or sender are wrong. Everything waits, and nothing is lost.',
    cure: 'Mend the settings: one message tries each minute. `npm run cli -- doctor` looks for the cause, and `npm run cli -- channels resume <channel>` does not wait for that minute.',
  },
} as const satisfies Record<string, FailureClass>;

interface FailureClass {
  then: 'retry' | 'retry_once' | 'unknown' | 'fail' | 'wait';
  fault: 'recipient' | 'content' | 'configuration' | 'provider';
  /** What is wrong: this message alone, or the way to everybody. */
  blames: 'message' | 'provider' | 'configuration';
  closes: Closing;
  /** What has happened, for people, and what to do. */
  says: string;
  cure: string;
}

/** Whether the address must not be used again: from now on, or when it has happened for three deliveries. */
export type Closing = 'never' | 'when_repeated' | 'at_once';

export type FailureKind = keyof typeof FAILURES;

/** What a failure says something of. Nobody: the provider was not called. */
export type Blame = FailureClass['blames'] | 'nobody';

export interface FailureFacts {
  kind: FailureKind;
  /** The provider's own code, as text: `21211`, `550 5.1.1`. */
  code: string;
  /** A sentence for people. */
  message: string;
  provider: string;
  /** The provider's own wish, in seconds. */
  retryAfter?: number;
  /** Where a code weighs otherwise than its class. */
  closes?: Closing;
  blames?: Blame;
  /** True where `retryAfter` concerns this address alone, and others need not wait. */
  waitsAlone?: boolean;
  /** True when no table has the code, and only its form has sorted it. */
  unlisted?: boolean;
  cause?: unknown;
}

/** The one error that `Channel.send` throws: sorted, with the provider's code and the cause kept. */
export class DeliveryFailure extends Error {
  readonly kind: FailureKind;
  readonly code: string;
  readonly provider: string;
  readonly retryAfter: number | undefined;
  readonly closes: Closing;
  readonly blames: Blame;
  readonly waitsAlone: boolean;
  readonly unlisted: boolean;

  constructor({ kind, code, message, provider, retryAfter, cause, ...more }: FailureFacts) {
    super(message, { cause });
    this.name = 'DeliveryFailure';
    this.kind = kind;
    this.code = code;
    this.provider = provider;
    this.retryAfter = retryAfter;
    this.closes = more.closes ?? FAILURES[kind].closes;
    this.blames = more.blames ?? FAILURES[kind].blames;
    this.waitsAlone = more.waitsAlone ?? false;
    this.unlisted = more.unlisted ?? false;
  }
}

/** The longest wait before attempt n + 1, in seconds. The real one is drawn between zero and this. */
const BACKOFF = [10, 30, 120, 600, 1800, 7200];
const MAYBE_LATER = 1800;
export const MOST_ATTEMPTS: Readonly<Record<Guarantee, number>> = { at_least_once: 8, at_most_once: 3 };
/** What is of use for ten minutes at most, like a security code, has four attempts in them. */
const SHORT_LIVED = { seconds: 600, attempts: 4 };
/** No wait takes more than this part of what is left, so that the attempts fit into it. */
const SHARE = 1 / 3;
/** Seconds after the first attempt in which there may be others. */
const LONGEST = 86_400;

/** How far a delivery has come when it fails. */
export interface Standing {
  readonly attempt: number;
  readonly guarantee: Guarantee;
  /** Seconds since its first attempt. */
  readonly age: number;
  /** Seconds until it is too late for it; null where it has no end. */
  readonly left: number | null;
}

export interface Verdict {
  status: 'pending' | 'failed' | 'unknown';
  reason: string | null;
  fault: FailureClass['fault'] | null;
  /** Seconds until the next attempt, for `pending`. */
  delay: number;
  /** False gives the attempt back. */
  counts: boolean;
}

/** What follows a failure of this attempt. Pure: the dice are an argument. */
export function verdictOn(
  { kind, retryAfter }: Pick<DeliveryFailure, 'kind' | 'retryAfter'>,
  standing: Standing,
  random: () => number = Math.random,
): Verdict {
  const { then, fault } = FAILURES[kind];
  const ended = (reason: string): Verdict => ({ status: 'failed', reason, fault, delay: 0, counts: true });
  switch (then) {
    case 'unknown':
      return { status: 'unknown', reason: null, fault: null, delay: 0, counts: true };
    case 'wait':
      return { ...again(0), counts: false };
    case 'fail':
      return ended(kind);
    case 'retry_once':
      if (standing.attempt >= 2) return ended('unreachable');
      return inTime(retryAfter ?? MAYBE_LATER, standing, ended);
    case 'retry':
      if (standing.attempt >= mostAttempts(standing)) return ended('attempts_exhausted');
      return inTime(retryAfter ?? backoff(standing, random), standing, ended);
  }
}

function mostAttempts({ guarantee, age, left }: Standing): number {
  const most = MOST_ATTEMPTS[guarantee];
  const isShort = left !== null && age + left <= SHORT_LIVED.seconds;
  return isShort ? Math.min(most, SHORT_LIVED.attempts) : most;
}

/** Drawn anew for each, so that those who failed together do not come back together; well before its end. */
function backoff({ attempt, left }: Standing, random: () => number): number {
  const longest = BACKOFF[Math.min(attempt, BACKOFF.length) - 1] ?? 10;
  return Math.max(1, random() * Math.min(longest, left === null ? longest : left * SHARE));
}

function inTime(delay: number, { age, left }: Standing, ended: (reason: string) => Verdict): Verdict {
  if (left !== null && delay >= left) return ended('expired');
  return age + delay > LONGEST ? ended('attempts_exhausted') : again(delay);
}

const again = (delay: number): Verdict => ({
  status: 'pending',
  reason: null,
  fault: null,
  delay,
  counts: true,
});
