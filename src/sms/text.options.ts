import type { WrongOption } from '../channels/channel.js';
import { type DltOptions, wrongDltOptions } from './dlt.js';

/** What a template may say beside the words of its text message. */
export interface TextOptions {
  /** False where typographic characters are wanted in spite of their price. */
  readonly tidy?: boolean;
  /** How many segments the text may take; the setting SMS_MAX_SEGMENTS where it says nothing. */
  readonly max_segments?: number;
  /** Its registration in India. */
  readonly dlt?: DltOptions;
}

/** Carriers join no more of them. */
export const MOST_SEGMENTS = 10;

const CHECKS: Readonly<Record<Exclude<keyof TextOptions, 'dlt'>, (value: unknown) => string | undefined>> = {
  tidy: (value) => (typeof value === 'boolean' ? undefined : 'must be true or false'),
  max_segments: (value) =>
    Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MOST_SEGMENTS
      ? undefined
      : `must be a whole number from 1 to ${MOST_SEGMENTS}`,
};

/** What is wrong with the options of a template's text, one by one. */
export function wrongTextOptions(options: Readonly<Record<string, unknown>>): WrongOption[] {
  const checks: Readonly<Record<string, (value: unknown) => string | undefined>> = CHECKS;
  return Object.entries(options).flatMap(([option, value]) => {
    if (option === 'dlt') return wrongDltOptions(value);
    const check = Object.hasOwn(checks, option) ? checks[option] : undefined;
    const detail = check
      ? check(value)
      : `is no option of a text: there are ${Object.keys(CHECKS).join(', ')}, dlt`;
    return detail === undefined ? [] : [{ option, detail }];
  });
}
