import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { Sandbox } from '../src/sandbox/sandbox.js';

/** `npm test` builds first; a bare vitest run may find nothing here. */
const built = join(import.meta.dirname, '../dist/cli.js');

async function cli(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [built, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, err, exit] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { out, err, exit };
}

describe.skipIf(!existsSync(built))('the command line, built and in a process of its own', () => {
  it('explains itself without settings, a database or a word on stderr', async () => {
    const { out, err, exit } = await cli(['--help']);
    expect([exit, err]).toEqual([0, '']);
    expect(out).toContain('load-templates');
    expect(out).toContain('test-sms');
  });

  it('hands its exit code to the shell, and ends by itself', async () => {
    expect(await cli(['test-sms', '--check-config'])).toMatchObject({ exit: 3 });
    expect(await cli(['test-sms', '--nonsense'])).toMatchObject({ exit: 2, out: '' });
    expect(await cli(['load-templates', '--check'])).toMatchObject({ exit: 0 });
  });

  it('sends a text without colour into a pipe', async () => {
    const sandbox = await Sandbox.start({ accountSid: `AC${'0'.repeat(32)}`, authToken: 'sandbox-token' });
    const args = ['test-sms', '--phone', '+919876543210', '--message', 'Hello'];
    const { out, exit } = await cli(args, { SANDBOX_URL: sandbox.accountUrl });
    expect(exit).toBe(0);
    expect(out).toContain('✓ SMS sent successfully!');
    expect(out).not.toContain('\u001b[');
    expect((await sandbox.messages({ channel: 'sms' }))[0]).toMatchObject({ text: 'Hello' });
    await sandbox.stop();
  });
});
