import { type FieldError, unprocessable } from '../http/domain.error.js';
import { pointerOf } from '../http/json.body.js';
import type { OptionsCheck } from './channel.words.js';
import type { WordOptions, Words } from './words.js';

const NAME = /^[a-z][a-z0-9_]{0,63}$/;
const MOST_CHANNELS = 20;
const MOST_PARTS = 10;
/** Characters of JSON that the options of one channel may take. */
const LONGEST_OPTIONS = 4_000;

/** What is to become different; what is left out stays. */
export interface WordChanges {
  readonly title?: string;
  readonly message?: string;
  readonly action_url?: string | null;
  readonly channels?: Readonly<Record<string, unknown>>;
  readonly options?: Readonly<Record<string, unknown>>;
}

/** The words with the changes in them; null takes a channel, a part, an option or the link out. */
export function changedWords(words: Words, changes: WordChanges, wrong: OptionsCheck): Words {
  const options = changedOptions(words.options ?? {}, changes.options ?? {}, wrong);
  return {
    title: changes.title?.trim() ?? words.title,
    message: changes.message?.trim() ?? words.message,
    actionUrl: changes.action_url === undefined ? words.actionUrl : (changes.action_url?.trim() ?? null),
    channels: changedChannels(words.channels, changes.channels ?? {}),
    ...(Object.keys(options).length > 0 && { options }),
  };
}

function changedChannels(channels: Words['channels'], changes: Readonly<Record<string, unknown>>) {
  const errors: FieldError[] = [];
  const changed = new Map(Object.entries(channels));
  for (const [channel, parts] of Object.entries(changes)) {
    const pointer = pointerOf('/channels', channel);
    if (!NAME.test(channel)) errors.push(badName(pointer, channel));
    else if (parts === null) changed.delete(channel);
    else if (typeof parts === 'object' && !Array.isArray(parts)) {
      changed.set(channel, changedParts(changed.get(channel) ?? {}, parts, pointer, errors));
    } else errors.push(field(pointer, 'field.object', `${channel} must be an object of parts and texts`));
  }
  if (changed.size > MOST_CHANNELS) {
    errors.push(field('/channels', 'field.too-many', `A template has ${MOST_CHANNELS} channels at most`));
  }
  if (errors.length > 0) throw unprocessable('request.invalid', `${errors[0]?.detail ?? ''}.`, errors);
  return Object.fromEntries(changed);
}

function changedParts(
  parts: Readonly<Record<string, string>>,
  changes: object,
  pointer: string,
  errors: FieldError[],
): Record<string, string> {
  const changed = new Map(Object.entries(parts));
  for (const [part, text] of Object.entries(changes) as [string, unknown][]) {
    const at = pointerOf(pointer, part);
    if (!NAME.test(part)) errors.push(badName(at, part));
    else if (text === null) changed.delete(part);
    else if (typeof text === 'string' && text.trim() !== '') changed.set(part, text.trim());
    else errors.push(field(at, 'field.string', `${part} must be a text`));
  }
  if (changed.size > MOST_PARTS) {
    errors.push(field(pointer, 'field.too-many', `A channel has ${MOST_PARTS} parts at most`));
  }
  return Object.fromEntries(changed);
}

function changedOptions(
  options: WordOptions,
  changes: Readonly<Record<string, unknown>>,
  wrong: OptionsCheck,
): WordOptions {
  const errors: FieldError[] = [];
  const changed = new Map(Object.entries(options));
  for (const [channel, given] of Object.entries(changes)) {
    const pointer = pointerOf('/options', channel);
    if (!NAME.test(channel)) errors.push(badName(pointer, channel));
    else if (given === null) changed.delete(channel);
    else if (typeof given === 'object' && !Array.isArray(given)) {
      const merged = Object.entries({ ...changed.get(channel), ...given }).filter(
        ([, value]) => value !== null,
      );
      changed.set(channel, Object.fromEntries(merged));
    } else errors.push(field(pointer, 'field.object', `${channel} must be an object of options`));
  }
  for (const [channel, given] of changed) {
    errors.push(...optionErrors(pointerOf('/options', channel), given, wrong(channel, given)));
  }
  if (errors.length > 0) throw unprocessable('request.invalid', `${errors[0]?.detail ?? ''}.`, errors);
  return Object.fromEntries([...changed].filter(([, given]) => Object.keys(given).length > 0));
}

function optionErrors(pointer: string, options: object, wrong: ReturnType<OptionsCheck>): FieldError[] {
  if (JSON.stringify(options).length > LONGEST_OPTIONS) {
    const detail = `The options of a channel take ${LONGEST_OPTIONS} characters of JSON at most`;
    return [field(pointer, 'field.too-long', detail)];
  }
  return wrong.map(({ option, detail }) =>
    field(option.split('.').reduce(pointerOf, pointer), 'template.wrong-option', `${option} ${detail}`),
  );
}

const field = (pointer: string, code: string, detail: string): FieldError => ({ pointer, code, detail });

const badName = (pointer: string, name: string) =>
  field(pointer, 'field.name', `"${name.slice(0, 100)}" is no name: small letters, digits and _ only`);
