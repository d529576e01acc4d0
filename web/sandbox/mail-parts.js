import { el } from './dom.js';

/** How the HTML is looked at. */
export const look = { width: 'desktop', scheme: 'light' };

/** The forms of an open mail, each as an element. */
export const PARTS = {
  // The address answers with a policy of its own that lets no script run, in this frame or outside of it.
  html: async ({ id }) =>
    el('iframe', {
      title: 'The mail as HTML',
      className: [look.width === 'phone' ? 'phone-wide' : '', look.scheme].join(' ').trim(),
      sandbox: 'allow-popups allow-popups-to-escape-sandbox',
      src: `/api/dev/messages/${id}/html?scheme=${look.scheme}`,
    }),
  text: async ({ text }) =>
    text ? el('pre', { className: 'wraps', dir: 'auto' }, text) : hint('This mail has no text part.'),
  links: async ({ links }) =>
    links.length > 0
      ? el('ul', { className: 'mail-links' }, ...links.map(linkOf))
      : hint('There is no link in its HTML.'),
  headers: async ({ headers }) => {
    const lines = Object.entries(headers).flatMap(([name, value]) =>
      [value].flat().map((one) => [name, one]),
    );
    return el(
      'dl',
      { className: 'headers' },
      ...lines.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]),
    );
  },
  source: async ({ id }) => {
    const answer = await fetch(`/api/dev/messages/${id}/raw`);
    return el('pre', {}, await answer.text());
  },
};

const hint = (words) => el('p', { className: 'hint' }, words);

/** Only what a browser opens is a link here, too: a mail is anybody's. */
const linkOf = ({ href, text }) =>
  el(
    'li',
    {},
    el('span', {}, text || '(no words)'),
    /^(https?|mailto|tel):/i.test(href)
      ? el('a', { href, target: '_blank', rel: 'noopener noreferrer' }, href)
      : el('code', {}, href),
  );

export const warningList = (warnings) =>
  warnings.map(({ code, detail }) => el('li', { id: `warning-${code}` }, detail));
