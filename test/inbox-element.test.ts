import type { Page } from 'playwright-core';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Audience } from '../src/realtime/audience.js';
import { hasBrowser } from './support/browser.js';
import { EmbeddingSite, INBOX, rowIds } from './support/embedded.js';

/** For a machine that does much else. */
const SLOW = { timeout: 8000 };

describe.skipIf(!hasBrowser)('the inbox in a page of another site', () => {
  let shop: EmbeddingSite;
  let people = 0;
  beforeAll(async () => {
    shop = await EmbeddingSite.start();
  });
  afterAll(() => shop.stop());
  beforeEach(() => {
    shop.person = `shopper-${++people}`;
    shop.lasts = '1h';
  });
  afterEach(() => shop.close());

  const bell = (page: Page) => page.getByRole('button', { name: /^Notifications/ });
  const rows = (page: Page) => page.locator('notify-inbox article');
  const row = (page: Page, id: string) => page.locator(`notify-inbox article[data-id="${id}"]`);
  const count = (page: Page, unread: number) =>
    page
      .getByRole('button', {
        name: unread === 0 ? 'Notifications' : `Notifications, ${unread} unread`,
        exact: true,
      })
      .waitFor({ state: 'attached' });
  const act = (page: Page, id: string, name: string) => row(page, id).getByRole('button', { name }).click();
  const tab = (page: Page, name: string) => page.getByRole('tab', { name }).click();
  /** Playwright's wheel goes where the mouse is. */
  async function toTheEnd(page: Page) {
    await rows(page).first().hover();
    await page.mouse.wheel(0, 20_000);
  }
  async function opened(page: Page): Promise<Page> {
    await bell(page).click();
    await page.locator('notify-inbox [aria-busy=false]').waitFor({ state: 'attached' });
    return page;
  }

  it('loads under the strictest policy, counts, rings and says what has come', async () => {
    await shop.notify();
    const page = await shop.live();
    await count(page, 1);
    const said = page.getByRole('status').getByText('New notification: Your laundry is ready').waitFor();
    await shop.notify();
    await count(page, 2);
    await said;
  });

  it('is walked, used and closed by keyboard alone, and gives the focus back', async () => {
    const first = await shop.notify();
    const [second, third] = [await shop.notify(), await shop.notify()];
    const page = await shop.live();
    await count(page, 3);
    await bell(page).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Notifications' }).waitFor();
    await page.locator('notify-inbox h2:focus').waitFor();
    await row(page, third).waitFor();
    await page.getByRole('tab', { name: 'All' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('tab', { name: 'Unread', selected: true }).waitFor();
    await row(page, third).focus();
    await page.keyboard.press('PageDown');
    await page.locator(`article[data-id="${second}"]:focus`).waitFor();
    // Its title, then "Mark as read": the row leaves this tab, and the one in its place has the focus.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator(`article[data-id="${first}"]:focus`).waitFor();
    await count(page, 2);
    await page.keyboard.press('PageUp');
    await page.locator(`article[data-id="${third}"]:focus`).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.locator('notify-inbox .bell:focus').waitFor();
    expect(await bell(page).getAttribute('aria-expanded')).toBe('false');
  });

  it('agrees with every other window of the person: read, archived, all read, and taken back', async () => {
    const [first, second] = [await shop.notify(), await shop.notify()];
    const [laptop, phone] = [await opened(await shop.live()), await opened(await shop.live())];
    await act(laptop, first, 'Mark as read');
    await count(phone, 1);
    await act(laptop, second, 'Archive');
    await row(phone, second).waitFor({ state: 'detached' });
    await count(phone, 0);
    await laptop.getByRole('button', { name: 'Undo' }).click();
    await row(phone, second).waitFor();
    await count(phone, 1);
    await act(phone, first, 'Mark as unread');
    await count(laptop, 2);
    await phone.getByRole('button', { name: 'Mark all as read' }).click();
    await count(laptop, 0);
    await laptop.locator('notify-inbox article.unread').first().waitFor({ state: 'detached' });
    await act(phone, second, 'Archive');
    await tab(laptop, 'Archived');
    await row(laptop, second).waitFor();
    await act(laptop, second, 'Move to inbox');
    await row(phone, second).waitFor();
  });

  it('puts one off, shows it with what was put off, and brings it back', async () => {
    const id = await shop.notify();
    const page = await opened(await shop.live());
    await act(page, id, 'Snooze');
    await page.getByRole('button', { name: /^In an hour/ }).click();
    await count(page, 0);
    await page.getByText(/^Snoozed until/).waitFor();
    await tab(page, 'Snoozed');
    await row(page, id).getByText('Back').waitFor();
    await act(page, id, 'Bring back now');
    await count(page, 1);
    await tab(page, 'All');
    await act(page, id, 'Snooze');
    await page.getByRole('button', { name: 'Pick a time' }).click();
    await page.locator('input[name=until]').fill('2027-03-04T09:30');
    await page.locator('.picker').getByRole('button', { name: 'Snooze' }).click();
    await count(page, 0);
    const { body } = await shop.service.call('GET', `/api/notifications/${id}`);
    // On the clock of the person, who is in India.
    expect(body['snoozed_until']).toBe('2027-03-04T04:00:00.000Z');
  });

  it('shows as new what was put off until now', async () => {
    const id = await shop.notify();
    const newest = await shop.notify();
    const as = await shop.service.token(shop.person);
    await shop.service.call('POST', `/api/notifications/${id}/mark_read`, { as });
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await shop.service.call('POST', `/api/notifications/${id}/snooze`, { as, body: { until } });
    const page = await opened(await shop.live());
    await count(page, 1);
    expect(await rows(page).count()).toBe(1);
    await row(page, newest).hover();
    await shop.service.app
      .get(DataSource)
      .query('UPDATE notifications SET snoozed_until = now() WHERE id = $1', [id]);
    await page.getByRole('button', { name: '1 new' }).click();
    await count(page, 2);
    expect(await rowIds(page)).toEqual([id, newest]);
  });

  it('reads further as somebody scrolls, and lets nothing move under them', async () => {
    await shop.notify();
    await Promise.all(Array.from({ length: 44 }, () => shop.notify()));
    const page = await opened(await shop.live());
    await expect.poll(() => rows(page).count(), SLOW).toBe(20);
    await toTheEnd(page);
    await expect.poll(() => rows(page).count(), SLOW).toBeGreaterThanOrEqual(40);
    const before = await rows(page).first().getAttribute('data-id');
    const late = [await shop.notify(), await shop.notify()];
    await page.getByRole('button', { name: '2 new' }).waitFor();
    expect(await rows(page).first().getAttribute('data-id')).toBe(before);
    await page.getByRole('button', { name: '2 new' }).click();
    await page.locator(`article[data-id="${String(late[1])}"]:focus`).waitFor();
    await toTheEnd(page);
    await expect.poll(() => rows(page).count(), SLOW).toBe(47);
    expect(await rows(page).last().getAttribute('aria-setsize')).toBe('47');
  });

  it('asks no more by itself for a page that it could not read', async () => {
    await shop.notify();
    await Promise.all(Array.from({ length: 20 }, () => shop.notify()));
    const page = await opened(await shop.live());
    const asked: Promise<void>[] = [];
    await page.route(/notifications\?.*cursor=/, (route) => {
      asked.push(route.fulfill({ status: 503, body: '{}' }));
    });
    await toTheEnd(page);
    const again = page.getByRole('button', { name: /^Older ones cannot be loaded/ });
    await again.waitFor();
    await shop.notify();
    await page.getByRole('button', { name: '1 new' }).waitFor();
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
    expect(asked).toHaveLength(1);
    await page.unroute(/notifications\?.*cursor=/);
    await again.click();
    await expect.poll(() => rows(page).count(), SLOW).toBe(21);
    await shop.close(/503/);
  });

  it('shows one category only', async () => {
    const order = await shop.notify();
    await shop.notify({ type: 'general', context: { title: 'Closed on Monday', message: 'A holiday.' } });
    const page = await opened(await shop.live());
    await expect.poll(() => rows(page).count(), SLOW).toBe(2);
    await page.getByRole('button', { name: 'Order updates', pressed: false }).click();
    await expect.poll(() => rows(page).count(), SLOW).toBe(1);
    await row(page, order).waitFor();
  });

  it('marks as read what somebody leaves the page for', async () => {
    const id = await shop.notify({ action_url: '/orders/7' });
    const page = await opened(await shop.live());
    await page.evaluate(`globalThis.sent = []; const send = fetch; globalThis.fetch = (url, options) => {
      if (options.method === 'POST') sent.push([new URL(url).pathname, options.keepalive]);
      return send(url, options);
    }; addEventListener('click', (event) => event.preventDefault())`);
    await row(page, id).getByRole('link').click();
    await count(page, 0);
    expect(await page.evaluate('sent')).toEqual([[`/api/notifications/${id}/mark_read`, true]]);
  });

  it('says the same words once more when they are news again', async () => {
    const id = await shop.notify();
    const page = await opened(await shop.live());
    await page.evaluate(`globalThis.said = [];
      const voice = document.querySelector('notify-inbox').shadowRoot.querySelector('[role=status]');
      const ear = new MutationObserver(() => said.push(voice.textContent));
      ear.observe(voice, { characterData: true, subtree: true, childList: true })`);
    const said = () => page.evaluate<string[]>('said');
    const words = 'All notifications are marked as read.';
    await page.getByRole('button', { name: 'Mark all as read' }).click();
    await expect.poll(said, SLOW).toEqual([words, '']);
    await act(page, id, 'Mark as unread');
    await page.getByRole('button', { name: 'Mark all as read' }).click();
    await expect.poll(said, SLOW).toEqual([words, '', words, '']);
  });

  it('takes back what the service did not take', async () => {
    const id = await shop.notify();
    const page = await opened(await shop.live());
    await page.route('**/archive', (route) => route.fulfill({ status: 503, body: '{}' }));
    await act(page, id, 'Archive');
    await page.getByText('That did not work, and was undone.').waitFor();
    await row(page, id).waitFor();
    await count(page, 1);
    await shop.close(/503/);
  });

  it('shows what arrives for a moment in a corner, with the buttons that the sender gave', async () => {
    const page = await shop.live({ body: `${INBOX}<notify-toasts duration="0"></notify-toasts>` });
    const actions = [
      { label: 'Choose a slot', url: '/slots' },
      { label: 'Never', url: 'javascript:alert(1)' },
    ];
    await shop.notify({ metadata: { actions }, action_url: '/orders/7' });
    const toast = page.locator('notify-toasts .toast');
    await toast.getByRole('link', { name: 'Choose a slot' }).waitFor();
    expect(await toast.getByRole('link').allTextContents()).toEqual([
      'Your laundry is ready',
      'Choose a slot',
    ]);
    await opened(page);
    await page.getByRole('button', { name: 'Mark all as read' }).click();
    await toast.waitFor({ state: 'detached' });
  });

  it('renews its token in time, so that the connection lasts', async () => {
    shop.lasts = '3s';
    const joined = vi.spyOn(shop.service.app.get(Audience), 'join');
    const before = shop.tokens;
    const page = await shop.live();
    await expect.poll(() => shop.tokens, SLOW).toBeGreaterThanOrEqual(before + 3);
    expect(joined).toHaveBeenCalledTimes(1);
    joined.mockRestore();
    await shop.notify();
    await count(page, 1);
  });

  it('says so when nobody is signed in', async () => {
    const page = await shop.open();
    await page.route('**/token', (route) => route.fulfill({ status: 200, body: '{"token":""}' }));
    await page.reload();
    await bell(page).click();
    await page.getByText('You are signed out.').waitFor();
    await page.getByText('This cannot be loaded just now.').waitFor();
    await page.unroute('**/token');
    await page.getByRole('button', { name: 'Try again' }).last().click();
    await page.locator('notify-inbox[connection=live]').waitFor();
    await shop.close(/401|403/);
  });
});
