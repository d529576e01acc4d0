import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { json, type Answer, type Api, type Request, type Route } from './http-server.js';

/** From src/sandbox and from dist/sandbox alike. */
const WEB = new URL('../../web/', import.meta.url);

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
};

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The page that shows the phone and the mailbox. */
export class Page implements Api {
  readonly routes: readonly Route[] = [
    { method: 'GET', path: /^\/$/, answer: () => ({ status: 302, headers: { location: '/sandbox' } }) },
    { method: 'GET', path: /^\/sandbox\/?$/, answer: () => file('sandbox/index.html') },
    // The page at / has it, too.
    { method: 'GET', path: /^\/sandbox\/theme\.css$/, answer: () => file('theme/theme.css') },
    {
      method: 'GET',
      path: /^\/sandbox\/([a-z][a-z-]*\.(?:css|js|svg))$/,
      answer: ({ params }: Request) => file(`sandbox/${params[0] ?? ''}`),
    },
  ];

  readonly answerError = (): Answer => json({ detail: 'There is no such file here.' }, 404);
}

async function file(name: string): Promise<Answer> {
  const headers = {
    'content-type': `${TYPES[extname(name)] ?? 'text/plain'}; charset=utf-8`,
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-cache',
  };
  return { status: 200, headers, body: await readFile(fileURLToPath(new URL(name, WEB))) };
}
