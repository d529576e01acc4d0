import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT } from '../../test/support/sandbox-sdk.js';
import { Sandbox } from './sandbox.js';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await Sandbox.start(ACCOUNT);
});
afterAll(() => sandbox.stop());

const get = (path: string) => fetch(sandbox.url + path, { redirect: 'manual' });

describe('the page', () => {
  it('is there with everything it names, under a policy without inline scripts and styles', async () => {
    const page = await get('/sandbox');
    const html = await page.text();
    const files = [...html.matchAll(/(?:src|href)="(\/sandbox\/[^"]+)"/g)].map(([, path]) => path ?? '');
    const script = await (await get('/sandbox/app.js')).text();
    const modules = [...script.matchAll(/from '\.\/([^']+)'/g)].map(([, name]) => `/sandbox/${name ?? ''}`);

    expect(page.headers.get('content-security-policy')).not.toContain('unsafe');
    expect(html).not.toMatch(/<style|style=|<script(?![^>]* src=)| on\w+=/);
    expect(files.length).toBeGreaterThan(2);
    expect(modules.length).toBeGreaterThan(2);
    for (const file of [...files, ...modules]) {
      expect(await get(file), file).toMatchObject({ status: 200 });
    }
  });

  it.each([
    '/sandbox/none.js',
    '/sandbox/../../package.json',
    '/sandbox/%2e%2e%2fpackage.json',
    '/sandbox/index.html',
  ])('has nothing else: %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it('is where the root leads', async () => {
    expect((await get('/')).headers.get('location')).toBe('/sandbox');
  });
});

describe('a sandbox that cannot start', () => {
  it('says so, and leaves nothing behind', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;

    await expect(Sandbox.start({ ...ACCOUNT, port })).rejects.toThrow('EADDRINUSE');
    await expect(Sandbox.start({ ...ACCOUNT, smtpPort: port })).rejects.toThrow('EADDRINUSE');
    other.close();
  });
});
