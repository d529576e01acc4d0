import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasBrowser } from './support/browser.js';
import { EmbeddingSite, expectAccessible, expectNoOverflow } from './support/embedded.js';

const FORM = '<notify-preferences token-url="/token"></notify-preferences>';

describe.skipIf(!hasBrowser)('preferences in a page of another site', () => {
  let shop: EmbeddingSite;
  beforeAll(async () => {
    shop = await EmbeddingSite.start();
  });
  afterAll(() => shop.stop());
  beforeEach(() => {
    shop.person = 'asha';
  });
  afterEach(() => shop.close());

  it('keeps the preferences, and takes back what the service refuses', async () => {
    const page = await shop.live({ body: FORM });
    await page.getByRole('switch', { name: 'Order updates by SMS' }).click();
    await page.getByText('Saved.').waitFor();
    const agreement = await page.getByText(/^By turning on SMS you agree/).innerText();
    const { body } = await shop.service.call<{ preferences: { history: object[] } }>(
      'GET',
      '/api/users/asha/export',
    );
    const wording = `Order updates by SMS. ${agreement}`;
    expect(body.preferences.history).toMatchObject([{ wanted: true, ip: '127.0.0.1', wording }]);
    await page.getByRole('button', { name: 'Until tomorrow' }).click();
    await page.getByText(/^Paused until/).waitFor();
    await page.getByRole('switch', { name: 'Quiet hours' }).click();
    await page.getByLabel('From', { exact: true }).waitFor();
    const as = await shop.service.token('asha');
    const stored = async () =>
      (await shop.service.call('GET', '/api/notifications/preferences', { as })).body;
    await expect
      .poll(stored, { timeout: 8000 })
      .toMatchObject({ order_updates_sms: true, quiet_hours: { start: '22:00', end: '07:00' } });
    await page.route('**/preferences', (route) =>
      route.fulfill({ status: 422, json: { code: 'x', detail: 'Not today.' } }),
    );
    await page.getByRole('switch', { name: 'Order updates by SMS' }).click();
    await page.getByText('Not today.').waitFor();
    expect(await page.getByRole('switch', { name: 'Order updates by SMS' }).isChecked()).toBe(true);
    await shop.close(/422/);
  });

  it('stores what is switched quickly one after the other, and shows what is stored', async () => {
    shop.person = 'quick';
    const page = await shop.live({ body: FORM });
    const [first, second] = ['Order updates by SMS', 'Offers by SMS'].map((name) =>
      page.getByRole('switch', { name }),
    );
    await first?.waitFor();
    let [asked, refuse] = [0, (): unknown => undefined];
    await page.route('**/preferences', async (route) => {
      asked += 1;
      if (asked > 1) return route.continue();
      await new Promise((refused) => (refuse = () => refused(undefined)));
      return route.fulfill({ status: 422, json: { code: 'x', detail: 'Not today.' } });
    });
    await first?.click();
    await expect.poll(() => asked, { timeout: 8000 }).toBe(1);
    await second?.click();
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
    expect(asked).toBe(1);
    refuse();
    await page.getByText('Saved.').waitFor();
    expect([await first?.isChecked(), await second?.isChecked()]).toEqual([false, true]);
    await shop.close(/422/);
  });

  it.each([
    [360, 'light'],
    [360, 'dark'],
    [1280, 'light'],
    [1280, 'dark'],
  ] as const)(
    'say why an address is closed, in the language of the page: %i pixels wide, %s',
    async (width, colorScheme) => {
      shop.person = `stopped-${width}-${colorScheme}`;
      const phone = `+9198765${width}${colorScheme.length}`.padEnd(13, '0');
      await shop.service.call('PUT', `/api/users/${shop.person}`, { body: { phone } });
      await shop.service.call('POST', '/api/suppressions', {
        body: { channel: 'sms', address: phone, reason: 'stopped' },
      });
      const options = { body: FORM, viewport: { width, height: 800 }, colorScheme };
      const english = await shop.live(options);
      const sentence = english.getByText('You have stopped SMS by a reply');
      await sentence.waitFor();
      const described = await english
        .getByRole('switch', { name: 'Order updates by SMS' })
        .getAttribute('aria-describedby');
      expect(described).toBe('closed-sms agreement-sms');
      await expectNoOverflow(english);
      await expectAccessible(english);
      const hindi = await shop.live({ ...options, attributes: 'lang="hi"' });
      await hindi.getByText('आपने जवाब भेजकर SMS रोक दिया था').waitFor();
      await hindi.getByText(/^SMS चालू करके/).waitFor();
      await hindi.getByRole('switch', { name: 'SMS से ऑर्डर की जानकारी' }).click();
      await hindi.getByText('सहेजा गया।').waitFor();
      await hindi.getByRole('switch', { name: 'ई-मेल से ऑर्डर की जानकारी' }).waitFor();
      await expectNoOverflow(hindi);
    },
  );
});
