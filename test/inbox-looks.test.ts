import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import ts from 'typescript';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasBrowser } from './support/browser.js';
import {
  EmbeddingSite,
  expectAccessible,
  expectNoOverflow,
  INBOX,
  smallTargets,
} from './support/embedded.js';

const built = (file: string) => new URL(`../web/dist/${file}`, import.meta.url);
const ALL = `${INBOX}<notify-preferences></notify-preferences><notify-feed></notify-feed><notify-toasts duration="0"></notify-toasts>`;

describe('the script that pages embed', () => {
  it('is at most 30 kB, with all elements, both languages and the connection', () => {
    expect(gzipSync(readFileSync(built('inbox.js'))).length).toBeLessThanOrEqual(30 * 1024);
  });

  it('describes its client to TypeScript', () => {
    const use = `
      import { type InboxNotification, NotifyClient, type PushDevice, PushError } from './inbox.js';
      const client = new NotifyClient({ base: 'https://notify.example.com', tokenUrl: '/token' });
      client.on('notification', (item: InboxNotification) => item.title.trim());
      const list = client.list({ view: 'unread', category: 'order' });
      const titles: string[] = list.items.map(({ title }) => title);
      const done: Promise<boolean> = client.snooze('1', new Date());
      const device: Promise<PushDevice> = client.push.subscribe({ workerUrl: '/push-worker.js' });
      device.catch((error) => error instanceof PushError && error.code === 'dismissed');
      // @ts-expect-error There is no such view.
      client.list({ view: 'spam' });
      client.start(); titles.at(0); void done;`;
    const files = new Map([
      ['/use.ts', use],
      ['/inbox.d.ts', readFileSync(built('inbox.d.ts'), 'utf8')],
    ]);
    const options: ts.CompilerOptions = {
      ...{ target: ts.ScriptTarget.ES2022, lib: ['lib.es2022.d.ts'], types: [], strict: true, noEmit: true },
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      module: ts.ModuleKind.ESNext,
    };
    const host = ts.createCompilerHost(options);
    const onDisk = { ...host };
    host.fileExists = (name) => files.has(name) || onDisk.fileExists(name);
    host.getSourceFile = (name, target) => {
      const text = files.get(name);
      return text === undefined
        ? onDisk.getSourceFile(name, target)
        : ts.createSourceFile(name, text, target);
    };
    const program = ts.createProgram(['/use.ts'], options, host);
    const problems = ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText);
    expect(problems).toEqual([]);
  });
});

describe.skipIf(!hasBrowser)('the elements, as they look', () => {
  let shop: EmbeddingSite;
  beforeAll(async () => {
    shop = await EmbeddingSite.start();
  });
  afterAll(() => shop.stop());
  beforeEach(() => {
    shop.person = 'asha';
  });
  afterEach(() => shop.close());

  const openPanel = async (page: Page) => {
    await page.locator('notify-inbox .bell').click();
    await page.locator('notify-inbox article').first().waitFor();
  };

  it.each([
    [360, 'light'],
    [360, 'dark'],
    [1280, 'light'],
    [1280, 'dark'],
  ] as const)('can be used by everybody: %i pixels wide, %s', async (width, colorScheme) => {
    await shop.notify();
    const page = await shop.live({ body: ALL, viewport: { width, height: 800 }, colorScheme });
    await page.locator('notify-feed article').first().waitFor();
    await page.getByRole('switch').first().waitFor();
    await shop.notify({ metadata: { actions: [{ label: 'Choose a slot', url: '/slots' }] } });
    await page.locator('notify-toasts .toast').waitFor();
    await expectNoOverflow(page);
    await expectAccessible(page);
    await page.locator('notify-toasts').getByRole('button', { name: 'Dismiss' }).click();
    await openPanel(page);
    await page.locator('notify-inbox').getByRole('button', { name: 'Snooze', exact: true }).first().click();
    await page.getByRole('button', { name: 'Pick a time' }).click();
    await expectAccessible(page, 'notify-inbox');
    expect(await smallTargets(page)).toEqual([]);
  });

  it('fits a window zoomed to 400 %, and one that picks its own colours', async () => {
    await shop.notify();
    const page = await shop.live({ viewport: { width: 320, height: 256 }, forcedColors: 'active' });
    await openPanel(page);
    await expectNoOverflow(page);
    const article = page.locator('notify-inbox article').first();
    await article.getByRole('button', { name: 'Archive' }).click();
    await page.getByText('Archived.').waitFor();
  });

  it('speaks Hindi, writes from right to left, and takes the words of a page', async () => {
    await shop.notify();
    const hindi = await shop.live({ attributes: 'lang="hi"' });
    await openPanel(hindi);
    await hindi.getByRole('dialog', { name: 'सूचनाएँ' }).waitFor();
    const arabic = await shop.open({ attributes: 'lang="ar"', body: '<notify-inbox></notify-inbox>' });
    await arabic.evaluate(
      `Object.assign(document.querySelector('notify-inbox'), { tokenUrl: '/token', messages: { notifications: 'الإشعارات' } })`,
    );
    await openPanel(arabic);
    const panel = arabic.getByRole('dialog', { name: 'الإشعارات' });
    expect(await panel.getAttribute('dir')).toBe('rtl');
  });

  it('is dark in a light page when it is told so, in the colours of the page', async () => {
    const page = await shop.live({
      colorScheme: 'light',
      body: `<notify-feed theme="dark" token-url="/token"></notify-feed>`,
    });
    const colour = () =>
      page
        .locator('notify-feed .feed')
        .evaluate((feed) => (globalThis as unknown as Styled).getComputedStyle(feed).backgroundColor);
    expect(await colour()).toBe('rgb(19, 27, 44)');
    await page.evaluate(
      `document.querySelector('notify-feed').style.setProperty('--notify-background', 'rgb(1, 2, 3)')`,
    );
    expect(await colour()).toBe('rgb(1, 2, 3)');
  });

  it('says what is missing: nothing yet, not loaded yet, not to be loaded', async () => {
    shop.person = 'nobody-yet';
    const page = await shop.open();
    const calls = { held: true, failing: true };
    await page.route('**/api/notifications?*', async (route) => {
      await expect.poll(() => calls.held, { timeout: 8000 }).toBe(false);
      if (calls.failing) await route.fulfill({ status: 500, body: '{}' });
      else await route.continue();
    });
    await page.locator('notify-inbox .bell').click();
    await page.locator('notify-inbox .skeleton').first().waitFor();
    calls.held = false;
    await page.getByText('This cannot be loaded just now.').waitFor();
    await expectAccessible(page);
    calls.failing = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Nothing here yet').waitFor();
    await page.getByRole('tab', { name: 'Archived' }).click();
    await page.getByText('The archive is empty').waitFor();
    await expectAccessible(page);
    await shop.close(/500/);
  });
});

interface Styled {
  getComputedStyle(element: unknown): { readonly backgroundColor: string };
}
