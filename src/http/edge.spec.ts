import { Body, Controller, Get, HttpCode, Injectable, type OnModuleInit, Post, Query } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { IsBoolean, IsInt, IsOptional, IsString } from 'class-validator';
import { QueryFailedError } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Answer } from './answer.js';
import { conflict } from './domain.error.js';
import { configureEdge, fastifyOptions } from './edge.js';
import type { ProblemBody } from './problem.view.js';

class Laundry {
  @IsString()
  item!: string;

  @IsInt()
  @IsOptional()
  count?: number;
}

class Filter {
  @IsOptional()
  @IsBoolean()
  is_read?: boolean;
}

@Controller('laundry')
class LaundryController {
  @Post()
  @HttpCode(202)
  wash(@Body() body: Laundry) {
    return body;
  }

  @Get()
  list(@Query() filter: Filter) {
    return filter;
  }

  @Post('again')
  again() {
    return new Answer(202, { id: 7 }, true);
  }

  @Get('conflict')
  conflict() {
    throw conflict('laundry.wet', 'It is still wet: wait.');
  }

  @Get('broken')
  broken() {
    throw new Error('secret inside');
  }

  @Get('unreachable')
  unreachable() {
    throw Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' });
  }

  @Get('stopped')
  stopped() {
    const cause = Object.assign(new Error('terminating connection'), { code: '57P01', severity: 'FATAL' });
    throw new QueryFailedError('SELECT 1', [], cause);
  }
}

/** As a module that serves files: Fastify finishes the routes that it has when a plugin is waited for. */
@Injectable()
class Pages implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost<FastifyAdapter>) {}

  async onModuleInit() {
    await this.host.httpAdapter.getInstance().register(() => Promise.resolve());
  }
}

const settings = {
  publicUrl: 'https://notify.example.com',
  corsOrigins: ['https://app.example.com'],
  proxyHops: 1,
};
let app: NestFastifyApplication;

beforeAll(async () => {
  const module = await Test.createTestingModule({
    controllers: [LaundryController],
    providers: [Pages],
  }).compile();
  app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(fastifyOptions(settings)));
  app.useLogger(false);
  app.setGlobalPrefix('api');
  await configureEdge(app, settings);
  await app.init();
});
afterAll(() => app.close());

type Asked = Exclude<Parameters<NestFastifyApplication['inject']>[0], string | undefined>;
const ask = async (asked: Asked) => {
  const answer = await app.inject(asked);
  return {
    ...answer,
    headers: answer.headers,
    status: answer.statusCode,
    problem: answer.json<ProblemBody>(),
  };
};
const post = (payload: string | object, type = 'application/json') =>
  ask({ method: 'POST', url: '/api/laundry', payload, headers: { 'content-type': type } });

describe('an answer', () => {
  it('is given with and without a trailing slash', async () => {
    expect((await ask({ url: '/api/laundry/' })).status).toBe(200);
    expect((await ask({ url: '/api/laundry' })).status).toBe(200);
  });

  it('carries the request id that was sent, when it is a sane one', async () => {
    const sent = await ask({ url: '/api/laundry', headers: { 'x-request-id': 'order-42' } });
    expect(sent.headers['x-request-id']).toBe('order-42');
    const wild = await ask({ url: '/api/laundry', headers: { 'x-request-id': 'a b"<script>' } });
    expect(wild.headers['x-request-id']).toMatch(/^[0-9a-f]{16}-[0-9a-z]+$/);
  });

  it('says that it was given before', async () => {
    const again = await ask({ method: 'POST', url: '/api/laundry/again' });
    expect(again.status).toBe(202);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.json()).toEqual({ id: 7 });
  });

  it('forbids scripts from elsewhere', async () => {
    const { headers } = await ask({ url: '/api/laundry' });
    expect(headers['content-security-policy']).toContain("script-src 'self'");
    expect(headers['strict-transport-security']).toContain('max-age');
  });

  it('allows only the listed origins', async () => {
    const known = await ask({ url: '/api/laundry', headers: { origin: 'https://app.example.com' } });
    expect(known.headers['access-control-allow-origin']).toBe('https://app.example.com');
    const other = await ask({ url: '/api/laundry', headers: { origin: 'https://evil.example.com' } });
    expect(other.headers['access-control-allow-origin']).not.toBe('https://evil.example.com');
  });
});

describe('a failure', () => {
  it('leaves as a problem with code, detail and request id', async () => {
    const { status, headers, problem } = await ask({ url: '/api/laundry/conflict/' });
    expect(status).toBe(409);
    expect(headers['content-type']).toContain('application/problem+json');
    expect(problem).toEqual({
      type: 'https://notify.example.com/problems/laundry.wet',
      title: 'Conflict',
      status: 409,
      code: 'laundry.wet',
      detail: 'It is still wet: wait.',
      errors: [],
      instance: '/api/laundry/conflict/',
      request_id: headers['x-request-id'],
    });
  });

  it('says nothing of the inside when it was not expected', async () => {
    const { status, body, problem } = await ask({ url: '/api/laundry/broken' });
    expect(status).toBe(500);
    expect(problem.code).toBe('service.failed');
    expect(body).not.toContain('secret');
  });

  it.each(['unreachable', 'stopped'])('of the database asks for patience: %s', async (route) => {
    const { status, headers, problem } = await ask({ url: `/api/laundry/${route}` });
    expect([status, problem.code]).toEqual([503, 'database.unavailable']);
    expect(headers['retry-after']).toBe('2');
  });

  it('to find a route names the closest one', async () => {
    const { status, problem } = await ask({ url: '/api/laundri' });
    expect([status, problem.code]).toEqual([404, 'route.not-found']);
    expect(problem.detail).toContain('/api/laundry');
  });

  it('to find the method names the possible ones', async () => {
    const { status, headers } = await ask({ method: 'DELETE', url: '/api/laundry' });
    expect(status).toBe(405);
    expect(headers.allow).toBe('GET, HEAD, POST');
  });
});

describe('a body', () => {
  it('is read by its class', async () => {
    const { status, problem } = await post({ item: 'shirt', count: 2 });
    expect([status, problem]).toEqual([202, { item: 'shirt', count: 2 }]);
  });

  it.each([
    ['malformed', '{"item": "shirt",}', 400, 'request.malformed-json', 'line 1, column 18'],
    ['cut off', '{"item": "shi', 400, 'request.malformed-json', 'JSON'],
    ['not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 400, 'request.malformed-json', 'UTF-8'],
    ['empty', '', 422, 'request.invalid', 'required'],
    ['a list', '[]', 422, 'request.invalid', 'object'],
    ['null', 'null', 422, 'request.invalid', 'object'],
    ['of another type', '{"item": 1}', 422, 'request.invalid', 'item must be a string'],
    ['with text for a number', '{"item": "a", "count": "2"}', 422, 'request.invalid', 'integer'],
    ['with an unknown name', '{"itm": "shirt"}', 422, 'request.invalid', 'Did you mean "item"?'],
    ['with a prototype', '{"item": "a", "__proto__": {"x": 1}}', 422, 'request.unsafe-json', '__proto__'],
    ['with NUL', '{"item": "a\\u0000b"}', 422, 'request.unsafe-json', 'NUL'],
    ['with half a pair', '{"item": "a\\ud83d"}', 422, 'request.unsafe-json', 'surrogate'],
    ['too deep', '{"item":'.repeat(21) + '1' + '}'.repeat(21), 422, 'request.unsafe-json', '20 levels'],
    ['too large', JSON.stringify({ item: 'x'.repeat(300_000) }), 413, 'request.too-large', '256 KB'],
  ])('%s is refused with its reason', async (_, payload, status, code, words) => {
    const answer = await post(payload);
    expect([answer.status, answer.problem.code]).toEqual([status, code]);
    expect(answer.problem.detail).toContain(words);
  });

  it('of another media type is refused', async () => {
    expect((await post('item: shirt', 'text/yaml')).problem.code).toBe('request.unsupported-media-type');
    expect((await post('item', 'text/plain')).status).toBe(415);
  });

  it('that curl sent as a form is told the missing header', async () => {
    const answer = await post('{"item": "shirt"}', 'application/x-www-form-urlencoded');
    expect([answer.status, answer.problem.code]).toEqual([415, 'request.not-json']);
  });
});

describe('a query', () => {
  it('is read by the declared types', async () => {
    expect((await ask({ url: '/api/laundry?is_read=True' })).json()).toEqual({ is_read: true });
  });

  it.each([
    ['/api/laundry?is_red=1', 'Did you mean "is_read"?'],
    ['/api/laundry?is_read=perhaps', 'is_read must be a boolean value'],
    ['/api/laundry?is_read=1&is_read=0', 'once only'],
    ['/api/laundry/conflict?is_read=1', 'no query parameters'],
    ['/api/laundry?is_read=%00', 'NUL'],
    ['/api/%E0%A4%A', 'decoded'],
  ])('%s is refused', async (url, words) => {
    const { status, problem } = await ask({ url });
    expect(status).toBe(400);
    expect(problem.detail).toContain(words);
  });
});
