import { createBubble, updateBubble, withDays } from './bubbles.js';
import { conversationsOf, summaryOf } from './conversations.js';
import { el, moveByArrows, showItems } from './dom.js';
import { phoneNumber, when } from './format.js';
import { ReplyBox } from './reply.js';

const byId = (id) => document.getElementById(id);
const [threads, bubbles] = [byId('threads'), byId('bubbles')];
const COLOURS = 6;
const SHOWN_BUBBLES = 200;

/** The phone: one conversation for each pair of numbers that have texted. */
export class Phone {
  texts = [];
  open = null;
  /** Until somebody chooses, the newest conversation is shown. */
  follows = true;
  seen = new Set();
  isFirst = true;
  reply = new ReplyBox();

  constructor() {
    moveByArrows(threads, 'button');
    byId('leave-thread').addEventListener('click', () => this.leave());
    byId('thread-view').addEventListener('keydown', ({ key }) => key === 'Escape' && this.leave());
  }

  show(texts) {
    this.texts = texts;
    if (this.isFirst) for (const { id } of texts) this.seen.add(id);
    this.isFirst = false;
    this.render();
  }

  enter(key) {
    [this.open, this.follows] = [key, false];
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
    const all = conversationsOf(this.texts);
    if (all.size === 0) [this.open, this.follows] = [null, true];
    else if (this.follows) this.open = all.keys().next().value;
    if (!all.has(this.open)) this.open = null;
    byId('no-texts').hidden = this.texts.length > 0;
    byId('threads-view').hidden = this.open !== null;
    byId('thread-view').hidden = this.open === null;
    if (this.open !== null) this.renderThread(all.get(this.open));
    const rows = [...all.values()];
    showItems(
      threads,
      rows,
      ({ key }) => key,
      (row) => this.createThread(row),
      (row, of) => this.updateThread(row, of),
    );
  }

  createThread({ key, peer, own }) {
    const avatar = el(
      'span',
      { className: `avatar colour-${Number(peer.slice(-3)) % COLOURS || 0}`, ariaHidden: 'true' },
      peer.slice(-2),
    );
    const words = el(
      'span',
      { className: 'row-words' },
      el('strong', {}, phoneNumber(peer)),
      el('span', { className: 'with' }, `with ${phoneNumber(own)}`),
      el('span', { className: 'snip' }),
    );
    const side = el('span', { className: 'row-side' }, el('time'), el('span', { className: 'badge' }));
    const button = el('button', { type: 'button', onclick: () => this.enter(key) }, avatar, words, side);
    return el('li', {}, button);
  }

  updateThread(row, { texts }) {
    const [newest] = texts;
    const fresh = texts.filter(({ id }) => !this.seen.has(id)).length;
    row.querySelector('.snip').textContent = newest.text;
    row.querySelector('time').textContent = when(new Date(newest.received_at));
    const badge = row.querySelector('.badge');
    badge.textContent = fresh || '';
    badge.hidden = fresh === 0;
    row.classList.toggle('bad', newest.error_code !== null);
  }

  renderThread(conversation) {
    const { key, peer, own, texts } = conversation;
    const title = byId('thread-title');
    const isNew = title.dataset.key !== key;
    const atEnd = isNew || bubbles.scrollHeight - bubbles.scrollTop - bubbles.clientHeight < 80;
    title.dataset.key = key;
    title.textContent = phoneNumber(peer);
    byId('thread-with').textContent = `with ${phoneNumber(own)}`;
    byId('thread-sum').textContent = summaryOf(conversation);
    this.reply.show(conversation);
    if (isNew) bubbles.replaceChildren();
    for (const { id } of texts) this.seen.add(id);
    const shown = texts.slice(0, SHOWN_BUBBLES).reverse();
    showItems(bubbles, withDays(shown), ({ id }) => id, createBubble, updateBubble);
    if (atEnd) bubbles.scrollTop = bubbles.scrollHeight;
  }
}
