import { setTimeout as wait } from 'node:timers/promises';

/** Changes within this time are told as one count. */
const PAUSE = 25;
const RETRY_AFTER = 1000;

/** Counts again for everybody to whom something changed: one query for all of them, at most one each pause. */
export class UnreadCounts {
  private readonly changed = new Set<string>();
  private counting = false;

  constructor(
    private readonly count: (userIds: string[]) => Promise<ReadonlyMap<string, number>>,
    private readonly tell: (userId: string, count: number) => void,
    private readonly failed: (error: unknown) => void,
  ) {}

  mark(userId: string): void {
    this.changed.add(userId);
    if (!this.counting) void this.run();
  }

  private async run(): Promise<void> {
    this.counting = true;
    while (this.changed.size > 0) {
      await wait(PAUSE, undefined, { ref: false });
      const people = [...this.changed];
      this.changed.clear();
      try {
        const counts = await this.count(people);
        for (const person of people) this.tell(person, counts.get(person) ?? 0);
      } catch (error) {
        this.failed(error);
        people.forEach((person) => this.changed.add(person));
        await wait(RETRY_AFTER, undefined, { ref: false });
      }
    }
    this.counting = false;
  }
}
