import { Injectable, Module, type Type } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/databases.js';
import { newApiKey } from '../auth/api-key.js';
import { AuthModule } from '../auth/auth.module.js';
import { AuthSettings } from '../auth/auth.settings.js';
import { TokensService } from '../auth/tokens.service.js';
import { AppSettings } from '../config/app.settings.js';
import { ConfigModule } from '../config/config.module.js';
import { postgresOptions } from '../database/data-source.js';
import { configureEdge, fastifyOptions } from '../http/edge.js';
import type { ProblemBody } from '../http/problem.view.js';
import { PersonalDataSource } from './personal-data.js';
import type { TokensView, UserView } from './user.dto.js';
import type { User } from './user.entity.js';
import { UsersModule } from './users.module.js';
import { type UserInput, UsersService } from './users.service.js';

@Injectable()
class Laundry extends PersonalDataSource {
  override readonly name = 'laundry';
  readonly forgotten: string[] = [];

  override of({ id }: User): Promise<unknown> {
    return Promise.resolve([`shirt of ${id}`]);
  }

  override forget(_tx: unknown, { id }: User): Promise<void> {
    this.forgotten.push(id);
    return Promise.resolve();
  }
}

@Module({ providers: [Laundry] })
class LaundryModule {}

const KEY = newApiKey('dev').key;
const ENV = {
  NODE_ENV: 'test',
  SECRET_KEY: 'master-key-of-the-tests-0123456789abcdef',
  JWT_SECRET: 'jwt-secret-of-the-tests-0123456789abcdef',
  DEV_API_KEY: KEY,
};
const edge = { publicUrl: 'http://localhost', corsOrigins: [], proxyHops: 0 };

let database: TestDatabase;
let app: NestFastifyApplication;
let db: DataSource;
let users: UsersService;

beforeAll(async () => {
  database = await createTestDatabase();
  const settings = new Map<Type, object>([
    [AppSettings, new AppSettings(ENV)],
    [AuthSettings, new AuthSettings(ENV)],
  ]);
  const module = await Test.createTestingModule({
    imports: [
      ConfigModule.of(settings as never),
      TypeOrmModule.forRoot({
        ...postgresOptions({ url: database.url, poolSize: 8 }),
        autoLoadEntities: true,
      }),
      AuthModule,
      UsersModule,
      LaundryModule,
    ],
  }).compile();
  app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(fastifyOptions(edge)));
  app.useLogger(false);
  await configureEdge(app, edge);
  await app.init();
  db = app.get(DataSource);
  users = app.get(UsersService);
});
afterAll(async () => {
  await app.close();
  await database.drop();
});
beforeEach(() => db.query('TRUNCATE users CASCADE'));

type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';
async function ask(method: Method, path: string, payload?: object) {
  const headers = { authorization: `Bearer ${KEY}` };
  const answer = await app.inject({ method, url: `/users/${path}`, headers, ...(payload && { payload }) });
  const body = (answer.body === '' ? {} : answer.json()) as UserView & ProblemBody & TokensView;
  return { status: answer.statusCode, body };
}
const put = (input: UserInput) => db.transaction((tx) => users.put(tx, input, '/user'));
const count = async () => {
  const [row]: { count: number }[] = await db.query('SELECT count(*)::int AS count FROM users');
  return row?.count;
};

describe('PUT /users/{id}', () => {
  it('adds a person, and shows them as they are kept', async () => {
    const fields = {
      email: 'Asha@Example.COM',
      phone: '098765 43210',
      first_name: 'Asha',
      locale: 'en_in',
      time_zone: 'Asia/Kolkata',
      quiet_hours: { start: '22:00', end: '07:30' },
      paused_until: '2026-01-05T09:00:00+05:30',
    };
    const added = await ask('PUT', 'u1', fields);
    expect(added.status).toBe(200);
    expect(added.body).toMatchObject({
      id: 'u1',
      email: 'Asha@example.com',
      phone: '+919876543210',
      first_name: 'Asha',
      last_name: '',
      locale: 'en-IN',
      time_zone: 'Asia/Kolkata',
      quiet_hours: { start: '22:00', end: '07:30' },
      paused_until: '2026-01-05T03:30:00.000Z',
    });
    expect((await ask('GET', 'u1')).body).toEqual(added.body);
  });

  it('keeps what is absent and clears what is null', async () => {
    await ask('PUT', 'u1', {
      email: 'a@example.com',
      phone: '9876543210',
      locale: 'hi',
      quiet_hours: { start: '22:00', end: '07:00' },
    });
    const { body } = await ask('PUT', 'u1', { phone: null, locale: null, quiet_hours: null });
    expect(body).toMatchObject({ email: 'a@example.com', phone: null, locale: 'en', quiet_hours: null });
  });

  it('names every field that cannot be', async () => {
    const { status, body } = await ask('PUT', 'u1', {
      email: 'a@b@c',
      phone: '+91 11 2345 6789',
      locale: 'not a locale',
      time_zone: 'Mars/Olympus',
      first_name: 'A\r\nBcc: x',
      quiet_hours: { start: '22:00', end: '22:00' },
    });
    expect(status).toBe(422);
    expect(body.errors.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([
      '/email email.malformed',
      '/phone phone.landline',
      '/first_name user.bad-name',
      '/locale user.bad-locale',
      '/time_zone user.bad-time-zone',
      '/quiet_hours user.bad-quiet-hours',
    ]);
    expect(await count()).toBe(0);
  });

  it.each([
    [{ paused_until: 'tomorrow' }, '/paused_until'],
    [{ paused_until: '2026-01-05T09:00:00' }, '/paused_until'],
    [{ paused_until: '2026-02-30T09:00:00Z' }, '/paused_until'],
    [{ quiet_hours: { start: '25:00', end: '07:00' } }, '/quiet_hours/start'],
    [{ quiet_hours: '22-07' }, '/quiet_hours'],
    [{ phon: '1' }, '/phon'],
    [{ email: 5 }, '/email'],
  ])('refuses %j', async (fields, pointer) => {
    const { status, body } = await ask('PUT', 'u1', fields);
    expect([status, body.errors[0]?.pointer]).toEqual([422, pointer]);
  });

  it('refuses an id with blanks', async () => {
    expect((await ask('PUT', 'u%201', {})).body.errors[0]?.code).toBe('user.bad-id');
  });
});

describe('a person given with a notification', () => {
  it('is found by e-mail, then by phone, and added when nobody is found', async () => {
    const asha = await put({ email: 'a@example.com', first_name: 'Asha' });
    expect((await put({ email: 'a@EXAMPLE.com', phone: '9876543210' })).id).toBe(asha.id);
    expect((await put({ phone: '+919876543210' })).id).toBe(asha.id);
    expect(asha.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(await count()).toBe(1);
  });

  it('is somebody else when only the phone is the same', async () => {
    const mother = await put({ email: 'mother@example.com', phone: '9876543210' });
    const son = await put({ email: 'son@example.com', phone: '9876543210' });
    expect(son.id).not.toBe(mother.id);
  });

  it('is the one with the phone who has no e-mail yet', async () => {
    const asha = await put({ phone: '9876543210' });
    expect(await put({ email: 'a@example.com', phone: '9876543210' })).toMatchObject({
      id: asha.id,
      email: 'a@example.com',
    });
  });

  it('is one person, however many requests name them at once', async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        put(
          index % 2
            ? { email: 'new@example.com', phone: '9876543210' }
            : { phone: '9876543210', email: 'new@example.com' },
        ),
      ),
    );
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(await count()).toBe(1);
  });

  it('with the same id at once is one person too', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => put({ id: 'u1', first_name: 'Asha' })));
    expect(new Set(all.map(({ id }) => id))).toEqual(new Set(['u1']));
  });

  it('is not written again when nothing changed', async () => {
    const version = async () => (await db.query('SELECT xmin::text FROM users')) as unknown;
    await put({
      id: 'u1',
      email: 'a@example.com',
      quiet_hours: { start: '22:00', end: '07:00' },
      paused_until: '2026-01-05T09:00:00Z',
    });
    const before = await version();
    await put({
      id: 'u1',
      email: 'a@example.com',
      quiet_hours: { start: '22:00', end: '07:00' },
      paused_until: '2026-01-05T14:30:00+05:30',
    });
    expect(await version()).toEqual(before);
    await put({ id: 'u1', email: 'b@example.com' });
    expect(await version()).not.toEqual(before);
  });

  it('needs an id or an address, and is told where', async () => {
    await expect(async () => put({ first_name: 'Asha' })).rejects.toMatchObject({
      status: 422,
      code: 'user.no-address',
      errors: [{ pointer: '/user' }],
    });
    await expect(async () => put({ phone: '12' })).rejects.toMatchObject({
      errors: [{ pointer: '/user/phone', code: 'phone.too-short' }],
    });
  });
});

describe('the rest of a life', () => {
  it('tokens are for people who are known', async () => {
    await ask('PUT', 'u1', {});
    const { status, body } = await ask('POST', 'u1/tokens', { expires_in: 300 });
    expect([status, body.expires_in]).toEqual([201, 300]);
    expect((await app.get(TokensService).openInbox(body.token))?.userId).toBe('u1');
    expect(body.user_token).toContain('.');
    expect((await ask('POST', 'u2/tokens', {})).status).toBe(404);
    expect((await ask('POST', 'u1/tokens', { expires_in: 5 })).status).toBe(422);
    expect((await ask('POST', 'u1/tokens')).status).toBe(201);
  });

  it('an export has the part of every folder', async () => {
    const { body: user } = await ask('PUT', 'u1', { email: 'a@example.com' });
    expect((await ask('GET', 'u1/export')).body).toEqual({ user, laundry: ['shirt of u1'] });
  });

  it('erasure asks every folder and leaves nothing', async () => {
    await ask('PUT', 'u1', { email: 'a@example.com' });
    expect((await ask('DELETE', 'u1')).status).toBe(204);
    expect(app.get(Laundry).forgotten).toEqual(['u1']);
    expect((await ask('GET', 'u1')).status).toBe(404);
    expect((await ask('DELETE', 'u1')).body.code).toBe('user.not-found');
  });

  it('people are found by id, many at once, and by address', async () => {
    await put({ id: 'u1', email: 'a@example.com' });
    await put({ id: 'u2', email: 'a@example.com' });
    expect((await users.findMany(['u2', 'u1', 'u3'])).map(({ id }) => id).sort()).toEqual(['u1', 'u2']);
    expect(await users.findMany([])).toEqual([]);
    expect((await users.findByEmail('a@example.com'))?.id).toBe('u1');
    expect(await users.find('u3')).toBeUndefined();
  });
});
