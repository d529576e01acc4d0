import { Inject, type OnModuleInit } from '@nestjs/common';
import { Checkups } from './checkups.js';

/** One thing that was looked at. */
export interface Finding {
  /** Stable, for programs: `sms.balance`. */
  readonly code: string;
  readonly state: 'good' | 'warning' | 'bad';
  /** A sentence for people. */
  readonly says: string;
  /** What to do; for what is not good. */
  readonly cure?: string;
  /** Whether something has to be set otherwise, or just did not answer. */
  readonly fault?: 'configuration' | 'unreachable';
}

export const good = (code: string, says: string): Finding => ({ code, state: 'good', says });
export const warning = (code: string, says: string, cure: string): Finding => ({
  code,
  state: 'warning',
  says,
  cure,
});
export const bad = (
  code: string,
  says: string,
  cure: string,
  fault: Finding['fault'] = 'configuration',
): Finding => ({ code, state: 'bad', says, cure, fault });

/** Looks whether one part of the service would work with its settings. Asks, and changes nothing. */
export abstract class Checkup implements OnModuleInit {
  /** For people: what is looked at. */
  abstract readonly subject: string;

  @Inject(Checkups) private readonly checkups!: Checkups;

  onModuleInit(): void {
    this.checkups.add(this);
  }

  /** What it throws is one bad finding. */
  abstract check(): Promise<Finding[]>;
}
