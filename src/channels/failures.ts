/**
 * How sending fails, in classes: each provider sorts its own errors into these, and one table says what
 * happens then. The classes follow docs/architecture and the carriers' published error lists.
 */
export const FAILURES = {
  /** The provider has surely not taken it: try again. */
  not_accepted: { then: 'retry', fault: 'provider', counts: true },
  /** Whether the provider has it cannot be known: ask, never repeat blindly. */
  ambiguous: { then: 'unknown', fault: 'provider', counts: true },
  /** The recipient cannot be reached at the moment: once more, much later. */
  maybe_later: { then: 'retry_once', fault: 'recipient', counts: true },
  /** This address does not work and will not: it is suppressed. */
  address: { then: 'fail', fault: 'recipient', counts: true },
  /** The recipient said stop to the provider: suppressed. */
  stopped: { then: 'fail', fault: 'recipient', counts: true },
  /** The same words will be refused again. */
  content: { then: 'fail', fault: 'content', counts: true },
  /** The account may not send to this country. */
  country: { then: 'fail', fault: 'configuration', counts: true },
  /** Our credentials or sender are wrong: nothing is lost, it waits until they are mended. */
  configuration: { then: 'wait', fault: 'configuration', counts: false },
} as const satisfies Record<string, FailureClass>;

interface FailureClass {
  then: 'retry' | 'retry_once' | 'unknown' | 'fail' | 'wait';
  fault: 'recipient' | 'content' | 'configuration' | 'provider';
  /** Whether it uses up one of the delivery's attempts. */
  counts: boolean;
}

export type FailureKind = keyof typeof FAILURES;

/** Kinds after which the address must not be used again. */
export const SUPPRESSING: readonly FailureKind[] = ['address', 'stopped'];

export interface FailureFacts {
  kind: FailureKind;
  /** The provider's own code, as text: `21211`, `550 5.1.1`. */
  code: string;
  /** A sentence for people. */
  message: string;
  provider: string;
  /** The provider's own wish, in seconds. */
  retryAfter?: number;
  cause?: unknown;
}

/** The one error that `Channel.send` throws: sorted, with the provider's code and the cause kept. */
export class DeliveryFailure extends Error {
  readonly kind: FailureKind;
  readonly code: string;
  readonly provider: string;
  readonly retryAfter: number | undefined;

  constructor({ kind, code, message, provider, retryAfter, cause }: FailureFacts) {
    super(message, { cause });
    this.name = 'DeliveryFailure';
    this.kind = kind;
    this.code = code;
    this.provider = provider;
    this.retryAfter = retryAfter;
  }
}

/** The longest wait before attempt n + 1, in seconds. The real one is drawn between zero and this. */
const BACKOFF = [10, 30, 120, 600, 1800, 7200];
const MAYBE_LATER = 1800;
const CONFIGURATION_PROBE = 60;
const MOST_ATTEMPTS = { at_least_once: 8, at_most_once: 3 } as const;

export interface Verdict {
  status: 'pending' | 'failed' | 'unknown';
  reason: string | null;
  fault: FailureClass['fault'] | null;
  /** Seconds until the next attempt, for `pending`. */
  delay: number;
  /** False gives the attempt back. */
  counts: boolean;
}

/** What follows a failure of attempt n. Pure: the dice are an argument. */
export function verdictOn(
  failure: Pick<DeliveryFailure, 'kind' | 'retryAfter'>,
  attempt: number,
  guarantee: keyof typeof MOST_ATTEMPTS,
  random: () => number = Math.random,
): Verdict {
  const { then, fault, counts } = FAILURES[failure.kind];
  const pending = (delay: number): Verdict => ({
    status: 'pending',
    reason: null,
    fault: null,
    delay,
    counts,
  });
  const failed = (reason: string): Verdict => ({ status: 'failed', reason, fault, delay: 0, counts });
  switch (then) {
    case 'unknown':
      return { status: 'unknown', reason: null, fault: null, delay: 0, counts };
    case 'wait':
      return pending(failure.retryAfter ?? CONFIGURATION_PROBE);
    case 'fail':
      return failed(failure.kind);
    case 'retry_once':
      return attempt < 2 ? pending(failure.retryAfter ?? MAYBE_LATER) : failed('unreachable');
    case 'retry': {
      if (attempt >= MOST_ATTEMPTS[guarantee]) return failed('attempts_exhausted');
      const longest = BACKOFF[Math.min(attempt, BACKOFF.length) - 1] ?? 10;
      return pending(failure.retryAfter ?? Math.max(1, random() * longest));
    }
  }
}
