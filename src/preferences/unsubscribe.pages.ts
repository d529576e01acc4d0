import { fileURLToPath } from 'node:url';
import nunjucks from 'nunjucks';
import type { LinkTarget } from './unsubscribe.service.js';

/** The same place from `src` and from `dist`. */
const FOLDER = fileURLToPath(new URL('../../web/unsubscribe', import.meta.url));

/** Small pages without scripts; everything that is put into them is escaped. */
const pages = new nunjucks.Environment(new nunjucks.FileSystemLoader(FOLDER), {
  autoescape: true,
  throwOnUndefined: true,
});

/** Only asks: mail scanners open links, so that opening one must not act. */
export const askingPage = (target: LinkTarget) => pages.render('ask.njk', target);
export const donePage = (target: LinkTarget) => pages.render('done.njk', target);
export const unknownPage = () => pages.render('unknown.njk', {});
