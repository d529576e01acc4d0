import { sqlStateOf } from '../http/database.problem.js';

interface Passenger<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** A value that cannot be stored, or that another row has: one item's trouble, the others travel alone. */
const isOfOne = (error: unknown) => /^2[23]/.test(sqlStateOf(error) ?? '');

/** How the items of a batch travel. */
interface Way {
  /** The most items of one round trip. */
  readonly size?: number;
  /** How many round trips may be under way at once. */
  readonly parallel?: number;
  /** Milliseconds that the first item waits for others to come; without it, it leaves at once. */
  readonly linger?: number;
}

/**
 * Group commit: callers hand in one item each and wait for its own answer, while everything that arrives
 * during a round trip travels together in the next one.
 */
export class Batch<Item, Answer> {
  private readonly size: number;
  private readonly parallel: number;
  private readonly linger: number;
  private waiting: Passenger<Item, Answer>[] = [];
  private underway = 0;
  private expected = false;

  /** @param work answers the items of one round trip, in their order */
  constructor(
    private readonly work: (items: Item[]) => Promise<readonly Answer[]>,
    { size = 200, parallel = 1, linger = 0 }: Way = {},
  ) {
    this.size = size;
    this.parallel = parallel;
    this.linger = linger;
  }

  add(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.expect();
    });
  }

  /** The next round trip begins when those who may still come have had their time. */
  private expect(): void {
    if (this.expected) return;
    this.expected = true;
    const begin = () => {
      this.expected = false;
      this.next();
    };
    if (this.linger > 0) setTimeout(begin, this.linger);
    else setImmediate(begin);
  }

  private next(): void {
    while (this.underway < this.parallel && this.waiting.length > 0) {
      this.underway += 1;
      void this.travel(this.waiting.splice(0, this.size)).finally(() => {
        this.underway -= 1;
        if (this.waiting.length > 0) this.expect();
      });
    }
  }

  private async travel(group: readonly Passenger<Item, Answer>[]): Promise<void> {
    try {
      const answers = await this.work(group.map(({ item }) => item));
      group.forEach(({ resolve }, index) => resolve(answers[index] as Answer));
    } catch (error) {
      if (group.length === 1 || !isOfOne(error)) group.forEach(({ reject }) => reject(error));
      else for (const passenger of group) await this.travel([passenger]);
    }
  }
}
