import type { AddressInfo } from 'node:net';
import { type INestApplication, Module } from '@nestjs/common';
import { EventEmitter2, EventEmitterModule } from '@nestjs/event-emitter';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { vi } from 'vitest';
import { WebSocket } from 'ws';
import { TokensService } from '../../src/auth/tokens.service.js';
import { UserTokens } from '../../src/auth/user-tokens.js';
import { ChannelRegistry } from '../../src/channels/channel.registry.js';
import { AppSettings } from '../../src/config/app.settings.js';
import { Reads } from '../../src/database/pipeline.js';
import { Leaving } from '../../src/http/leaving.js';
import { InboxChanged } from '../../src/notifications/inbox-changed.event.js';
import { InboxService } from '../../src/notifications/inbox.service.js';
import { NotificationCreated } from '../../src/notifications/notification-created.event.js';
import { Pages } from '../../src/pages/pages.js';
import { Admission } from '../../src/realtime/admission.js';
import { Audience } from '../../src/realtime/audience.js';
import { ClientEvents } from '../../src/realtime/client.events.js';
import { Drain } from '../../src/realtime/drain.js';
import { LiveInbox } from '../../src/realtime/live.inbox.js';
import { Neighbours } from '../../src/realtime/neighbours.js';
import { Origins } from '../../src/realtime/origins.js';
import { RawBridge } from '../../src/realtime/raw.bridge.js';
import { setUpRealtime } from '../../src/realtime/realtime.adapter.js';
import { RealtimeChannel } from '../../src/realtime/realtime.channel.js';
import { RealtimeGateway } from '../../src/realtime/realtime.gateway.js';
import { RealtimeSettings } from '../../src/realtime/realtime.settings.js';

@Module({
  imports: [EventEmitterModule.forRoot()],
  providers: [
    Admission,
    Audience,
    ChannelRegistry,
    ClientEvents,
    Drain,
    InboxService,
    Leaving,
    LiveInbox,
    Neighbours,
    Origins,
    Pages,
    RawBridge,
    RealtimeChannel,
    RealtimeGateway,
  ],
})
class LiveParts {}

/** What the whole application would provide. */
@Module({})
class Surroundings {}

/** `kind-user:milliseconds` instead of a signature: what a token means, not how it is signed. */
const holderOf = (kind: string, token: string) => {
  if (!token.startsWith(kind)) return undefined;
  const [userId = '', until] = token.slice(kind.length).split(':');
  return until === undefined ? undefined : { userId, expiresAt: new Date(Number.parseInt(until, 10)) };
};
export const tokenFor = (userId: string, lasts = 60_000, kind = 'short-') =>
  `${kind}${userId}:${Date.now() + lasts}`;

type Heard = readonly [event: string, payload: Record<string, unknown>];

/** A client and everything it was told, in order. */
export class Listener {
  readonly heard: Heard[] = [];
  constructor(
    readonly close: () => void,
    readonly send: (event: string, payload?: unknown) => void,
  ) {}

  payloads(event: string): Record<string, unknown>[] {
    return this.heard.filter(([name]) => name === event).map(([, payload]) => payload);
  }

  /** The ids of the notifications, in the order in which they came. */
  get shown(): string[] {
    return this.payloads('notification').map(({ notification }) => (notification as { id: string }).id);
  }

  async told(event: string, times = 1): Promise<Record<string, unknown>> {
    await vi.waitFor(() => {
      if (this.payloads(event).length < times) {
        throw new Error(`${event} did not come; heard ${JSON.stringify(this.heard)}`);
      }
    }, 5000);
    return this.payloads(event)[times - 1] ?? {};
  }
}

export class SocketListener extends Listener {
  constructor(readonly socket: Socket) {
    super(
      () => socket.disconnect(),
      (event, payload) => socket.emit(event, payload),
    );
    socket.onAny((event: string, payload: Record<string, unknown>) => this.heard.push([event, payload]));
    socket.on('disconnect', (reason) => this.heard.push(['disconnect', { reason }]));
    socket.on('connect_error', (error) => {
      const { data } = error as Error & { data?: object };
      this.heard.push(['connect_error', { message: error.message, ...data }]);
    });
  }

  /** Stops to read, as a phone in a tunnel does. */
  freeze(): void {
    const { transport } = this.socket.io.engine as unknown as { transport: { ws: WebSocket } };
    transport.ws.pause();
  }
}

export class RawListener extends Listener {
  constructor(readonly socket: WebSocket) {
    super(
      () => socket.close(),
      (type, payload) => socket.send(JSON.stringify({ type, ...(payload as object) })),
    );
    socket.on('message', (data) => {
      const { type, ...payload } = JSON.parse((data as Buffer).toString()) as { type: string };
      this.heard.push([type, payload]);
    });
    socket.on('error', (error) => this.heard.push(['failed', { message: error.message }]));
    socket.on('close', (code, reason) => this.heard.push(['closed', { code, reason: reason.toString() }]));
  }
}

type Options = Omit<Partial<ManagerOptions & SocketOptions>, 'auth'> & { auth?: object };

/** The live inbox alone, over a real database, with no sign of who writes the notifications. */
export class LiveApp {
  private readonly listeners: Listener[] = [];

  private constructor(
    readonly app: INestApplication,
    readonly database: DataSource,
    readonly url: string,
  ) {}

  static async start(databaseUrl: string, env: Record<string, string> = {}): Promise<LiveApp> {
    const database = await new DataSource({ type: 'postgres', url: databaseUrl }).initialize();
    const built = await Test.createTestingModule({
      imports: [{ module: Surroundings, global: true, ...surroundings(database, env) }, LiveParts],
    }).compile();
    const app = built.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
    setUpRealtime(app);
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    return new LiveApp(app, database, `http://127.0.0.1:${port}`);
  }

  connect(userId: string, options: Options = {}): SocketListener {
    const socket = io(`${this.url}/notifications`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      ...options,
      auth: { token: tokenFor(userId), ...options.auth },
    });
    return this.remembered(new SocketListener(socket));
  }

  /** Connected and welcomed. */
  async connected(userId: string, options: Options = {}): Promise<SocketListener> {
    const client = this.connect(userId, options);
    await client.told('connection_established');
    return client;
  }

  raw(query: string, headers: Record<string, string> = {}): RawListener {
    const url = `${this.url.replace('http', 'ws')}/ws/notifications/?${query}`;
    return this.remembered(new RawListener(new WebSocket(url, { headers })));
  }

  /** What the main line does when a notification is sent: one transaction, then the event. */
  async notify(userId: string): Promise<string> {
    const { id, seq } = await this.insert(userId);
    this.announce(userId, id, seq);
    return id;
  }

  async insert(userId: string): Promise<{ id: string; seq: string }> {
    await this.addUser(userId);
    const id = uuid();
    const [row] = await this.database.query<{ seq: string }[]>(
      `WITH place AS (
         INSERT INTO inbox_counters (user_id, last_seq) VALUES ($2, 1)
         ON CONFLICT (user_id) DO UPDATE SET last_seq = inbox_counters.last_seq + 1 RETURNING last_seq)
       INSERT INTO notifications (id, reference, user_id, seq, type, category, title, message, locale)
       SELECT $1, $3, $2, last_seq, 'general', 'general', 'A title', 'A message', 'en' FROM place RETURNING seq`,
      [id, userId, referenceOf(id)],
    );
    return { id, seq: row?.seq ?? '' };
  }

  announce(userId: string, id: string, seq: string): void {
    const events = this.app.get(EventEmitter2);
    events.emit(NotificationCreated.name, new NotificationCreated(id, userId, seq, []));
  }

  /** Sent for later: in the database, but not in the inbox. */
  async schedule(userId: string): Promise<string> {
    await this.addUser(userId);
    const id = uuid();
    await this.database.query(
      `INSERT INTO notifications (id, reference, user_id, type, category, title, message, locale)
       VALUES ($1, $3, $2, 'general', 'general', 'A title', 'A message', 'en')`,
      [id, userId, referenceOf(id)],
    );
    return id;
  }

  get inbox(): InboxService {
    return this.app.get(InboxService);
  }

  changed(event: InboxChanged): void {
    this.app.get(EventEmitter2).emit(InboxChanged.name, event);
  }

  async stop(): Promise<void> {
    for (const listener of this.listeners) listener.close();
    await this.app.close();
    if (this.database.isInitialized) await this.database.destroy();
  }

  private remembered<L extends Listener>(listener: L): L {
    this.listeners.push(listener);
    return listener;
  }

  private async addUser(userId: string): Promise<void> {
    await this.database.query('INSERT INTO users (id) VALUES ($1) ON CONFLICT DO NOTHING', [userId]);
  }
}

export const referenceOf = (id: string) => `NOTIF20260103${id.slice(-8).toUpperCase()}`;

function surroundings(database: DataSource, env: Record<string, string>) {
  const providers = [
    { provide: DataSource, useValue: database },
    { provide: Reads, useValue: database },
    { provide: AppSettings, useValue: new AppSettings(env) },
    { provide: RealtimeSettings, useValue: new RealtimeSettings(env) },
    {
      provide: TokensService,
      useValue: {
        openRealtime: (token: string) => Promise.resolve(holderOf('short-', token)),
        openInbox: (token: string) => Promise.resolve(holderOf('page-', token)),
      },
    },
    {
      provide: UserTokens,
      useValue: {
        check: (token: string) => {
          const holder = holderOf('user-', token);
          return Promise.resolve(
            holder
              ? { caller: { kind: 'user', userId: holder.userId }, expiresAt: holder.expiresAt }
              : undefined,
          );
        },
      },
    },
  ];
  return { providers, exports: providers };
}
