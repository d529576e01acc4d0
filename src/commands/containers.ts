import type { Type } from '@nestjs/common';

/** Services that were started for a command. */
export interface Container {
  get<T>(type: Type<T>): T;
}

/**
 * What commands send for when they need it, so that `--help` and `--check-config` wait for no database.
 * `cli.ts` knows how to build it.
 */
export abstract class Containers {
  /** The templates that this installation came with. */
  abstract readonly templatesFolder: string;
  /** Texts, from the settings alone. Throws a ConfigurationError. */
  abstract smsOnly(): Promise<Container>;
  /** What looks whether everything would work: needs the settings alone. Throws a ConfigurationError. */
  abstract checkups(): Promise<Container>;
  /** Also people, preferences and words: everything that has a database behind it. */
  abstract application(): Promise<Container>;
}
