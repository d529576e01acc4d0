import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EmbeddedRedis } from '../src/queue/embedded-redis.js';
import { hasRedis } from './support/databases.js';

let folder: string;
let server: EmbeddedRedis | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'laundryconnect-redis-'));
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<EmbeddedRedis> {
  server = await EmbeddedRedis.start({ folder });
  if (server === undefined) throw new Error('There is a Redis program, and it does not start.');
  return server;
}

async function ask<T>(url: string, question: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url, { maxRetriesPerRequest: 0, retryStrategy: () => null });
  client.on('error', () => undefined);
  try {
    return await question(client);
  } finally {
    client.disconnect();
  }
}

describe.skipIf(!hasRedis)('the embedded Redis', () => {
  test('asks for a password and never forgets a job to save memory', async () => {
    const url = (await start()).url();
    expect(await ask(url, (client) => client.config('GET', 'maxmemory-policy'))).toEqual([
      'maxmemory-policy',
      'noeviction',
    ]);
    const stranger = new URL(url);
    stranger.password = '';
    await expect(ask(stranger.href, (client) => client.get('x'))).rejects.toThrow(/NOAUTH/);
  });

  test('takes over a server that a killed run has left, and stops it', async () => {
    const left = await start();
    await ask(left.url(), (client) => client.set('x', 'still here'));
    const again = await start();
    expect(again.url()).toBe(left.url());
    expect(await ask(again.url(), (client) => client.get('x'))).toBe('still here');
    await again.stop();
    await expect(ask(left.url(), (client) => client.ping())).rejects.toThrow();
  });
});
