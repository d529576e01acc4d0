import { Injectable } from '@nestjs/common';
import { AuthSettings } from '../auth/auth.settings.js';
import { type Allowance, RateLimiter, rateLimitHeaders } from '../http/rate.limiter.js';
import type { HtmlPage } from '../http/html.pages.js';
import type { Language } from '../preferences/language.js';

/**
 * How often a page may be asked for. A good link is counted by its person: mail programs act for many people from
 * one address, and nobody may be kept from unsubscribing by them. What is no link of ours is counted by address.
 */
@Injectable()
export class Doorkeeper {
  private readonly limiter = new RateLimiter();

  constructor(private readonly settings: AuthSettings) {}

  /** Undefined for who may come in; otherwise the page that says why not. */
  refuse(
    userId: string | undefined,
    visitor: { readonly ip: string; readonly language: Language },
  ): HtmlPage | undefined {
    const { userCallsPerMinute, failuresPerMinute } = this.settings;
    const allowance =
      userId === undefined
        ? this.limiter.take(`address:${visitor.ip}`, failuresPerMinute)
        : this.limiter.take(`person:${userId}`, userCallsPerMinute);
    if (!allowance.allowed) return busy(allowance, visitor.language);
    return userId === undefined ? wrong(visitor.language) : undefined;
  }
}

/** The same for a forged, a cut, and an old link, and for a person who is gone. */
const wrong = (language: Language): HtmlPage => ({
  page: 'message.njk',
  status: 404,
  values: {
    language,
    mark: 'question',
    title: language.text('wrong.title'),
    text: language.text('wrong.text'),
  },
});

const busy = (allowance: Allowance, language: Language): HtmlPage => ({
  page: 'message.njk',
  status: 429,
  headers: { 'Retry-After': String(allowance.reset), ...rateLimitHeaders(allowance) },
  values: {
    language,
    mark: 'question',
    title: language.text('busy.title'),
    text: language.text('busy.text', { seconds: allowance.reset }),
  },
});
