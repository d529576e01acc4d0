import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuthSettings } from './auth.settings.js';

/** One master secret; each purpose has a key of its own, so that nothing made for one opens another. */
@Injectable()
export class Secrets {
  private readonly keys = new Map<string, Buffer>();

  constructor(private readonly settings: AuthSettings) {}

  keyFor(purpose: string): Buffer {
    const known = this.keys.get(purpose);
    if (known) return known;
    const key = Buffer.from(hkdfSync('sha256', this.settings.secretKey, 'notifications', purpose, 32));
    this.keys.set(purpose, key);
    return key;
  }

  /** HMAC-SHA-256 of a text under the purpose's key. */
  mac(purpose: string, text: string): Buffer {
    return createHmac('sha256', this.keyFor(purpose)).update(text).digest();
  }

  /** In constant time, also for other lengths. */
  static same(a: Buffer, b: Buffer): boolean {
    return a.length === b.length && timingSafeEqual(a, b);
  }
}
