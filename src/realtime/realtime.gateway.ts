import {
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
  WebSocketGateway,
} from '@nestjs/websockets';
import type { Socket } from 'socket.io';
import { type Admitted, Admission, bearerOf } from './admission.js';
import { Audience } from './audience.js';
import { ClientEvents } from './client.events.js';
import type { LiveClient } from './live.client.js';
import { type LiveNamespace, Neighbours } from './neighbours.js';
import { RealtimeSettings } from './realtime.settings.js';
import { SocketIoClient } from './socketio.client.js';

/** The live inbox over socket.io. Who comes this far was admitted; what they say, ClientEvents answers. */
@WebSocketGateway({ namespace: '/notifications' })
export class RealtimeGateway
  implements OnGatewayInit<LiveNamespace>, OnGatewayConnection<Socket>, OnGatewayDisconnect<Socket>
{
  private readonly clients = new WeakMap<Socket, LiveClient>();

  constructor(
    private readonly admission: Admission,
    private readonly audience: Audience,
    private readonly events: ClientEvents,
    private readonly neighbours: Neighbours,
    private readonly settings: RealtimeSettings,
  ) {}

  afterInit(namespace: LiveNamespace): void {
    this.neighbours.meet(namespace);
    namespace.use((socket, next) => {
      const { auth, headers } = socket.handshake;
      this.admission.of(auth['token'] ?? bearerOf(headers.authorization)).then(
        (admitted) => {
          (socket.data as { admitted: Admitted }).admitted = admitted;
          next();
        },
        (refused: unknown) => next(refused as Error),
      );
    });
  }

  handleConnection(socket: Socket): void {
    const { userId, expiresAt } = (socket.data as { admitted: Admitted }).admitted;
    const client = new SocketIoClient(socket, userId, this.settings.eventsPerWindow);
    this.clients.set(socket, client);
    socket.onAny((event: string, ...args: unknown[]) => {
      const last = args.at(-1);
      const acknowledge = typeof last === 'function' ? (last as (answer?: object) => void) : undefined;
      void this.events
        .receive(client, event, acknowledge && args.length === 1 ? undefined : args[0])
        .then(acknowledge);
    });
    client.endsAt(expiresAt);
    const { since } = socket.handshake.auth;
    this.audience.join(client, typeof since === 'string' && since !== '' ? since : undefined);
  }

  handleDisconnect(socket: Socket): void {
    const client = this.clients.get(socket);
    client?.forget();
    if (client) this.audience.leave(client);
  }
}
