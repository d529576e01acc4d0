import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TestApp } from './support/app.js';
import { complaintsOf, faultsOf, hasBrowser, openBrowser } from './support/browser.js';
import { withDevices } from './support/pushed.browser.js';

let service: TestApp;
beforeAll(async () => {
  service = await TestApp.start();
});
afterAll(() => service.stop());

describe('what push takes of the service', () => {
  it('is a worker that may look after the whole site, and the icon of what it shows', async () => {
    const worker = await fetch(`${service.url}/push-worker.js`);
    expect(worker.headers.get('service-worker-allowed')).toBe('/');
    // Workers of other sites import it: that takes no module.
    expect(await worker.text()).not.toMatch(/^(?:import|export)\b/m);
    const icon = await fetch(`${service.url}/push-icon.png`);
    expect(icon.headers.get('content-type')).toBe('image/png');
  });
});

describe.skipIf(!hasBrowser)('push at the page of development', { timeout: 60_000 }, () => {
  let browser: Browser;
  let complaints: string[];
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());
  afterEach(() => expect(complaints).toEqual([]));

  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({
      ...{ reducedMotion: 'reduce', permissions: ['notifications'] },
      ...options,
    });
    await context.addInitScript(withDevices([service.sandbox.addDevice('Chromium')]));
    const page = await context.newPage();
    page.setDefaultTimeout(8000);
    complaints = complaintsOf(page);
    await page.goto(service.url);
    await page.locator('#answer-code').getByText('nothing sent').waitFor();
    return page;
  }
  const card = (page: Page) => page.getByRole('region', { name: /^Push, to .* browsers$/ });
  const press = (page: Page, name: string | RegExp) => card(page).getByRole('button', { name }).click();

  it('reaches a device of the sandbox, without a browser and without internet', async () => {
    const page = await open({ permissions: [] });
    await card(page).getByText('This browser blocks').waitFor();
    await press(page, 'Add a test device');
    await card(page).getByRole('listitem').getByText('Test device').waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const [shown] = await service.sandbox.wait({ channel: 'push' });
    expect(shown?.device_name).toBe('Test device');
    await page
      .locator('#latest-push')
      .getByText(shown?.title ?? '…')
      .waitFor();
    await press(page, 'Remove Test device');
    await card(page).getByRole('listitem').waitFor({ state: 'detached' });
    await card(page).getByRole('button', { name: 'Add a test device' }).and(page.locator(':focus')).waitFor();
  });

  it.each([
    [360, 'light'],
    [1280, 'dark'],
  ] as const)(
    'reaches this browser too, and can be used by everybody: %i pixels wide, %s',
    async (width, colorScheme) => {
      const page = await open({ viewport: { width, height: 800 }, colorScheme });
      await press(page, 'Turn on in this browser');
      await card(page).getByText('this browser', { exact: true }).waitFor();
      expect(await faultsOf(page)).toEqual({ violations: [], overflow: 0 });
      await press(page, 'Turn off in this browser');
      await card(page).getByRole('button', { name: 'Turn on in this browser' }).waitFor();
    },
  );
});
