import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';

const PROGRAMS = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const program = PROGRAMS.find((path) => path !== undefined && existsSync(path));

/** For `describe.skipIf(!hasBrowser)`: the summary names what was skipped. CHROMIUM says where one is. */
export const hasBrowser = program !== undefined;

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: program ?? '',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

/** What a page complains of: errors, warnings, what its Content-Security-Policy forbade. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  return complaints;
}

/** What axe-core finds wrong with a page, and by how much it is wider than its window. */
export async function faultsOf(page: Page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>('axe.run()');
  const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
  return {
    violations: violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
    overflow: Math.max(overflow, 0),
  };
}

interface SiteAnswer {
  readonly body: string;
  readonly headers?: Record<string, string>;
}

/** A site of another origin, with one page. */
export async function openSite(answer: (path: string) => SiteAnswer | Promise<SiteAnswer>) {
  const server = createServer((request, response) => {
    void (async () => {
      const { body, headers = {} } = await answer(request.url ?? '/');
      response.writeHead(200, { 'content-type': 'text/html', ...headers }).end(body);
    })();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}
