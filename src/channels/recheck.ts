import type { Claimed } from '../deliveries/leases.js';
import type { HoldReason } from '../deliveries/status.js';

/** Why a delivery must not go now after all. */
export type Objection =
  | { readonly status: 'skipped'; readonly reason: string }
  | { readonly status: 'pending'; readonly holdReason: HoldReason; readonly delay: number };

/**
 * Preferences decide twice: at the API to answer, and again just before sending to obey. The runner asks
 * through this port; who knows people and their choices answers it.
 */
export abstract class Recheck {
  abstract objectionTo(delivery: Claimed): Promise<Objection | null>;
}
