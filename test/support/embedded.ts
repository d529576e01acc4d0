import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { TestApp } from './app.js';
import { complaintsOf, openBrowser, openSite } from './browser.js';
import { type Accepted, ORDER } from './requests.js';

/** The strictest policy that a page can have and still load the elements. */
const policyFor = (service: string) =>
  [
    "default-src 'none'",
    `script-src ${service}`,
    `connect-src 'self' ${service} ${service.replace('http', 'ws')}`,
    "require-trusted-types-for 'script'",
    'trusted-types lit-html notify-push',
    "worker-src 'self'",
  ].join('; ');

interface PageOptions extends BrowserContextOptions {
  readonly body?: string;
  /** Of the document: `lang="hi"`. */
  readonly attributes?: string;
  /** Where the page finds the service, if not at its own address. */
  readonly base?: string;
  /** Runs before the page's own. */
  readonly script?: string;
}

export const INBOX = '<notify-inbox token-url="/token"></notify-inbox>';

/** A shop on another origin that embeds the elements, for whoever is signed in there. */
export class EmbeddingSite {
  person = 'nobody';
  /** How long its tokens last, and how many were given. */
  lasts = '1h';
  tokens = 0;
  private html = '';
  private base = '';
  private opened: { page: Page; complaints: string[] }[] = [];
  private site!: Awaited<ReturnType<typeof openSite>>;

  private constructor(
    readonly service: TestApp,
    readonly browser: Browser,
  ) {}

  static async start(): Promise<EmbeddingSite> {
    const [service, browser] = await Promise.all([TestApp.start(), openBrowser()]);
    const embedding = new EmbeddingSite(service, browser);
    embedding.site = await openSite((path) => embedding.answer(path));
    return embedding;
  }

  async stop(): Promise<void> {
    await this.browser.close();
    this.site.close();
    await this.service.stop();
  }

  get url(): string {
    return this.site.url;
  }

  /** A window of its own, as on another device. */
  async open(given: PageOptions = {}): Promise<Page> {
    const { body = INBOX, attributes = 'lang="en"', base, script = '', ...options } = given;
    this.base = base ?? this.service.url;
    this.html = `<!doctype html><html ${attributes}><head><title>Shop</title>
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" /></head>
      <body><main><h1>A shop</h1>${body}</main>
      <script type="module" src="${this.base}/inbox.js"></script></body></html>`;
    const context = await this.browser.newContext({ reducedMotion: 'reduce', ...options });
    await context.addInitScript(script);
    const page = await context.newPage();
    page.setDefaultTimeout(8000);
    this.opened.push({ page, complaints: complaintsOf(page) });
    await page.goto(this.site.url);
    return page;
  }

  /** Opened, and the connection stands. */
  async live(options: PageOptions = {}): Promise<Page> {
    const page = await this.open(options);
    await page.locator('[connection=live]').first().waitFor({ state: 'attached' });
    return page;
  }

  /** Closes the windows; what they complained of fails the test. */
  async close(expected: RegExp = /^$/): Promise<void> {
    const opened = this.opened;
    this.opened = [];
    for (const { page } of opened) await page.context().close();
    const complaints = opened.flatMap(({ complaints: said }) => said);
    expect(complaints.filter((said) => !expected.test(said))).toEqual([]);
  }

  /** Tells the person something. */
  async notify(more: Record<string, unknown> = {}, through = this.service): Promise<string> {
    const { body, status } = await through.call<Accepted>('POST', '/api/notifications', {
      as: this.service.key,
      body: { type: 'order_ready', user: { id: this.person }, context: ORDER, ...more },
    });
    expect(status, JSON.stringify(body)).toBe(202);
    return body.id;
  }

  private async answer(path: string) {
    if (path === '/push-worker.js') {
      const body = `importScripts('${this.service.url}/push-worker.js');`;
      return { body, headers: { 'content-type': 'text/javascript' } };
    }
    if (!path.startsWith('/token')) {
      return { body: this.html, headers: { 'content-security-policy': policyFor(this.base) } };
    }
    this.tokens += 1;
    return { body: JSON.stringify({ token: await this.service.token(this.person, {}, this.lasts) }) };
  }
}

const IN_FEED = `[...(document.querySelector('notify-inbox')?.shadowRoot?.querySelector('notify-feed')?.shadowRoot
  ?.querySelectorAll('article, button, a') ?? [])]`;

/** The ids of the rows below the bell, from the top. */
export const rowIds = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(`${IN_FEED}.filter((one) => one.matches('article')).map((row) => row.dataset.id)`);

/** What is below the bell and too small for a thumb: fewer than 24 pixels. */
export const smallTargets = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(`${IN_FEED}
    .filter((one) => one.matches('button, .action'))
    .map((one) => [one, one.getBoundingClientRect()])
    .filter(([, { width, height }]) => width > 0 && (width < 24 || height < 24))
    .map(([one]) => one.outerHTML)`);

/** Fails with what axe finds within an element of the page, in all that it is made of. */
export async function expectAccessible(page: Page, within = 'html'): Promise<void> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>(`axe.run('${within}')`);
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
}

/** Nothing is wider than the window. */
export async function expectNoOverflow(page: Page): Promise<void> {
  const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
  expect(overflow).toBeLessThanOrEqual(0);
}
