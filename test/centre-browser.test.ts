import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { TestApp, until } from './support/app.js';
import { complaintsOf, hasBrowser, openBrowser } from './support/browser.js';
import { Visitor } from './support/visitor.js';

/** A browser also complains of the answer to a form that could not be saved. */
const isSurprising = (complaint: string) => !complaint.includes('status of 422');

let service: TestApp;
let asha: Visitor;

beforeAll(async () => {
  service = await TestApp.start();
});
afterAll(() => service.stop());
beforeEach(async () => {
  asha = await Visitor.to(service);
});

describe.skipIf(!hasBrowser)('in a browser', { timeout: 60_000 }, () => {
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
    const { opened, complaints } = await open(asha.page, { javaScriptEnabled: false });
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
    expect(await asha.preferences()).toMatchObject({
      order_updates_sms: true,
      quiet_hours: { start: '22:00', end: '06:30' },
      locale: 'hi',
      paused_until: null,
    });
  });

  it('with JavaScript each switch saves itself, one after the other', async () => {
    const { opened, complaints } = await open(asha.page);
    const save = opened.getByRole('region', { name: 'What and where' }).getByRole('button', { name: 'Save' });
    await save.waitFor({ state: 'hidden' });
    await cell(opened, 'Order updates', 'SMS').check();
    await cell(opened, 'Offers', 'E-mail').check();
    await cell(opened, 'Order updates', 'SMS').uncheck();
    await until(async () => ((await asha.ledger()).history.length === 3 ? true : undefined), 'three choices');
    await opened.getByText('Your choices are saved.').waitFor();
    expect((await asha.preferences()).matrix).toMatchObject({
      order: { sms: false },
      promotion: { email: true },
    });
    expect(complaints).toEqual([]);

    await opened.route('**/preferences/**', (route) => route.abort());
    await cell(opened, 'Offers', 'E-mail').uncheck();
    await opened.getByText('That could not be saved.').waitFor();
    await opened.unroute('**/preferences/**');
    await save.click();
    await opened.getByText('Your choices are saved.').waitFor();
    expect((await asha.preferences()).matrix['promotion']).toMatchObject({ email: false });
  });

  it('a keyboard is enough', async () => {
    const { opened } = await open(asha.page);
    await opened.keyboard.press('Tab');
    expect(await opened.evaluate('document.activeElement.className')).toBe('skip');
    await opened.keyboard.press('Enter');
    await opened.keyboard.press('Tab');
    await opened.keyboard.press('Tab');
    await opened.keyboard.press('Space');
    await until(
      async () => ((await asha.preferences())['order_updates_sms'] === true ? true : undefined),
      'the choice',
    );

    await opened.goto(`${service.url}${asha.way()}`);
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
    const { opened, complaints } = await open(asha.page, { viewport: { width, height: 800 }, colorScheme });
    await fine(opened);
    const quiet = opened.getByRole('region', { name: 'Quiet hours' });
    await quiet.getByRole('checkbox').check();
    await quiet.getByLabel('Until').fill('22:00');
    await quiet.getByRole('button', { name: 'Save' }).click();
    await opened.getByRole('alert').waitFor();
    await fine(opened);
    for (const path of [asha.way(), '/preferences', '/problems/phone.too-short']) {
      await opened.goto(`${service.url}${path}`);
      await fine(opened);
    }
    expect(complaints.filter(isSurprising)).toEqual([]);
  });

  it('pages fit a screen of 1280 pixels at 400 %', async () => {
    const { opened } = await open(asha.page, { viewport: { width: 320, height: 256 } });
    for (const path of [asha.page, asha.way(), '/preferences', '/problems', '/problems/phone.too-short']) {
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
