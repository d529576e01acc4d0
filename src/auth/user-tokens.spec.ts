import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuthSettings } from './auth.settings.js';
import { UserTokens } from './user-tokens.js';

const JWT_SECRET = 'jwt-secret-of-the-tests-0123456789abcdef';
const SECRET_KEY = 'master-key-of-the-tests-0123456789abcdef';

interface Making {
  readonly alg?: string;
  readonly secret?: string;
  readonly expires?: string;
  readonly header?: Record<string, unknown>;
}

function made(claims: Record<string, unknown>, making: Making = {}): Promise<string> {
  const { alg = 'HS256', secret = JWT_SECRET, expires = '5m', header = {} } = making;
  const token = new SignJWT({ iss: 'platform', aud: 'api', ...claims }).setProtectedHeader({
    alg,
    ...header,
  });
  if (expires !== '') token.setExpirationTime(expires);
  return token.sign(new TextEncoder().encode(secret));
}

describe('a token by the shared secret', () => {
  const tokens = new UserTokens(
    new AuthSettings({ SECRET_KEY, JWT_SECRET, JWT_ISSUER: 'platform', JWT_AUDIENCE: 'api' }),
  );

  it('says who it is, whether staff, and until when', async () => {
    const checked = await tokens.check(await made({ user_id: 42, is_staff: true }));
    expect(checked?.caller).toEqual({ kind: 'user', userId: '42', staff: true });
    expect(checked?.expiresAt.getTime()).toBeGreaterThan(Date.now());
    expect((await tokens.check(await made({ user_id: 'u1', is_staff: 'yes' })))?.caller.staff).toBe(false);
  });

  const other = 'y'.repeat(32);
  const ownKey = { jwk: { kty: 'oct', k: Buffer.from(other).toString('base64url') } };
  it.each<[string, () => Promise<string>]>([
    ['is over', () => made({ user_id: 'u1' }, { expires: '-1m' })],
    ['never ends', () => made({ user_id: 'u1' }, { expires: '' })],
    ['is signed by another', () => made({ user_id: 'u1' }, { secret: other })],
    ['is signed by our other secret', () => made({ user_id: 'u1' }, { secret: SECRET_KEY })],
    ['uses another algorithm', () => made({ user_id: 'u1' }, { alg: 'HS512', secret: JWT_SECRET.repeat(2) })],
    ['was issued by another', () => made({ user_id: 'u1', iss: 'other' })],
    ['is meant for another', () => made({ user_id: 'u1', aud: 'realtime' })],
    ['names nobody', () => made({})],
    ['names an object', () => made({ user_id: { $ne: 1 } })],
    ['names a broken number', () => made({ user_id: 1.5 })],
    ['names a text with blanks', () => made({ user_id: 'u 1' })],
    ['names a text that is too long', () => made({ user_id: 'u'.repeat(65) })],
    ['is for refreshing only', () => made({ user_id: 'u1', token_type: 'refresh' })],
    ['brings its own key', () => made({ user_id: 'u1' }, { secret: other, header: ownKey })],
    [
      'points at a key',
      () => made({ user_id: 'u1' }, { secret: other, header: { jku: 'http://127.0.0.1/keys' } }),
    ],
    ['has no signature', () => Promise.resolve(`${btoa('{"alg":"none"}')}.${btoa('{"user_id":"u1"}')}.`)],
    ['is nonsense', () => Promise.resolve('non.sen.se')],
  ])('is none when it %s', async (_, token) => {
    expect(await tokens.check(await token())).toBeUndefined();
  });

  it('can be signed here as the platform would', async () => {
    const token = await tokens.sign('u7', 300);
    expect((await tokens.check(token ?? ''))?.caller.userId).toBe('u7');
  });
});

describe('a token by public keys', () => {
  let server: Server;
  let url: string;
  let sign: (claims: Record<string, unknown>) => Promise<string>;

  beforeAll(async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }] });
    server = createServer((_, response) => response.setHeader('Content-Type', 'application/json').end(keys));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
    sign = (claims) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
        .setExpirationTime('5m')
        .sign(privateKey);
  });
  afterAll(() => server.close());

  const checking = (jwks: string) => new UserTokens(new AuthSettings({ SECRET_KEY, JWT_JWKS_URL: jwks }));

  it('is checked, and only the platform can sign it', async () => {
    const tokens = checking(url);
    expect((await tokens.check(await sign({ user_id: 'u1' })))?.caller.userId).toBe('u1');
    expect(await tokens.check(await made({ user_id: 'u1' }, { secret: 'x'.repeat(32) }))).toBeUndefined();
    expect(await tokens.sign('u1', 300)).toBeUndefined();
  });

  it('cannot be judged while the keys cannot be fetched, which is not the caller’s fault', async () => {
    await expect(
      checking('http://127.0.0.1:9/keys').check(await sign({ user_id: 'u1' })),
    ).rejects.toMatchObject({
      status: 503,
      code: 'auth.keys-unavailable',
    });
  });
});

describe('the settings', () => {
  const problems = (env: Record<string, string>) =>
    AuthSettings.problemsOf(new AuthSettings(env)).map(({ env: name }) => name);

  it.each<[string, Record<string, string>, string[]]>([
    ['are good with one way to check tokens', { SECRET_KEY, JWT_SECRET }, []],
    ['want one way to check tokens', { SECRET_KEY }, ['JWT_SECRET']],
    [
      'want no two',
      { SECRET_KEY, JWT_SECRET, JWT_JWKS_URL: 'https://id.example.com/keys' },
      ['JWT_JWKS_URL'],
    ],
    ['want long secrets', { SECRET_KEY: 'short', JWT_SECRET: 'brief' }, ['SECRET_KEY', 'JWT_SECRET']],
    [
      'want secrets that nobody knows',
      { SECRET_KEY: 'change-me-'.repeat(4), JWT_SECRET: 'a'.repeat(40) },
      ['SECRET_KEY', 'JWT_SECRET'],
    ],
    ['want two different ones', { SECRET_KEY, JWT_SECRET: SECRET_KEY }, ['SECRET_KEY']],
  ])('%s', (_, env, expected) => {
    expect(problems(env)).toEqual(expected);
  });
});
