import { headersOf } from './mail-headers.js';
import { linksIn, tagsIn } from './mail-html.js';
import type { MailContent } from './mail-reader.js';
import type { MailMessage } from './message.js';

/** Something that people, or the programs that read their mail, will not like. */
export interface Warning {
  /** Stable, for programs. */
  readonly code: string;
  /** What is the matter, and its cure. */
  readonly detail: string;
}

/** Where Gmail cuts a mail off, in bytes of its HTML. */
const CLIPPED = 102 * 1024;

type Check = (content: MailContent, mail: MailMessage) => string | false;

const CHECKS: Readonly<Record<string, Check>> = {
  'no-unsubscribe': (_, { raw }) =>
    !headersOf(raw).has('list-unsubscribe') &&
    'No List-Unsubscribe header. That is right for what must arrive, as a new password; what people may decline needs one.',
  clipped: ({ html }) =>
    size(html) > CLIPPED &&
    `The HTML has ${Math.ceil(size(html) / 1024)} kB: Gmail clips a mail at 102 kB and hides the rest. Make it shorter.`,
  'no-text': ({ text }) =>
    (text ?? '').trim() === '' &&
    'No text part: watches, screen readers and spam filters want one. Add the words as text/plain.',
  'image-without-alt': ({ html }) => {
    const bare = tagsIn(html ?? '', 'img').filter(({ attributes }) => attributes['alt'] === undefined).length;
    return bare > 0 && `Images without alt text: ${bare}. Say what they show, or alt="" for an ornament.`;
  },
  'insecure-link': ({ html }) => {
    const open = linksIn(html ?? '').filter(({ href }) => isInsecure(href)).length;
    return open > 0 && `Links that begin with http: ${open}. Browsers warn of such pages; use https:.`;
  },
};

export const warningsOf = (mail: MailMessage, content: MailContent): Warning[] =>
  Object.entries(CHECKS).flatMap(([code, check]) => {
    const detail = check(content, mail);
    return detail === false ? [] : [{ code, detail }];
  });

const size = (html: string | null) => Buffer.byteLength(html ?? '');

/** This machine needs no certificate. */
const isInsecure = (href: string) =>
  /^http:/i.test(href) &&
  !(URL.canParse(href) && ['localhost', '127.0.0.1'].includes(new URL(href).hostname));
