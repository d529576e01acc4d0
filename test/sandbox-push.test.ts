import type { Browser } from 'playwright-core';
import webpush from 'web-push';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newVapidKeys } from '../src/push/vapid.keys.js';
import { Sandbox } from '../src/sandbox/sandbox.js';
import { complaintsOf, faultsOf, hasBrowser, openBrowser } from './support/browser.js';
import { ACCOUNT } from './support/sandbox-sdk.js';

interface Device {
  id: string;
  name: string;
  endpoint: string;
  keys: { p256dh: string; auth: string };
}

const vapidDetails = { subject: 'mailto:a@example.com', ...newVapidKeys() };
const WORDS = {
  id: 'n1',
  type: 'order_ready',
  title: 'Ready',
  body: 'Come & get it',
  action_url: 'https://a.example/1',
};

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await Sandbox.start(ACCOUNT);
});
afterAll(() => sandbox.stop());
afterEach(async () => {
  await fetch(`${sandbox.url}/api/dev/behaviour`, { method: 'DELETE' });
  sandbox.clear();
});

async function addDevice(body: object = {}) {
  const answer = await fetch(`${sandbox.url}/api/dev/devices`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  return { status: answer.status, device: (await answer.json()) as Device };
}

async function push(device: Device, payload: object, headers: Record<string, string> = {}) {
  const details = webpush.generateRequestDetails(device, JSON.stringify(payload), { vapidDetails, TTL: 60 });
  const answer = await fetch(details.endpoint, {
    method: 'POST',
    headers: { ...(details.headers as Record<string, string>), ...headers },
    body: new Uint8Array(details.body),
  });
  return answer.status;
}

describe("the sandbox's push service", () => {
  it('has browsers, reads what comes for them, and shows the next with a tag in place of the one before', async () => {
    const { status, device } = await addDevice({ name: 'My phone' });
    expect([status, device.name]).toEqual([201, 'My phone']);
    expect(await push(device, WORDS)).toBe(201);
    expect(await push(device, { ...WORDS, title: 'Ready now' })).toBe(201);
    const listed = await fetch(
      `${sandbox.url}/api/dev/messages?channel=push&to=${device.id}&type=order_ready`,
    );
    expect(await listed.json()).toMatchObject([
      { device_name: 'My phone', title: 'Ready now', times: 2, ttl: 60 },
    ]);
    const found = await fetch(`${sandbox.url}/api/dev/messages?contains=get%20it`);
    expect(await found.json()).toHaveLength(1);
  });

  it('is as strict as a real one', async () => {
    const { device } = await addDevice();
    expect(await push(device, WORDS, { authorization: 'vapid t=a.b.c, k=d' })).toBe(401);
    expect(await push(device, WORDS, { ttl: 'soon' })).toBe(400);
    expect(await push(device, WORDS, { topic: 'x'.repeat(33) })).toBe(400);
    const { device: other } = await addDevice();
    expect(await push({ ...device, endpoint: other.endpoint }, WORDS)).toBe(400);
    expect(await push({ ...device, endpoint: `${sandbox.url}/push/nobody` }, WORDS)).toBe(404);
    const remove = () => fetch(`${sandbox.url}/api/dev/devices/${device.id}`, { method: 'DELETE' });
    expect([(await remove()).status, (await remove()).status]).toEqual([204, 404]);
    expect(await push(device, WORDS)).toBe(410);
    expect((await addDevice({ nam: 'x' })).status).toBe(422);
  });

  it('fails as it is told to', async () => {
    const { device } = await addDevice();
    const plan = async (pushes: object) => {
      const init = { method: 'PUT', body: JSON.stringify({ pushes }) };
      expect((await fetch(`${sandbox.url}/api/dev/behaviour`, init)).status).toBe(200);
    };
    await plan({ limit: 1 });
    expect(await push(device, WORDS)).toBe(429);
    await plan({ gone: 1 });
    expect([await push(device, WORDS), await push(device, WORDS)]).toEqual([410, 410]);
  });
});

describe.skipIf(!hasBrowser)("the sandbox's page", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  it.each([
    [360, 'dark'],
    [1280, 'light'],
  ] as const)('shows what browsers show, at %s px, %s', async (width, colorScheme) => {
    const { device } = await addDevice({ name: 'My phone' });
    await push(device, WORDS);
    const context = await browser.newContext({
      viewport: { width, height: 800 },
      colorScheme,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(`${sandbox.url}/sandbox`);
    if (width < 800) await page.getByRole('button', { name: /^Push/ }).click();
    const shown = page.getByRole('list', { name: 'What browsers show' }).getByRole('listitem');
    await shown.filter({ hasText: 'Come & get it' }).waitFor();
    expect(await shown.getByRole('link').getAttribute('href')).toBe(WORDS.action_url);
    await push(device, { ...WORDS, title: 'Ready now' });
    await shown.getByText('Came 2 times').waitFor();
    expect(await faultsOf(page)).toEqual({ overflow: 0, violations: [] });
    expect(complaints).toEqual([]);
    await context.close();
  });
});
