import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createTransport } from 'nodemailer';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Sandbox } from '../src/sandbox/sandbox.js';
import { complaintsOf, faultsOf, hasBrowser, openBrowser } from './support/browser.js';
import { ACCOUNT, FAST, SENDER, sdkFor } from './support/sandbox-sdk.js';

const ASHA = '+919876543210';
const STOPPED = 'You get no more texts from us.';

describe.skipIf(!hasBrowser)("the sandbox's page", () => {
  let sandbox: Sandbox;
  let browser: Browser;
  let webhook: Server;

  beforeAll(async () => {
    // Stands in for the service: it answers STOP and nothing else.
    webhook = createServer((request, response) => {
      let form = '';
      request.on('data', (chunk: Buffer) => (form += chunk.toString()));
      request.on('end', () => {
        const stop = new URLSearchParams(form).get('Body') === 'STOP';
        const answer = stop ? `<Response><Message>${STOPPED}</Message></Response>` : '<Response/>';
        response.writeHead(200, { 'content-type': 'text/xml' }).end(answer);
      });
    }).listen(0, '127.0.0.1');
    await once(webhook, 'listening');
    const smsUrl = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}/inbound`;
    sandbox = await Sandbox.start({ ...ACCOUNT, timing: FAST, smsUrl });
    browser = await openBrowser();
  });
  afterEach(async () => {
    await fetch(`${sandbox.url}/api/dev/behaviour`, { method: 'DELETE' });
    sandbox.clear();
  });
  afterAll(async () => {
    await browser.close();
    await sandbox.stop();
    webhook.closeAllConnections();
    webhook.close();
  });

  const text = (body = 'Your order is ready', more: object = {}) =>
    sdkFor(sandbox).messages.create({ to: ASHA, from: SENDER, body, ...more });
  async function mail(more: object = {}) {
    const transport = createTransport(sandbox.smtpUrl);
    const subject = 'Your order is confirmed';
    await transport.sendMail({
      from: 'a@example.com',
      to: 'asha@example.com',
      subject,
      text: 'Hello',
      ...more,
    });
    transport.close();
  }
  async function open(options: BrowserContextOptions = {}) {
    const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(8000);
    const complaints = complaintsOf(page);
    await page.goto(`${sandbox.url}/sandbox`);
    await page.getByText('Live', { exact: true }).waitFor({ state: 'attached' });
    return { page, complaints };
  }
  const bubbles = (page: Page) => page.getByRole('list', { name: 'Texts' }).getByRole('listitem');

  it('shows a text as it is cut, what makes it long, what it costs and how it ends', async () => {
    const { page, complaints } = await open();
    await text(`${'Pay ₹500 '.repeat(9)}tonight`);
    const bubble = bubbles(page).filter({ hasText: 'tonight' });
    await bubble.getByText('segment 2 of 2').waitFor();
    await bubble.getByText('UCS-2 for ₹').waitFor();
    await bubble.getByText('$0.1664').waitFor();
    await bubble.getByText('Delivered', { exact: true }).waitFor();
    await text('Nobody reads this', { to: '+919000030005' });
    await bubbles(page).getByText('30005 Unknown destination handset').waitFor();
    expect(complaints).toEqual([]);
  });

  it('answers as the phone, and the answer of the service comes back as a text', async () => {
    const { page } = await open();
    await text();
    await page.getByRole('button', { name: 'STOP', exact: true }).click();
    await bubbles(page).filter({ hasText: STOPPED }).waitFor();
    await page.getByText('Told, answered 200').waitFor();
    await page.getByRole('textbox', { name: 'Answer as this phone' }).fill('When do you come?');
    await page.keyboard.press('Enter');
    await page.getByText('answered 200 without a text').waitFor();
    expect(await sandbox.messages({ channel: 'sms', direction: 'inbound' })).toHaveLength(2);
  });

  it('has a conversation for each pair of numbers, and none of them answers a name', async () => {
    const { page } = await open();
    await text('From a number');
    await text('From a name', { from: 'LAUNDRY' });
    await page.getByRole('button', { name: 'All conversations' }).click();
    const threads = page.getByRole('list', { name: 'Conversations' });
    await threads.getByRole('button', { name: 'with +1 500 555 0006' }).waitFor();
    await threads.getByRole('button', { name: 'with LAUNDRY' }).click();
    await page.getByText('No phone can answer a name').waitFor();
    expect(await page.getByRole('button', { name: 'STOP', exact: true }).isDisabled()).toBe(true);
  });

  it('lets texts fail on order, says so until it is over, and goes back to normal', async () => {
    const { page, complaints } = await open();
    await page.getByRole('button', { name: 'Carrier', exact: true }).click();
    await page.getByLabel('How many of the next texts fail').fill('1');
    await page.getByLabel('With which error').selectOption('30006');
    await page.getByLabel('Status callbacks').selectOption('lost');
    await page.getByLabel("STOP is the carrier's").check();
    await page.getByRole('button', { name: 'Apply' }).click();
    const active = page.getByRole('region', { name: 'What goes wrong on purpose' });
    await active.getByText('The next 1 text ends undelivered with 30006 · Callbacks are lost').waitFor();
    await text();
    await bubbles(page).getByText('30006 Landline or unreachable carrier').waitFor();
    await active.getByText('The next 1 text').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'STOP', exact: true }).click();
    await bubbles(page).filter({ hasText: 'You have successfully been unsubscribed' }).waitFor();
    await expect(text()).rejects.toMatchObject({ code: 21610 });
    await active.getByRole('button', { name: 'Back to normal' }).click();
    await active.waitFor({ state: 'hidden' });
    await text();
    expect(complaints).toEqual([]);
  });

  it('shows a mail in all its forms, as a phone in the dark, and what people will not like', async () => {
    const { page } = await open({ viewport: { width: 1280, height: 800 } });
    const style =
      '<style>.day { display: none } @media (prefers-color-scheme: dark) { .day { display: block } }</style>';
    await mail({
      html: `${style}<p>Hello <a href="http://shop.example/o/1">Your order</a><p class="day">Good night`,
    });
    const html = page.frameLocator('iframe[title="The mail as HTML"]');
    await html.getByText('Your order').waitFor();
    await html.getByText('Good night').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Phone', exact: true }).click();
    await page.getByRole('button', { name: 'Dark', exact: true }).click();
    await html.getByText('Good night').waitFor();
    expect((await page.locator('iframe[title="The mail as HTML"]').boundingBox())?.width).toBe(375);
    await page.getByText('2 things to look at').click();
    await page.getByText('No List-Unsubscribe header.').waitFor();
    await page.getByRole('tab', { name: 'Links' }).click();
    await page.getByRole('link', { name: 'http://shop.example/o/1' }).waitFor();
    await page.getByRole('tab', { name: 'Headers' }).click();
    await page.getByText('Your order is confirmed').first().waitFor();
    await page.getByRole('tab', { name: 'Source' }).click();
    await page.getByText('Content-Type: multipart/alternative').waitFor();
  });

  it('finds, live, and clears', async () => {
    const { page } = await open({ viewport: { width: 1280, height: 800 } });
    await text('Order ORD42 is ready');
    await mail({ subject: 'Refund', text: 'for ORD43' });
    const mails = page.getByRole('list', { name: 'Mails' }).getByRole('listitem');
    await mails.first().waitFor();
    await page.getByRole('searchbox', { name: 'Search all messages' }).fill('ord43');
    await page.getByText('No text says “ord43”.').waitFor();
    await mail({ subject: 'Another', text: 'ORD43 again' });
    await mails.filter({ hasText: 'Another' }).waitFor();
    await mail({ subject: 'Not this one' });
    await text('Also ord43');
    await bubbles(page).filter({ hasText: 'Also ord43' }).waitFor();
    expect(await mails.filter({ hasText: 'Not this one' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('button', { name: 'Clear all?' }).click();
    await page.getByRole('searchbox').fill('');
    await page.getByRole('heading', { name: 'No texts yet' }).waitFor();
    expect(await sandbox.messages()).toEqual([]);
  });

  it('is used by keyboard alone: into a thread, an answer, out again, and through the sheet', async () => {
    await text('Hello there');
    const { page } = await open();
    await page.getByRole('heading', { name: '+91 98765 43210' }).waitFor();
    await page.getByRole('button', { name: 'All conversations' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('#threads button:focus').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('#thread-title:focus').waitFor();
    await page.keyboard.press('Tab');
    await page.locator('#bubbles:focus').waitFor();
    for (const word of ['STOP', 'START', 'HELP']) {
      await page.keyboard.press('Tab');
      await page.locator(`[data-word="${word}"]:focus`).waitFor();
    }
    await page.keyboard.press('Tab');
    await page.keyboard.type('Thanks');
    await page.keyboard.press('Enter');
    await bubbles(page).filter({ hasText: 'Thanks' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('#threads button:focus').waitFor();
    await page.getByRole('button', { name: 'Carrier', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.locator('#carrier-title:focus').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await page.evaluate('document.activeElement.textContent.trim()')).toBe('Carrier');
  });

  it.each([
    [360, 'light'],
    [360, 'dark'],
    [1280, 'light'],
    [1280, 'dark'],
  ] as const)('can be used by everybody: %i pixels wide, %s', async (width, colorScheme) => {
    await text(`${'Pay ₹500 '.repeat(9)}tonight`, { to: '+919000030003' });
    await sandbox.receive({ from: '+919000030003', to: SENDER, text: 'Hello' });
    await mail({ html: '<p>Hello</p>' });
    sandbox.behaviour.set({ ...sandbox.behaviour.plan, delayMs: 1000 });
    const { page, complaints } = await open({ viewport: { width, height: 800 }, colorScheme });
    const fine = { violations: [], overflow: 0 };
    await bubbles(page).filter({ hasText: 'tonight' }).waitFor();
    await page.getByText('Texts are 1 s longer').waitFor();
    expect(await faultsOf(page)).toEqual(fine);
    if (width === 360) {
      await page.getByRole('button', { name: /^Mailbox/ }).click();
      await page.getByRole('list', { name: 'Mails' }).getByRole('button').click();
    }
    await page.getByText('1 thing to look at').click();
    await page.frameLocator('iframe').getByText('Hello').waitFor();
    expect(await faultsOf(page)).toEqual(fine);
    await page.getByRole('button', { name: 'Carrier (1)' }).click();
    await page.getByRole('dialog').waitFor();
    expect(await faultsOf(page)).toEqual(fine);
    expect(complaints).toEqual([]);
  });
});
