import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { AppSettings } from '../config/app.settings.js';

/** From src/pages and from dist/pages alike. */
const WEB = fileURLToPath(new URL('../../web/', import.meta.url));
const SOCKET_IO = dirname(createRequire(import.meta.url).resolve('socket.io-client/package.json'));

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The plugin's own Cache-Control would replace the one that is set. */
const OWN_HEADERS = { cacheControl: false };
/** Asked for each time, so that modules of two versions never meet; an unchanged one is not sent again. */
const FRESH = 'no-cache';
const FOR_A_DAY = 'public, max-age=86400';

/** Built for pages of any origin. */
const BUILT = ['inbox.js', 'inbox.d.ts'];

/** Serves the files of `web/` that are no part of the API. */
@Injectable()
export class Pages implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly settings: AppSettings,
  ) {}

  async onModuleInit(): Promise<void> {
    // Commands run without an HTTP server.
    const { httpAdapter } = this.host as Partial<HttpAdapterHost>;
    const fastify = httpAdapter?.getInstance<FastifyInstance>();
    if (fastify) await this.serve(fastify);
  }

  private async serve(fastify: FastifyInstance): Promise<void> {
    const root = [join(WEB, 'home'), join(WEB, 'theme')];
    await fastify.register(fastifyStatic, { root, prefix: '/home/', index: false });
    // What can send in anybody's name is for development; elsewhere the page only says what this is.
    const home = this.settings.environment === 'production' ? 'closed.html' : 'index.html';
    fastify.get('/', (_, reply) => page(reply).sendFile(home, join(WEB, 'home'), OWN_HEADERS));
    for (const file of BUILT) {
      fastify.get(`/${file}`, (_, reply) =>
        asset(reply, FRESH).sendFile(file, join(WEB, 'dist'), OWN_HEADERS),
      );
    }
    fastify.get('/push-worker.js', (_, reply) =>
      asset(reply, FRESH)
        .header('Service-Worker-Allowed', '/')
        .sendFile('push-worker.js', join(WEB, 'dist'), OWN_HEADERS),
    );
    fastify.get('/push-icon.png', (_, reply) =>
      asset(reply, FOR_A_DAY).sendFile('icon.png', join(WEB, 'push'), OWN_HEADERS),
    );
    fastify.get('/socket.io.esm.min.js', (_, reply) =>
      asset(reply, FOR_A_DAY).sendFile('socket.io.esm.min.js', join(SOCKET_IO, 'dist'), OWN_HEADERS),
    );
  }
}

const page = (reply: FastifyReply) =>
  reply.header('Content-Security-Policy', POLICY).header('Cache-Control', FRESH);

/** For pages of any origin: it says nothing about anybody. */
const asset = (reply: FastifyReply, caching: string) =>
  reply.header('Access-Control-Allow-Origin', '*').header('Cache-Control', caching);
