import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApp } from './support/app.js';

const PATH = '/api/notifications/templates';

interface Template {
  type: string;
  locale: string;
  version: number;
  source: string;
  author: string | null;
  active: boolean;
  title: string;
  message: string;
  action_url: string | null;
  channels: Record<string, Record<string, string>>;
  options: Record<string, Record<string, unknown>>;
}
interface Problem {
  code: string;
  detail: string;
  errors: { pointer: string; code: string; detail: string }[];
}
interface List<T> {
  results: T[];
  next: string | null;
}

describe('the API for templates', () => {
  let service: TestApp;
  beforeAll(async () => {
    service = await TestApp.start();
  });
  afterAll(() => service.stop());

  const get = (path: string) => service.call<Template>('GET', `${PATH}${path}`);
  const post = <T = Template>(path: string, body: unknown = {}) =>
    service.call<T>('POST', `${PATH}${path}`, { body });
  const patch = <T = Template>(path: string, body: unknown) =>
    service.call<T>('PATCH', `${PATH}${path}`, { body });

  it('lists them by pages and filters, under both paths', async () => {
    const names: string[] = [];
    let next: string | null = `${PATH}?limit=10`;
    while (next !== null) {
      const { body }: { body: List<Template> } = await service.call<List<Template>>('GET', next);
      names.push(...body.results.map(({ type }) => type));
      ({ next } = body);
    }
    expect(names).toHaveLength(24);
    expect(names).toEqual([...new Set(names)]);
    const { body } = await service.call<List<Template>>(
      'GET',
      '/api/notifications/notifications/templates/?category=payment&locale=en&active=true',
    );
    expect(body.results.map(({ type }) => type)).toEqual([
      ...['payment_completed', 'payment_failed', 'payment_initiated', 'payment_refunded'],
    ]);
    expect((await service.call<{ count: number }>('GET', `${PATH}?page=3&limit=10`)).body.count).toBe(24);
  });

  it('shows one with all its words', async () => {
    const { status, body } = await get('/order_confirmed');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      type: 'order_confirmed',
      locale: 'en',
      version: 1,
      source: 'file',
      active: true,
    });
    expect(Object.keys(body.channels).sort()).toEqual(['email', 'push', 'sms']);
    expect((await get('/order_confirmed?locale=hi')).status).toBe(404);
    expect((await service.call<Problem>('GET', `${PATH}/order_confirmd`)).body.detail).toContain(
      '"order_confirmed"',
    );
  });

  it('changes words by a new version, and rolls back by another one', async () => {
    const before = (await get('/order_ready')).body;
    const changed = await patch('/order_ready', {
      title: 'Ready!',
      channels: { sms: { text: 'Ready.' }, push: null },
    });
    expect(changed.body).toMatchObject({
      version: 2,
      source: 'operator',
      title: 'Ready!',
      message: before.message,
    });
    expect(changed.body.channels['sms']).toEqual({ text: 'Ready.' });
    expect(changed.body.channels['push']).toBeUndefined();
    expect(changed.body.channels['email']).toEqual(before.channels['email']);
    expect((await patch('/order_ready', { title: 'Ready!' })).body.version).toBe(2);

    const back = await post('/order_ready/rollback', { version: 1 });
    expect(back.body).toMatchObject({ version: 3, title: before.title, channels: before.channels });
    const versions = await service.call<List<{ version: number; current: boolean }>>(
      'GET',
      `${PATH}/order_ready/versions`,
    );
    expect(versions.body.results.map(({ version, current }) => [version, current])).toEqual([
      [3, true],
      [2, false],
      [1, false],
    ]);
    const missing = await post<Problem>('/order_ready/rollback', { version: 9 });
    expect([missing.status, missing.body.code]).toEqual([422, 'template.unknown-version']);
  });

  it('keeps what a channel is told beside its words, as a version of its own', async () => {
    expect((await get('/refund_requested')).body.options).toEqual({});
    const changed = await patch('/refund_requested', { options: { sms: { tidy: false, max_segments: 2 } } });
    expect(changed.body).toMatchObject({ version: 2, options: { sms: { tidy: false, max_segments: 2 } } });
    const less = await patch('/refund_requested', { options: { sms: { tidy: null } } });
    expect(less.body).toMatchObject({ version: 3, options: { sms: { max_segments: 2 } } });
    expect((await patch('/refund_requested', { options: { sms: null } })).body.options).toEqual({});
  });

  it('takes a new language at once', async () => {
    const given = { type: 'welcome', locale: 'hi', title: 'नमस्ते {{ user.first_name }}', message: 'स्वागत है' };
    const created = await post('', given);
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ locale: 'hi', version: 1, source: 'operator', channels: {} });
    const sent = await service.call<{ title: string }>('POST', '/api/notifications', {
      body: { type: 'welcome', user: { id: 'hindi', first_name: 'Asha', locale: 'hi-IN' } },
    });
    expect(sent.body.title).toBe('नमस्ते Asha');
    const again = await post<Problem>('', given);
    expect([again.status, again.body.code]).toEqual([409, 'template.exists']);
  });

  it('takes a new type with its category', async () => {
    const given = {
      type: 'order_delayed',
      title: 'Later',
      message: 'Order {{ order.order_number }} is late.',
    };
    const without = await post<Problem>('', given);
    expect([without.status, without.body.errors[0]?.pointer]).toEqual([422, '/category']);
    const wrong = await post<Problem>('', { ...given, category: 'ordr' });
    expect(wrong.body.detail).toContain('Did you mean "order"?');
    const example = { order: { order_number: 'A1' } };
    const created = await post('', { ...given, category: 'order', display: 'Order delayed', example });
    expect([created.status, created.body.type]).toEqual([201, 'order_delayed']);
    expect((await post('/order_delayed/preview')).body.message).toBe('Order A1 is late.');
    const known = await post<Problem>('', { ...given, locale: 'hi', category: 'order' });
    expect([known.status, known.body.code]).toEqual([422, 'template.type-exists']);
  });

  it('switches a type off and on, and never takes words away', async () => {
    const send = () =>
      service.call<Problem>('POST', '/api/notifications', {
        body: { type: 'account_verified', user: { id: 'off' } },
      });
    expect((await service.call('DELETE', `${PATH}/account_verified`)).status).toBe(204);
    expect((await get('/account_verified')).body.active).toBe(false);
    const refused = await send();
    expect([refused.status, refused.body.code]).toEqual([422, 'template.inactive']);
    expect((await post('/account_verified/activate')).body).toEqual({
      type: 'account_verified',
      active: true,
      locales: ['en'],
    });
    expect((await send()).status).toBe(202);
    expect((await post('/account_verified/deactivate?locale=xx')).status).toBe(404);
  });

  it('previews with the example, with a context, and with words that are not saved', async () => {
    const example = (await post('/order_confirmed/preview')).body;
    expect(example.channels['sms']?.['text']).toBe(
      'LaundryConnect: Your order ORD20260103A123 is confirmed. Pickup on 5 Jan 2026. Total: Rs. 500.',
    );
    expect(example.channels['email']?.['html']).toContain('Hello Priya');
    const tried = await post('/order_confirmed/preview', {
      context: { order: { order_number: '<b>' } },
      channels: { email: { html: '<p>{{ order.order_number }}</p>' } },
    });
    expect(tried.body.channels['email']?.['html']).toBe('<p>&lt;b&gt;</p>');
    const lacking = await post<Problem>('/order_confirmed/preview', { context: {} });
    expect([lacking.status, lacking.body.errors[0]?.pointer]).toEqual([422, '/context/order/order_number']);
    expect((await get('/order_confirmed')).body.version).toBe(1);
  });

  it('refuses words that do more than fill in, with part, line and reason', async () => {
    const { status, body } = await patch<Problem>('/order_created', {
      title: '{{ user.constructor }}',
      channels: { email: { html: '<p>\n<script>x</script></p>' } },
    });
    expect([status, body.code]).toEqual([422, 'template.refused']);
    expect(body.errors).toEqual([
      {
        pointer: '/title',
        code: 'template.refused',
        detail: 'Line 1, column 8: "constructor" is no field of a variable.',
      },
      {
        pointer: '/channels/email/html',
        code: 'template.refused',
        detail: 'Line 1, column 1: <script> is not allowed in a message.',
      },
    ]);
  });

  it.each<[string, string, unknown, string]>([
    ['PATCH', '/order_created', { channels: { 'bad name': {} } }, '/channels/bad name'],
    ['PATCH', '/order_created', { channels: { sms: 'x' } }, '/channels/sms'],
    ['PATCH', '/order_created', { channels: { sms: { text: 1 } } }, '/channels/sms/text'],
    ['PATCH', '/order_created', { channels: [] }, '/channels'],
    ['PATCH', '/order_created', { options: { sms: 'x' } }, '/options/sms'],
    ['PATCH', '/order_created', { options: { 'bad name': {} } }, '/options/bad name'],
    ['PATCH', '/order_created', { options: { sms: { tidy: 'no' } } }, '/options/sms/tidy'],
    ['PATCH', '/order_created', { options: { sms: { max_segments: 0 } } }, '/options/sms/max_segments'],
    ['PATCH', '/order_created', { options: { email: { tidy: true } } }, '/options/email/tidy'],
    ['PATCH', '/order_created', { options: { push: { long: 'x'.repeat(5000) } } }, '/options/push'],
    ['PATCH', '/order_created', { titel: 'x' }, '/titel'],
    ['PATCH', '/order_created?locale=??', { title: 'x' }, '/locale'],
    ['POST', '', { type: 'Order', title: 'x', message: 'y' }, '/type'],
    ['POST', '', { type: 'welcome', message: 'y' }, '/title'],
    ['POST', '', { type: 'welcome', locale: 'not a language', title: 'x', message: 'y' }, '/locale'],
    ['POST', '/order_created/rollback', { version: 0 }, '/version'],
    ['POST', '/order_created/rollback', {}, '/version'],
    ['POST', '/order_created/preview', { context: 'x' }, '/context'],
  ])('answers %s %s with %j by a pointer', async (method, path, body, pointer) => {
    const answer = await service.call<Problem>(method, `${PATH}${path}`, { body });
    expect([answer.status, answer.body.errors[0]?.pointer]).toEqual([422, pointer]);
  });

  it('is for staff and for services with the scope', async () => {
    const person = await service.token('7');
    const staff = await service.token('8', { is_staff: true });
    expect((await service.call('GET', PATH, { as: null })).status).toBe(401);
    expect((await service.call('GET', PATH, { as: person })).status).toBe(403);
    expect((await service.call('GET', PATH, { as: staff })).status).toBe(200);
    const changed = await service.call<Template>('PATCH', `${PATH}/order_picked_up`, {
      as: staff,
      body: { title: 'x' },
    });
    expect(changed.body.author).toBe('user:8');
  });
});
