import { sqlStateOf } from '../http/database.problem.js';

interface Passenger<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** A value that cannot be stored, or that another row has: one item's trouble, the others travel alone. */
const isOfOne = (error: unknown) => /^2[23]/.test(sqlStateOf(error) ?? '');

/**
 * Group commit: callers hand in one item each and wait for its own answer, while everything that arrives
 * during a round trip travels together in the next one. Alone, an item leaves at once.
 */
export class Batch<Item, Answer> {
  private waiting: Passenger<Item, Answer>[] = [];
  private underway = 0;

  /**
   * @param work answers the items of one round trip, in their order
   * @param size the most items of one round trip
   * @param parallel how many round trips may be under way at once
   */
  constructor(
    private readonly work: (items: Item[]) => Promise<readonly Answer[]>,
    private readonly size = 200,
    private readonly parallel = 1,
  ) {}

  add(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (this.waiting.length === 1) setImmediate(() => this.next());
    });
  }

  private next(): void {
    while (this.underway < this.parallel && this.waiting.length > 0) {
      this.underway += 1;
      void this.travel(this.waiting.splice(0, this.size)).finally(() => {
        this.underway -= 1;
        this.next();
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
