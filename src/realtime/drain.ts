import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Leaving } from '../http/leaving.js';
import { Audience } from './audience.js';

/** How long connections have to say goodbye. */
const PATIENCE = 1500;
const LOOK = 20;

/**
 * Ends what has no end of its own when the process stops. The HTTP server waits for every connection but the idle
 * ones: for live connections whose other side is dead, for streams of events, and for those that a browser opened
 * in advance and never used.
 */
@Injectable()
export class Drain implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly live = new Set<Socket>();
  private readonly unused = new Set<Socket>();
  private readonly answers = new Set<ServerResponse>();
  private server: Server | undefined;

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly audience: Audience,
    private readonly leaving: Leaving,
  ) {}

  onApplicationBootstrap(): void {
    this.server = httpServerOf(this.host);
    this.server
      ?.on('connection', (socket: Socket) => {
        this.unused.add(socket);
        socket.once('close', () => this.unused.delete(socket));
      })
      // Before the handler of the application, which may answer at once.
      .prependListener('request', ({ socket }: IncomingMessage, answer: ServerResponse) => {
        this.unused.delete(socket);
        if (this.leaving.begun) lastOf(answer);
        this.answers.add(answer);
        answer.once('close', () => this.answers.delete(answer));
      })
      .on('upgrade', (_, socket: Socket) => {
        this.unused.delete(socket);
        this.live.add(socket);
        socket.once('close', () => this.live.delete(socket));
      });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.audience.dismiss();
    for (const answer of this.answers) if (!isStream(answer)) lastOf(answer);
    for (let waited = 0; this.live.size > 0 && waited < PATIENCE; waited += LOOK) await wait(LOOK);
    for (const socket of this.live) socket.destroy();
    for (const answer of this.answers) if (isStream(answer)) answer.destroy();
    this.endUnused();
  }

  /** Not before the server takes no more: until then each of them may still bring a request. */
  private endUnused(): void {
    const { server } = this;
    if (!server) return;
    const looking = setInterval(() => {
      if (!server.listening) for (const socket of this.unused) socket.destroy();
    }, LOOK);
    looking.unref();
    server.once('close', () => clearInterval(looking));
  }
}

/** Its connection ends with it: a client that keeps one open would be waited for until it lets go. */
function lastOf(answer: ServerResponse): void {
  if (answer.headersSent) answer.once('finish', () => answer.socket?.destroySoon());
  else answer.shouldKeepAlive = false;
}

const isStream = (answer: ServerResponse) =>
  String(answer.getHeader('content-type')).startsWith('text/event-stream');

/** Commands run without one. */
export function httpServerOf(host: HttpAdapterHost): Server | undefined {
  const { httpAdapter } = host as Partial<HttpAdapterHost>;
  return httpAdapter?.getHttpServer() as Server | undefined;
}
