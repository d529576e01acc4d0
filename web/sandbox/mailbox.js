import { el, moveByArrows, showItems } from './dom.js';
import { fullTime, plural, size, when } from './format.js';
import { look, PARTS, warningList } from './mail-parts.js';

const byId = (id) => document.getElementById(id);
const [mails, reader, part] = [byId('mails'), byId('reader'), byId('part')];
const tabs = [...reader.querySelectorAll('[role="tab"]')];

/** The mailbox: a list, and the chosen mail in its four forms. */
export class Mailbox {
  mails = [];
  open = null;
  /** Until somebody chooses, the newest mail is shown (where there is room for both). */
  follows = true;
  tab = 'html';
  seen = new Set();
  isFirst = true;
  loaded = null;

  constructor() {
    moveByArrows(mails, 'button');
    moveByArrows(reader, '[role="tab"]', { previous: 'ArrowLeft', next: 'ArrowRight' });
    byId('leave-mail').addEventListener('click', () => this.leave());
    reader.addEventListener('keydown', ({ key }) => key === 'Escape' && this.leave());
    for (const button of reader.querySelectorAll('[data-look]')) {
      button.addEventListener('click', () => this.lookBy(button));
    }
    for (const tab of tabs) {
      tab.addEventListener('click', () => this.choose(tab.dataset.part));
      tab.addEventListener(
        'focus',
        () => tab.dataset.part !== this.shownTab && this.choose(tab.dataset.part),
      );
    }
  }

  show(all) {
    this.mails = all;
    if (this.isFirst) for (const { id } of all) this.seen.add(id);
    this.isFirst = false;
    if (all.length === 0) [this.open, this.follows] = [null, true];
    else if (this.follows && isWide()) this.open = all[0].id;
    if (this.open && !all.some(({ id }) => id === this.open)) this.open = null;
    this.render();
  }

  enter(id) {
    [this.open, this.follows] = [id, false];
    this.render();
    byId('subject').focus();
  }

  leave() {
    const { open } = this;
    if (isWide()) {
      mails.querySelector(`[data-key="${open}"] button`)?.focus();
      return;
    }
    [this.open, this.follows] = [null, false];
    this.render();
    mails.querySelector(`[data-key="${open}"] button`)?.focus();
  }

  choose(name) {
    this.tab = name;
    this.renderPart();
  }

  lookBy(button) {
    const [of, value] = button.dataset.look.split(' ');
    look[of] = value;
    for (const other of button.parentElement.children) {
      other.setAttribute('aria-pressed', String(other === button));
    }
    this.renderPart();
  }

  /** The chosen form; a mail without HTML shows its text instead. */
  get shownTab() {
    return this.tab === 'html' && this.loaded?.html === null ? 'text' : this.tab;
  }

  render() {
    const chosen = this.mails.find(({ id }) => id === this.open);
    if (chosen) this.seen.add(chosen.id);
    byId('no-mails').hidden = this.mails.length > 0;
    byId('mailbox').classList.toggle('reading', Boolean(chosen));
    reader.hidden = !chosen;
    showItems(
      mails,
      this.mails,
      ({ id }) => id,
      (mail) => this.createRow(mail),
      (row, mail) => this.updateRow(row, mail),
    );
    if (!chosen) this.loaded = null;
    else if (this.loaded?.id !== chosen.id) void this.read(chosen);
  }

  createRow(mail) {
    const words = el(
      'span',
      { className: 'row-words' },
      el(
        'span',
        { className: 'row-top' },
        el('strong', {}, mail.to),
        el('time', { dateTime: mail.received_at }, when(new Date(mail.received_at))),
      ),
      el('span', { className: 'row-subject' }, mail.subject || '(no subject)'),
      el('span', { className: 'snip' }, mail.preview),
    );
    return el('li', {}, el('button', { type: 'button', onclick: () => this.enter(mail.id) }, words));
  }

  updateRow(row, { id }) {
    row.classList.toggle('unread', !this.seen.has(id));
    row.firstElementChild.setAttribute('aria-current', String(id === this.open));
  }

  async read(summary) {
    this.loaded = { ...summary, isLoading: true };
    this.renderHead(summary);
    part.replaceChildren();
    const answer = await fetch(`/api/dev/messages/${summary.id}`);
    if (!answer.ok || this.open !== summary.id) return;
    this.loaded = await answer.json();
    this.renderWarnings(this.loaded);
    this.renderPart();
  }

  renderHead({ subject, from, to, type, received_at, size: bytes }) {
    byId('warnings').hidden = true;
    byId('subject').textContent = subject || '(no subject)';
    const line = (name, value) => el('div', {}, el('dt', {}, name), el('dd', {}, value));
    byId('envelope-lines').replaceChildren(
      line('From', from),
      line('To', to),
      line('Date', [fullTime(new Date(received_at)), size(bytes), ...(type ? [type] : [])].join(' · ')),
    );
  }

  renderWarnings({ warnings }) {
    byId('warnings').hidden = warnings.length === 0;
    byId('warning-count').textContent = `${plural(warnings.length, 'thing')} to look at`;
    byId('warning-list').replaceChildren(...warningList(warnings));
  }

  renderPart() {
    const { loaded, shownTab } = this;
    for (const tab of tabs) {
      const isChosen = tab.dataset.part === shownTab;
      tab.setAttribute('aria-selected', String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      tab.disabled = tab.dataset.part === 'html' && loaded?.html === null;
    }
    byId('tools').hidden = shownTab !== 'html';
    part.setAttribute('aria-labelledby', `tab-${shownTab}`);
    if (!loaded || loaded.isLoading) return;
    void PARTS[shownTab](loaded).then((shown) => {
      if (this.loaded === loaded && this.shownTab === shownTab) part.replaceChildren(shown);
    });
  }
}

const isWide = () => matchMedia('(min-width: 1080px)').matches;
