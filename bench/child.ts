import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** A machine may be busy with other things. */
const PATIENCE = 90_000;
const STOPPING = 25_000;

interface ChildOptions {
  readonly name: string;
  /** From the project's folder; TypeScript runs as it stands. */
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where its words go. */
  readonly log: string;
  /** For Node. */
  readonly flags?: readonly string[];
}

/** A Node process beside this one. It says `ready` when it is, and ends when this one does. */
export class Child {
  private stopping = false;

  private constructor(
    readonly name: string,
    readonly pid: number,
    /** What it said when it was ready. */
    readonly ready: Readonly<Record<string, string>>,
    private readonly process: ChildProcess,
    private readonly ended: Promise<Error>,
  ) {}

  static async start({ name, file, env, log, flags = [] }: ChildOptions): Promise<Child> {
    const words = openSync(log, 'w');
    const typescript = file.endsWith('.ts') ? ['--import', './scripts/typescript.mjs'] : [];
    const child = spawn(process.execPath, [...flags, ...typescript, file], {
      cwd: ROOT,
      // Nothing of our environment but what a program cannot do without: no .env, no settings of a developer.
      env: { PATH: process.env['PATH'] ?? '', TZ: 'UTC', ...env },
      stdio: ['ignore', words, words, 'ipc'],
      // A session of its own: Ctrl-C is for us, and we tell the others.
      detached: process.platform !== 'win32',
    });
    closeSync(words);
    const ended = once(child, 'exit').then(
      () => new Error(`The ${name} ended; ${log} ends with:\n${tailOf(log)}`),
    );
    const ready = once(child, 'message', { signal: AbortSignal.timeout(PATIENCE) });
    const first = await Promise.race([
      ended,
      ready.catch(() => new Error(`The ${name} does not start; see ${log}.`)),
    ]);
    if (first instanceof Error) {
      child.kill('SIGKILL');
      throw first;
    }
    const [message] = first as [{ ready: Record<string, string> }];
    return new Child(name, child.pid ?? 0, message.ready, child, ended);
  }

  listen(listener: (message: object) => void): void {
    this.process.on('message', listener);
  }

  tell(message: object): void {
    this.process.send(message);
  }

  /** Rejects when it ends before it is told to. */
  async died(): Promise<never> {
    const error = await this.ended;
    if (!this.stopping) throw error;
    return new Promise(() => undefined);
  }

  /** Ends it as an outage does, and returns when it is gone. */
  async kill(): Promise<void> {
    this.stopping = true;
    this.process.kill('SIGKILL');
    await this.ended;
  }

  /** Stands still, as on a machine that hangs, until `thaw`. */
  freeze(): void {
    this.process.kill('SIGSTOP');
  }

  thaw(): void {
    this.process.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.process.kill('SIGTERM');
    const late = setTimeout(() => this.process.kill('SIGKILL'), STOPPING);
    await this.ended;
    clearTimeout(late);
  }
}

function tailOf(log: string): string {
  return readFileSync(log, 'utf8').trim().split('\n').slice(-15).join('\n');
}
