import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { complaintsOf, faultsOf, hasBrowser, openBrowser } from './support/browser.js';
import { TestApp } from './support/app.js';
import { decisionFor, send } from './support/requests.js';

let service: TestApp;
beforeAll(async () => {
  service = await TestApp.start();
});
afterAll(() => service.stop());

const fetched = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${service.url}${path}`, { headers });

describe('what browsers load', () => {
  it('is a page that runs no script and no style but its own', async () => {
    const answer = await fetched('/');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(answer.headers.get('content-security-policy')).not.toContain('unsafe');
    const text = await answer.text();
    expect(text).not.toMatch(/<style|style=|<script(?![^>]* src=)| on\w+=/);
    for (const [, path = ''] of text.matchAll(/(?:src|href)="(\/(?:home|inbox)[^"]*)"/g)) {
      expect((await fetched(path)).status, path).toBe(200);
    }
  });

  it.each(['/inbox.js', '/push-worker.js', '/socket.io.esm.min.js'])(
    'is a script that pages of any origin may embed: %s',
    async (path) => {
      const answer = await fetched(path, { origin: 'https://shop.example' });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toContain('javascript');
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
      expect(answer.headers.get('cache-control')).toMatch(/no-cache|max-age=86400/);
      const etag = answer.headers.get('etag') ?? '';
      expect((await fetched(path, { 'if-none-match': etag, 'cache-control': 'max-age=0' })).status).toBe(304);
    },
  );

  it.each(['/home/', '/inbox/', '/home/../home.js', '/inbox/..%2f..%2fpackage.json'])(
    'is nothing beside those folders: %s',
    async (path) => {
      expect((await fetched(path)).status).toBeGreaterThanOrEqual(400);
    },
  );
});

interface Session {
  readonly api_key: string;
  readonly token: string;
  readonly user: { readonly id: string };
  readonly types: readonly { readonly name: string; readonly example: object }[];
}

describe('the session of development', () => {
  it('gives what is needed to send each of the 24 types', async () => {
    const { body, headers } = await service.call<Session>('GET', '/api/dev/session', { as: null });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body.types).toHaveLength(24);
    const answers = await Promise.all(
      body.types.map(({ name, example }) =>
        service.call('POST', '/api/notifications?dry_run=true', {
          as: body.api_key,
          body: { type: name, user: body.user, context: example },
        }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(body.types.map(() => 200));
  });

  it('is not for other sites, nor other names of this machine', async () => {
    for (const headers of [{ origin: 'http://localhost:5173' }, { 'sec-fetch-site': 'cross-site' }]) {
      expect((await fetched('/api/dev/session', headers)).status).toBe(404);
    }
  });

  it('is not there in production, and the page says no more than what this is', async () => {
    const production = await TestApp.start({
      NODE_ENV: 'production',
      DEV_API_KEY: '',
      ALLOW_SANDBOX: 'true',
    });
    try {
      const answer = await production.call('GET', '/api/dev/session', { as: null });
      expect(answer.status).toBe(404);
      const page = await production.call<string>('GET', '/', { as: null });
      expect(page.status).toBe(200);
      expect(page.body).not.toContain('<script');
    } finally {
      await production.stop();
    }
  });
});

describe("the sandbox's phone", () => {
  const phone = '+919876500077';
  const answer = (text: string) =>
    service.call<{ message: object; replies: object[] }>('POST', '/api/dev/messages/reply', {
      as: null,
      body: { from: phone, text },
    });
  const decision = async () =>
    decisionFor(
      (await send(service, { id: 'phone', phone, preferences: { order_updates_sms: true } })).body,
      'sms',
    );

  it('says STOP by the signed webhook, gets the answer of the service, and no more texts until START', async () => {
    expect(await decision()).toMatchObject({ status: 'pending' });
    await service.sandbox.wait({ channel: 'sms', to: phone });
    const stop = await answer('STOP');
    expect(stop.status).toBe(201);
    expect(stop.body.message).toMatchObject({ error_code: null, webhook: { status: 200 } });
    expect(stop.body.replies).toHaveLength(1);
    expect(await decision()).toMatchObject({ status: 'skipped' });
    expect((await answer('START')).body.replies).toHaveLength(1);
    expect(await decision()).toMatchObject({ status: 'pending' });
  });
});

describe('the token for a live connection', () => {
  it.each(['/api/realtime/token', '/api/realtime/token/'])('is given to a person: %s', async (path) => {
    const as = await service.token('asha');
    const { status, body, headers } = await service.call('GET', path, { as });
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) as string,
      ws_base_url: service.url.replace('http', 'ws'),
      endpoints: {
        notifications: '/ws/notifications/',
        socket_io_namespace: '/notifications',
        socket_io_path: '/socket.io/',
      },
      expires_in: 900,
      user_id: 'asha',
    });
  });

  it('opens what it names, as the old clients put it together', async () => {
    const { body } = await service.call<{
      token: string;
      ws_base_url: string;
      endpoints: { notifications: string };
    }>('GET', '/api/realtime/token', { as: await service.token('asha') });
    const url = `${body.ws_base_url}${body.endpoints.notifications}?token=${body.token}`;
    const first = await new Promise<string>((resolve, reject) => {
      const socket = new WebSocket(url);
      socket.on('error', reject);
      socket.on('message', (data) => {
        resolve((data as Buffer).toString());
        socket.close();
      });
    });
    expect(JSON.parse(first)).toMatchObject({ type: 'connection_established', unread_count: 0 });
  });

  it('is not given to programs, which have no inbox', async () => {
    expect((await service.call('GET', '/api/realtime/token')).status).toBe(403);
    expect((await service.call('GET', '/api/realtime/token', { as: null })).status).toBe(401);
  });
});

describe.skipIf(!hasBrowser)('the page at /', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

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
