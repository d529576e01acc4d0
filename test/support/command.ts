import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../scripts/run.mjs', import.meta.url));

/** What `npm start` and its like run, as a process of its own, on a folder and an environment of its own. */
export class Command {
  output = '';
  private readonly child: ChildProcess;
  private readonly end: Promise<unknown[]>;

  constructor(folder: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const { PATH = '', HOME = '' } = process.env;
    this.child = spawn(process.execPath, [SCRIPT, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Nothing of the developer's own: neither the shell's variables nor a .env with an account in it.
      env: { PATH, HOME, DATA_FOLDER: folder, ENV_FILE: join(folder, 'none'), PORT: '0', ...env },
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    }
    this.end = once(this.child, 'close');
  }

  /** Its exit code, when it has said its last word. */
  async code(): Promise<number | null> {
    return (await this.end)[0] as number | null;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async says(words: RegExp): Promise<void> {
    await vi.waitUntil(() => words.test(this.output) || this.child.exitCode !== null, { timeout: 120_000 });
    if (!words.test(this.output))
      throw new Error(`It ended and never said ${String(words)}:\n${this.output}`);
  }
}

interface Run {
  readonly env: Readonly<Record<string, string>>;
  readonly urls: Readonly<Record<string, string>>;
}

/** What a running `npm start` tells other commands. */
export const runOf = (folder: string) => JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as Run;
