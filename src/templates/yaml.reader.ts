import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type Document } from 'yaml';
import { didYouMean } from '../http/closest.js';

/** Something wrong in a file, and where: `order.yaml:12`. */
export interface FileProblem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** In seconds. */
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const LONGEST = 30 * 86_400;

/** One YAML file, read value by value; what is wrong is collected with its line, and reading goes on. */
export class YamlFile {
  readonly problems: FileProblem[] = [];
  readonly top: Entry;
  private readonly lines = new LineCounter();
  private readonly document: Document.Parsed;

  constructor(
    readonly name: string,
    source: string,
  ) {
    this.document = parseDocument(source, {
      lineCounter: this.lines,
      prettyErrors: false,
      logLevel: 'silent',
    });
    for (const { pos, message } of [...this.document.errors, ...this.document.warnings]) {
      this.problems.push({ file: name, line: this.lineAt(pos[0]), message });
    }
    const { contents } = this.document;
    this.top = new Entry(this, '', contents, contents?.range[0] ?? 0);
  }

  report(line: number, message: string): void {
    this.problems.push({ file: this.name, line, message });
  }

  lineAt(offset: number): number {
    return this.lines.linePos(offset).line || 1;
  }

  resolve(node: Node | null | undefined): Node | undefined {
    return (isAlias(node) ? node.resolve(this.document) : node) ?? undefined;
  }

  plain(node: Node): unknown {
    return node.toJS(this.document, { maxAliasCount: 100 });
  }
}

/** A value of the file with its way to it, as `types.welcome.words.en`. */
export class Entry {
  private readonly node: Node | undefined;

  constructor(
    private readonly file: YamlFile,
    readonly path: string,
    node: Node | null | undefined,
    private readonly at: number,
  ) {
    this.node = file.resolve(node);
  }

  get line(): number {
    return this.file.lineAt(this.at);
  }

  /** Where line `line` of the text stands in the file: exact in `|` blocks, the first line else. */
  lineOf(line: number): number {
    const first = this.file.lineAt(this.node?.range?.[0] ?? this.at);
    return isScalar(this.node) && this.node.type === 'BLOCK_LITERAL' ? first + line : first;
  }

  complain(message: string, line = this.line): void {
    this.file.report(line, this.path === '' ? message : `${this.path}: ${message}`);
  }

  /** The fields in their order; names that are not `known` are problems. */
  fields(known?: readonly string[]): Map<string, Entry> {
    const found = new Map<string, Entry>();
    if (!isMap(this.node)) {
      this.complain('must be a map of names and values');
      return found;
    }
    for (const { key, value } of this.node.items) {
      const name = isScalar(key) ? String(key.value) : '';
      const at = (key as Node).range?.[0] ?? this.at;
      const entry = new Entry(
        this.file,
        this.path === '' ? name : `${this.path}.${name}`,
        value as Node | null,
        at,
      );
      if (!known || known.includes(name)) found.set(name, entry);
      else entry.complain(`is not known.${didYouMean(name, known) || ` Known: ${known.join(', ')}.`}`);
    }
    return found;
  }

  is(word: string): boolean {
    return this.scalar() === word;
  }

  /** The values of a list in their order. */
  list(): Entry[] {
    if (!isSeq(this.node)) {
      this.complain('must be a list');
      return [];
    }
    return this.node.items.map((item, index) => {
      const value = item as Node | null;
      return new Entry(this.file, `${this.path}.${index}`, value, value?.range?.[0] ?? this.at);
    });
  }

  text(): string | undefined {
    const value = this.scalar();
    if (typeof value === 'string' && value.trim() !== '') return value;
    // `title: {{ a }}` without quotes is a map to YAML.
    const quotes = typeof value === 'number' || isMap(this.node) ? ': put it in quotes' : '';
    this.complain(`must be a text${quotes}`);
    return undefined;
  }

  choice<const T extends string>(allowed: readonly T[]): T | undefined {
    const value = this.scalar();
    const found = allowed.find((one) => one === value);
    const near = typeof value === 'string' ? didYouMean(value, allowed) : '';
    if (found === undefined) this.complain(`must be ${allowed.join(' or ')}.${near}`);
    return found;
  }

  flag(): boolean | undefined {
    const value = this.scalar();
    if (typeof value === 'boolean') return value;
    this.complain('must be true or false');
    return undefined;
  }

  whole(): number | undefined {
    const value = this.scalar();
    if (Number.isInteger(value) && Number(value) >= 0 && Number(value) < 32_768) return Number(value);
    this.complain('must be a whole number from 0 to 32767');
    return undefined;
  }

  /** A length of time as `90s`, `15m`, `24h` or `3d`, in seconds; at most 30 days. */
  duration(): number | undefined {
    const [, count, unit = ''] = /^([1-9]\d{0,5})([smhd])$/.exec(String(this.scalar())) ?? [];
    const seconds = Number(count) * (UNITS[unit] ?? 0);
    if (seconds > 0 && seconds <= LONGEST) return seconds;
    this.complain('must be a length of time as 90s, 15m, 24h or 3d, and at most 30d');
    return undefined;
  }

  object(): Record<string, unknown> | undefined {
    try {
      if (isMap(this.node)) return this.file.plain(this.node) as Record<string, unknown>;
      this.complain('must be a map of names and values');
    } catch (error) {
      // Aliases of aliases, made to fill the memory.
      this.complain((error as Error).message);
    }
    return undefined;
  }

  private scalar(): unknown {
    return isScalar(this.node) ? this.node.value : undefined;
  }
}
