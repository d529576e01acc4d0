import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Audience } from '../src/realtime/audience.js';
import { complaintsOf, hasBrowser, openBrowser, openSite } from './support/browser.js';
import { createTestDatabase, type TestDatabase } from './support/databases.js';
import { LiveApp, tokenFor } from './support/live.app.js';

/** The strictest policy that a page can have and still load the bell. */
const policyFor = (service: string) =>
  [
    "default-src 'none'",
    `script-src ${service}`,
    `connect-src 'self' ${service} ${service.replace('http', 'ws')}`,
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');

/** As a JWT, it says itself when it ends: there a client looks. */
const withExpiry = (token: string) => {
  const exp = Number(token.split(':')[1]) / 1000;
  return `${token}.${btoa(JSON.stringify({ exp }))}.`;
};

describe.skipIf(!hasBrowser)('the bell in a page of another site', () => {
  let database: TestDatabase;
  let live: LiveApp;
  let browser: Browser;
  let site: Awaited<ReturnType<typeof openSite>>;
  let page: Page;
  let complaints: string[];
  let person: string;
  let lasts: number;
  let people = 0;
  let tokens = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    live = await LiveApp.start(database.url);
    browser = await openBrowser();
    site = await openSite((path) =>
      path === '/token' && ++tokens
        ? { body: JSON.stringify({ token: withExpiry(tokenFor(person, lasts)) }) }
        : {
            headers: { 'content-security-policy': policyFor(live.url) },
            body: `<!doctype html><html lang="en"><title>Shop</title><p>A shop.</p>
              <script type="module" src="${live.url}/inbox.js"></script>
              <notify-bell token-url="/token"></notify-bell></html>`,
          },
    );
  });
  afterAll(async () => {
    await browser.close();
    site.close();
    await live.stop();
    await database.drop();
  });
  beforeEach(async () => {
    person = `shopper-${++people}`;
    lasts = 60_000;
    page = await browser.newPage({ reducedMotion: 'reduce' });
    page.setDefaultTimeout(5000);
    complaints = complaintsOf(page);
  });
  afterEach(async () => {
    await page.close();
    expect(complaints).toEqual([]);
  });

  const bell = () => page.getByRole('button', { name: /^Notifications/ });
  const titles = () => page.locator('notify-bell .item .title').allTextContents();
  async function open() {
    await page.goto(site.url);
    await page.locator('notify-bell .foot.live').waitFor({ state: 'attached' });
  }

  it('loads under the strictest policy, counts, and rings', async () => {
    await live.notify(person);
    await open();
    await page.getByRole('button', { name: 'Notifications, 1 unread' }).waitFor();
    await live.notify(person);
    await page.getByRole('button', { name: 'Notifications, 2 unread' }).waitFor();
    await page.getByRole('status').getByText('New notification: A title').waitFor();
  });

  it('opens, walks, reads and closes by keyboard, and gives the focus back', async () => {
    await live.notify(person);
    await live.notify(person);
    await open();
    await page.getByRole('button', { name: 'Notifications, 2 unread' }).waitFor();
    await bell().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Notifications' }).waitFor();
    expect(await bell().getAttribute('aria-expanded')).toBe('true');
    await page.locator('notify-bell h2:focus').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Notifications, 1 unread' }).waitFor();
    await expect.poll(async () => (await live.inbox.unreadCounts([person])).get(person)).toBe(1);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.locator('notify-bell .bell:focus').waitFor();
    expect(await bell().getAttribute('aria-expanded')).toBe('false');
  });

  it('closes when it is pressed again, and when something else is', async () => {
    await open();
    const panel = page.getByRole('dialog');
    await bell().click();
    await panel.waitFor();
    await bell().click();
    await panel.waitFor({ state: 'hidden' });
    await bell().click();
    await panel.waitFor();
    await page.mouse.click(5, 300);
    await panel.waitFor({ state: 'hidden' });
  });

  it('marks everything as read, here and wherever else the person looks', async () => {
    await live.notify(person);
    await live.notify(person);
    const phone = await live.connected(person);
    await open();
    await bell().click();
    await page.getByRole('button', { name: 'Mark all as read' }).click();
    await page.getByRole('button', { name: 'Notifications', exact: true }).waitFor();
    expect(await phone.told('unread_count')).toEqual({ count: 0 });
    const third = await live.notify(person);
    await page.getByRole('button', { name: 'Notifications, 1 unread' }).waitFor();
    phone.send('mark_read', { notification_id: third });
    await page.getByRole('button', { name: 'Notifications', exact: true }).waitFor();
  });

  it('comes back with a new token when one ends, and shows each notification once, in order', async () => {
    lasts = 400;
    await open();
    await page.evaluate<unknown>(`globalThis.seen = []; document.addEventListener('notification', (event) => {
      seen.push(event.detail.id);
    })`);
    const sent: string[] = [];
    for (const before = tokens; tokens < before + 4;) {
      sent.push(await live.notify(person));
      await expect.poll(() => page.evaluate<unknown>('seen.length')).toBe(sent.length);
    }
    expect(await page.evaluate<unknown>('seen')).toEqual(sent);
    expect(await titles()).toHaveLength(Math.min(sent.length, 20));
  });

  it('renews its token in time, so that the connection lasts', async () => {
    lasts = 2500;
    const joined = vi.spyOn(live.app.get(Audience), 'join');
    const before = tokens;
    await open();
    await expect.poll(() => tokens, { timeout: 8000 }).toBeGreaterThanOrEqual(before + 3);
    expect(joined).toHaveBeenCalledTimes(1);
  });

  it('says so when nobody is signed in', async () => {
    await page.route('**/token', (route) => route.fulfill({ status: 200, body: '{"token":""}' }));
    await page.goto(site.url);
    await bell().click();
    await page.getByText('Signed out.').waitFor();
    await page.unroute('**/token');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Live', { exact: true }).waitFor();
  });

  it('makes a link of a page only, and text of everything else', async () => {
    await open();
    const made = await page.evaluate<unknown>(`import('${live.url}/inbox/row.js').then(({ rowOf }) => {
      const title = '<img src=x onerror=alert(1)>';
      const links = ['/orders/1', 'https://a.example/', 'javascript:alert(1)', 'data:text/html,x', null];
      return links.map((action_url) => {
        const row = rowOf({ id: '1', title, message: '', created_at: '2026-01-03T10:00:00Z', action_url });
        return [row.firstElementChild.tagName, row.querySelectorAll('img').length];
      });
    })`);
    expect(made).toEqual([
      ['A', 0],
      ['A', 0],
      ['BUTTON', 0],
      ['BUTTON', 0],
      ['BUTTON', 0],
    ]);
  });
});
