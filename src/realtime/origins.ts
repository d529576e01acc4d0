import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { AppSettings } from '../config/app.settings.js';
import { welcomePages } from '../http/origins.js';

/** Which pages may open a live connection. Programs send no Origin and need their token only. */
@Injectable()
export class Origins {
  private readonly isWelcome: (origin: string) => boolean;

  constructor(settings: AppSettings) {
    this.isWelcome = welcomePages(settings);
  }

  readonly allow = (origin: string | undefined): boolean => origin === undefined || this.isWelcome(origin);

  readonly allowRequest = ({ headers }: IncomingMessage): boolean => this.allow(headers.origin);
}
