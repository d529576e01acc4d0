import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { lastingPort } from './ports.js';

/**
 * What a wire does to those who use it.
 *
 * - `pass`: nothing
 * - `latency`: every piece comes later
 * - `refuse`: what stands goes on, new connections are refused
 * - `down`: connections are reset, new ones are refused, as when the server is killed
 * - `slam`: connections are closed, new ones are accepted and closed at once
 * - `black hole`: connections stand and new ones are accepted, but nothing comes through until the wire is mended
 * - `half-open`: the other side has forgotten those that stand, and nobody says so; new ones pass
 */
export type Weather = 'pass' | 'latency' | 'refuse' | 'down' | 'slam' | 'black hole' | 'half-open';

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
  /** Nothing will ever come through again. */
  forgotten: boolean;
}

/** A TCP wire to a server: an outage of the network without touching the server. */
export class Proxy {
  private readonly pairs = new Set<Pair>();
  private weather: Weather = 'pass';
  private delay = 0;

  private constructor(
    private readonly server: Server,
    private readonly port: number,
    private target: URL,
  ) {}

  static async to(url: string): Promise<Proxy> {
    const port = await lastingPort();
    const proxy = new Proxy(createServer(), port, new URL(url));
    proxy.server.on('connection', (socket) => proxy.join(socket));
    await proxy.listen();
    return proxy;
  }

  /** The same URL through the wire. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String(this.port);
    return url.href;
  }

  /** New connections go there: a server that came back on another port. */
  leadTo(url: string): void {
    this.target = new URL(url);
  }

  /** @param delay milliseconds in each direction, for `latency` */
  async set(weather: Weather, delay = 0): Promise<void> {
    this.weather = weather;
    this.delay = delay;
    const closed = weather === 'down' || weather === 'refuse';
    if (closed) this.server.close();
    else if (!this.server.listening) await this.listen();
    for (const pair of this.pairs) this.affect(pair);
  }

  async close(): Promise<void> {
    this.server.close();
    for (const { near, far } of this.pairs) for (const socket of [near, far]) socket.destroy();
    if (this.server.listening) await once(this.server, 'close');
  }

  private async listen(): Promise<void> {
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  private affect(pair: Pair): void {
    const { near, far } = pair;
    if (this.weather === 'down') near.resetAndDestroy();
    if (this.weather === 'slam') near.destroy();
    if (this.weather === 'half-open') {
      pair.forgotten = true;
      far.destroy();
    }
    for (const socket of [near, far]) {
      if (this.weather === 'black hole') socket.pause();
      else socket.resume();
    }
  }

  private join(near: Socket): void {
    if (this.weather === 'slam') {
      near.on('error', () => undefined).destroy();
      return;
    }
    const far = connect(Number(this.target.port), this.target.hostname);
    const pair: Pair = { near, far, forgotten: false };
    this.pairs.add(pair);
    this.carry(pair, near, far);
    this.carry(pair, far, near);
    if (this.weather === 'black hole') this.affect(pair);
  }

  private carry(pair: Pair, from: Socket, to: Socket): void {
    from.setNoDelay(true);
    from.on('data', (chunk: Buffer) => {
      if (pair.forgotten) return;
      if (this.weather === 'latency') setTimeout(() => to.write(chunk), this.delay);
      else to.write(chunk);
    });
    from.on('error', () => from.destroy());
    from.on('end', () => !pair.forgotten && to.end());
    from.on('close', () => {
      if (pair.forgotten && from === pair.far) return;
      this.pairs.delete(pair);
      to.destroy();
    });
  }
}
