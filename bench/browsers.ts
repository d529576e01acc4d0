import { SignJWT } from 'jose';
import { io, type Socket } from 'socket.io-client';
import { now } from './clock.js';
import type { Journal } from './journal.js';
import { personBehind, seqIn, userIdOf } from './marker.js';

const AT_ONCE = 50;
const LIFETIME = '2h';

interface Told {
  readonly notification: { readonly order_id: string | null };
}

/** Open browsers, one for each person, that note what they are shown. */
export class Browsers {
  /** Connections that ended before we ended them. */
  lost = 0;
  private sockets: Socket[] = [];
  private leaving = false;

  constructor(
    private readonly url: string,
    private readonly jwtSecret: string,
    private readonly journal: Journal,
  ) {}

  async open(count: number): Promise<void> {
    for (let from = 0; from < count; from += AT_ONCE) {
      const people = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, index) => from + index);
      this.sockets.push(...(await Promise.all(people.map((person) => this.connect(userIdOf(person))))));
    }
  }

  close(): void {
    this.leaving = true;
    for (const socket of this.sockets) socket.disconnect();
    this.sockets = [];
  }

  private async connect(userId: string): Promise<Socket> {
    const token = await new SignJWT({ user_id: userId, token_type: 'access' })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuedAt()
      .setExpirationTime(LIFETIME)
      .sign(new TextEncoder().encode(this.jwtSecret));
    const socket = io(`${this.url}/notifications`, {
      transports: ['websocket'],
      forceNew: true,
      // A connection that breaks is counted, not mended.
      reconnection: false,
      auth: { token },
    });
    const person = personBehind(userId);
    socket.on('notification', ({ notification }: Told) =>
      this.journal.receive('socket', seqIn(notification.order_id ?? ''), person, now()),
    );
    await new Promise<void>((resolve, reject) => {
      socket.once('connection_established', () => resolve());
      socket.once('connect_error', (error) =>
        reject(new Error(`No live connection for ${userId}: ${error.message}`)),
      );
    });
    socket.on('disconnect', () => (this.lost += this.leaving ? 0 : 1));
    return socket;
  }
}
