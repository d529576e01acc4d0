/** Where a delivery stands. One row of the ledger is in exactly one of these. */
export const STATUSES = [
  'pending',
  'sending',
  'unknown',
  'sent',
  'delivered',
  'failed',
  'skipped',
  'cancelled',
] as const;
export type Status = (typeof STATUSES)[number];

/** Which state may follow which. Every UPDATE of the ledger takes its states from here, by `leaving`. */
const SUCCESSORS: Readonly<Record<Status, readonly Status[]>> = {
  pending: ['sending', 'skipped', 'cancelled'],
  sending: ['sent', 'delivered', 'failed', 'pending', 'skipped', 'unknown'],
  unknown: ['sent', 'delivered', 'failed', 'pending'],
  sent: ['delivered', 'failed', 'pending'],
  delivered: [],
  // An operator replays it; or the carrier corrects itself: a report that outranks the failure.
  failed: ['pending', 'delivered'],
  skipped: [],
  cancelled: [],
};

/**
 * A state as SQL, for a statement that moves rows out of it: `status = ${leaving('pending', 'cancelled')}`.
 * A move that the table does not allow stops the process when the statement is loaded.
 */
export function leaving(from: Status, ...to: readonly Status[]): string {
  const illegal = to.find((next) => !SUCCESSORS[from].includes(next));
  if (illegal) throw new Error(`A delivery must not go from ${from} to ${illegal}.`);
  return `'${from}'`;
}

/** What any provider may say of a message, in the order in which messages live. */
export const PROVIDER_RANK = {
  queued: 1,
  sending: 2,
  sent: 3,
  undelivered: 5,
  failed: 5,
  cancelled: 5,
  delivered: 6,
  read: 7,
} as const;
export type ProviderStatus = keyof typeof PROVIDER_RANK;

/** The ledger's state that a provider's word stands for. */
export function statusOf(word: ProviderStatus): 'sent' | 'delivered' | 'failed' {
  const rank = PROVIDER_RANK[word];
  if (rank >= PROVIDER_RANK.delivered) return 'delivered';
  return rank >= PROVIDER_RANK.failed ? 'failed' : 'sent';
}

/**
 * Why a pending row waits. `paused` is the person's own wish, `channel_paused` an operator's; `fallback` stands in for
 * another channel.
 */
export type HoldReason =
  | 'send_at'
  | 'quiet_hours'
  | 'cap'
  | 'velocity'
  | 'retry'
  | 'paused'
  | 'digest'
  | 'channel_paused'
  | 'breaker_open'
  | 'fallback';

/** Whose doing a final state is. */
export type Fault = 'recipient' | 'content' | 'configuration' | 'provider' | 'policy' | 'us';

/** What a delivery promises when the provider's answer was lost: again after asking, or never again. */
export type Guarantee = 'at_least_once' | 'at_most_once';

export const PRIORITY = { critical: 0, normal: 1, bulk: 2 } as const;
