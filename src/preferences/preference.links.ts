import { Injectable } from '@nestjs/common';
import { TokensService } from '../auth/tokens.service.js';
import { AppSettings } from '../config/app.settings.js';
import { PreferencesSettings } from './preferences.settings.js';

const PURPOSE = 'preferences';
const DAY = 86_400;

export interface PreferenceLink {
  readonly url: string;
  readonly expiresAt: Date;
}

/**
 * Links to a person's own page of preferences. They name nobody (the id is the platform's own) and open nothing
 * else. They end, since whoever holds one may change everything there; the way out of a kind of messages does not.
 */
@Injectable()
export class PreferenceLinks {
  constructor(
    private readonly tokens: TokensService,
    private readonly app: AppSettings,
    private readonly settings: PreferencesSettings,
  ) {}

  /** For a message: good for `PREFERENCES_LINK_DAYS`, and the same all day, so that a repeated mail has the same words. */
  urlFor(userId: string): string {
    const today = Math.floor(now() / DAY);
    return this.linkUntil(userId, (today + this.settings.linkDays + 1) * DAY).url;
  }

  /** @param expiresIn in seconds from now */
  linkFor(userId: string, expiresIn: number): PreferenceLink {
    return this.linkUntil(userId, now() + expiresIn);
  }

  private linkUntil(userId: string, expires: number): PreferenceLink {
    const token = this.tokens.sign(PURPOSE, [userId, expires]);
    return { url: `${this.app.publicUrl}/preferences/${token}`, expiresAt: new Date(expires * 1000) };
  }

  /** Whose page it is; undefined when the token is not one of ours, or over. */
  open(token: string): string | undefined {
    const payload = this.tokens.open(PURPOSE, token);
    if (!Array.isArray(payload)) return undefined;
    const [userId, expires] = payload as unknown[];
    if (typeof userId !== 'string' || typeof expires !== 'number') return undefined;
    return expires > now() ? userId : undefined;
  }
}

/** In seconds. */
const now = () => Math.floor(Date.now() / 1000);
