import type { Page, WebSocketRoute } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newVapidKeys } from '../src/push/vapid.keys.js';
import { hasBrowser } from './support/browser.js';
import { makeOutdated } from './support/browsers.js';
import { EmbeddingSite, expectAccessible, expectNoOverflow } from './support/embedded.js';
import { PageWorker, withDevices } from './support/pushed.browser.js';

/** For a machine that does much else. */
const SLOW = { timeout: 8000 };
const PREFERENCES =
  '<notify-preferences token-url="/token" push-worker="/push-worker.js"></notify-preferences>';

interface Shown {
  readonly title: string;
  readonly body: string;
}
interface Subscription {
  readonly id: string;
}

describe.skipIf(!hasBrowser)('push messages in a page of another site', { timeout: 60_000 }, () => {
  let shop: EmbeddingSite;
  let people = 0;
  beforeAll(async () => {
    shop = await EmbeddingSite.start();
  });
  afterAll(() => shop.stop());
  beforeEach(() => {
    shop.person = `owner-${++people}`;
  });
  afterEach(() => shop.close());

  const device = () => shop.service.sandbox.addDevice('Chrome');
  const open = (options: Parameters<EmbeddingSite['live']>[0] = {}) =>
    shop.live({
      body: PREFERENCES,
      permissions: ['notifications'],
      script: withDevices([device(), device(), device()]),
      ...options,
    });
  const devicesOf = async (person: string) => {
    const as = await shop.service.token(person);
    const path = '/api/notifications/push-subscriptions';
    return (await shop.service.call<{ results: Subscription[] }>('GET', path, { as })).body.results;
  };
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
  async function subscribed(page: Page): Promise<PageWorker> {
    await button(page, 'Turn on').click();
    await button(page, 'Turn off').waitFor();
    return PageWorker.of(page);
  }

  it('are turned on and off by keyboard alone, under the strictest policy', async () => {
    const page = await open();
    await button(page, 'Turn on').focus();
    await page.keyboard.press('Enter');
    await button(page, 'Turn off').waitFor();
    await page.getByRole('status').getByText('Saved.').waitFor();
    const list = page.getByRole('list', { name: 'Browsers that are told' });
    await list.getByText('(This browser)').waitFor();
    expect(await devicesOf(shop.person)).toHaveLength(1);
    await page.keyboard.press('Tab');
    await list
      .getByRole('button', { name: /^Remove/ })
      .and(page.locator(':focus'))
      .waitFor();
    await page.keyboard.press('Enter');
    await button(page, 'Turn on').waitFor();
    await page.getByRole('group', { name: 'This browser' }).and(page.locator(':focus')).waitFor();
    expect(await devicesOf(shop.person)).toEqual([]);
  });

  it('are shown once, however often they come, lead to their page, and are read then', async () => {
    const browser = device();
    const page = await open({ script: withDevices([browser]) });
    const worker = await subscribed(page);
    const id = await shop.notify();
    const [sent] = await shop.service.sandbox.wait({ channel: 'push', to: browser.id });
    // The test's site is not the one that the service knows.
    const message = { ...(sent?.payload as Shown), action_url: '/orders/7' };
    await worker.push({ ...message, body: 'Collect it.' });
    await worker.push(message);
    await worker.push('of somebody else');
    const shown = {
      ...{ title: message.title, body: message.body, tag: id },
      icon: `${shop.service.url}/push-icon.png`,
    };
    await expect.poll(() => worker.shown(), SLOW).toEqual([shown]);
    await page.reload();
    expect(await worker.press(id)).toEqual([`focus: ${shop.url}/orders/7`]);
    await page.waitForURL('**/orders/7');
    await expect.poll(() => worker.shown(), SLOW).toEqual([]);
    const { body } = await shop.service.call('GET', `/api/notifications/${id}`);
    expect(body['is_read']).toBe(true);
  });

  it('lead to no script, and to other sites in a window of their own', async () => {
    const page = await open();
    const worker = await subscribed(page);
    const press = async (action_url?: string) => {
      await worker.push({ id: 'one', title: 'News', body: '', action_url });
      await expect.poll(() => worker.shown(), SLOW).toHaveLength(1);
      return worker.press('one');
    };
    expect(await press('https://elsewhere.example/a')).toEqual(['open: https://elsewhere.example/a']);
    expect(await press('javascript:alert(1)')).toEqual([`focus: ${shop.url}/`]);
    expect(await press()).toEqual([`focus: ${shop.url}/`]);
  });

  it('bring back a page that has lost its connection, and nothing is there twice', async () => {
    const page = await open({ body: `${PREFERENCES}<notify-feed></notify-feed>` });
    const worker = await subscribed(page);
    const cables: WebSocketRoute[] = [];
    const network = { there: true };
    await page.routeWebSocket('**/ws/**', async (cable) => {
      cables.push(cable);
      if (network.there) cable.connectToServer();
      else await cable.close();
    });
    await page.clock.install();
    await page.reload();
    const connection = (state: string) =>
      page.locator(`notify-feed[connection=${state}]`).waitFor({ state: 'attached' });
    await connection('live');
    // By itself it would try again after a while: here that never comes.
    await page.clock.pauseAt(new Date(Date.now() + 60_000));
    network.there = false;
    await cables.at(-1)?.close();
    await connection('lost');
    network.there = true;
    const id = await shop.notify();
    await worker.push({ id, title: 'Your laundry is ready', body: '' });
    await connection('live');
    await page.locator('notify-feed article').first().waitFor();
    expect(await page.locator('notify-feed article').count()).toBe(1);
  });

  it('go on when the browser changes its subscription', async () => {
    const page = await open();
    const worker = await subscribed(page);
    const [before] = await devicesOf(shop.person);
    const other = device();
    await worker.change(other);
    const [after, ...more] = await devicesOf(shop.person);
    expect(more).toEqual([]);
    expect(after?.id).not.toBe(before?.id);
    await shop.notify();
    await shop.service.sandbox.wait({ channel: 'push', to: other.id });
  });

  it('are made anew when the keys of the service have changed', async () => {
    const page = await open();
    await subscribed(page);
    const [before] = await devicesOf(shop.person);
    const { publicKey } = newVapidKeys();
    await page.evaluate(`localStorage.setItem('push',
      JSON.stringify({ ...JSON.parse(localStorage.getItem('push')), key: ${JSON.stringify(publicKey)} }))`);
    await page.reload();
    await expect.poll(async () => (await devicesOf(shop.person))[0]?.id, SLOW).not.toBe(before?.id);
    expect(await devicesOf(shop.person)).toHaveLength(1);
    await button(page, 'Turn off').waitFor();
  });

  it('say of another browser that it pauses, when its key is an old one', async () => {
    const page = await open();
    await subscribed(page);
    const { endpoint, keys } = device();
    const as = await shop.service.token(shop.person);
    const body = { endpoint, keys, device_name: 'At work' };
    await shop.service.call('POST', '/api/notifications/push-subscriptions', { as, body });
    await makeOutdated(shop.service, endpoint);
    await page.reload();
    await page
      .getByRole('listitem')
      .filter({ hasText: 'At work' })
      .getByText('Off: open this site')
      .waitFor();
    expect(await page.getByText('Off: open this site').count()).toBe(1);
  });

  it('end with the person who leaves, and come back with them only', async () => {
    const page = await open();
    await subscribed(page);
    const owner = shop.person;
    const subscription = () =>
      page.evaluate(`PushManager.prototype.getSubscription().then((one) => one?.endpoint)`);
    const first = await subscription();
    await page.route('**/token', (route) => route.fulfill({ json: { token: '' } }));
    await page.reload();
    await expect.poll(subscription, SLOW).toBeUndefined();
    await page.unroute('**/token');
    await page.reload();
    await button(page, 'Turn off').waitFor();
    expect(await subscription()).not.toBe(first);
    await expect.poll(() => devicesOf(owner), SLOW).toHaveLength(1);
    shop.person = `${owner}-sister`;
    await page.reload();
    await button(page, 'Turn on').waitFor();
    await expect.poll(subscription, SLOW).toBeUndefined();
    shop.person = owner;
    await page.reload();
    await button(page, 'Turn on').waitFor();
    await shop.close(/401/);
  });

  it('end here when this browser is removed elsewhere', async () => {
    const page = await open();
    await subscribed(page);
    const [one] = await devicesOf(shop.person);
    const as = await shop.service.token(shop.person);
    await shop.service.call('DELETE', `/api/notifications/push-subscriptions/${String(one?.id)}`, { as });
    await page.reload();
    await button(page, 'Turn on').waitFor();
  });

  it('say how to allow them where they are blocked', async () => {
    const page = await open({ permissions: [] });
    await page.getByText('Allow it in its settings for this site').waitFor();
    expect(await button(page, 'Turn on').count()).toBe(0);
  });

  it('need the home screen on an iPhone, and say so in the language of the page', async () => {
    const page = await open({
      attributes: 'lang="hi"',
      script: 'delete globalThis.PushManager; navigator.standalone = false',
    });
    const browser = page.getByRole('group', { name: 'यह ब्राउज़र' });
    await browser.getByText('होम स्क्रीन').waitFor();
    expect(await browser.getByRole('button').count()).toBe(0);
  });

  it('are not offered where the browser or the service has none, nor where the page names no worker', async () => {
    const old = await open({ script: 'delete globalThis.PushManager' });
    const bare = await open({ body: '<notify-preferences token-url="/token"></notify-preferences>' });
    const off = await open();
    await off.route('**/vapid_public_key', (route) =>
      route.fulfill({ status: 404, json: { code: 'push.off' } }),
    );
    await off.reload();
    for (const page of [old, bare, off]) {
      await page.getByRole('combobox', { name: 'Time zone' }).waitFor();
      await page.evaluate(
        'new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))',
      );
      expect(await page.getByText('This browser').count()).toBe(0);
    }
    await shop.close(/404/);
  });

  it('say what is wrong where the site has no worker', async () => {
    const page = await open({ body: PREFERENCES.replace('/push-worker.js', '/none.js') });
    await button(page, 'Turn on').click();
    await page.getByRole('status').getByText('The worker').waitFor();
    await shop.close(/none\.js|MIME/);
  });

  it.each([
    [360, 'light'],
    [360, 'dark'],
    [1280, 'light'],
    [1280, 'dark'],
  ] as const)('can be used by everybody: %i pixels wide, %s', async (width, colorScheme) => {
    const page = await open({ viewport: { width, height: 800 }, colorScheme });
    await subscribed(page);
    await expectNoOverflow(page);
    await expectAccessible(page);
  });
});
