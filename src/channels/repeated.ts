/** Does the same again and again, with a pause after each end, until it is stopped. */
export class Repeated {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private failing = false;

  /**
   * @param pause milliseconds
   * @param failed is told once an outage, not once a round: an absent database is said aloud by others too
   */
  constructor(
    private readonly work: () => Promise<unknown>,
    private readonly pause: number,
    private readonly failed: (error: Error) => void,
  ) {}

  start(): void {
    this.timer = setTimeout(() => {
      this.round = this.turn();
    }, this.pause);
  }

  /** Begins no more. Resolves when the round under way has ended. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.round;
  }

  private async turn(): Promise<void> {
    try {
      await this.work();
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.failed(error as Error);
      this.failing = true;
    }
    if (this.timer) this.start();
  }
}
