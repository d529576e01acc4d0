import type { Claimed } from '../deliveries/leases.js';
import type { Rule } from '../deliveries/delivery.entity.js';
import type { HoldReason } from '../deliveries/status.js';

/** Why a delivery must not go now after all; the rule is added to those of its plan. */
export type Objection =
  | { readonly status: 'skipped'; readonly reason: string; readonly rule?: Rule }
  | {
      readonly status: 'pending';
      readonly holdReason: HoldReason;
      /** Seconds. */
      readonly delay: number;
      readonly rule?: Rule;
    };

/**
 * Preferences decide twice: at the API to answer, and again just before sending to obey. The runner asks
 * through this port; who knows people and their choices answers it.
 */
export abstract class Recheck {
  abstract objectionTo(delivery: Claimed): Promise<Objection | null>;
}
