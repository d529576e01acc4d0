import { Injectable } from '@nestjs/common';
import type { Refusal, WrongOption } from '../channels/channel.js';
import { differenceFrom, unknownTags } from './dlt.pattern.js';
import { DltSettings } from './dlt.settings.js';

/** Where the register reaches. */
const INDIA = '+91';
const CATEGORIES = ['transactional', 'service_implicit', 'service_explicit', 'promotional'];

/** What the register says of a text, as its template's options give it. */
export interface DltOptions {
  readonly template_id?: string;
  /** The sender that the register knows, as `LNDRYC`. */
  readonly header?: string;
  readonly category?: string;
  /** The words as they are registered, with `{#var#}` for what changes. */
  readonly pattern?: string;
}

/** What a carrier is told of a text beside its words. */
export type DltIds = Readonly<Record<'dlt_entity_id' | 'dlt_template_id' | 'dlt_header', string>>;

const NEEDED = ['template_id', 'header', 'category', 'pattern'] as const;

/** Holds texts to India against their registration: what the operators would drop is not sent. */
@Injectable()
export class Dlt {
  constructor(private readonly settings: DltSettings) {}

  /** The ids for the carrier, or why the text must not go; undefined where the register is not asked. */
  check(to: string, text: string, options: DltOptions = {}): DltIds | Refusal | undefined {
    const { enabled, entityId = '', variableLength } = this.settings;
    if (!enabled || !to.startsWith(INDIA)) return undefined;
    const lacking = NEEDED.filter((name) => options[name] === undefined);
    if (lacking.length > 0) return missing(lacking);
    const { template_id = '', header = '', pattern = '' } = options;
    const difference = differenceFrom(pattern, text, variableLength);
    if (!difference) return { dlt_entity_id: entityId, dlt_template_id: template_id, dlt_header: header };
    const { position, expected, found } = difference;
    const detail =
      `The text is not as it is registered (DLT template ${template_id}): at character ${position} it needs ` +
      `${expected}, and has ${found === '' ? 'nothing more' : `"${found}"`}. Change the words or their values, ` +
      'or register them anew.';
    return { rule: 'dlt_mismatch', fault: 'content', detail };
  }
}

const missing = (lacking: readonly string[]): Refusal => ({
  rule: 'dlt_missing',
  fault: 'content',
  detail:
    `Texts to India must be registered, and the template lacks ${lacking.map((name) => `options.sms.dlt.${name}`).join(', ')}. ` +
    'Register it at the DLT portal of an operator and add what that says.',
});

const CHECKS: Readonly<Record<(typeof NEEDED)[number], (value: string) => string | undefined>> = {
  template_id: (value) => (/^\d{10,25}$/.test(value) ? undefined : 'must be 10 to 25 digits, in quotes'),
  header: (value) => (/^[A-Za-z0-9]{3,11}$/.test(value) ? undefined : 'must be 3 to 11 letters and digits'),
  category: (value) => (CATEGORIES.includes(value) ? undefined : `must be ${CATEGORIES.join(' or ')}`),
  pattern: (value) => {
    const [unknown] = unknownTags(value);
    return unknown === undefined ? undefined : `holds ${unknown}, which no register knows: write {#var#}`;
  },
};

/** What is wrong with `dlt` among the options of a text. */
export function wrongDltOptions(value: unknown): WrongOption[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ option: 'dlt', detail: `must be a map of ${NEEDED.join(', ')}` }];
  }
  const checks: Readonly<Record<string, (value: string) => string | undefined>> = CHECKS;
  return Object.entries(value).flatMap(([name, given]: [string, unknown]) => {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (!check) return [{ option: `dlt.${name}`, detail: `is not known: there are ${NEEDED.join(', ')}` }];
    const detail = typeof given === 'string' ? check(given) : 'must be a text: put numbers in quotes';
    return detail === undefined ? [] : [{ option: `dlt.${name}`, detail }];
  });
}
