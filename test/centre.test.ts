import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { TokensService } from '../src/auth/tokens.service.js';
import { UnsubscribeLinks } from '../src/preferences/unsubscribe.links.js';
import { UsersService } from '../src/users/users.service.js';
import { TestApp, until } from './support/app.js';
import { complaintsOf, hasBrowser, openBrowser } from './support/browser.js';

interface Event {
  readonly category: string;
  readonly channel: string;
  readonly wanted: boolean;
  readonly source: string;
  readonly ip: string;
  readonly wording: string;
  readonly detail: Record<string, unknown>;
}
interface Setting {
  readonly setting: string;
  readonly value: unknown;
  readonly source: string;
  readonly ip: string;
}

/** Small, so that a test may reach them; no other test makes as many calls for one person. */
const LIMIT = 40;

let service: TestApp;
let person: string;
/** The person's page, and the way out of their order mails. */
let page: string;
let way: string;
let count = 0;

beforeAll(async () => {
  service = await TestApp.start({
    USER_RATE_LIMIT_PER_MINUTE: String(LIMIT),
    AUTH_FAILURES_PER_MINUTE: String(LIMIT),
  });
});
afterAll(() => service.stop());
beforeEach(async () => {
  person = `person-${(count += 1)}`;
  await known({ email: `${person}@example.com`, phone: '+919876543210', first_name: 'Asha' });
  page = await linkOf(person);
  way = wayOf('order', 'email');
});

const known = (fields: object) => service.call('PUT', `/api/users/${person}`, { body: fields });
const wayOf = (category: string, channel: string) =>
  pathOf(service.app.get(UnsubscribeLinks, { strict: false }).urlFor({ userId: person, category, channel }));
/** A browser also complains of the answer to a form that could not be saved. */
const isSurprising = (complaint: string) => !complaint.includes('status of 422');
const pathOf = (url: string) => url.slice(service.url.length);
const signed = (purpose: string, payload: unknown) =>
  service.app.get(TokensService, { strict: false }).sign(purpose, payload);

async function linkOf(id: string, body: object = {}): Promise<string> {
  const { body: link } = await service.call<{ url: string }>('POST', `/api/users/${id}/preference_links`, {
    body,
  });
  return pathOf(link.url);
}

const get = (path: string, headers: Record<string, string> = {}) =>
  service.call<string>('GET', path, { as: null, headers });
const post = (path: string, form: Record<string, string | string[]>) =>
  fetch(`${service.url}${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(
      Object.entries(form).flatMap(([name, value]) =>
        [value].flat().map((one): [string, string] => [name, one]),
      ),
    ).toString(),
  });

async function ledger() {
  const { body } = await service.call<{ preferences: { history: Event[]; settings_history: Setting[] } }>(
    'GET',
    `/api/users/${person}/export`,
  );
  return body.preferences;
}
async function preferences() {
  const { body } = await service.call<{
    matrix: Record<string, Record<string, boolean>>;
    [name: string]: unknown;
  }>('GET', `/api/notifications/preferences?user=${person}`);
  return body;
}

describe('the link to a page of preferences', () => {
  it('is made for a service, for an hour or as long as it asks', async () => {
    const { status, body } = await service.call('POST', `/api/users/${person}/preference_links`, {
      body: {},
    });
    expect(status).toBe(201);
    expect(Object.keys(body)).toEqual(['user_id', 'url', 'expires_at']);
    const lasts = Date.parse(String(body['expires_at'])) - Date.now();
    expect(Math.abs(lasts - 3_600_000)).toBeLessThan(60_000);
    const as = await service.token(person);
    const path = `/api/users/${person}/preference_links`;
    expect((await service.call('POST', path, { as, body: {} })).status).toBe(403);
    expect((await service.call('POST', '/api/users/nobody/preference_links', { body: {} })).status).toBe(404);
    expect((await service.call('POST', path, { body: { expires_in: 5 } })).status).toBe(422);
  });

  it('opens a page that nobody keeps, finds, frames or is told of', async () => {
    const { status, headers } = await get(page);
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
    for (const path of [page, way]) {
      const { body } = await get(path);
      expect(body).not.toMatch(/Asha|9876543210|person-\d+@example\.com/);
    }
    expect((await get(page)).body).toMatch(/p•••@e•••\.com.*••• 210/s);
  });

  it('opens nothing when it is forged, over, or of somebody who is gone, and does not say which', async () => {
    const [payload = '', mac = ''] = page.slice('/preferences/'.length).split('.');
    const other = Buffer.from(JSON.stringify(['somebody', 4_000_000_000])).toString('base64url');
    const gone = signed('preferences', ['nobody', 4_000_000_000]);
    const over = signed('preferences', [person, Math.floor(Date.now() / 1000) - 1]);
    const foreign = way.slice('/u/'.length);
    const wrong = [
      `${payload}.`,
      `${other}.${mac}`,
      `${payload}.${mac}x`,
      'x',
      gone,
      over,
      foreign,
      signed('preferences', [person]),
    ];
    const answers = await Promise.all(
      wrong.flatMap((token) => [
        get(`/preferences/${token}`),
        post(`/preferences/${token}`, { part: 'pause', length: 'day' }).then(async (answer) => ({
          status: answer.status,
          body: await answer.text(),
        })),
      ]),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]));
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect((await get(`/u/${page.slice('/preferences/'.length)}`)).status).toBe(404);
    expect((await preferences())['paused_until']).toBeNull();
  });

  it('is told of where somebody comes without one', async () => {
    const { status, body } = await get('/preferences');
    expect([status, body.includes('at the foot of every e-mail')]).toEqual([200, true]);
  });

  it('acts only when a form is sent', async () => {
    for (const path of [
      `${page}?part=pause&length=week`,
      `${page}?part=choices&on=order.sms`,
      `${way}?want=no&scope=everything`,
    ]) {
      expect((await get(path)).status).toBe(200);
      const head = await fetch(`${service.url}${path}`, { method: 'HEAD' });
      expect([head.status, await head.text()]).toEqual([200, '']);
    }
    expect(await ledger()).toMatchObject({ history: [], settings_history: [] });
  });
});

describe('a page of preferences', () => {
  it('keeps of each choice its source, its place and the words that were seen', async () => {
    const answer = await post(page, { part: 'choices', had: ['order.email'], on: ['order.sms'] });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '?saved=choices#choices']);
    expect((await preferences()).matrix['order']).toMatchObject({ email: false, sms: true });
    const { history } = await ledger();
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
    expect((await get(page)).body).toContain(history[1]?.wording.split('. ').slice(1).join('. '));
  });

  it('changes nothing but what was changed on it', async () => {
    await post(page, { part: 'choices', on: ['order.sms'] });
    await post(page, {
      part: 'choices',
      had: ['order.email'],
      on: ['order.email', 'odrer.sms', 'order.realtime'],
    });
    expect((await preferences()).matrix['order']).toMatchObject({ email: true, sms: true });
    expect((await ledger()).history).toHaveLength(1);
  });

  it('sets quiet hours, time zone, language and a pause, and keeps the history of each', async () => {
    const sent: [Record<string, string>, string][] = [
      [
        { part: 'times', quiet: 'on', start: '22:00', end: '07:00', zone: 'Asia/Dubai' },
        '?saved=times#times',
      ],
      [{ part: 'language', locale: 'hi' }, '?saved=language#language'],
      [{ part: 'pause', length: 'week' }, '?saved=pause#pause'],
      [{ part: 'pause', length: 'none' }, '?saved=pause#pause'],
    ];
    for (const [form, location] of sent) {
      const answer = await post(page, form);
      expect([answer.status, answer.headers.get('location')]).toEqual([303, location]);
    }
    expect(await preferences()).toMatchObject({
      quiet_hours: { start: '22:00', end: '07:00' },
      time_zone: 'Asia/Dubai',
      locale: 'hi',
      paused_until: null,
    });
    const { settings_history: settings } = await ledger();
    expect(settings.map(({ setting, value }) => [setting, value])).toEqual([
      ['quiet_hours', { start: '22:00', end: '07:00' }],
      ['time_zone', 'Asia/Dubai'],
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
      const answer = await post(page, form);
      const html = await answer.text();
      expect([answer.status, field, html.includes(`id="${field}-fault"`)]).toEqual([422, field, true]);
      expect(html).toMatch(
        new RegExp(`id="${field}"[^>]*aria-invalid="true" aria-describedby="${field}-fault"`),
      );
      expect(html).toContain(`<a href="#${field}">`);
      expect(html).toContain('<title>Not saved yet: ');
    }
    const html = await (await post(page, night)).text();
    expect(html).toMatch(/id="end"[^>]*value="22:00"/);
    expect(html).toMatch(/value="Asia\/Dubai" selected/);
    expect((await post(page, { part: 'everything' })).status).toBe(422);
    expect((await post(page, {})).status).toBe(422);
    expect(await ledger()).toMatchObject({ history: [], settings_history: [] });
  });

  it('speaks the language of the person, and that of the browser to whom nobody knows', async () => {
    await known({ locale: 'hi-IN' });
    const { body } = await get(page, { 'accept-language': 'en' });
    expect(body).toContain('<html lang="hi">');
    expect(body).toContain('ऑर्डर की जानकारी');
    expect((await get(way)).body).toContain('<b>ई-मेल</b>');
    const stranger = await get('/u/x', { 'accept-language': 'hi-IN,hi;q=0.9' });
    expect([stranger.status, stranger.body.includes('<html lang="hi">')]).toEqual([404, true]);
    await post(page, { part: 'choices', on: ['order.sms'] });
    expect((await ledger()).history[0]?.wording).toContain('सहमति');
  });

  it('leaves what was set behind when the person goes, without the place', async () => {
    await post(page, { part: 'pause', length: 'day' });
    await service.call('DELETE', `/api/users/${person}`);
    const kept: object[] = await service.app
      .get(DataSource)
      .query('SELECT setting, ip, detail FROM setting_events WHERE user_id = $1', [person]);
    expect(kept).toEqual([{ setting: 'paused_until', ip: null, detail: {} }]);
    expect((await get(page)).status).toBe(404);
  });

  it('is a page too when the database is away', async () => {
    const lost = Object.assign(new Error('lost'), { code: 'ECONNREFUSED' });
    const find = vi.spyOn(service.app.get(UsersService, { strict: false }), 'find');
    onTestFinished(() => find.mockRestore());
    for (const path of [page, way]) {
      find.mockRejectedValueOnce(lost);
      const { status, headers, body } = await get(path);
      expect([status, headers.get('retry-after')]).toEqual([503, '2']);
      expect(body).toContain('<h1>That did not work</h1>');
    }
  });

  it('is opened from the foot of every mail', async () => {
    const to = `${person}@example.com`;
    await service.call('POST', '/api/notifications', {
      body: { type: 'password_changed', user: person, context: {} },
    });
    const mail = await until(
      async () => (await service.sandbox.messages({ to, channel: 'email' }))[0],
      'the mail',
    );
    const link = /Choose what you get: (\S+)/.exec(JSON.stringify(mail).replaceAll('\\n', ' '))?.[1] ?? '';
    expect((await get(pathOf(link))).body).toContain('Choose what you get');
  });
});

describe('the way out', () => {
  const isOn = async () => {
    const { matrix } = await preferences();
    const on = Object.entries(matrix).flatMap(([category, cells]) =>
      Object.entries(cells).flatMap(([channel, wanted]) =>
        wanted && channel !== 'realtime' ? [`${category}.${channel}`] : [],
      ),
    );
    return on.sort();
  };
  const ESSENTIAL = ['account.email', 'payment.email', 'refund.email'];
  const undoIn = (html: string) => /name="undo" value="([^"]*)"/.exec(html)?.[1] ?? '';

  it('ends all of its channel that people can do without, and takes back just that', async () => {
    await post(page, { part: 'choices', had: ['partner.email'], on: ['order.sms'] });
    const before = await isOn();
    const html = await (await post(way, { want: 'no', scope: 'channel' })).text();
    expect(html).toContain('anything by <b>E-mail</b> that you can do without');
    expect(await isOn()).toEqual([...ESSENTIAL, 'order.sms'].sort());
    const { history } = await ledger();
    expect(history.at(-1)).toMatchObject({ source: 'link', ip: '127.0.0.1', detail: { scope: 'channel' } });
    await post(way, { want: 'yes', scope: 'channel', undo: undoIn(html) });
    expect(await isOn()).toEqual(before);
  });

  it('ends everything that people can do without, wherever it comes', async () => {
    await post(page, { part: 'choices', on: ['order.sms', 'payment.sms'] });
    await post(way, { want: 'no', scope: 'everything' });
    expect(await isOn()).toEqual([...ESSENTIAL, 'payment.sms'].sort());
  });

  it('opens nothing else, whatever it is asked for', async () => {
    const html = await (await post(wayOf('general', 'email'), { want: 'no', scope: 'channel' })).text();
    const left = await isOn();
    const forged = [
      undoIn(html),
      `${undoIn(html)}x`,
      signed('undo', [person, 'order', 'email', 1, [['order', 'sms']]]),
      signed('undo', ['somebody', 'order', 'email', 4_000_000_000, [['order', 'sms']]]),
      signed('unsubscribe', [person, 'order', 'sms']),
    ];
    for (const undo of forged) await post(way, { want: 'yes', scope: 'everything', undo });
    expect(await isOn()).toEqual([...left, 'order.email'].sort());
  });

  it('is taken with one click without a word about the rest', async () => {
    const answer = await post(way, { 'List-Unsubscribe': 'One-Click' });
    expect(answer.status).toBe(200);
    const { history } = await ledger();
    expect(history).toMatchObject([
      { category: 'order', channel: 'email', wanted: false, detail: { one_click: true, scope: 'kind' } },
    ]);
  });
});

describe.skipIf(!hasBrowser)('in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  async function open(path: string, options: BrowserContextOptions = {}) {
    const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
    onTestFinished(() => context.close());
    const opened = await context.newPage();
    opened.setDefaultTimeout(10_000);
    const complaints = complaintsOf(opened);
    await opened.goto(`${service.url}${path}`);
    return { opened, complaints };
  }
  const cell = (opened: Page, category: string, channel: string) =>
    opened.getByRole('group', { name: category }).getByRole('checkbox', { name: channel });

  it('everything works without JavaScript', async () => {
    const { opened, complaints } = await open(page, { javaScriptEnabled: false });
    await cell(opened, 'Order updates', 'SMS').check();
    await opened
      .getByRole('region', { name: 'What and where' })
      .getByRole('button', { name: 'Save' })
      .click();
    await opened.getByText('Your choices are saved.').waitFor();
    expect(await cell(opened, 'Order updates', 'SMS').isChecked()).toBe(true);

    const quiet = opened.getByRole('region', { name: 'Quiet hours' });
    await quiet.getByRole('checkbox', { name: 'Keep quiet in these hours' }).check();
    await quiet.getByLabel('Until').fill('22:00');
    await quiet.getByRole('button', { name: 'Save' }).click();
    await opened.getByRole('alert').getByText('Not saved yet').waitFor();
    await quiet.getByLabel('Until').fill('06:30');
    await quiet.getByRole('button', { name: 'Save' }).click();
    await opened.getByText('Your quiet hours are saved.').waitFor();

    await opened.getByRole('button', { name: 'For one week' }).click();
    await opened.getByText('Everything is paused until').waitFor();
    await opened.getByRole('button', { name: 'Resume now' }).click();
    await opened.getByText('You get messages again.').waitFor();

    await opened.getByLabel('Your language').selectOption('हिन्दी');
    await opened.getByRole('region', { name: 'Language' }).getByRole('button', { name: 'Save' }).click();
    await opened.getByText('आपकी भाषा सहेज ली गई।').waitFor();
    expect(complaints.filter(isSurprising)).toEqual([]);
    expect(await preferences()).toMatchObject({
      order_updates_sms: true,
      quiet_hours: { start: '22:00', end: '06:30' },
      locale: 'hi',
      paused_until: null,
    });
  });

  it('with JavaScript each switch saves itself, one after the other', async () => {
    const { opened, complaints } = await open(page);
    const save = opened.getByRole('region', { name: 'What and where' }).getByRole('button', { name: 'Save' });
    await save.waitFor({ state: 'hidden' });
    await cell(opened, 'Order updates', 'SMS').check();
    await cell(opened, 'Offers', 'E-mail').check();
    await cell(opened, 'Order updates', 'SMS').uncheck();
    await until(async () => ((await ledger()).history.length === 3 ? true : undefined), 'three choices');
    await opened.getByText('Your choices are saved.').waitFor();
    expect((await preferences()).matrix).toMatchObject({ order: { sms: false }, promotion: { email: true } });
    expect(complaints).toEqual([]);

    await opened.route('**/preferences/**', (route) => route.abort());
    await cell(opened, 'Offers', 'E-mail').uncheck();
    await opened.getByText('That could not be saved.').waitFor();
    await opened.unroute('**/preferences/**');
    await save.click();
    await opened.getByText('Your choices are saved.').waitFor();
    expect((await preferences()).matrix['promotion']).toMatchObject({ email: false });
  });

  it('a keyboard is enough', async () => {
    const { opened } = await open(page);
    await opened.keyboard.press('Tab');
    expect(await opened.evaluate('document.activeElement.className')).toBe('skip');
    await opened.keyboard.press('Enter');
    await opened.keyboard.press('Tab');
    await opened.keyboard.press('Tab');
    await opened.keyboard.press('Space');
    await until(
      async () => ((await preferences())['order_updates_sms'] === true ? true : undefined),
      'the choice',
    );

    await opened.goto(`${service.url}${way}`);
    await opened.keyboard.press('Tab');
    await opened.keyboard.press('ArrowDown');
    await opened.keyboard.press('Tab');
    await opened.keyboard.press('Enter');
    await opened.getByRole('heading', { name: 'You are unsubscribed' }).waitFor();
    await opened.keyboard.press('Tab');
    await opened.keyboard.press('Enter');
    await opened.getByRole('heading', { name: 'Welcome back' }).waitFor();
  });

  it.each([
    [360, 'light'],
    [360, 'dark'],
    [1280, 'light'],
    [1280, 'dark'],
  ] as const)('pages can be used by everybody: %i pixels wide, %s', async (width, colorScheme) => {
    const { opened, complaints } = await open(page, { viewport: { width, height: 800 }, colorScheme });
    await fine(opened);
    const quiet = opened.getByRole('region', { name: 'Quiet hours' });
    await quiet.getByRole('checkbox').check();
    await quiet.getByLabel('Until').fill('22:00');
    await quiet.getByRole('button', { name: 'Save' }).click();
    await opened.getByRole('alert').waitFor();
    await fine(opened);
    for (const path of [way, '/preferences', '/problems/phone.too-short']) {
      await opened.goto(`${service.url}${path}`);
      await fine(opened);
    }
    expect(complaints.filter(isSurprising)).toEqual([]);
  });

  it('pages fit a screen of 1280 pixels at 400 %', async () => {
    const { opened } = await open(page, { viewport: { width: 320, height: 256 } });
    for (const path of [page, way, '/preferences', '/problems', '/problems/phone.too-short']) {
      await opened.goto(`${service.url}${path}`);
      await fits(opened);
    }
  });

  async function fits(opened: Page): Promise<void> {
    const overflow = await opened.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    expect(overflow, opened.url()).toBeLessThanOrEqual(0);
  }

  async function fine(opened: Page): Promise<void> {
    await fits(opened);
    await opened.evaluate(axe.source);
    const { violations } = await opened.evaluate<axe.AxeResults>('axe.run({ exclude: ["optgroup"] })');
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    const small = await opened.evaluate<string[]>(
      `[...document.querySelectorAll('button, input:not([type=hidden]), select')]
        .filter((one) => one.checkVisibility() && Math.min(one.offsetWidth, one.offsetHeight) < 24)
        .map((one) => one.outerHTML)`,
    );
    expect(small).toEqual([]);
  }
});

// The last: who has asked too often is refused for the rest of the minute.
describe('who asks too often', () => {
  async function refused(path: string) {
    for (let calls = 0; calls < 2 * LIMIT + 2; calls += 1) {
      const answer = await get(path);
      if (answer.status === 429) return answer;
    }
    throw new Error(`${path} was never refused.`);
  }

  it('waits, and others with a good link do not', async () => {
    for (const path of [page, '/preferences/guessed']) {
      const { headers, body } = await refused(path);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(body).toContain('One moment, please');
    }
    person = 'another';
    await known({ email: 'another@example.com' });
    expect((await get(await linkOf(person))).status).toBe(200);
    expect((await post(wayOf('order', 'email'), { 'List-Unsubscribe': 'One-Click' })).status).toBe(200);
  });
});
