import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
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
