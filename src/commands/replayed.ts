import type { RefusedView, ReplayView } from '../dead-letters/dead-letter.view.js';
import { EXIT, type Exit } from './exit.js';

/** What the steps of a replay have done together. */
export class Replayed {
  readonly counts = { seen: 0, retried: 0, refused: [] as RefusedView[] };

  add({ seen, retried, refused }: ReplayView): void {
    const { counts } = this;
    counts.seen += seen;
    counts.retried += retried;
    for (const { refusal, count, detail } of refused) {
      const before = counts.refused.find((one) => one.refusal === refusal);
      const others = counts.refused.filter((one) => one !== before);
      counts.refused = [...others, { refusal, count: count + (before?.count ?? 0), detail }];
    }
  }

  /** Nothing done although there was something to do is no success. */
  get exit(): Exit {
    const { seen, retried, refused } = this.counts;
    if (seen === 0 || retried > 0) return EXIT.ok;
    return refused.every(({ refusal }) => refusal === 'suppressed') ? EXIT.suppressed : EXIT.failed;
  }
}
