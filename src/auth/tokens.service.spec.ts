import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { AuthSettings } from './auth.settings.js';
import { Secrets } from './secrets.js';
import { TokensService } from './tokens.service.js';

const tokensOf = (SECRET_KEY: string) =>
  new TokensService(new Secrets(new AuthSettings({ SECRET_KEY, JWT_SECRET: 'x' })));
const tokens = tokensOf('master-key-of-the-tests-0123456789abcdef');

describe('a short token', () => {
  it('names the person and its end', async () => {
    const { token, expiresIn } = await tokens.inbox('u1', 600);
    const holder = await tokens.openInbox(token);
    expect(expiresIn).toBe(600);
    expect(holder?.userId).toBe('u1');
    expect(Math.abs((holder?.expiresAt.getTime() ?? 0) - Date.now() - 600_000)).toBeLessThan(2_000);
  });

  it('lives five minutes at least and an hour at most', async () => {
    expect((await tokens.inbox('u1', 1)).expiresIn).toBe(300);
    expect((await tokens.inbox('u1', 1e9)).expiresIn).toBe(3600);
  });

  it('opens nothing when it is over, changed, or made by another', async () => {
    const { token } = await tokens.realtime('u1');
    expect(await tokens.openRealtime(`${token}x`)).toBeUndefined();
    expect(await tokensOf('another-key-of-the-tests-0123456789abcd').openRealtime(token)).toBeUndefined();
    vi.useFakeTimers({ now: Date.now() + 901_000, toFake: ['Date'] });
    try {
      expect(await tokens.openRealtime(token)).toBeUndefined();
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a token of one kind', () => {
  it('opens nothing of the other: what may stand in a URL reads no inbox', async () => {
    const [live, page] = [await tokens.realtime('u1'), await tokens.inbox('u1')];
    expect((await tokens.openRealtime(live.token))?.userId).toBe('u1');
    expect(await tokens.openInbox(live.token)).toBeUndefined();
    expect(await tokens.openRealtime(page.token)).toBeUndefined();
  });
});

describe("a link's token", () => {
  it('gives back what it was made of, in characters that need no escaping', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (payload) => {
        const token = tokens.sign('unsubscribe', payload);
        expect(token).toMatch(/^[\w-]+\.[\w-]{22}$/);
        expect(tokens.open('unsubscribe', token)).toEqual(JSON.parse(JSON.stringify(payload)));
      }),
    );
  });

  it('opens nothing for another purpose', () => {
    expect(tokens.open('other', tokens.sign('unsubscribe', ['u1']))).toBeUndefined();
  });

  it('opens nothing when anything in it is changed', () => {
    const token = tokens.sign('unsubscribe', ['u1', 'promotion']);
    fc.assert(
      fc.property(
        fc.nat(token.length - 1),
        fc.constantFrom('A', 'b', '7', '.', ' ', 'é', ''),
        (at, other) => {
          const changed = token.slice(0, at) + other + token.slice(at + 1);
          // The last digit of base64 has bits that mean nothing.
          return (
            changed === token || at === token.length - 1 || tokens.open('unsubscribe', changed) === undefined
          );
        },
      ),
    );
  });

  it.each(['', '.', 'a.b.c', 'bm90LWpzb24.AAAA'])('is none of ours: %j', (token) => {
    expect(tokens.open('unsubscribe', token)).toBeUndefined();
  });
});
