// The processes of the service: one where somebody tries it or has said which; in production one that answers and a
// worker for each core, the split that docs/scaling.md measures.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { NODE_FLAGS, at, ended } from './project.mjs';

/** Each has its own connections to Postgres, which by default has room for a hundred. */
const MOST_WORKERS = 4;

/** Without Redis nobody could hand work from one to the other. */
export function rolesFor({ NODE_ENV, REDIS_URL, ROLE }, cores = availableParallelism()) {
  if (ROLE) return [ROLE];
  if (NODE_ENV !== 'production' || !REDIS_URL) return ['all'];
  return ['api', ...Array.from({ length: Math.min(cores, MOST_WORKERS) }, () => 'worker')];
}

/**
 * Several processes that live and end together: when one ends by itself the others are told to stop, so that whoever
 * watches over this command sees it end and starts it anew. The first migrates; the others follow when it is ready.
 */
export class Processes {
  #children = [];
  #ends = [];
  #firstCode;
  #isStopping = false;

  /** Each has a role and a port to listen on. */
  constructor(all, env) {
    this.all = all;
    this.env = env;
  }

  get names() {
    return this.all.map(({ role, port }) => `${role} (port ${port})`).join(', ');
  }

  /** Says what the first one says when it is ready. Never settles when it does not get so far: see `ended`. */
  start() {
    const [first, ...others] = this.all;
    const child = this.#spawn(first);
    return new Promise((resolve) => {
      child.on('message', ({ ready }) => {
        if (!ready) return;
        if (!this.#isStopping) for (const one of others) this.#spawn(one);
        resolve(ready);
      });
    });
  }

  /** Resolves when all have ended, with the code of the first that did. */
  async ended() {
    for (let child = 0; child < this.#ends.length; child += 1) await this.#ends[child];
    return this.#firstCode;
  }

  /** Windows knows no signals; there a process ends because we hang up. */
  stop(signal) {
    this.#isStopping = true;
    for (const child of this.#children) {
      if (signal !== 'SIGKILL' && process.platform === 'win32') child.connected && child.disconnect();
      else child.kill(signal);
    }
  }

  #spawn({ role, port }) {
    const child = spawn(process.execPath, [...NODE_FLAGS, at('dist', 'main.js')], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // A session of its own, so that each signal reaches it once, through us. Without us it ends by itself.
      detached: process.platform !== 'win32',
      env: { ...process.env, ...this.env, ROLE: role, ...(port && { PORT: String(port) }) },
    });
    const end = ended(child).then((code) => {
      this.#firstCode ??= code;
      if (!this.#isStopping) this.stop('SIGTERM');
    });
    this.#children.push(child);
    this.#ends.push(end);
    return child;
  }
}
