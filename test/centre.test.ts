import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { UsersService } from '../src/users/users.service.js';
import { TestApp, until } from './support/app.js';
import { Visitor } from './support/visitor.js';

let service: TestApp;
let asha: Visitor;

beforeAll(async () => {
  service = await TestApp.start();
});
afterAll(() => service.stop());
beforeEach(async () => {
  asha = await Visitor.to(service);
});

describe('the link to a page of preferences', () => {
  it('is made for a service, for an hour or as long as it asks', async () => {
    const { status, body } = await service.call('POST', `/api/users/${asha.id}/preference_links`, {
      body: {},
    });
    expect(status).toBe(201);
    expect(Object.keys(body)).toEqual(['user_id', 'url', 'expires_at']);
    const lasts = Date.parse(String(body['expires_at'])) - Date.now();
    expect(Math.abs(lasts - 3_600_000)).toBeLessThan(60_000);
    const as = await service.token(asha.id);
    const path = `/api/users/${asha.id}/preference_links`;
    expect((await service.call('POST', path, { as, body: {} })).status).toBe(403);
    expect((await service.call('POST', '/api/users/nobody/preference_links', { body: {} })).status).toBe(404);
    expect((await service.call('POST', path, { body: { expires_in: 5 } })).status).toBe(422);
  });

  it('opens a page that nobody keeps, finds, frames or is told of', async () => {
    const { status, headers } = await asha.get(asha.page);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-robots-tag')).toBe('noindex');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';.*frame-ancestors 'none'$/);
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
    expect(headers.get('set-cookie')).toBeNull();
  });

  it('tells whoever holds it no name and no whole address', async () => {
    for (const path of [asha.page, asha.way()]) {
      const { body } = await asha.get(path);
      expect(body).not.toMatch(/Asha|9876543210|person-\d+@example\.com/);
    }
    expect((await asha.get(asha.page)).body).toMatch(/p•••@e•••\.com.*••• 210/s);
  });

  it('opens nothing when it is forged, over, or of somebody who is gone, and does not say which', async () => {
    const [payload = '', mac = ''] = asha.page.slice('/preferences/'.length).split('.');
    const other = Buffer.from(JSON.stringify(['somebody', 4_000_000_000])).toString('base64url');
    const gone = asha.signed('preferences', ['nobody', 4_000_000_000]);
    const over = asha.signed('preferences', [asha.id, Math.floor(Date.now() / 1000) - 1]);
    const foreign = asha.way().slice('/u/'.length);
    const wrong = [
      `${payload}.`,
      `${other}.${mac}`,
      `${payload}.${mac}x`,
      'x',
      gone,
      over,
      foreign,
      asha.signed('preferences', [asha.id]),
    ];
    const answers = await Promise.all(
      wrong.flatMap((token): Promise<{ status: number; body: string }>[] => [
        asha.get(`/preferences/${token}`),
        asha.post(`/preferences/${token}`, { part: 'pause', length: 'day' }),
      ]),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]));
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect((await asha.get(`/u/${asha.page.slice('/preferences/'.length)}`)).status).toBe(404);
    expect((await asha.preferences())['paused_until']).toBeNull();
  });

  it('is told of where somebody comes without one', async () => {
    const { status, body } = await asha.get('/preferences');
    expect([status, body.includes('at the foot of every e-mail')]).toEqual([200, true]);
  });

  it('acts only when a form is sent', async () => {
    for (const path of [
      `${asha.page}?part=pause&length=week`,
      `${asha.page}?part=choices&on=order.sms`,
      `${asha.way()}?want=no&scope=everything`,
    ]) {
      expect((await asha.get(path)).status).toBe(200);
      const head = await fetch(`${service.url}${path}`, { method: 'HEAD' });
      expect([head.status, await head.text()]).toEqual([200, '']);
    }
    expect(await asha.ledger()).toMatchObject({ history: [], settings_history: [] });
  });
});

describe('a page of preferences', () => {
  it('keeps of each choice its source, its place and the words that were seen', async () => {
    const answer = await asha.post(asha.page, { part: 'choices', had: ['order.email'], on: ['order.sms'] });
    expect([answer.status, answer.location]).toEqual([303, '?saved=choices#choices']);
    expect((await asha.preferences()).matrix['order']).toMatchObject({ email: false, sms: true });
    const { history } = await asha.ledger();
    expect(history).toMatchObject([
      { category: 'order', channel: 'email', wanted: false, wording: 'Order updates by E-mail' },
      { category: 'order', channel: 'sms', wanted: true },
    ]);
    for (const event of history) {
      expect(event).toMatchObject({ source: 'form', ip: '127.0.0.1', detail: { page: 'preferences' } });
    }
    expect(history[1]?.wording).toMatch(
      /^Order updates by SMS\. By turning on SMS you agree .*LaundryConnect/,
    );
    expect((await asha.get(asha.page)).body).toContain(history[1]?.wording.split('. ').slice(1).join('. '));
  });

  it('changes nothing but what was changed on it', async () => {
    await asha.post(asha.page, { part: 'choices', on: ['order.sms'] });
    await asha.post(asha.page, {
      part: 'choices',
      had: ['order.email'],
      on: ['order.email', 'odrer.sms', 'order.realtime'],
    });
    expect((await asha.preferences()).matrix['order']).toMatchObject({ email: true, sms: true });
    expect((await asha.ledger()).history).toHaveLength(1);
  });

  it('sets quiet hours, time zone, language and a pause, and keeps the history of each', async () => {
    const sent: [Record<string, string>, string][] = [
      [
        { part: 'times', quiet: 'on', start: '22:00', end: '07:00', zone: 'Asia/Dubai' },
        '?saved=times#times',
      ],
      [{ part: 'language', locale: 'ta' }, '?saved=language#language'],
      [{ part: 'language', locale: 'hi' }, '?saved=language#language'],
      [{ part: 'pause', length: 'week' }, '?saved=pause#pause'],
      [{ part: 'pause', length: 'none' }, '?saved=pause#pause'],
    ];
    for (const [form, location] of sent) {
      const answer = await asha.post(asha.page, form);
      expect([answer.status, answer.location]).toEqual([303, location]);
    }
    expect(await asha.preferences()).toMatchObject({
      quiet_hours: { start: '22:00', end: '07:00' },
      time_zone: 'Asia/Dubai',
      locale: 'hi',
      paused_until: null,
    });
    const { settings_history: settings } = await asha.ledger();
    expect(settings.map(({ setting, value }) => [setting, value])).toEqual([
      ['quiet_hours', { start: '22:00', end: '07:00' }],
      ['time_zone', 'Asia/Dubai'],
      ['locale', 'ta'],
      ['locale', 'hi'],
      ['paused_until', expect.stringMatching(/^\d{4}-.*Z$/)],
      ['paused_until', null],
    ]);
    for (const one of settings) expect(one).toMatchObject({ source: 'form', ip: '127.0.0.1' });
  });

  it('says beside a field what is wrong with it, shows what was sent, and changes nothing', async () => {
    const night = { part: 'times', quiet: 'on', start: '22:00', end: '22:00', zone: 'Asia/Dubai' };
    const wrong: [Record<string, string>, string][] = [
      [night, 'end'],
      [{ ...night, start: '' }, 'start'],
      [{ ...night, zone: 'Asia/Nowhere', end: '07:00' }, 'zone'],
      [{ part: 'language', locale: 'xx' }, 'locale'],
      [{ part: 'pause', length: 'until', until: '2020-01-01' }, 'until'],
    ];
    for (const [form, field] of wrong) {
      const answer = await asha.post(asha.page, form);
      const html = answer.body;
      expect([answer.status, field, html.includes(`id="${field}-fault"`)]).toEqual([422, field, true]);
      expect(html).toMatch(
        new RegExp(`id="${field}"[^>]*aria-invalid="true" aria-describedby="${field}-fault"`),
      );
      expect(html).toContain(`<a href="#${field}">`);
      expect(html).toContain('<title>Not saved yet: ');
    }
    const html = (await asha.post(asha.page, night)).body;
    expect(html).toMatch(/id="end"[^>]*value="22:00"/);
    expect(html).toMatch(/value="Asia\/Dubai" selected/);
    expect((await asha.post(asha.page, { part: 'everything' })).status).toBe(422);
    expect((await asha.post(asha.page, {})).status).toBe(422);
    expect(await asha.ledger()).toMatchObject({ history: [], settings_history: [] });
  });

  it('speaks the language of the asha.id, and that of the browser to whom nobody knows', async () => {
    await asha.known({ locale: 'hi-IN' });
    const { body } = await asha.get(asha.page, { 'accept-language': 'en' });
    expect(body).toContain('<html lang="hi">');
    expect(body).toContain('ऑर्डर की जानकारी');
    expect((await asha.get(asha.way())).body).toContain('<b>ई-मेल</b>');
    const stranger = await asha.get('/u/x', { 'accept-language': 'hi-IN,hi;q=0.9' });
    expect([stranger.status, stranger.body.includes('<html lang="hi">')]).toEqual([404, true]);
    await asha.post(asha.page, { part: 'choices', on: ['order.sms'] });
    expect((await asha.ledger()).history[0]?.wording).toContain('सहमति');
  });

  it('leaves nothing of what was set behind when the person goes', async () => {
    await asha.post(asha.page, { part: 'pause', length: 'day' });
    await service.call('DELETE', `/api/users/${asha.id}`);
    const kept: object[] = await service.app
      .get(DataSource)
      .query('SELECT setting FROM setting_events WHERE user_id = $1', [asha.id]);
    expect(kept).toEqual([]);
    expect((await asha.get(asha.page)).status).toBe(404);
  });

  it('is a page too when the database is away', async () => {
    const lost = Object.assign(new Error('lost'), { code: 'ECONNREFUSED' });
    const find = vi.spyOn(service.app.get(UsersService, { strict: false }), 'find');
    onTestFinished(() => find.mockRestore());
    for (const path of [asha.page, asha.way()]) {
      find.mockRejectedValueOnce(lost);
      const { status, headers, body } = await asha.get(path);
      expect([status, headers.get('retry-after')]).toEqual([503, '2']);
      expect(body).toContain('<h1>That did not work</h1>');
    }
  });

  it('is opened from the foot of every mail', async () => {
    const to = `${asha.id}@example.com`;
    await service.call('POST', '/api/notifications', {
      body: { type: 'password_changed', user: asha.id, context: {} },
    });
    const mail = await until(
      async () => (await service.sandbox.messages({ to, channel: 'email' }))[0],
      'the mail',
    );
    const link = /Choose what you get: (\S+)/.exec(JSON.stringify(mail).replaceAll('\\n', ' '))?.[1] ?? '';
    expect((await asha.get(asha.pathOf(link))).body).toContain('Choose what you get');
  });
});
