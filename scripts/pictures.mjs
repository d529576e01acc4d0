// npm run pictures: the README's pictures, taken from the real pages of a running `npm start`.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const BASE = process.env.PUBLIC_URL || 'http://localhost:3000';
const FOLDER = new URL('../docs/pictures/', import.meta.url);
const SIZE = { width: 1280, height: 860 };

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
  await fetch(`${BASE}/api/dev/behaviour`, { method: 'DELETE' });
  for (const [type, phone, email] of people) {
    const { example, category } = session.types.find(({ name }) => name === type);
    const preferences = { matrix: { [category]: { sms: true } } };
    // The bell on the page is Asha's.
    const { id, first_name } = email === session.user.email ? session.user : { first_name: 'Ravi' };
    await send({ type, user: { id, email, phone, first_name, preferences }, context: example });
  }
  await page.goto(`${BASE}/`);
  await page.locator('#answer-code:has-text("nothing sent")').waitFor();
  await page.locator('#channels summary').last().click();
  await hideKey(page);
  await picture(page, 'home');
  await pictureInbox(page);
  await page.goto(`${BASE}/sandbox`);
  await page.locator('#mails li').first().waitFor();
  await page.locator('#leave-thread').click();
  await page.locator('#threads li', { hasText: '98765 43210' }).getByRole('button').click();
  await page.getByRole('button', { name: 'HELP', exact: true }).click();
  await page.locator('.reply .delivered').waitFor();
  await picture(page, 'sandbox');
  await page.locator('.bar [data-open-carrier]').click();
  await picture(page, 'carrier');
} finally {
  await browser.close();
}

/** The bell's panel, in light and in dark, with somebody choosing when one shall come back. */
async function pictureInbox(page) {
  await page.locator('notify-inbox .bell').click();
  await page.getByRole('button', { name: 'Snooze', exact: true }).nth(1).click();
  const panel = page.getByRole('dialog', { name: 'Notifications' });
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme });
    await picture(page, `inbox-${colorScheme}`, panel);
  }
}

async function send(body) {
  const answer = await fetch(`${BASE}/api/notifications`, {
    method: 'POST',
    headers: { authorization: `Bearer ${session.api_key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
}

/** The key opens this machine's service only, and yet a picture of a key is no good example. */
async function hideKey(page) {
  await page.evaluate(() => {
    for (const code of document.querySelectorAll('pre code')) {
      code.textContent = code.textContent.replace(/nk_dev_\w+/g, 'nk_dev_...');
    }
  });
}

async function picture(page, name, what = page) {
  await page.waitForTimeout(800);
  mkdirSync(FOLDER, { recursive: true });
  await what.screenshot({ path: fileURLToPath(new URL(`${name}.png`, FOLDER)) });
}
