import { Injectable, Logger } from '@nestjs/common';

/** Beyond so many nothing new is remembered: a provider that makes up codes must not fill the memory. */
const REMEMBERED = 1000;

/** Counts the codes of providers that no table has: each is a line to add. */
@Injectable()
export class UnlistedCodes {
  private readonly logger = new Logger('Providers');
  private readonly counts = new Map<string, number>();

  /** Says it at the first time, and at the tenth, the hundredth, ... */
  note(provider: string, code: string): void {
    const key = `${provider} ${code}`;
    const count = (this.counts.get(key) ?? 0) + 1;
    if (count > 1 || this.counts.size < REMEMBERED) this.counts.set(key, count);
    if (Number.isInteger(Math.log10(count))) {
      this.logger.warn(`${provider} says ${code}, which no table of failures has; so far ${count} times.`);
    }
  }
}
