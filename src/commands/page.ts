import type { Finding } from '../checkups/checkup.js';
import type { Terminal } from './terminal.js';

const RULE = '='.repeat(60);

type Value = string | number | boolean | null;
type Data = Value | readonly object[];

/** What a command found out: for people under a heading between two lines, or as JSON. */
export class Page {
  private readonly lines: ((terminal: Terminal) => string)[] = [];
  private readonly values: Record<string, Data> = {};

  constructor(private readonly heading: string) {}

  /** A value, under a label for people and a key for programs. People are not shown what is not there. */
  fact(label: string, key: string, value: Value): this {
    this.values[key] = value;
    if (value !== null && value !== '') this.lines.push(() => `  ${label}: ${value}`);
    return this;
  }

  /** For programs only. */
  data(key: string, value: Data): this {
    this.values[key] = value;
    return this;
  }

  good(text: string): this {
    return this.verdict(true, (terminal) => terminal.green(`✓ ${text}`));
  }

  bad(text: string): this {
    return this.verdict(false, (terminal) => terminal.red(`✗ ${text}`));
  }

  /** What was looked at, each with its mark; for programs under `findings`. */
  findings(findings: readonly Finding[]): this {
    for (const finding of findings) this.lines.push((terminal) => terminal.finding(finding).join('\n'));
    return this.data('findings', findings);
  }

  /** For people only. */
  note(text: string): this {
    this.lines.push(() => text);
    return this;
  }

  print(terminal: Terminal, json: boolean): void {
    if (json) {
      terminal.json(this.values);
      return;
    }
    terminal.line(RULE);
    terminal.line(this.heading);
    for (const line of this.lines) terminal.line(line(terminal));
    terminal.line(RULE);
  }

  private verdict(ok: boolean, line: (terminal: Terminal) => string): this {
    this.values['ok'] = ok;
    this.lines.push(line);
    return this;
  }
}
