import { once } from 'node:events';
import { type Server, type Socket, connect, createServer } from 'node:net';

/** A wire to a server that a test can cut, freeze and mend: an outage without touching the server. */
export class Link {
  private readonly sockets = new Set<Socket>();
  private state: 'up' | 'cut' | 'frozen' = 'up';

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {}

  static async to(url: string): Promise<Link> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const link = new Link(server, new URL(url));
    server.on('connection', (socket) => link.join(socket));
    return link;
  }

  /** The same URL through the wire. */
  get url(): string {
    const url = new URL(this.target);
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('The link is closed.');
    url.port = String(address.port);
    return url.href;
  }

  /** Connections break, and new ones break at once. */
  cut(): void {
    this.state = 'cut';
    for (const socket of this.sockets) socket.destroy();
  }

  /** Connections stand, and nothing comes through: the server seems to hang. */
  freeze(): void {
    this.state = 'frozen';
    for (const socket of this.sockets) socket.pause();
  }

  mend(): void {
    this.state = 'up';
    for (const socket of this.sockets) socket.resume();
  }

  async close(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(near: Socket): void {
    if (this.state === 'cut') {
      near.destroy();
      return;
    }
    const far = connect(Number(this.target.port), this.target.hostname);
    this.carry(near, far);
    this.carry(far, near);
    if (this.state === 'frozen') this.freeze();
  }

  private carry(from: Socket, to: Socket): void {
    this.sockets.add(from);
    from.on('data', (chunk) => to.write(chunk));
    from.on('error', () => from.destroy());
    from.on('close', () => {
      this.sockets.delete(from);
      to.destroy();
    });
  }
}
