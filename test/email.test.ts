import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApp, until } from './support/app.js';

interface Shown {
  id: string;
  email_sent: boolean;
  email_sent_at: string | null;
  metadata: { email?: Record<string, unknown> };
}
interface DeliveryView {
  channel: string;
  status: string;
  reason: string | null;
  error_code: string | null;
}

const ORDER = {
  order: { id: '7f9c2b', order_number: 'ORD20260103A123', pickup_date: '2026-01-05', total_amount: '500.00' },
};

describe('an e-mail', () => {
  let service: TestApp;
  beforeAll(async () => {
    service = await TestApp.start();
  });
  afterAll(() => service.stop());

  const send = async (address: string, request: Record<string, unknown> = {}) => {
    const { status, body } = await service.call<{ id: string }>('POST', '/api/notifications', {
      body: {
        type: 'order_confirmed',
        user: { email: address, first_name: 'Ram & Sons' },
        context: ORDER,
        channels: ['email'],
        ...request,
      },
    });
    expect(status).toBe(202);
    return body.id;
  };
  const mailTo = async (address: string) => {
    const [mail] = await service.sandbox.wait({ channel: 'email', to: address });
    if (!mail) throw new Error(`No mail came to ${address}.`);
    return mail;
  };
  const header = (mail: Awaited<ReturnType<typeof mailTo>>, name: string) =>
    [mail.headers[name]].flat()[0] ?? '';
  const deliveryOf = (id: string, status: string) =>
    until(async () => {
      const { body } = await service.call<{ results: DeliveryView[] }>(
        'GET',
        `/api/notifications/${id}/deliveries`,
      );
      return body.results.find((delivery) => delivery.channel === 'email' && delivery.status === status);
    }, `a delivery that is ${status}`);

  it('has a layout with inlined styles, a text that says the same, and full links', async () => {
    await send('asha@customer.example');
    const mail = await mailTo('asha@customer.example');
    expect(mail.from).toBe('LaundryConnect <no-reply@laundryconnect.example>');
    expect(mail.html).toMatch(/<a [^>]*class="button"[^>]*style="[^"]*background-color/);
    expect(mail.html).toContain('Ram &amp; Sons');
    expect(mail.text).toContain('Ram & Sons');
    expect(mail.html).toContain('href="https://app.example.com/');
    expect(mail.html).not.toMatch(/(?:href|src)="\//);
    for (const part of [mail.html, mail.text]) {
      expect(part).toContain('ORD20260103A123');
      expect(part).toContain('You get this e-mail because');
    }
  });

  it('says to programs what it is, and carries the id of its delivery', async () => {
    const id = await send('headers@customer.example');
    const mail = await mailTo('headers@customer.example');
    expect(mail.message_id).toMatch(/^<[0-9a-f-]{36}@laundryconnect\.example>$/);
    expect(header(mail, 'auto-submitted')).toBe('auto-generated');
    expect(header(mail, 'x-notification-id')).toBe(id);
    expect(header(mail, 'x-notification-type')).toBe('order_confirmed');
    expect(header(mail, 'feedback-id')).toBe('order_confirmed:order:notifications:laundryconnecte');
  });

  it('shows in the notification when it was sent', async () => {
    const id = await send('shown@customer.example');
    const mail = await mailTo('shown@customer.example');
    const shown = await until(async () => {
      const { body } = await service.call<Shown>('GET', `/api/notifications/${id}`);
      return body.email_sent ? body : undefined;
    }, 'the sent mail in the notification');
    expect(shown.metadata.email).toEqual({
      sent: true,
      message_id: mail.message_id?.slice(1, -1),
      sent_at: shown.email_sent_at,
      status: 'sent',
      to: 'shown@customer.example',
      error_code: null,
    });
  });

  it('that was never sent shows so', async () => {
    const id = await send('nobody@customer.example', { channels: ['realtime'] });
    const { body } = await service.call<Shown>('GET', `/api/notifications/${id}`);
    expect(body).toMatchObject({ email_sent: false, email_sent_at: null });
  });

  it('to a mailbox that does not exist fails for good, and the address is not used again', async () => {
    const id = await send('bounce@customer.example');
    expect(await deliveryOf(id, 'failed')).toMatchObject({ reason: 'address', error_code: '550 5.1.1' });
    const again = await send('bounce@customer.example');
    expect(await deliveryOf(again, 'skipped')).toMatchObject({ reason: 'suppressed' });
  });

  it('that is refused for its content fails, and the address stays good', async () => {
    const id = await send('spam@customer.example');
    expect(await deliveryOf(id, 'failed')).toMatchObject({ reason: 'content', error_code: '554 5.7.1' });
    expect(await deliveryOf(await send('spam@customer.example'), 'failed')).toMatchObject({
      reason: 'content',
    });
  });

  it('to a server that is busy waits for another try', async () => {
    const id = await send('busy@customer.example');
    const waiting = await until(async () => {
      const { body } = await service.call<{ results: DeliveryView[] }>(
        'GET',
        `/api/notifications/${id}/deliveries`,
      );
      return body.results.find(({ error_code }) => error_code === '451 4.3.0');
    }, 'the refused attempt');
    expect(waiting.status).toBe('pending');
  });

  describe('of an optional category', () => {
    const linkIn = async (address: string) => {
      const link = header(await mailTo(address), 'list-unsubscribe').slice(1, -1);
      expect(link.startsWith(`${service.url}/u/`)).toBe(true);
      return link.slice(service.url.length);
    };
    const page = (method: string, path: string, form?: string, type = 'application/x-www-form-urlencoded') =>
      service.call<string>(method, path, {
        as: null,
        ...(form !== undefined && { body: form, headers: { 'content-type': type } }),
      });
    const wantsOrders = async (user: string) => {
      const { body } = await service.call('GET', `/api/notifications/preferences?user=${user}`);
      return body['order_updates_email'];
    };

    it('carries a way out in its headers, its HTML and its text', async () => {
      await send('way@customer.example');
      const path = await linkIn('way@customer.example');
      const mail = await mailTo('way@customer.example');
      expect(header(mail, 'list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
      expect(mail.html).toContain(`href="${service.url}${path}"`);
      expect(mail.text).toContain(`${service.url}${path}`);
      expect(Buffer.from(path, 'base64').toString()).not.toContain('customer.example');
    });

    it('is left by one click, kept in the history, and come back to', async () => {
      await send('leaver@customer.example', { user: { id: 'leaver', email: 'leaver@customer.example' } });
      const path = await linkIn('leaver@customer.example');

      const asked = await page('GET', path);
      expect([asked.status, asked.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(asked.headers.get('cache-control')).toBe('no-store');
      expect(asked.body).toContain('<b>Order updates</b> by <b>E-mail</b>');
      expect(asked.body).toContain('Unsubscribe</button>');
      expect(await wantsOrders('leaver')).toBe(true);

      const done = await page('POST', path, 'List-Unsubscribe=One-Click');
      expect([done.status, done.body.includes('Undo</button>')]).toEqual([200, true]);
      expect(await wantsOrders('leaver')).toBe(false);
      const id = await send('leaver@customer.example', { user: 'leaver' });
      expect(await deliveryOf(id, 'skipped')).toMatchObject({ reason: 'preference_off' });

      expect((await page('POST', path, 'want=yes')).body).toContain('Welcome back');
      expect(await wantsOrders('leaver')).toBe(true);
      const { body } = await service.call<{ preferences: { history: object[] } }>(
        'GET',
        '/api/users/leaver/export',
      );
      expect(body.preferences.history).toMatchObject([
        { category: 'order', channel: 'email', wanted: false, source: 'link', detail: { one_click: true } },
        { category: 'order', channel: 'email', wanted: true, source: 'link', detail: { scope: 'kind' } },
      ]);
    });

    it('is left by every kind of form that a mail program may send, as often as it likes', async () => {
      await send('forms@customer.example', { user: { id: 'forms', email: 'forms@customer.example' } });
      const path = await linkIn('forms@customer.example');
      const multipart =
        '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n';
      for (const [form, type] of [
        [multipart, 'multipart/form-data; boundary=x'],
        ['List-Unsubscribe=One-Click', undefined],
        [undefined, undefined],
        ['want=no', undefined],
      ] as const) {
        await page('POST', path, 'want=yes');
        expect(await wantsOrders('forms')).toBe(true);
        expect((await page('POST', path, form, type)).status).toBe(200);
        expect((await page('POST', path, form, type)).status).toBe(200);
        expect(await wantsOrders('forms')).toBe(false);
      }
      expect((await page('GET', path)).body).toContain('Subscribe again</button>');
    });

    it('has a way out that opens nothing when it was changed, and says so in plain words', async () => {
      await send('forger@customer.example', { user: { id: 'forger', email: 'forger@customer.example' } });
      const path = await linkIn('forger@customer.example');
      const [, mac = ''] = path.split('.');
      const other = Buffer.from(JSON.stringify(['somebody', 'order', 'email'])).toString('base64url');
      for (const wrong of [
        `/u/${other}.${mac}`,
        path.slice(0, -1),
        `${path}x`,
        '/u/x',
        '/u/%20',
        '/u/a.b.c',
      ]) {
        for (const method of ['GET', 'POST']) {
          const { status, body } = await page(method, wrong, method === 'POST' ? 'want=no' : undefined);
          expect([wrong, status, body.includes('This link does not work')]).toEqual([wrong, 404, true]);
        }
      }
      expect(await wantsOrders('forger')).toBe(true);
    });

    it('has a way out that ends with the person', async () => {
      await send('gone@customer.example', { user: { id: 'gone', email: 'gone@customer.example' } });
      const path = await linkIn('gone@customer.example');
      await service.call('DELETE', '/api/users/gone');
      expect((await page('POST', path, 'want=no')).status).toBe(404);
    });
  });

  it('of a category that people need carries none', async () => {
    await send('needed@customer.example', {
      type: 'payment_completed',
      context: { payment: { id: 'PAY20260103K7Q2M9XA', amount: '500.00', transaction_id: 'T1' }, ...ORDER },
    });
    const mail = await mailTo('needed@customer.example');
    expect(mail.headers['list-unsubscribe']).toBeUndefined();
    expect(mail.html).not.toContain('/u/');
    expect(mail.text).not.toContain('nsubscribe');
  });
});
