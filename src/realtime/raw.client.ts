import { WebSocket } from 'ws';
import { type Farewell, type FarewellCode, LiveClient, type ServerEvent } from './live.client.js';

/** Bytes that may wait for one reader. */
const LONGEST_QUEUE = 1024 * 1024;

/** A connection over a bare WebSocket: every event is one JSON message, its name the `type`. */
export class RawClient extends LiveClient {
  constructor(
    private readonly socket: WebSocket,
    userId: string,
    eventsPerWindow: number,
  ) {
    super(userId, eventsPerWindow);
  }

  protected override get slow(): boolean {
    return this.socket.bufferedAmount > LONGEST_QUEUE;
  }

  protected override send(event: ServerEvent, payload: object): void {
    if (this.socket.readyState === WebSocket.OPEN)
      this.socket.send(JSON.stringify({ type: event, ...payload }));
  }

  protected override end(code: FarewellCode, { closeCode }: Farewell): void {
    if (code === 'slow_consumer') this.socket.terminate();
    else this.socket.close(closeCode, code);
  }
}
