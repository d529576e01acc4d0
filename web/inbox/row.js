import { element } from './dom.js';

/** One notification in the list: a link where it leads somewhere, else a button that marks it as read. */
export function rowOf(item) {
  const link = linkOf(item.action_url);
  const look = ['item', !item.is_read && 'unread', item.fresh && 'fresh'].filter(Boolean).join(' ');
  const moment = new Date(item.created_at);
  const top = element(
    'span',
    { class: 'top' },
    ...(item.is_read ? [] : [element('span', { class: 'hidden' }, 'Unread: ')]),
    element('span', { class: 'title' }, item.title),
    element('time', { datetime: item.created_at, title: moment.toLocaleString() }, ago(moment)),
  );
  const kind = link ? ['a', { href: link }] : ['button', { type: 'button' }];
  const [name, attributes] = kind;
  return element(
    'li',
    {},
    element(name, { ...attributes, class: look, 'data-id': item.id }, top, message(item)),
  );
}

const message = (item) => element('span', { class: 'message' }, item.message);

/** Only where a link may lead: a page, never a script. */
function linkOf(url) {
  if (!url || !URL.canParse(url, document.baseURI)) return undefined;
  const { protocol, href } = new URL(url, document.baseURI);
  return protocol === 'https:' || protocol === 'http:' ? href : undefined;
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];
const WEEK = 7 * 86_400;

function ago(moment) {
  const seconds = (Date.now() - moment.getTime()) / 1000;
  if (seconds > WEEK) return moment.toLocaleDateString();
  const [unit, length] = UNITS.find(([, size]) => seconds >= size) ?? [];
  if (!unit) return 'now';
  const language = document.documentElement.lang || undefined;
  const words = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'narrow' });
  return words.format(-Math.trunc(seconds / length), unit);
}
