import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Audience } from './audience.js';

/** How long connections have to say goodbye; dead ones would hold up the HTTP server's end for 30 s. */
const PATIENCE = 1500;
const LOOK = 20;

/** Tells every live connection that the process ends, and sees to it that none outlives it. */
@Injectable()
export class Drain implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly open = new Set<Socket>();

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly audience: Audience,
  ) {}

  onApplicationBootstrap(): void {
    httpServerOf(this.host)?.on('upgrade', (_, socket: Socket) => {
      this.open.add(socket);
      socket.once('close', () => this.open.delete(socket));
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.audience.dismiss();
    for (let waited = 0; this.open.size > 0 && waited < PATIENCE; waited += LOOK) await wait(LOOK);
    for (const socket of this.open) socket.destroy();
  }
}

/** Commands run without one. */
export function httpServerOf(host: HttpAdapterHost): Server | undefined {
  const { httpAdapter } = host as Partial<HttpAdapterHost>;
  return httpAdapter?.getHttpServer() as Server | undefined;
}
