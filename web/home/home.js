import { Api } from './api.js';
import { markType, showCategories } from './categories.js';
import { Composer } from './composer.js';
import { curlOf } from './curl.js';
import { Decisions } from './decisions.js';
import { byId, toast } from './dom.js';
import { showEmbed } from './embed.js';
import { showLatest } from './latest.js';
import { showPush } from './push.js';

/** What is written before anybody has chosen; where the service has no such type, its first one. */
const FIRST = 'order_confirmed';
const SEND = '/api/notifications';

/** The page: a type is chosen and written, what would happen is asked, and then it is sent. */
class Home {
  #turn = 0;
  #person;

  constructor(session, health) {
    this.session = session;
    this.api = new Api(session.api_key);
    const channels = Object.entries(health.channels).map(([name, { label }]) => ({ name, label }));
    this.labels = Object.fromEntries(channels.map(({ name, label }) => [name, label]));
    this.decisions = new Decisions(this.api, this.labels);
    this.composer = new Composer(
      { user: session.user, channels },
      { changed: () => void this.changed(), send: () => void this.send() },
    );
  }

  async open() {
    this.composer.choose(this.session.types.find(({ name }) => name === FIRST) ?? this.session.types[0]);
    await this.changed();
  }

  choose(type) {
    this.composer.choose(type);
    markType(type.name);
    // In one column the composer is below the window's edge.
    if (NARROW.matches) byId('composer-title').scrollIntoView({ block: 'center' });
    void this.changed();
  }

  /** The request is another one: what would happen? */
  async changed() {
    await this.showConsents();
    await this.call(`${SEND}?dry_run=true`, (answer) => this.decisions.showPlan(answer));
  }

  async send() {
    const button = byId('send');
    button.disabled = true;
    await this.call(SEND, (answer) => this.decisions.showSent(answer));
    button.disabled = false;
  }

  /** Of two calls under way the later one is shown. */
  async call(path, show) {
    const turn = (this.#turn += 1);
    try {
      const request = this.composer.request();
      byId('curl').textContent = curlOf(this.session.api_key, request);
      const answer = await this.api.post(path, request);
      if (turn !== this.#turn) return;
      this.composer.showErrors([]);
      show(answer);
    } catch (error) {
      if (turn === this.#turn)
        this.decisions.showRefusal(error, this.composer.showErrors(error.errors ?? []));
    }
  }

  async showConsents() {
    const id = this.composer.personId;
    if (this.#person === id) return;
    this.#person = id;
    const preferences = id === '' ? undefined : await this.preferencesOf(id);
    showCategories(this.session, preferences, this.labels, {
      choose: (type) => this.choose(type),
      consent: (category, channel, wanted) => this.consent(id, category, channel, wanted),
    });
    markType(this.composer.type.name);
    byId('no-consents').hidden = preferences !== undefined;
  }

  async preferencesOf(id) {
    try {
      return (await this.api.get(pathOf(id))).body;
    } catch {
      return undefined;
    }
  }

  async consent(id, category, channel, wanted) {
    try {
      await this.api.patch(pathOf(id), { matrix: { [category.name]: { [channel]: wanted } } });
      const label = this.labels[channel] ?? channel;
      toast(`${this.composer.personName} says ${wanted ? 'yes' : 'no'} to ${category.display} by ${label}.`);
      void this.changed();
      return true;
    } catch (error) {
      toast(error.message);
      return false;
    }
  }
}

const NARROW = matchMedia('(max-width: 760px)');
const pathOf = (id) => `/api/notifications/preferences?user=${encodeURIComponent(id)}`;

async function open() {
  const api = new Api();
  const [session, health] = await Promise.all([api.get('/api/dev/session'), api.get('/health/ready')]);
  await Promise.all([new Home(session.body, health.body).open(), showPush(session.body, health.body)]);
}

function showProblem(error) {
  const place = byId('problem');
  place.hidden = false;
  place.textContent =
    error.status === 404
      ? 'This page works on the machine that runs the service, at its localhost address.'
      : error.message;
}

for (const button of document.querySelectorAll('[data-copy]')) {
  button.addEventListener('click', async () => {
    const before = button.textContent;
    await navigator.clipboard.writeText(byId(button.dataset.copy).textContent);
    button.textContent = 'Copied';
    setTimeout(() => (button.textContent = before), 1500);
  });
}

showEmbed();
showLatest().catch(() => (byId('strip').hidden = true));
open().catch(showProblem);
