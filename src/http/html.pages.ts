import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply } from 'fastify';
import nunjucks from 'nunjucks';
import { AppSettings } from '../config/app.settings.js';

/** The same place from `src` and from `dist`. */
export const PLAIN = fileURLToPath(new URL('../../web/plain/', import.meta.url));

/** Nothing of another origin, nothing inline, and in nobody's frame, where a click could be stolen. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** A page of `web/plain`, as `preferences/page.njk`, and what its places need. */
export interface HtmlPage {
  readonly page: string;
  readonly values: object;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers with pages that need no script, and serves the few files beside them. */
@Injectable()
export class HtmlPages implements OnModuleInit {
  /** Everything that is put into a page is escaped. */
  private readonly pages = new nunjucks.Environment(new nunjucks.FileSystemLoader(PLAIN), {
    autoescape: true,
    throwOnUndefined: true,
  });

  constructor(
    private readonly host: HttpAdapterHost,
    { publicUrl }: AppSettings,
  ) {
    this.pages.addGlobal('base', new URL(publicUrl).pathname.replace(/\/$/, ''));
  }

  async onModuleInit(): Promise<void> {
    // Commands run without an HTTP server.
    const { httpAdapter } = this.host as Partial<HttpAdapterHost>;
    await httpAdapter?.getInstance<FastifyInstance>().register(fastifyStatic, {
      root: join(PLAIN, 'files'),
      prefix: '/plain/',
      index: false,
      decorateReply: false,
      cacheControl: false,
      setHeaders: (reply) => void reply.header('Cache-Control', 'no-cache'),
    });
  }

  /** Unless the headers say otherwise nobody else may keep the page or find it. */
  show(reply: FastifyReply, { page, values, status = 200, headers = {} }: HtmlPage): void {
    void reply
      .code(status)
      .headers({
        'Cache-Control': 'no-store',
        'X-Robots-Tag': 'noindex',
        'Content-Security-Policy': POLICY,
        ...headers,
      })
      .type('text/html; charset=utf-8')
      .send(this.pages.render(page, values));
  }
}
