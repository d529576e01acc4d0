import { byId, element, toast } from './dom.js';

/** Between two looks for what is chosen elsewhere, while the page is to be seen. Milliseconds. */
const LOOK = 2500;

const pathOf = (person) => `/api/notifications/preferences?user=${encodeURIComponent(person)}`;

/**
 * What one person wants, as switches beside the categories. They follow what another program, page or window
 * changes, and what the person says by a reply.
 */
export class Consents {
  #person = '';
  /** Whose are shown, and which: undefined where there are none. */
  #shownOf;
  #matrix;
  /** One call after the other; only the answer of the last one is shown, so none is older than a choice made here. */
  #line = Promise.resolve();
  #asked = 0;
  #answered = 0;

  /** @param actions name(): what the person is called; chosen(): here; changedElsewhere() */
  constructor(api, { categories }, labels, actions) {
    this.api = api;
    this.displays = Object.fromEntries(categories.map(({ name, display }) => [name, display]));
    this.labels = labels;
    this.actions = actions;
  }

  /** @param person their id; '' where it is not known, who then has no switches */
  async read(person) {
    this.#person = person;
    await this.#reread();
  }

  /** From now on: at once when somebody comes back to the page, and now and then while it is to be seen. */
  follow() {
    const look = () => void this.#look();
    addEventListener('focus', look);
    document.addEventListener('visibilitychange', look);
    setInterval(look, LOOK);
  }

  async #look() {
    if (document.visibilityState === 'hidden' || this.#asked > this.#answered) return;
    const before = JSON.stringify(this.#matrix);
    await this.#reread();
    if (JSON.stringify(this.#matrix) !== before) this.actions.changedElsewhere();
  }

  async #reread() {
    const person = this.#person;
    try {
      await this.#next(() => (person === '' ? undefined : this.api.get(pathOf(person))));
    } catch (error) {
      // What is shown stays while the service is away, unless it is of somebody else.
      if (error.status !== undefined || this.#shownOf !== person) this.#show(person, undefined);
    }
  }

  #next(call) {
    const person = this.#person;
    const turn = (this.#asked += 1);
    const answered = this.#line.then(call).finally(() => (this.#answered += 1));
    const shown = answered.then((answer) => {
      if (turn === this.#asked) this.#show(person, answer?.body);
    });
    this.#line = answered.catch(() => undefined);
    return shown;
  }

  #show(person, preferences) {
    this.#shownOf = person;
    this.#matrix = preferences?.matrix;
    for (const group of document.querySelectorAll('[data-consents]')) {
      const { consents: category } = group.dataset;
      const locked = preferences?.locked[category] ?? {};
      const cells = Object.entries(preferences?.matrix[category] ?? {});
      this.#fill(group, category, new Map(cells.filter(([channel]) => !(channel in locked))));
    }
    byId('no-consents').hidden = preferences !== undefined;
  }

  /** Switches that are there already are only turned: who is at one of them stays there. */
  #fill(group, category, cells) {
    const there = [...group.children].map(({ dataset }) => dataset.channel);
    if (there.join() !== [...cells.keys()].join()) {
      group.replaceChildren(...[...cells.keys()].map((channel) => this.#switchOf(category, channel)));
    }
    for (const one of group.children) turn(one, cells.get(one.dataset.channel));
  }

  #switchOf(category, channel) {
    const made = element(
      'button',
      { type: 'button', role: 'switch', class: 'switch', 'data-channel': channel },
      element('span', { class: 'track', 'aria-hidden': 'true' }),
      this.labels[channel] ?? channel,
    );
    made.addEventListener('click', () => this.#choose(made, category, channel));
    return made;
  }

  async #choose(made, category, channel) {
    const person = this.#person;
    const wanted = made.getAttribute('aria-checked') !== 'true';
    turn(made, wanted);
    try {
      await this.#next(() =>
        this.api.patch(pathOf(person), { matrix: { [category]: { [channel]: wanted } } }),
      );
      const what = `${this.displays[category]} by ${this.labels[channel] ?? channel}`;
      toast(`${this.actions.name()} says ${wanted ? 'yes' : 'no'} to ${what}.`);
      this.actions.chosen();
    } catch (error) {
      turn(made, !wanted);
      toast(error.message);
    }
  }
}

const turn = (made, on) => made.setAttribute('aria-checked', String(on));
