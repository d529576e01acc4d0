import { Api } from './api.js';
import { drawCategories, markType } from './categories.js';
import { Composer } from './composer.js';
import { Consents } from './consents.js';
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
    this.consents = new Consents(this.api, session, this.labels, {
      name: () => this.composer.personName,
      chosen: () => void this.changed(),
      changedElsewhere: () => this.changedElsewhere(),
    });
  }

  async open() {
    const { types } = this.session;
    drawCategories(this.session, (type) => this.choose(type));
    this.composer.choose(types.find(({ name }) => name === FIRST) ?? types[0]);
    markType(this.composer.type.name);
    await this.changed();
    this.consents.follow();
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
    await Promise.all([this.consents.read(this.composer.personId), this.plan()]);
  }

  /** What is known of something that was sent stays to be read. */
  changedElsewhere() {
    if (!this.decisions.isSent && !byId('send').disabled) void this.plan();
  }

  plan() {
    return this.call(`${SEND}?dry_run=true`, (answer) => this.decisions.showPlan(answer));
  }

  async send() {
    const button = byId('send');
    button.disabled = true;
    await this.call(SEND, (answer) => this.decisions.showSent(answer));
    button.disabled = false;
    await this.consents.read(this.composer.personId);
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
}

const NARROW = matchMedia('(max-width: 760px)');

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
