import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
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
  private closing = false;

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly audience: Audience,
  ) {}

  onApplicationBootstrap(): void {
    httpServerOf(this.host)
      ?.on('connection', (socket: Socket) => this.opened(socket))
      .on('request', ({ socket }: IncomingMessage, answer: ServerResponse) => {
        this.unused.delete(socket);
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
    for (let waited = 0; this.live.size > 0 && waited < PATIENCE; waited += LOOK) await wait(LOOK);
    this.closing = true;
    for (const socket of [...this.live, ...this.unused]) socket.destroy();
    for (const answer of this.answers) if (isStream(answer)) answer.destroy();
  }

  private opened(socket: Socket): void {
    if (this.closing) {
      socket.destroy();
      return;
    }
    this.unused.add(socket);
    socket.once('close', () => this.unused.delete(socket));
  }
}

const isStream = (answer: ServerResponse) =>
  String(answer.getHeader('content-type')).startsWith('text/event-stream');

/** Commands run without one. */
export function httpServerOf(host: HttpAdapterHost): Server | undefined {
  const { httpAdapter } = host as Partial<HttpAdapterHost>;
  return httpAdapter?.getHttpServer() as Server | undefined;
}
