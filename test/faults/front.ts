import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { lastingPort } from './ports.js';

/** How often a load balancer looks who is ready, in milliseconds. */
const LOOK = 200;

/** A load balancer, as plain as they come: each new connection goes to the next process that says it is ready. */
export class Front {
  private ready: readonly URL[] = [];
  private turn = 0;
  private readonly sockets = new Set<Socket>();
  private looking: NodeJS.Timeout | undefined;

  private constructor(
    readonly url: string,
    private readonly server: Server,
    private readonly targets: readonly URL[],
  ) {}

  static async before(targets: readonly string[]): Promise<Front> {
    const port = await lastingPort();
    const urls = targets.map((target) => new URL(target));
    const front = new Front(`http://127.0.0.1:${port}`, createServer(), urls);
    front.server.on('connection', (socket) => front.pass(socket, targets.length));
    front.server.listen(port, '127.0.0.1');
    await once(front.server, 'listening');
    front.look();
    return front;
  }

  async close(): Promise<void> {
    clearTimeout(this.looking);
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await once(this.server, 'close');
  }

  private look(): void {
    this.looking = setTimeout(() => {
      const looks = this.targets.map(async (url) => {
        const says = await readinessOf(url);
        // Who answers slowly is what it was.
        if (says ?? this.ready.includes(url)) return [url];
        return [];
      });
      void Promise.all(looks).then((found) => {
        this.ready = found.flat();
        if (this.server.listening) this.look();
      });
    }, LOOK);
  }

  /** A process that is gone already takes no connection: then the next one does. */
  private pass(near: Socket, tries: number): void {
    const target = this.ready[this.turn++ % Math.max(1, this.ready.length)];
    if (!target || tries === 0) {
      setTimeout(() => this.pass(near, this.targets.length), LOOK);
      return;
    }
    const far = connect(Number(target.port), target.hostname);
    const retry = () => this.pass(near, tries - 1);
    far.once('error', retry);
    far.once('connect', () => {
      far.off('error', retry);
      this.join(near, far);
      this.join(far, near);
    });
  }

  private join(from: Socket, to: Socket): void {
    this.sockets.add(from);
    from.setNoDelay(true);
    from.on('error', () => from.destroy());
    from.on('close', () => {
      this.sockets.delete(from);
      to.destroySoon();
    });
    from.pipe(to);
  }
}

/** Undefined where it does not say so in time. */
async function readinessOf(url: URL): Promise<boolean | undefined> {
  try {
    return (await fetch(new URL('/health/ready', url), { signal: AbortSignal.timeout(2000) })).ok;
  } catch (error) {
    return (error as Error).name === 'TimeoutError' ? undefined : false;
  }
}
