// npm run pictures: the README's pictures, taken from the real pages of a running `npm start`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const BASE = process.env.PUBLIC_URL || 'http://localhost:3000';
const FOLDER = new URL('../docs/pictures/', import.meta.url);
const SIZE = { width: 1120, height: 800 };

const session = await (await fetch(`${BASE}/api/dev/session`)).json();
const people = [
  ['order_created', '+919876543210', 'asha@example.com'],
  ['order_confirmed', '+919876543210', 'asha@example.com'],
  ['payment_completed', '+919876543210', 'asha@example.com'],
  ['order_out_for_delivery', '+919876543210', 'asha@example.com'],
  ['refund_completed', '+919812345678', 'ravi@example.com'],
];

await fetch(`${BASE}/api/dev/messages`, { method: 'DELETE' });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
  ],
});
try {
  const page = await browser.newPage({ viewport: SIZE, deviceScaleFactor: 1 });
  await page.goto(`${BASE}/`);
  for (const [type, phone, email] of people) {
    const { example, category } = session.types.find(({ name }) => name === type);
    const preferences = { matrix: { [category]: { sms: true } } };
    await send({ type, user: { email, phone, first_name: 'Asha', preferences }, context: example });
  }
  await page.locator('button:has-text("Order confirmed")').first().click();
  await page.waitForTimeout(2500);
  // The key opens this machine's service only, and yet a picture of a key is no good example.
  await page.evaluate(() => {
    for (const code of document.querySelectorAll('pre, code')) {
      code.textContent = code.textContent.replace(/nk_dev_\w+/g, 'nk_dev_...');
    }
  });
  const home = await page.screenshot();
  const inbox = await inboxOf(page);
  await page.goto(`${BASE}/sandbox`);
  await page.waitForTimeout(2500);
  const sandbox = await page.screenshot();
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(new URL('home.png', FOLDER), home);
  writeFileSync(new URL('sandbox.png', FOLDER), sandbox);
  for (const [name, picture] of Object.entries(inbox)) writeFileSync(new URL(name, FOLDER), picture);
} finally {
  await browser.close();
}

/** The bell's panel, in light and in dark, with somebody choosing when one shall come back. */
async function inboxOf(page) {
  await page.locator('notify-inbox, notify-bell').first().locator('.bell').click();
  await page.getByRole('button', { name: 'Snooze', exact: true }).nth(1).click();
  const panel = page.getByRole('dialog', { name: 'Notifications' });
  const pictures = {};
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(800);
    pictures[`inbox-${colorScheme}.png`] = await panel.screenshot();
  }
  await page.emulateMedia({ colorScheme: 'light' });
  return pictures;
}

async function send(body) {
  const answer = await fetch(`${BASE}/api/notifications`, {
    method: 'POST',
    headers: { authorization: `Bearer ${session.api_key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
}
