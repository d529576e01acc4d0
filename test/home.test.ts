import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApp } from './support/app.js';
import { complaintsOf, faultsOf, hasBrowser, openBrowser } from './support/browser.js';

describe.skipIf(!hasBrowser)('the page at /', () => {
  let service: TestApp;
  let browser: Browser;
  beforeAll(async () => {
    [service, browser] = await Promise.all([TestApp.start(), openBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });

  async function open(options: BrowserContextOptions = {}) {
    const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(8000);
    const complaints = complaintsOf(page);
    await page.goto(service.url);
    await page.locator('notify-inbox[connection=live]').waitFor();
    await page.locator('#answer-code').getByText('nothing sent').waitFor();
    return { page, complaints };
  }

  const line = (page: Page, name: string) => page.locator('#channels li', { hasText: name });

  const choose = async (page: Page, name: string) => {
    await page.getByRole('button', { name }).click();
    await page.getByRole('heading', { name }).waitFor();
  };
  const send = (page: Page) => page.getByRole('button', { name: 'Send', exact: true }).click();

  it('says what would happen and why, sends, shows what becomes of it, and rings', async () => {
    const { page, complaints } = await open();
    await line(page, 'SMS').getByText('would not go').waitFor();
    await line(page, 'SMS').getByText('rule decided').click();
    await line(page, 'SMS').locator('.rules code').first().waitFor();
    await page.getByRole('button', { name: 'Notifications', exact: true }).waitFor();
    await send(page);
    await line(page, 'SMS').getByText('skipped').waitFor();
    await line(page, 'E-mail').getByText('sent', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Notifications, 1 unread' }).waitFor();

    await page
      .getByRole('group', { name: 'Consent: Order updates' })
      .getByRole('switch', { name: 'SMS' })
      .click();
    await page.getByText('Asha says yes to Order updates by SMS.').waitFor();
    await choose(page, 'Order delivered');
    await line(page, 'SMS').getByText('would go').waitFor();
    await line(page, 'SMS').getByText('1 segment, GSM-7').waitFor();
    await send(page);
    await line(page, 'SMS').getByText('delivered').waitFor();
    await page.locator('#latest-text').getByText('delivered', { exact: false }).first().waitFor();
    await page.getByRole('button', { name: 'Notifications, 2 unread' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('follows what another program changes, plans anew, and leaves the focus where it is', async () => {
    const { page, complaints } = await open();
    await choose(page, 'Payment failed');
    await line(page, 'SMS').getByText('would not go').waitFor();
    const consent = page.getByRole('group', { name: 'Consent: Payment updates' });
    const sms = (checked: boolean) => consent.getByRole('switch', { name: 'SMS', checked });
    await sms(false).focus();
    const set = (wanted: boolean) =>
      service.call('PATCH', '/api/notifications/preferences?user=demo', {
        body: { payment_updates_sms: wanted },
      });
    await set(true);
    await sms(true).waitFor();
    await line(page, 'SMS').getByText('would go').waitFor();
    await sms(true).and(page.locator(':focus')).waitFor();
    await send(page);
    await line(page, 'SMS').getByText('delivered').waitFor();
    await set(false);
    await sms(false).waitFor();
    expect(await page.locator('#answer-title').textContent()).toBe('What happens');
    expect(complaints).toEqual([]);
  });

  it('sends to anybody, through what is chosen', async () => {
    const { page } = await open();
    await page.getByRole('textbox', { name: 'Their id' }).fill('ravi');
    await page.getByRole('textbox', { name: 'First name' }).fill('Ravi');
    await page.getByRole('textbox', { name: 'E-mail' }).fill('ravi@example.com');
    await page.getByRole('textbox', { name: 'Phone' }).fill('+919812345678');
    await page.locator('#channel-boxes').getByLabel('SMS').uncheck();
    await line(page, 'SMS').getByText('asked for').first().waitFor();
    await send(page);
    const [mail] = await service.sandbox.wait({ channel: 'email', to: 'ravi@example.com' });
    expect(mail?.subject).toContain('confirmed');
    await page.getByRole('textbox', { name: 'Their id' }).fill('');
    await page.getByText('With an id of theirs').waitFor();
  });

  it('says at the field what is wrong with it, and sends nothing', async () => {
    const { page } = await open();
    const context = page.getByLabel('Context, as JSON');
    await context.fill('{"order": ');
    await page.getByText('This is no JSON').waitFor();
    expect(await context.getAttribute('aria-invalid')).toBe('true');
    await context.fill('{}');
    await page.locator('#error-context').getByText('order').first().waitFor();
    await page.getByRole('button', { name: 'The example again' }).click();
    await page.locator('#error-context').waitFor({ state: 'hidden' });
    await page.getByRole('textbox', { name: 'Phone' }).fill('12');
    await page.locator('#error-phone').getByText('phone').waitFor();
    expect(await page.getByRole('textbox', { name: 'Phone' }).getAttribute('aria-invalid')).toBe('true');
  });

  it('shows the call that it makes, ready for a terminal', async () => {
    const { page } = await open();
    const text = (await page.locator('#curl').textContent()) ?? '';
    expect(text).toContain(`curl ${service.url}/api/notifications`);
    const body = JSON.parse(/-d '([^]*)'$/.exec(text)?.[1] ?? '') as object;
    const { status } = await service.call('POST', '/api/notifications?dry_run=true', { body });
    expect(status).toBe(200);
  });

  it.each([
    [360, 'light'],
    [360, 'dark'],
    [1280, 'light'],
    [1280, 'dark'],
  ] as const)('can be used by everybody: %i pixels wide, %s', async (width, colorScheme) => {
    const { page, complaints } = await open({ viewport: { width, height: 800 }, colorScheme });
    await choose(page, 'Refund failed');
    await line(page, 'Live inbox').getByText('rule').click();
    await page.getByRole('textbox', { name: 'Context' }).fill('{"order": ');
    await page.locator('#error-context').waitFor();
    await page.locator('notify-inbox').click();
    await page.getByRole('dialog', { name: 'Notifications' }).waitFor();
    expect(await faultsOf(page)).toEqual({ violations: [], overflow: 0 });
    expect(complaints).toEqual([]);
  });

  it('keeps nobody waiting who stops the service while it is open', async () => {
    const { page } = await open();
    const started = performance.now();
    await service.app.close();
    expect(performance.now() - started).toBeLessThan(4000);
    await page.close();
  });
});
