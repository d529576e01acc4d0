import type { Socket } from 'socket.io';
import { type Farewell, type FarewellCode, LiveClient, type ServerEvent } from './live.client.js';

/** Packets that may wait for one reader; the longest replay fits in. */
const LONGEST_QUEUE = 1000;

/** A connection over socket.io. */
export class SocketIoClient extends LiveClient {
  private waiting = 0;

  constructor(
    private readonly socket: Socket,
    userId: string,
    eventsPerWindow: number,
  ) {
    super(userId, eventsPerWindow);
    socket.conn.on('packetCreate', () => (this.waiting += 1));
    // Said when all that waited was handed to the transport.
    socket.conn.on('drain', () => (this.waiting = 0));
  }

  protected override get slow(): boolean {
    return this.waiting > LONGEST_QUEUE;
  }

  protected override send(event: ServerEvent, payload: object): void {
    this.socket.emit(event, payload);
  }

  /** A client that is told to leave does not come back by itself; one whose transport closes does. */
  protected override end(code: FarewellCode, { mayReturn }: Farewell): void {
    // Waiting until a slow reader has taken everything would be waiting for ever.
    if (mayReturn) this.socket.conn.close(code === 'slow_consumer');
    else this.socket.disconnect(true);
  }
}
