/**
 * Group commit: callers hand in one item each and wait for its own answer, while everything that arrives
 * during a round trip travels together in the next one. Alone, an item leaves at once.
 */
export class Batch<Item, Answer> {
  private waiting: { item: Item; resolve: (answer: Answer) => void; reject: (error: unknown) => void }[] = [];
  private underway = 0;

  /**
   * @param work answers the items of one round trip, in their order
   * @param size the most items of one round trip
   * @param parallel how many round trips may be under way at once
   */
  constructor(
    private readonly work: (items: Item[]) => Promise<readonly Answer[]>,
    private readonly size = 200,
    private readonly parallel = 2,
  ) {}

  add(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (this.waiting.length === 1) setImmediate(() => this.next());
    });
  }

  private next(): void {
    while (this.underway < this.parallel && this.waiting.length > 0) {
      const group = this.waiting.splice(0, this.size);
      this.underway += 1;
      this.work(group.map(({ item }) => item))
        .then(
          (answers) => group.forEach(({ resolve }, index) => resolve(answers[index] as Answer)),
          (error: unknown) => group.forEach(({ reject }) => reject(error)),
        )
        .finally(() => {
          this.underway -= 1;
          this.next();
        });
    }
  }
}
