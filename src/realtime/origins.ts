import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { AppSettings } from '../config/app.settings.js';

const LOOPBACK = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** Which pages may open a live connection. Programs send no Origin and need their token only. */
@Injectable()
export class Origins {
  private readonly listed: ReadonlySet<string>;

  constructor(private readonly settings: AppSettings) {
    const { corsOrigins, publicUrl, frontendUrl } = settings;
    this.listed = new Set([...corsOrigins, originOf(publicUrl), originOf(frontendUrl)]);
  }

  readonly allow = (origin: string | undefined): boolean =>
    origin === undefined ||
    this.listed.has(origin) ||
    (this.settings.environment !== 'production' && LOOPBACK.test(origin));

  readonly allowRequest = ({ headers }: IncomingMessage): boolean => this.allow(headers.origin);
}

const originOf = (url: string) => new URL(url).origin;
