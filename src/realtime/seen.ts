/** How many places are remembered one by one. */
const REMEMBERED = 512;

/** Which places of the inbox a connection has been shown, so that nothing comes twice at a seam. */
export class Seen {
  /** Everything up to here is settled. */
  private floor = Number.NEGATIVE_INFINITY;
  private readonly above = new Set<number>();

  upTo(seq: number): void {
    this.floor = Math.max(this.floor, seq);
  }

  has(seq: number): boolean {
    return seq <= this.floor || this.above.has(seq);
  }

  add(seq: number): void {
    this.above.add(seq);
    if (this.above.size <= REMEMBERED) return;
    const [oldest] = this.above;
    if (oldest === undefined) return;
    this.above.delete(oldest);
    this.upTo(oldest);
  }
}
