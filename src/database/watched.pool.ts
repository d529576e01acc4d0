import type { Socket } from 'node:net';
import pg from 'pg';

/** Milliseconds between two looks. */
const LOOK = 200;
/** So many looks in a row without a byte mean that Postgres is away. A process that itself stood still looks once. */
const SILENT_LOOKS = 5;

type Done = (release?: boolean | Error) => void;
type Connected = (error: Error | undefined, client: pg.PoolClient | undefined, done: Done) => void;

/**
 * A pool that knows when Postgres has fallen silent: the machine is gone, the wire is cut without a word, the server is
 * frozen. Then every query would wait for the operating system to give up, which takes minutes. A connection of its own
 * is asked for an answer again and again; when it stays away and no other connection hears anything either, all are
 * ended, so that whoever waits gets an error at once, and so does whoever comes, until there is an answer again. A query
 * that takes long is no silence.
 */
export class WatchedPool extends pg.Pool {
  private readonly clients = new Set<pg.PoolClient>();
  private readonly timer: NodeJS.Timeout;
  private probe: pg.Client | undefined;
  private asking = false;
  /** Bytes that all connections together have read. */
  private heard = 0;
  private silent = 0;
  private away = false;

  constructor(config: pg.PoolConfig) {
    super(config);
    this.on('connect', (client) => this.clients.add(client));
    this.on('remove', (client) => this.clients.delete(client));
    this.timer = setInterval(() => this.look(), LOOK).unref();
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): unknown {
    const error = this.away ? new Error('Connection terminated: Postgres does not answer.') : undefined;
    if (!callback) return error ? Promise.reject(error) : super.connect();
    if (error) process.nextTick(callback, error, undefined, () => undefined);
    else super.connect(callback);
    return undefined;
  }

  override end(): Promise<void>;
  override end(callback: () => void): void;
  override end(callback?: () => void): unknown {
    clearInterval(this.timer);
    if (this.probe) hangUp(this.probe);
    if (!callback) return super.end();
    super.end(callback);
    return undefined;
  }

  private look(): void {
    if (!this.asking) this.ask();
    const heard = [...this.clients, ...(this.probe ? [this.probe] : [])]
      .map((client) => streamOf(client).bytesRead)
      .reduce((sum, bytes) => sum + bytes, 0);
    this.silent = heard === this.heard ? this.silent + 1 : 0;
    this.heard = heard;
    if (this.silent >= SILENT_LOOKS) this.giveUp();
  }

  private giveUp(): void {
    this.away = true;
    this.silent = 0;
    this.asking = false;
    if (this.probe) hangUp(this.probe);
    this.probe = undefined;
    this.clients.forEach(hangUp);
  }

  private ask(): void {
    const probe = (this.probe ??= this.newProbe());
    this.asking = true;
    this.silent = 0;
    probe.query('SELECT', (error?: Error) => {
      if (probe !== this.probe) return;
      this.asking = false;
      // Who refuses is not silent: that the others find out by themselves.
      if (error) this.probe = undefined;
      else this.away = false;
    });
  }

  private newProbe(): pg.Client {
    const probe = new pg.Client(this.options);
    probe.on('error', () => undefined);
    probe.connect(() => undefined);
    return probe;
  }
}

/** At once: a polite goodbye would wait for an answer. */
const hangUp = (client: pg.ClientBase) => streamOf(client).destroy();

const streamOf = (client: pg.ClientBase) =>
  (client as unknown as { connection: { stream: Socket } }).connection.stream;
