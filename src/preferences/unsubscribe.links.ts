import { Injectable } from '@nestjs/common';
import { TokensService } from '../auth/tokens.service.js';
import { AppSettings } from '../config/app.settings.js';
import type { Cell } from './flat-names.js';

const PURPOSE = 'unsubscribe';

/** Whose choice a link changes, and which. */
export interface LinkedCell extends Cell {
  readonly userId: string;
}

/**
 * Links out of a category on a channel, for who holds the message. They name nobody (the id is the platform's
 * own), open nothing else, and never expire: people unsubscribe from old mails too.
 */
@Injectable()
export class UnsubscribeLinks {
  constructor(
    private readonly tokens: TokensService,
    private readonly settings: AppSettings,
  ) {}

  urlFor({ userId, category, channel }: LinkedCell): string {
    return `${this.settings.publicUrl}/u/${this.tokens.sign(PURPOSE, [userId, category, channel])}`;
  }

  /** What a token stands for; undefined when it is not one of ours. */
  open(token: string): LinkedCell | undefined {
    const payload = this.tokens.open(PURPOSE, token);
    if (!Array.isArray(payload)) return undefined;
    const [userId, category, channel] = payload as unknown[];
    if (typeof userId !== 'string' || typeof category !== 'string' || typeof channel !== 'string')
      return undefined;
    return { userId, category, channel };
  }
}
