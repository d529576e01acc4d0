import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { WebSocket } from 'ws';
import { Child } from '../../bench/child.js';
import type { Role } from './stage.js';

interface InstanceOptions {
  readonly name: string;
  readonly role: Role;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  readonly log: string;
  readonly flags: readonly string[];
  /** Told when it ends by itself. */
  readonly died: (error: Error) => void;
}

/** One process of the service, which keeps its place when it is killed and started again. */
export class Instance {
  readonly name: string;
  readonly role: Role;
  readonly url: string;
  private child: Child | undefined;

  constructor(private readonly options: InstanceOptions) {
    this.name = options.name;
    this.role = options.role;
    this.url = `http://127.0.0.1:${options.port}`;
  }

  async start(): Promise<void> {
    const { name, role, port, env, log, flags, died } = this.options;
    const own = { ...env, ROLE: role, PORT: String(port) };
    this.child = await Child.start({ name, file: 'dist/main.js', env: own, log, flags });
    this.child.died().catch((error: unknown) => died(error as Error));
  }

  /** Gone without a word, and there again as soon as it can be. */
  async killAndStart(): Promise<void> {
    await this.running.kill();
    await this.start();
  }

  /** Told to stop, as at a deploy, and started again. */
  async restart(): Promise<void> {
    await this.running.stop();
    await this.start();
  }

  /** Keeps its event loop busy for so many milliseconds, through the inspector; returns when it is free again. */
  async block(milliseconds: number): Promise<void> {
    const words = readFileSync(this.options.log, 'utf8');
    const [inspector = ''] = /ws:\/\/\S+/.exec(words) ?? [];
    const socket = new WebSocket(inspector);
    await once(socket, 'open');
    const expression = `for (const end = Date.now() + ${milliseconds}; Date.now() < end;);`;
    socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } }));
    await once(socket, 'message');
    socket.close();
  }

  freeze(): void {
    this.running.freeze();
  }

  thaw(): void {
    this.running.thaw();
  }

  async kill(): Promise<void> {
    await this.child?.kill();
  }

  /** What `/health/ready` says, and with which status; undefined where nobody answers. */
  async health(): Promise<{ status: number; dispatch: string } | undefined> {
    try {
      const answer = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(5000) });
      const { dispatch } = (await answer.json()) as { dispatch: string };
      return { status: answer.status, dispatch };
    } catch {
      return undefined;
    }
  }

  private get running(): Child {
    if (!this.child) throw new Error(`The process ${this.name} has not been started.`);
    return this.child;
  }
}
