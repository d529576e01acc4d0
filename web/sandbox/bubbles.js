import { el, icon } from './dom.js';
import { dayOf, fullTime, money, plural, time } from './format.js';

const STATUS = {
  accepted: ['clock', 'Accepted'],
  queued: ['clock', 'Queued'],
  sent: ['tick', 'Sent'],
  delivered: ['ticks', 'Delivered'],
  undelivered: ['alert', 'Undelivered'],
  failed: ['alert', 'Failed'],
};

/** The texts, oldest first, with a line where a new day begins. */
export function withDays(texts) {
  let last = '';
  return texts.flatMap((text) => {
    const today = dayOf(new Date(text.received_at));
    const line = today === last ? [] : [{ id: `day-${today}`, day: today }];
    last = today;
    return [...line, text];
  });
}

export function createBubble(item) {
  if (item.day) return el('li', { className: 'day' }, item.day);
  return el(
    'li',
    { className: `text ${item.direction}` },
    el('p', { className: 'bubble', dir: 'auto' }),
    el('p', { className: 'facts' }),
    el('p', { className: 'error', hidden: true }),
  );
}

export function updateBubble(element, item) {
  if (item.day) return;
  const state = JSON.stringify([item.status, item.price, item.text, item.error_code, item.webhook]);
  if (element.dataset.state === state) return;
  element.dataset.state = state;
  element.querySelector('.bubble').replaceChildren(...piecesOf(item));
  element.querySelector('.facts').replaceChildren(...factsOf(item));
  const error = element.querySelector('.error');
  error.hidden = item.error_code === null;
  error.textContent = item.error_code === null ? '' : `${item.error_code} ${item.error_message ?? ''}`;
  element.classList.toggle('bad', item.error_code !== null);
}

/** The words, with a line wherever another segment begins. */
function piecesOf({ text, parts }) {
  if (parts.length < 2) return [text];
  return parts.flatMap((part, index) =>
    index === 0
      ? [part]
      : [el('span', { className: 'cut' }, `segment ${index + 1} of ${parts.length}`), part],
  );
}

function factsOf(item) {
  const received = new Date(item.received_at);
  const when = el('time', { dateTime: item.received_at, title: fullTime(received) }, time(received));
  if (item.direction === 'inbound') return [dotted([when, el('span', {}, heard(item))])];
  const [symbol, word] = STATUS[item.status] ?? ['clock', item.status];
  const status = el('span', { className: `status ${item.status}` }, icon(symbol), word);
  const cost = item.price
    ? el('span', { title: 'What it cost' }, money(item.price))
    : el('span', { title: 'The carrier has not said yet' }, '$ …');
  const length = [el('span', {}, plural(item.segments, 'segment')), el('span', {}, encodingOf(item)), cost];
  return [dotted([when, status]), dotted(length)];
}

/** One character can double a price: which one it was belongs beside it. */
function encodingOf({ encoding, not_gsm: characters }) {
  if (characters.length === 0) return encoding;
  const more = characters.length > 3 ? ' …' : '';
  return `${encoding} for ${characters.slice(0, 3).join(' ')}${more}`;
}

function heard({ webhook, opt_out: word }) {
  const carrier = word ? [`the carrier knows ${word}`] : [];
  if (!webhook) return ['Nobody was told', ...carrier].join(', ');
  const service = webhook.status === null ? 'Told, no answer' : `Told, answered ${webhook.status}`;
  return [service, ...carrier].join(', ');
}

const dotted = (parts) => el('span', { className: 'dotted' }, ...parts);
