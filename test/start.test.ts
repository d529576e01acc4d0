import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Command, runOf } from './support/command.js';
import { createTestDatabase, hasRedis, type TestDatabase, testRedis } from './support/databases.js';

/** The first command builds when nothing is built yet. */
const LONG = 240_000;
const STACK = /^\s+at /m;

let folder: string;
const commands: Command[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'laundryconnect-start-'));
  chmodSync(folder, 0o711);
});

afterEach(async () => {
  for (const command of commands.splice(0)) {
    command.kill('SIGTERM');
    await command.code();
  }
  rmSync(folder, { recursive: true, force: true });
}, LONG);

function command(args: readonly string[], env: Readonly<Record<string, string>> = {}): Command {
  const made = new Command(folder, args, env);
  commands.push(made);
  return made;
}

async function isOpen(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const [event] = await Promise.race([
    once(socket, 'connect').then(() => ['open']),
    once(socket, 'close').then(() => ['closed']),
  ]).catch(() => ['closed']);
  socket.destroy();
  return event === 'open';
}

describe('npm start refuses, in words and with exit code 3,', () => {
  test('a port that another program has', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const start = command(['start'], { PORT: String(port) });
    expect(await start.code(), start.output).toBe(3);
    expect(start.output.trim()).toBe(
      `Port ${port} is taken by another program. Stop it, or choose another: PORT=${port + 1} npm start`,
    );
    other.close();
  });

  test(
    'a database that does not answer',
    async () => {
      const start = command(['start'], { DATABASE_URL: 'postgres://someone:secret@127.0.0.1:1/orders' });
      expect(await start.code(), start.output).toBe(3);
      expect(start.output).toContain('127.0.0.1:1/orders: nothing listens there. Start Postgres, or correct');
      expect(start.output).not.toMatch(STACK);
      expect(start.output).not.toContain('secret');
    },
    LONG,
  );

  test(
    'production on an embedded database',
    async () => {
      const start = command(['start'], { NODE_ENV: 'production' });
      expect(await start.code(), start.output).toBe(3);
      expect(start.output).toContain('DATABASE_URL is not set. In production');
      expect(existsSync(join(folder, 'secrets.json'))).toBe(false);
    },
    LONG,
  );

  test(
    'variables that make no sense, all of them at once',
    async () => {
      const start = command(['start'], { PORT: 'high', LOG_LEVEL: 'loud' });
      expect(await start.code(), start.output).toBe(3);
      expect(start.output).toContain('PORT must be a whole number from 0 to 65535, not "high"');
      expect(start.output).toContain('LOG_LEVEL must be one of debug, info, warn, error, not "loud"');
      expect(start.output).not.toMatch(STACK);
      expect(existsSync(join(folder, 'run.json'))).toBe(false);
    },
    LONG,
  );
});

describe('npm start', () => {
  test(
    'serves, is joined, stops all that it started, and is as before the next time',
    async () => {
      const start = command(['start']);
      await start.says(/Health/);
      const { env, urls } = runOf(folder);
      expect((await fetch(urls['health'] ?? '')).status).toBe(200);

      const second = command(['start']);
      expect(await second.code(), second.output).toBe(3);
      expect(second.output).toContain(`It runs already: ${urls['app'] ?? ''}`);

      const joined = command(['cli', 'load-templates', '--check']);
      expect(await joined.code(), joined.output).toBe(0);

      start.kill('SIGINT');
      // npm sends the terminal's Ctrl-C a second time.
      start.kill('SIGINT');
      expect(await start.code(), start.output).toBe(0);
      expect(start.output).not.toMatch(STACK);
      const left = ['DATABASE_URL', 'REDIS_URL', 'SANDBOX_URL'].flatMap((name) => env[name] ?? []);
      expect(await Promise.all(left.map(isOpen))).not.toContain(true);
      expect(existsSync(join(folder, 'run.json'))).toBe(false);

      const next = command(['start']);
      await next.says(/Health/);
      expect(next.output).not.toContain('Creating the database');
      expect(next.output).toContain(env['DEV_API_KEY']);
    },
    LONG,
  );

  test(
    'leaves no service behind when it is killed, but Postgres and Redis, which the next start takes over',
    async () => {
      const start = command(['start']);
      await start.says(/Health/);
      const { env, urls } = runOf(folder);
      start.kill('SIGKILL');
      await vi.waitUntil(async () => !(await isOpen(urls['app'] ?? '')), { timeout: 30_000 });
      await vi.waitUntil(async () => !(await isOpen(env['SANDBOX_URL'] ?? '')), { timeout: 30_000 });
      expect(await isOpen(env['DATABASE_URL'] ?? '')).toBe(true);

      const next = command(['start']);
      await next.says(/Health/);
      expect(runOf(folder).env['DATABASE_URL']).toBe(env['DATABASE_URL']);
      expect(runOf(folder).env['REDIS_URL']).toBe(env['REDIS_URL']);
    },
    LONG,
  );
});

describe.skipIf(!hasRedis)('npm start in production', () => {
  let database: TestDatabase;
  let env: Record<string, string>;
  beforeEach(async () => {
    database = await createTestDatabase();
    env = {
      NODE_ENV: 'production',
      ALLOW_SANDBOX: 'true',
      DATABASE_URL: database.url,
      REDIS_URL: await testRedis(),
      SECRET_KEY: 'a-master-key-of-the-test-run-0123456789-abc',
      JWT_SECRET: 'a-platform-key-of-the-test-run-0123456789',
      PUBLIC_URL: 'https://notify.example.com',
      FRONTEND_URL: 'https://app.example.com',
    };
  });
  afterEach(() => database.drop());

  test(
    'answers in one process and delivers in a worker for each core, until it is told to stop',
    async () => {
      const start = command(['start'], env);
      await start.says(/^Processes: api \(port \d+\)(, worker \(port \d+\))+;/m);
      const made = command(['cli', 'api-keys', 'create', 'shop', '--scopes', 'notifications:send'], env);
      expect(await made.code(), made.output).toBe(0);
      const [key = ''] = /^nk_\S+/m.exec(made.output) ?? [];

      const { PORT = '', SANDBOX_URL = '' } = runOf(folder).env;
      const sent = await fetch(`http://127.0.0.1:${PORT}/api/notifications`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ type: 'welcome', user: { id: 'asha', email: 'asha@example.com' } }),
      });
      expect(sent.status, start.output).toBe(202);
      const { origin } = new URL(SANDBOX_URL);
      const mails = await fetch(`${origin}/api/dev/messages?channel=email&wait=30s`);
      expect(await mails.json(), start.output).toMatchObject([{ to: 'asha@example.com' }]);

      start.kill('SIGTERM');
      expect(await start.code(), start.output).toBe(0);
      expect(await isOpen(`http://127.0.0.1:${PORT}`)).toBe(false);
    },
    LONG,
  );

  test(
    'says so when another program has the port of a worker',
    async () => {
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const { port } = other.address() as AddressInfo;
      const start = command(['start'], { ...env, PORT: String(port - 1) });
      expect(await start.code(), start.output).toBe(3);
      expect(start.output).toContain(`Port ${port} is taken by another program.`);
      other.close();
    },
    LONG,
  );
});

describe('npm run cli', () => {
  test(
    'explains itself without a database',
    async () => {
      const help = command(['cli', '--help']);
      expect(await help.code(), help.output).toBe(0);
      expect(help.output).toContain('load-templates');
      expect(existsSync(join(folder, 'postgres'))).toBe(false);
    },
    LONG,
  );

  test(
    'starts what it needs, and stops it again',
    async () => {
      const load = command(['cli', 'load-templates']);
      expect(await load.code(), load.output).toBe(0);
      expect(existsSync(join(folder, 'postgres', 'data', 'PG_VERSION'))).toBe(true);
      expect(existsSync(join(folder, 'postgres', 'data', 'postmaster.pid'))).toBe(false);
    },
    LONG,
  );
});
