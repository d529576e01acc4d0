import { el, icon, moveByArrows, showItems } from './dom.js';
import { dayOf, fullTime, money, phoneNumber, plural, time, when } from './format.js';

const byId = (id) => document.getElementById(id);
const [threads, bubbles] = [byId('threads'), byId('bubbles')];
const COLOURS = 6;
const SHOWN_BUBBLES = 200;

const STATUS = {
  accepted: ['clock', 'Accepted'],
  queued: ['clock', 'Queued'],
  sent: ['tick', 'Sent'],
  delivered: ['ticks', 'Delivered'],
  undelivered: ['alert', 'Undelivered'],
  failed: ['alert', 'Failed'],
};

/** The phone: one conversation for each number that was texted. */
export class Phone {
  texts = [];
  open = null;
  /** Until somebody chooses, the newest conversation is shown. */
  follows = true;
  seen = new Set();
  isFirst = true;

  constructor() {
    moveByArrows(threads, 'button');
    byId('leave-thread').addEventListener('click', () => this.leave());
    byId('thread-view').addEventListener('keydown', ({ key }) => key === 'Escape' && this.leave());
  }

  show(texts) {
    this.texts = texts;
    if (this.isFirst) for (const { id } of texts) this.seen.add(id);
    this.isFirst = false;
    if (texts.length === 0) [this.open, this.follows] = [null, true];
    else if (this.follows) this.open = texts[0].to;
    this.render();
  }

  enter(number) {
    [this.open, this.follows] = [number, false];
    this.render();
    byId('thread-title').focus();
  }

  leave() {
    const { open } = this;
    [this.open, this.follows] = [null, false];
    this.render();
    threads.querySelector(`[data-key="${CSS.escape(open)}"] button`)?.focus();
  }

  render() {
    const all = byRecipient(this.texts);
    if (this.open && !all[this.open]) this.open = null;
    byId('no-texts').hidden = this.texts.length > 0;
    byId('threads-view').hidden = this.open !== null;
    byId('thread-view').hidden = this.open === null;
    if (this.open !== null) this.renderThread(all[this.open]);
    showItems(
      threads,
      Object.entries(all),
      ([number]) => number,
      (entry) => this.createThread(entry),
      (row, entry) => this.updateThread(row, entry),
    );
  }

  createThread([number]) {
    const avatar = el(
      'span',
      { className: `avatar colour-${Number(number.slice(-3)) % COLOURS || 0}`, ariaHidden: 'true' },
      number.slice(-2),
    );
    const words = el(
      'span',
      { className: 'row-words' },
      el('strong', {}, phoneNumber(number)),
      el('span', { className: 'snip' }),
    );
    const side = el('span', { className: 'row-side' }, el('time'), el('span', { className: 'badge' }));
    const button = el('button', { type: 'button', onclick: () => this.enter(number) }, avatar, words, side);
    return el('li', {}, button);
  }

  updateThread(row, [, texts]) {
    const [newest] = texts;
    const fresh = texts.filter(({ id }) => !this.seen.has(id)).length;
    row.querySelector('.snip').textContent = newest.text;
    row.querySelector('time').textContent = when(new Date(newest.received_at));
    const badge = row.querySelector('.badge');
    badge.textContent = fresh || '';
    badge.hidden = fresh === 0;
    row.classList.toggle('bad', newest.error_code !== null);
  }

  renderThread(texts) {
    const isNew = byId('thread-title').dataset.number !== this.open;
    const atEnd = isNew || bubbles.scrollHeight - bubbles.scrollTop - bubbles.clientHeight < 80;
    byId('thread-title').dataset.number = this.open;
    byId('thread-title').textContent = phoneNumber(this.open);
    byId('thread-sum').textContent = summary(texts);
    if (isNew) bubbles.replaceChildren();
    const shown = texts.slice(0, SHOWN_BUBBLES).reverse();
    for (const { id } of texts) this.seen.add(id);
    showItems(bubbles, withDays(shown), ({ id }) => id, createBubble, updateBubble);
    if (atEnd) bubbles.scrollTop = bubbles.scrollHeight;
  }
}

function byRecipient(texts) {
  const all = {};
  for (const text of texts) (all[text.to] ??= []).push(text);
  return all;
}

function summary(texts) {
  const segments = texts.reduce((sum, text) => sum + text.segments, 0);
  const cost = texts.reduce((sum, { price }) => sum + Number(price ?? 0), 0);
  return [plural(texts.length, 'text'), plural(segments, 'segment'), money(cost)].join(' · ');
}

/** The texts, oldest first, with a line where a new day begins. */
function withDays(texts) {
  let last = '';
  return texts.flatMap((text) => {
    const today = dayOf(new Date(text.received_at));
    const line = today === last ? [] : [{ id: `day-${today}`, day: today }];
    last = today;
    return [...line, text];
  });
}

function createBubble(item) {
  if (item.day) return el('li', { className: 'day' }, item.day);
  return el(
    'li',
    { className: 'text' },
    el('p', { className: 'bubble', dir: 'auto' }),
    el('p', { className: 'facts' }),
    el('p', { className: 'error', hidden: true }),
  );
}

function updateBubble(element, item) {
  if (item.day) return;
  const state = JSON.stringify([item.status, item.price, item.text]);
  if (element.dataset.state === state) return;
  element.dataset.state = state;
  const [symbol, word] = STATUS[item.status] ?? ['clock', item.status];
  const received = new Date(item.received_at);
  element.querySelector('.bubble').textContent = item.text;
  const cost = item.price
    ? el('span', { title: 'What it cost' }, money(item.price))
    : el('span', { title: 'The carrier has not said yet' }, '$ …');
  const length = [el('span', {}, plural(item.segments, 'segment')), el('span', {}, item.encoding), cost];
  const fate = [
    el('time', { dateTime: item.received_at, title: fullTime(received) }, time(received)),
    el('span', { className: `status ${item.status}` }, icon(symbol), word),
  ];
  const dotted = (parts) => el('span', { className: 'dotted' }, ...parts);
  element.querySelector('.facts').replaceChildren(dotted(fate), dotted(length));
  const error = element.querySelector('.error');
  error.hidden = item.error_code === null;
  error.textContent = item.error_code === null ? '' : `${item.error_code} ${item.error_message ?? ''}`;
  element.classList.toggle('bad', item.error_code !== null);
}
