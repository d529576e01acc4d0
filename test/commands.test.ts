import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PushSettings } from '../src/push/push.settings.js';
import { TestApp } from './support/app.js';
import { environmentOf, NO_DATABASE, runCli } from './support/cli.js';

let service: TestApp;

beforeAll(async () => {
  service = await TestApp.start();
});
afterAll(() => service.stop());

const environment = () => environmentOf(service);
const cli = (args: readonly string[], env: Record<string, string> = environment(), colour = false) =>
  runCli(args, env, colour);

describe('load-templates', () => {
  it('changes nothing the second time, and says the sentence that operators know', async () => {
    const { exit, out } = await cli(['load-templates']);
    expect(exit).toBe(0);
    expect(out).toContain('Unchanged order_confirmed (en)');
    expect(out.trim().split('\n').at(-1)).toBe(
      'Successfully loaded 0 new templates and updated 0 existing templates.',
    );
  });

  it('knows its old name, and answers in JSON', async () => {
    const { exit, json } = await cli(['load_notification_templates', '--dry-run', '--json']);
    expect(exit).toBe(0);
    expect(json()).toMatchObject({ ok: true, dry_run: true, created: 0, updated: 0 });
  });

  it('checks files without a database, and fails with file and line', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'templates-'));
    const good = await cli(['load-templates', '--check'], NO_DATABASE);
    expect([good.exit, good.out]).toEqual([0, expect.stringContaining('no errors')]);
    writeFileSync(join(folder, 'broken.yaml'), 'category:\n  name: x\ntypes: 5\n');
    const bad = await cli(['load-templates', folder, '--check'], NO_DATABASE);
    expect(bad.exit).toBe(1);
    expect(bad.err).toMatch(/broken\.yaml:\d+/);
    rmSync(folder, { recursive: true });
  });
});

describe('vapid-keys', () => {
  it('prints a pair that the settings take, without a database', async () => {
    const { exit, out } = await cli(['vapid-keys'], NO_DATABASE);
    expect(exit).toBe(0);
    const lines = out.trim().split('\n');
    const env = Object.fromEntries(lines.map((line) => line.split('=') as [string, string]));
    expect(PushSettings.problemsOf(new PushSettings(env))).toEqual([]);
    const { json } = await cli(['vapid-keys', '--json'], NO_DATABASE);
    const other = json() as { public_key: string; private_key: string };
    const mixed = { ...env, VAPID_PRIVATE_KEY: other.private_key };
    expect(PushSettings.problemsOf(new PushSettings(mixed))).toMatchObject([{ env: 'VAPID_PRIVATE_KEY' }]);
    const half = { VAPID_PUBLIC_KEY: other.public_key };
    expect(PushSettings.problemsOf(new PushSettings(half)).map((problem) => problem.env)).toEqual([
      'VAPID_PRIVATE_KEY',
      'VAPID_SUBJECT',
    ]);
  });
});

describe('api-keys', () => {
  const call = (key: string) =>
    service.app.inject({
      method: 'GET',
      url: '/api/users/nobody',
      headers: { authorization: `Bearer ${key}` },
    });

  it('makes a key that may do what it is for and no more, lists it without its secret, and revokes it', async () => {
    const { exit, json } = await cli(['api-keys', 'create', 'crm', '--scopes', 'users:read', '--json']);
    const { id, key } = json() as { id: string; key: string };
    expect(exit).toBe(0);
    expect((await call(key)).statusCode).toBe(404);

    const list = await cli(['api-keys', 'list']);
    expect(list.out).toMatch(new RegExp(`^${id} +crm +valid; users:read$`, 'm'));
    expect(list.out).not.toContain(key.split('_')[3]);

    expect((await cli(['api-keys', 'revoke', id])).exit).toBe(0);
    expect((await cli(['api-keys', 'list'])).out).toMatch(new RegExp(`^${id} +crm +revoked`, 'm'));
    expect((await cli(['api-keys', 'revoke', id])).exit).toBe(4);
  });

  it.each([
    [['create', 'crm'], '--scopes notifications:send'],
    [['create', 'crm', '--scopes', 'user:read'], 'Did you mean users:read?'],
    [['create', 'crm', '--scopes', 'users:read', '--expires', '2020-01-01'], 'must be in the future'],
    [['revoke'], 'missing required argument'],
    [[], 'Say what'],
  ])('says what is wrong with %j', async (args, words) => {
    const { exit, err } = await cli(['api-keys', ...args], NO_DATABASE);
    expect([exit, err]).toEqual([2, expect.stringContaining(words)]);
  });
});

describe('Every command', () => {
  it.each([
    ['--help'],
    ['test-sms', '--help'],
    ['load-templates', '--help'],
    ['channels', '--help'],
    ['costs', '--help'],
    ['retention', '--help'],
    ['channels', 'pause', '--help'],
    ['api-keys', 'create', '--help'],
  ])('explains itself: %s %s', async (...args) => {
    const { exit, out, err } = await cli(args, {});
    expect([exit, err]).toEqual([0, '']);
    expect(out).toContain('Usage:');
  });

  it.each([
    [['tset-sms']],
    [['test-sms', '--phon', '1']],
    [['test-sms', '--phone']],
    [['test-sms', 'extra']],
    [['test-sms', '--phone', '+919876543210', '--user-email', 'a@example.com']],
    [['test-sms', '--message', 'x']],
    [['test-sms', '--phone', '+919876543210', '--wait', 'long']],
    [['load-templates', 'a', 'b']],
    [['channels']],
    [['channels', 'stop']],
    [['channels', 'pause']],
  ])('ends with 2 when it is called wrongly: %j', async (args) => {
    const { exit, out, err } = await cli(args);
    expect([exit, out]).toEqual([2, '']);
    expect(err).not.toBe('');
  });

  it('is coloured in a terminal only', async () => {
    const escape = '\u001b[';
    expect((await cli(['test-sms', '--check-config'])).out).not.toContain(escape);
    expect((await cli(['test-sms', '--check-config'], environment(), true)).out).toContain(escape);
  });

  it('tells a failure as JSON too, when JSON was asked for', async () => {
    const { exit, json } = await cli(['test-sms', '--user-email', 'nobody@example.com', '--json']);
    expect([exit, json()]).toEqual([
      4,
      { ok: false, exit: 4, error: expect.stringContaining('Nobody') as string },
    ]);
  });
});
