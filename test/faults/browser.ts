import { SignJWT } from 'jose';
import { io, type Socket } from 'socket.io-client';

const PAUSE = 200;

interface Told {
  readonly notification: { readonly id: string; readonly seq: number };
}

/** A person's open page: it says what it saw last when it comes back, and notes everything that it is shown. */
export class Browser {
  /** The places in the person's inbox, in the order in which they were shown. */
  readonly seqs: number[] = [];
  connects = 0;
  private socket: Socket | undefined;
  private closed = false;

  /**
   * @param last the notification that the page showed when it was loaded
   * @param node where to connect this time
   */
  constructor(
    private readonly userId: string,
    private readonly jwtSecret: string,
    private last: string,
    private readonly node: () => string,
  ) {}

  /** Resolves when it is connected. */
  async open(): Promise<void> {
    const token = await new SignJWT({ user_id: this.userId, token_type: 'access' })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuedAt()
      .setExpirationTime('2h')
      .sign(new TextEncoder().encode(this.jwtSecret));
    await new Promise<void>((resolve) => this.connect(token, resolve));
  }

  /** The line breaks; nobody says goodbye. Where there is none just now, nothing breaks. */
  cut(): void {
    if (this.socket?.connected) this.socket.io.engine.close();
  }

  close(): void {
    this.closed = true;
    this.socket?.disconnect();
  }

  private connect(token: string, connected?: () => void): void {
    if (this.closed) return;
    const socket = io(`${this.node()}/notifications`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      auth: { token, since: this.last },
    });
    this.socket = socket;
    const again = () => setTimeout(() => this.connect(token, connected), PAUSE);
    socket.once('disconnect', again).once('connect_error', again);
    socket.once('connection_established', () => {
      this.connects += 1;
      connected?.();
    });
    socket.on('notification', ({ notification }: Told) => {
      this.seqs.push(notification.seq);
      this.last = notification.id;
    });
  }
}
