import { describe, expect, it } from 'vitest';
import { isPublicKey, newVapidKeys, publicKeyOf } from './vapid.keys.js';

describe('a pair of keys', () => {
  it('fits, and is another one each time', () => {
    const pairs = Array.from({ length: 20 }, newVapidKeys);
    for (const { publicKey, privateKey } of pairs) {
      expect(publicKeyOf(privateKey)).toBe(publicKey);
      expect(isPublicKey(publicKey)).toBe(true);
      expect([publicKey.length, privateKey.length]).toEqual([87, 43]);
    }
    expect(new Set(pairs.map(({ publicKey }) => publicKey)).size).toBe(20);
  });

  it.each(['', 'x', 'A'.repeat(87), 'B'.repeat(87)])('is not %j', (key) => {
    expect(isPublicKey(key)).toBe(false);
    expect(publicKeyOf(key)).toBeUndefined();
  });
});
