import { Controller, Get, Module, Post, type Type } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/databases.js';
import { AppSettings } from '../config/app.settings.js';
import { ConfigModule } from '../config/config.module.js';
import { postgresOptions } from '../database/data-source.js';
import { configureEdge, fastifyOptions } from '../http/edge.js';
import type { ProblemBody } from '../http/problem.view.js';
import { Allow, Public, service, staff, user } from './allow.js';
import { ApiKeysService } from './api-keys.service.js';
import { newApiKey } from './api-key.js';
import { AuthModule } from './auth.module.js';
import { AuthSettings } from './auth.settings.js';
import { type Caller, CurrentCaller, nameOf } from './caller.js';

@Controller('doors')
class DoorsController {
  @Get('open')
  @Public()
  open(@CurrentCaller() caller: Caller) {
    return { caller: nameOf(caller) };
  }

  @Get('person')
  @Allow(user())
  person(@CurrentCaller() caller: Caller) {
    return { caller: nameOf(caller) };
  }

  @Get('service')
  @Allow(service('users:read'))
  program(@CurrentCaller() caller: Caller) {
    return { caller: nameOf(caller) };
  }

  @Get('staff')
  @Allow(staff('users:write'))
  team(@CurrentCaller() caller: Caller) {
    return { caller: nameOf(caller) };
  }

  @Get('either')
  @Allow(user(), service('users:read'))
  either(@CurrentCaller() caller: Caller) {
    return { caller: nameOf(caller) };
  }
}

@Controller('forgotten')
class ForgottenController {
  @Post()
  send() {
    return 'sent';
  }
}

const JWT_SECRET = 'jwt-secret-of-the-tests-0123456789abcdef';
const DEV_KEY = newApiKey('dev').key;
const ENV = {
  NODE_ENV: 'test',
  SECRET_KEY: 'master-key-of-the-tests-0123456789abcdef',
  JWT_SECRET,
  JWT_ISSUER: 'platform',
  DEV_API_KEY: DEV_KEY,
  RATE_LIMIT_PER_MINUTE: '1000',
  USER_RATE_LIMIT_PER_MINUTE: '5',
  AUTH_FAILURES_PER_MINUTE: '3',
};
const edge = { publicUrl: 'http://localhost', corsOrigins: [], proxyHops: 1 };

let database: TestDatabase;
let app: NestFastifyApplication;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await start(DoorsController);
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

async function start(controller: Type, env: Record<string, string> = ENV): Promise<NestFastifyApplication> {
  @Module({ controllers: [controller] })
  class DoorsModule {}
  const settings = new Map<Type, object>([
    [AppSettings, new AppSettings(env)],
    [AuthSettings, new AuthSettings(env)],
  ]);
  const module = await Test.createTestingModule({
    imports: [
      ConfigModule.of(settings as never),
      TypeOrmModule.forRoot({
        ...postgresOptions({ url: database.url, poolSize: 2 }),
        autoLoadEntities: true,
      }),
      AuthModule,
      DoorsModule,
    ],
  }).compile();
  const made = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(fastifyOptions(edge)));
  made.useLogger(false);
  await configureEdge(made, edge);
  return made.init();
}

let address = 0;
/** Each call from an address of its own, unless it says otherwise: failures are counted by address. */
async function ask(path: string, token?: string, from = `10.0.0.${++address % 250}`) {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await app.inject({
    url: `/doors/${path}`,
    headers: { ...authorization, 'x-forwarded-for': from },
  });
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: answer.json<ProblemBody & { caller?: string }>(),
  };
}

const signed = (claims: Record<string, unknown>) =>
  new SignJWT({ iss: 'platform', ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('5m')
    .sign(new TextEncoder().encode(JWT_SECRET));

describe('a person', () => {
  it('comes in with a token of the platform, whose id may be a number', async () => {
    expect((await ask('person', await signed({ user_id: 'u1' }))).body.caller).toBe('user:u1');
    expect((await ask('person', await signed({ user_id: 42 }))).body.caller).toBe('user:42');
  });

  it('is staff when the token says so', async () => {
    expect((await ask('staff', await signed({ user_id: 's1', is_staff: true }))).status).toBe(200);
    const refused = await ask('staff', await signed({ user_id: 's2' }));
    expect([refused.status, refused.body.code]).toEqual([403, 'auth.forbidden']);
    expect(refused.body.detail).toContain('is_staff');
  });

  it('stays out with a token that is not one of theirs', async () => {
    const { status, body, headers } = await ask('person', 'nonsense');
    expect([status, body.code]).toEqual([401, 'auth.invalid-token']);
    expect(headers['www-authenticate']).toBe('Bearer realm="notifications", error="invalid_token"');
  });

  it('may call so often in a minute, and is told how often', async () => {
    vi.useFakeTimers({ now: new Date('2026-01-05T10:00:10Z'), toFake: ['Date'] });
    try {
      const token = await signed({ user_id: 'eager' });
      const first = await ask('person', token);
      expect(first.headers).toMatchObject({
        'ratelimit-limit': '5',
        'ratelimit-remaining': '4',
        'ratelimit-reset': '50',
      });
      for (let call = 2; call <= 5; call++) expect((await ask('person', token)).status).toBe(200);
      const sixth = await ask('person', token);
      expect([sixth.status, sixth.body.code, sixth.headers['retry-after']]).toEqual([
        429,
        'request.too-many',
        '50',
      ]);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a service', () => {
  const keys = () => app.get(ApiKeysService);

  it('comes in with the key of development, which may do everything', async () => {
    expect((await ask('service', DEV_KEY)).body.caller).toBe('service:development');
    expect((await ask('staff', DEV_KEY)).status).toBe(200);
  });

  it('comes in where its key has the scope, and is told the scope that it lacks', async () => {
    const { key } = await keys().create({ name: 'shop', scopes: ['users:read'] });
    expect((await ask('service', key)).body.caller).toBe('service:shop');
    expect((await ask('either', key)).status).toBe(200);
    const refused = await ask('staff', key);
    expect(refused.status).toBe(403);
    expect(refused.body.detail).toContain('users:write');
    expect(refused.headers['www-authenticate']).toContain('error="insufficient_scope", scope="users:write"');
  });

  it('cannot stand in for a person', async () => {
    expect((await ask('person', DEV_KEY)).body.code).toBe('auth.forbidden');
  });

  it('may have two keys at once, and a revoked one is over', async () => {
    const [one, two] = [
      await keys().create({ name: 'rotating', scopes: ['users:read'] }),
      await keys().create({ name: 'rotating', scopes: ['users:read'] }),
    ];
    expect((await ask('service', one.key)).body.caller).toBe((await ask('service', two.key)).body.caller);
    expect(await keys().revoke(one.id)).toBe(true);
    expect(await keys().revoke(one.id)).toBe(false);
    expect((await ask('service', one.key)).body.code).toBe('auth.invalid-key');
    expect((await ask('service', two.key)).status).toBe(200);
  });

  it('stays out with a key that is over, mistyped, or another one', async () => {
    const { key } = await keys().create({
      name: 'old',
      scopes: ['users:read'],
      expiresAt: new Date(Date.now() - 1),
    });
    const stranger = newApiKey('live').key;
    const mistyped = DEV_KEY.replace(/.(?=.{9}$)/, (digit) => (digit === 'x' ? 'y' : 'x'));
    for (const wrong of [key, stranger, mistyped, 'nk_', `${DEV_KEY}x`]) {
      expect((await ask('service', wrong)).body.code).toBe('auth.invalid-key');
    }
  });

  it('is stored as a keyed hash only', async () => {
    const { id, key } = await keys().create({ name: 'quiet', scopes: ['users:read'] });
    const secret = key.split('_')[3] ?? '';
    const listed = (await keys().list()).find((info) => info.id === id);
    expect(listed).toMatchObject({ name: 'quiet', scopes: ['users:read'], revoked_at: null });
    expect(JSON.stringify(await keys().list())).not.toContain(secret);
  });
});

describe('nobody', () => {
  it('comes in where everybody may', async () => {
    expect((await ask('open')).body.caller).toBe('anonymous');
    expect((await ask('open', 'nonsense')).status).toBe(200);
  });

  it('is asked who they are elsewhere', async () => {
    const { status, body, headers } = await ask('service');
    expect([status, body.code, headers['www-authenticate']]).toEqual([
      401,
      'auth.missing',
      'Bearer realm="notifications"',
    ]);
  });

  it('may guess so often, and holds up nobody else', async () => {
    vi.useFakeTimers({ now: new Date('2026-01-05T11:00:10Z'), toFake: ['Date'] });
    try {
      const statuses = [];
      for (let guess = 1; guess <= 4; guess++)
        statuses.push((await ask('service', newApiKey('live').key, '10.9.9.9')).status);
      expect(statuses).toEqual([401, 401, 401, 429]);
      expect((await ask('service', DEV_KEY, '10.9.9.9')).status).toBe(200);
      expect((await ask('service', 'nonsense', '10.9.9.8')).status).toBe(401);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('the start', () => {
  it('stops at a route that says nothing of who may call it', async () => {
    await expect(start(ForgottenController)).rejects.toThrow('ForgottenController.send');
  });

  it('stops in production with a key of development', async () => {
    await expect(start(DoorsController, { ...ENV, NODE_ENV: 'production' })).rejects.toThrow('DEV_API_KEY');
  });
});
