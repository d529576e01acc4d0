/** Milliseconds until the next turn after the first, the second, ...; the last one from then on. */
const WAITS = [2000, 5000, 15_000, 60_000, 600_000, 3_600_000];
/** Beyond so many the oldest are forgotten: they have their first turn again. */
const REMEMBERED = 50_000;

/** When each of many things may be asked after again: soon at first, then less and less often. */
export class Turns {
  private readonly turns = new Map<string, { tries: number; next: number }>();

  isDue(id: string, now: number): boolean {
    return (this.turns.get(id)?.next ?? 0) <= now;
  }

  /** Uses a turn. Returns how many it has had. */
  take(id: string, now: number): number {
    const tries = (this.turns.get(id)?.tries ?? 0) + 1;
    this.turns.delete(id);
    this.turns.set(id, { tries, next: now + (WAITS[Math.min(tries, WAITS.length) - 1] ?? 0) });
    if (this.turns.size > REMEMBERED) this.forget(this.turns.keys().next().value ?? '');
    return tries;
  }

  forget(id: string): void {
    this.turns.delete(id);
  }
}
