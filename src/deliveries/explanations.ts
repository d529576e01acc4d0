import { Injectable } from '@nestjs/common';
import type { Delivery } from './delivery.entity.js';
import type { ErrorView } from './error.view.js';

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
