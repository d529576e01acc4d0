import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { type Admitted, Admission, bearerOf, Refused } from './admission.js';
import { Audience } from './audience.js';
import { ClientEvents } from './client.events.js';
import { httpServerOf } from './drain.js';
import { Origins } from './origins.js';
import { RawClient } from './raw.client.js';
import { RealtimeSettings } from './realtime.settings.js';

const PATH = /^\/ws\/notifications\/?$/;
const LARGEST_MESSAGE = 16 * 1024;

/** The live inbox for clients that speak bare WebSocket: the same events, as `{type, ...}`. */
@Injectable()
export class RawBridge implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_MESSAGE,
    perMessageDeflate: false,
  });
  private readonly silent = new WeakSet<WebSocket>();
  private heartbeat: NodeJS.Timeout | undefined;

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly admission: Admission,
    private readonly audience: Audience,
    private readonly events: ClientEvents,
    private readonly origins: Origins,
    private readonly settings: RealtimeSettings,
  ) {}

  /** socket.io listens to the same event and minds its own path. */
  onApplicationBootstrap(): void {
    httpServerOf(this.host)?.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const asked = request.url ?? '';
      const url = URL.canParse(asked, 'http://local') ? new URL(asked, 'http://local') : undefined;
      if (!url || !PATH.test(url.pathname)) return;
      this.server.handleUpgrade(request, socket, head, (client) => {
        void this.open(client, request, url.searchParams);
      });
    });
    this.heartbeat = setInterval(() => this.beat(), this.settings.heartbeat * 1000).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.heartbeat);
    for (const socket of this.server.clients) socket.terminate();
  }

  /** Browsers cannot read why a handshake failed, so a refused one stands for a moment: close code and reason. */
  private async open(socket: WebSocket, request: IncomingMessage, query: URLSearchParams): Promise<void> {
    // What breaks the protocol or the size limit is closed by ws itself.
    socket.on('error', () => undefined);
    socket.on('pong', () => this.silent.delete(socket));
    socket.pause();
    try {
      if (!this.origins.allowRequest(request)) throw new Refused(4003, NOT_LISTED);
      const { userId, expiresAt } = await this.admit(request, query);
      const client = new RawClient(socket, userId, this.settings.eventsPerWindow);
      socket.on('message', (data) => void this.receive(client, data));
      socket.on('close', () => {
        client.forget();
        this.audience.leave(client);
      });
      client.endsAt(expiresAt);
      this.audience.join(client, query.get('since') ?? undefined);
    } catch (error) {
      const { code, message } = error instanceof Refused ? error.data : UNAVAILABLE;
      socket.send(JSON.stringify({ type: 'error', message, code }));
      socket.close(code, message);
    } finally {
      socket.resume();
    }
  }

  /** A token in the URL stands in logs, and so must be a short one. */
  private admit({ headers }: IncomingMessage, query: URLSearchParams): Promise<Admitted> {
    const offered = tokenOffered(headers['sec-websocket-protocol']);
    if (offered !== undefined) return this.admission.of(offered);
    return this.admission.ofShort(query.get('token') ?? bearerOf(headers.authorization));
  }

  private async receive(client: RawClient, data: RawData): Promise<void> {
    const { type, ...payload } = parsed(data);
    await this.events.receive(client, type, payload);
  }

  /** Whoever did not answer the last beat is gone. */
  private beat(): void {
    for (const socket of this.server.clients) {
      if (this.silent.has(socket)) socket.terminate();
      else {
        this.silent.add(socket);
        socket.ping();
      }
    }
  }
}

/**
 * Browsers can set no header of a WebSocket but the names of its protocols: `notifications`, which is answered, and
 * `token.` with the token in base64url.
 */
function tokenOffered(protocols: string | undefined): string | undefined {
  const token = protocols && /(?:^|,)\s*token\.([\w-]*)/.exec(protocols)?.[1];
  return token === undefined ? undefined : Buffer.from(token, 'base64url').toString('utf8');
}

const NOT_LISTED = 'This page may not connect here: its origin is not listed in CORS_ALLOWED_ORIGINS.';
const UNAVAILABLE = { code: 1011, message: 'That did not work just now: connect again in a moment.' };

/** ws hands over one Buffer unless told otherwise. What is no JSON object has no type, and is answered as such. */
function parsed(data: RawData): { type?: unknown } {
  try {
    const value: unknown = JSON.parse((data as Buffer).toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}
