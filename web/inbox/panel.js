import { bellDrawing, element } from './dom.js';
import { rowOf } from './row.js';

/** What the connection is: a look for the dot, words, and whether there is a button to try again. */
const STATES = {
  connecting: ['', 'Connecting…', false],
  live: ['live', 'Live', false],
  lost: ['', 'Connection lost. Trying again…', false],
  signedOut: ['off', 'Signed out. Sign in to see what is new.', true],
  elsewhere: ['off', 'Open in too many windows.', true],
};
const CLOCK = 30_000;
const GAP = 8;

/** The list below the bell. */
export class Panel {
  #button;
  #actions;
  #items = [];
  #clock;
  #heading = element('h2', { id: 'heading', tabindex: '-1' }, 'Notifications');
  #all = element('button', { class: 'all', type: 'button', hidden: true }, 'Mark all as read');
  #list = element('ul', { role: 'list' });
  #empty = element(
    'div',
    { class: 'empty' },
    bellDrawing(),
    element('p', {}, 'Nothing yet. What happens shows up here by itself.'),
  );
  #words = element('span', { class: 'words' });
  #again = element('button', { class: 'again', type: 'button', hidden: true }, 'Try again');
  #foot = element('div', { class: 'foot' }, element('span', { class: 'dot' }), this.#words, this.#again);

  element = element(
    'div',
    {
      class: 'panel',
      id: 'panel',
      part: 'panel',
      role: 'dialog',
      'aria-labelledby': 'heading',
      popover: 'auto',
    },
    element('div', { class: 'head' }, this.#heading, this.#all),
    this.#list,
    this.#empty,
    this.#foot,
  );

  /** @param actions read(id), readAll(), again() */
  constructor(button, actions) {
    this.#button = button;
    this.#actions = actions;
    button.setAttribute('aria-controls', 'panel');
    // The browser opens and closes it: a click on the bell, Escape, a click elsewhere.
    button.popoverTargetElement = this.element;
    this.element.addEventListener('beforetoggle', ({ newState }) => {
      if (newState === 'open') this.#open();
      else this.#closed();
    });
    this.element.addEventListener('toggle', ({ newState }) => {
      if (newState === 'open') this.#place();
    });
    this.element.addEventListener('keydown', (event) => this.#step(event));
    this.#list.addEventListener('click', ({ target }) => {
      const id = target.closest('[data-id]')?.dataset.id;
      if (id) actions.read(id);
    });
    this.#all.addEventListener('click', () => {
      actions.readAll();
      this.#heading.focus();
    });
    this.#again.addEventListener('click', () => actions.again());
  }

  close() {
    if (this.#isOpen) this.element.hidePopover();
  }

  state(name) {
    const [look, words, again] = STATES[name];
    this.#foot.className = `foot ${look}`;
    this.#words.textContent = words;
    this.#again.hidden = !again;
  }

  count(count) {
    this.#all.hidden = count === 0;
  }

  show(items) {
    this.#items = items;
    this.#draw();
  }

  #draw() {
    const focused = this.element.getRootNode().activeElement?.dataset?.id;
    this.#list.replaceChildren(...this.#items.map(rowOf));
    this.#empty.hidden = this.#items.length > 0;
    if (focused) this.#list.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
    this.#place();
  }

  get #isOpen() {
    return this.element.matches(':popover-open');
  }

  #open() {
    this.#button.setAttribute('aria-expanded', 'true');
    // Not to be seen before it has its place.
    this.element.classList.add('placing');
    this.#clock = setInterval(() => this.#draw(), CLOCK);
    addEventListener('resize', this.#place);
    addEventListener('scroll', this.#place, { passive: true, capture: true });
    requestAnimationFrame(() => {
      this.#draw();
      this.element.classList.remove('placing');
      this.#heading.focus({ preventScroll: true });
    });
  }

  #closed() {
    this.#button.setAttribute('aria-expanded', 'false');
    if (this.element.contains(this.element.getRootNode().activeElement)) this.#button.focus();
    clearInterval(this.#clock);
    removeEventListener('resize', this.#place);
    removeEventListener('scroll', this.#place, { capture: true });
  }

  /** The arrows go through the list, as in a menu. */
  #step(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const rows = [...this.#list.querySelectorAll('.item')];
    if (!step || rows.length === 0) return;
    event.preventDefault();
    const at = rows.indexOf(this.element.getRootNode().activeElement);
    const next = at < 0 && step < 0 ? rows.length - 1 : at + step;
    rows[(next + rows.length) % rows.length].focus();
  }

  /** Below the bell, or above it where only there is room; never outside the window. */
  #place = () => {
    if (!this.#isOpen) return;
    const bell = this.#button.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const { clientWidth, clientHeight } = document.documentElement;
    const below = bell.bottom + GAP;
    const above = bell.top - GAP - height;
    const fits = below + height <= clientHeight - GAP || above < GAP;
    this.element.style.top = `${fits ? Math.max(GAP, Math.min(below, clientHeight - GAP - height)) : above}px`;
    this.element.style.left = `${Math.max(GAP, Math.min(bell.right - width, clientWidth - GAP - width))}px`;
  };
}
