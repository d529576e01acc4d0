import type { Finding } from '../checkups/checkup.js';

const COLOURS = { good: 'green', warning: 'yellow', bad: 'red' } as const;
const MARKS = { good: '✓', warning: '!', bad: '✗' } as const;

/** Where a command writes: data to `out`, for pipes; what only a waiting person wants to see to `err`. */
export class Terminal {
  constructor(
    private readonly out: (text: string) => void,
    private readonly err: (text: string) => void,
    private readonly colour: boolean,
  ) {}

  /** The process's own streams; no colour in files, pipes, or where NO_COLOR asks for none. */
  static ofProcess({ stdout, stderr, env }: NodeJS.Process): Terminal {
    const colour = stdout.isTTY && (env['NO_COLOR'] ?? '') === '';
    return new Terminal(
      (text) => stdout.write(text),
      (text) => stderr.write(text),
      colour,
    );
  }

  /** For Commander's help and complaints. */
  get commander(): { writeOut: (text: string) => void; writeErr: (text: string) => void } {
    return { writeOut: this.out, writeErr: this.err };
  }

  line(text = ''): void {
    this.out(`${text}\n`);
  }

  progress(text: string): void {
    this.err(`${text}\n`);
  }

  json(value: unknown): void {
    this.line(JSON.stringify(value, null, 2));
  }

  /** A finding as people read it, its cure below. */
  finding({ state, says, cure }: Finding): string[] {
    const line = this[COLOURS[state]](`${MARKS[state]} ${says}`);
    return cure === undefined ? [line] : [line, `  ${cure}`];
  }

  green(text: string): string {
    return this.colour ? `\u001b[32m${text}\u001b[39m` : text;
  }

  yellow(text: string): string {
    return this.colour ? `\u001b[33m${text}\u001b[39m` : text;
  }

  red(text: string): string {
    return this.colour ? `\u001b[31m${text}\u001b[39m` : text;
  }
}
