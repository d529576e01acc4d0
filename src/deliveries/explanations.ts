import { Injectable } from '@nestjs/common';
import type { Delivery } from './delivery.entity.js';

/** Why a delivery failed, in words for people. */
export class ErrorView {
  /** The provider's own. @example "21614" */
  readonly code!: string;
  /** Which class of failure it is; null where no table has the code. @example "address" */
  readonly class!: string | null;
  /** What happened. */
  readonly sentence!: string;
  /** What to do; null where nobody knows. */
  readonly cure!: string | null;
}

/** What an explanation is made from. */
export type Failed = Pick<Delivery, 'channel' | 'provider' | 'errorCode' | 'errorMessage' | 'reason'>;

/** What providers' codes mean. The ledger does not know; who does gives it a `source`. */
@Injectable()
export class Explanations {
  private source: ((failed: Failed) => ErrorView) | undefined;

  from(source: (failed: Failed) => ErrorView): void {
    this.source = source;
  }

  /** Null where nothing has failed. */
  of(failed: Failed): ErrorView | null {
    return failed.errorCode === null ? null : (this.source?.(failed) ?? null);
  }
}
