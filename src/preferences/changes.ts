import type { FieldError } from '../http/domain.error.js';
import { didYouMean } from '../http/closest.js';
import { pointerOf } from '../http/json.body.js';
import { isObject } from '../http/validation.js';
import type { CategoryTerms, ChannelTerms } from './catalogue.js';
import type { Change } from './choices.js';
import { type Cell, FlatNames } from './flat-names.js';

/** What may be said about preferences: made from the catalogue. */
export interface Vocabulary {
  readonly channels: readonly ChannelTerms[];
  readonly categories: readonly CategoryTerms[];
  readonly names: FlatNames;
}

/** How many findings one answer lists. */
const ENOUGH = 20;

interface Options {
  /** Where the object stands in the request: `/user/preferences`. */
  readonly prefix?: string;
  /** Other fields of the object that are read elsewhere. */
  readonly besides?: readonly string[];
  /**
   * What holds at present. A client that changes one form of an object it was given sends the other form as it
   * was: with this, the form that differs from the present is meant. Without it a contradiction is refused.
   */
  readonly present?: (cell: Cell) => boolean;
}

interface Said extends Change {
  readonly pointer: string;
}

/** The cells that an object of flat names, `matrix`, or category objects asks to set; errors are added. */
export function readChanges(
  input: object,
  words: Vocabulary,
  errors: FieldError[],
  options: Options = {},
): Change[] {
  const reader = new Reader(words, errors, options);
  for (const [name, value] of Object.entries(input)) {
    if (errors.length < ENOUGH) reader.readField(name, value);
  }
  return reader.changes();
}

class Reader {
  private readonly said = new Map<string, Said>();

  constructor(
    private readonly words: Vocabulary,
    private readonly errors: FieldError[],
    private readonly options: Options,
  ) {}

  changes(): Change[] {
    return [...this.said.values()].map(({ category, channel, wanted }) => ({ category, channel, wanted }));
  }

  readField(name: string, value: unknown): void {
    const pointer = pointerOf(this.options.prefix ?? '', name.slice(0, 100));
    const cell = this.words.names.cellOf(name);
    const category = this.words.categories.find((known) => known.name === name);
    if (cell) this.say(cell, value, pointer);
    else if (this.options.besides?.includes(name)) return;
    else if (name === 'matrix') this.readMatrix(value, pointer);
    else if (category) this.readCategory(category, value, pointer);
    else this.refuse(pointer, 'preference.unknown', this.unknownName(name));
  }

  private unknownName(name: string): string {
    const flat = [...this.words.names.all()].map(([known]) => known);
    const others = this.words.categories.map((known) => known.name);
    const near = didYouMean(name, [...flat, 'matrix', ...(this.options.besides ?? []), ...others]);
    return `"${name.slice(0, 100)}" is not a preference.${near || ` Known: ${flat.join(', ')}, matrix.`}`;
  }

  private readMatrix(value: unknown, pointer: string): void {
    if (!isObject(value)) {
      this.refuse(pointer, 'field.object', 'matrix must be an object of categories');
      return;
    }
    for (const [name, cells] of Object.entries(value)) {
      const at = pointerOf(pointer, name.slice(0, 100));
      const category = this.words.categories.find((known) => known.name === name);
      if (category) this.readCategory(category, cells, at);
      else this.refuse(at, 'preference.unknown-category', unknown('category', name, this.words.categories));
    }
  }

  private readCategory(category: CategoryTerms, value: unknown, pointer: string): void {
    if (!isObject(value)) {
      this.refuse(pointer, 'field.object', `${category.name} must be an object of channels`);
      return;
    }
    for (const [name, wanted] of Object.entries(value)) {
      const at = pointerOf(pointer, name.slice(0, 100));
      const channel = this.words.channels.find((known) => known.name === name);
      if (!channel)
        this.refuse(at, 'preference.unknown-channel', unknown('channel', name, this.words.channels));
      else if (channel.consent === 'always') this.readLocked(channel.name, wanted, at);
      else this.say({ category: category.name, channel: channel.name }, wanted, at);
    }
  }

  /** Saying that it is on is no change; anything else cannot be had. */
  private readLocked(channel: string, wanted: unknown, pointer: string): void {
    const detail = `${channel} is always on and cannot be turned off: leave it out`;
    if (wanted !== true) this.refuse(pointer, 'preference.locked', detail);
  }

  private say(cell: Cell, wanted: unknown, pointer: string): void {
    if (typeof wanted !== 'boolean') {
      this.refuse(pointer, 'field.boolean', `${pointer} must be true or false, without quotes`);
      return;
    }
    const key = JSON.stringify([cell.category, cell.channel]);
    const before = this.said.get(key);
    if (!before || before.wanted === wanted) {
      this.said.set(key, { ...cell, wanted, pointer });
      return;
    }
    const { present } = this.options;
    if (present) this.said.set(key, { ...cell, wanted: !present(cell), pointer });
    else this.refuse(pointer, 'preference.contradiction', contradiction(before, wanted, pointer));
  }

  private refuse(pointer: string, code: string, detail: string): void {
    if (this.errors.length < ENOUGH) this.errors.push({ pointer, code, detail });
  }
}

const contradiction = (before: Said, wanted: boolean, pointer: string) =>
  `${before.pointer} says ${before.wanted} and ${pointer} says ${wanted} of the same preference: send one of them`;

function unknown(kind: string, name: string, known: readonly { name: string }[]): string {
  const names = known.map((item) => item.name);
  return `"${name.slice(0, 100)}" is not a ${kind}.${didYouMean(name, names) || ` Known: ${names.join(', ')}.`}`;
}
