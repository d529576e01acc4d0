/**
 * <notify-bell>: a person's live notifications, in any page.
 *
 *   <script type="module" src="https://notify.example.com/inbox.js"></script>
 *   <notify-bell token-url="/notifications-token"></notify-bell>
 *
 * Attributes
 *   token-url  where the page's own server answers {"token": "..."} for the person who is signed in
 *   token      a realtime token, instead of token-url
 *   base       where the service is; by default where this script comes from
 *   limit      how many notifications the list shows (20)
 * Property
 *   getToken   an async function that answers a token, instead of either attribute
 * Events, which bubble
 *   notification  one has arrived (detail: the notification)
 *   unread        the count has changed (detail: {count})
 *   tokenneeded   the token has ended and there is no way to get another
 * Looks: the custom properties at the top of style.js, and the parts button, badge and panel. Light or dark as the
 * page's own color-scheme.
 */
import { LiveConnection } from './inbox/connection.js';
import { bellDrawing, element } from './inbox/dom.js';
import { Panel } from './inbox/panel.js';
import { styled } from './inbox/style.js';

const LONGEST_LIST = 50;

class NotifyBell extends HTMLElement {
  static observedAttributes = ['token', 'token-url', 'base'];

  #items = new Map();
  #unread = 0;
  #connection;
  #getToken;
  #announced = { count: 0 };

  #badge = element('span', { class: 'badge', part: 'badge', 'aria-hidden': 'true', hidden: true });
  #button = element(
    'button',
    { class: 'bell', part: 'button', type: 'button', 'aria-haspopup': 'dialog', 'aria-expanded': 'false' },
    bellDrawing(),
    this.#badge,
  );
  #voice = element('p', { class: 'hidden', role: 'status', 'aria-live': 'polite' });
  #panel = new Panel(this.#button, {
    read: (id) => this.#markRead(id),
    readAll: () => this.#markAllRead(),
    again: () => this.#restart(),
  });

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    styled(root);
    root.append(this.#button, this.#panel.element, this.#voice);
    this.#button.addEventListener('animationend', () => this.#button.classList.remove('rings'));
  }

  connectedCallback() {
    this.#draw();
    // Set before this script was there, the property hides the class's own.
    if (Object.hasOwn(this, 'getToken')) {
      const { getToken } = this;
      delete this.getToken;
      this.#getToken = getToken;
    }
    this.#restart();
  }

  disconnectedCallback() {
    this.#connection?.stop();
    this.#connection = undefined;
    this.#panel.close();
  }

  attributeChangedCallback(_, before, now) {
    if (this.#connection && before !== now) this.#restart();
  }

  get getToken() {
    return this.#getToken;
  }

  set getToken(getToken) {
    this.#getToken = getToken;
    if (this.#connection) this.#restart();
  }

  /** How many are unread. */
  get unread() {
    return this.#unread;
  }

  #restart() {
    const since = this.#connection?.since;
    this.#connection?.stop();
    this.#connection = new LiveConnection({
      origin: new URL(this.getAttribute('base') || import.meta.url, document.baseURI).origin,
      newToken: this.#tokenSource(),
      hear: (event, payload) => this.#hear(event, payload),
    });
    this.#connection.since = since;
    const once = this.#tokenSource() ? undefined : this.getAttribute('token');
    // With nothing to go by yet, the page is going to say.
    if (once !== null) this.#connection.start(once);
  }

  #tokenSource() {
    const url = this.getAttribute('token-url');
    if (this.#getToken) return async () => this.#getToken();
    return url ? () => tokenFrom(url) : undefined;
  }

  #hear(event, payload) {
    if (event === 'state') this.#changed(payload);
    else if (event === 'connection_established') this.#count(payload.unread_count);
    else if (event === 'notification') this.#arrived(payload);
    else if (event === 'unread_count') this.#count(payload.count);
    else if (event === 'notification_updated') this.#updated(payload);
    else if (event === 'notification_deleted') this.#remove(payload.id);
    else if (event === 'resync') void this.#list();
  }

  #changed(state) {
    this.#panel.state(state);
    if (state === 'live') void this.#list();
    if (state === 'signedOut') this.#tell('tokenneeded');
  }

  /** The newest, and what has happened to them meanwhile. */
  async #list() {
    const connection = this.#connection;
    const answer = await connection.ask('latest', { limit: this.#limit }).catch(() => undefined);
    if (!answer?.results || connection !== this.#connection) return;
    const newest = answer.results[0]?.seq ?? 0;
    // What arrived while the list was on its way stays.
    const later = [...this.#items.values()].filter(({ seq }) => seq > newest);
    this.#keep([...later, ...answer.results]);
    this.#count(answer.unread_count);
  }

  #arrived({ notification: item, replayed }) {
    if (this.#items.has(item.id)) return;
    this.#keep([{ ...item, fresh: !replayed }, ...this.#items.values()]);
    this.#tell('notification', item);
    if (replayed) return;
    this.#ring();
    this.#announce(item.title);
  }

  #keep(items) {
    const sorted = items.sort((a, b) => b.seq - a.seq);
    this.#connection.since = sorted[0]?.id ?? this.#connection.since;
    this.#items = new Map(sorted.slice(0, this.#limit).map((item) => [item.id, item]));
    this.#draw();
  }

  get #limit() {
    const wanted = Number.parseInt(this.getAttribute('limit'), 10) || 20;
    return Math.min(Math.max(wanted, 1), LONGEST_LIST);
  }

  #updated({ id, all, is_read: read, archived }) {
    if (archived) return this.#remove(id);
    for (const item of this.#items.values()) if (all || item.id === id) item.is_read = read ?? item.is_read;
    this.#draw();
  }

  #remove(id) {
    if (this.#items.delete(id)) this.#draw();
  }

  #markRead(id) {
    const item = this.#items.get(id);
    if (!item || item.is_read) return;
    item.is_read = true;
    this.#connection.send('mark_read', { notification_id: id });
    this.#count(Math.max(0, this.#unread - 1));
    this.#draw();
  }

  #markAllRead() {
    for (const item of this.#items.values()) item.is_read = true;
    this.#connection.send('mark_all_read');
    this.#count(0);
    this.#draw();
    this.#voice.textContent = 'All notifications are marked as read.';
  }

  #count(count) {
    const changed = count !== this.#unread;
    this.#unread = count;
    this.#badge.textContent = count > 99 ? '99+' : String(count);
    this.#badge.hidden = count === 0;
    this.#button.setAttribute('aria-label', count === 0 ? 'Notifications' : `Notifications, ${count} unread`);
    this.#panel.count(count);
    if (changed) this.#tell('unread', { count });
  }

  #draw() {
    this.#count(this.#unread);
    this.#panel.show([...this.#items.values()]);
    for (const item of this.#items.values()) item.fresh = false;
  }

  #ring() {
    this.#button.classList.remove('rings');
    // Read, so that the animation begins anew.
    void this.#button.offsetWidth;
    this.#button.classList.add('rings');
  }

  /** Several that come together are one sentence. */
  #announce(title) {
    const announced = this.#announced;
    announced.count += 1;
    clearTimeout(announced.timer);
    announced.timer = setTimeout(() => {
      const { count } = announced;
      announced.count = 0;
      this.#voice.textContent = count > 1 ? `${count} new notifications` : `New notification: ${title}`;
    }, 400);
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

/** '' when nobody is signed in. */
async function tokenFrom(url) {
  const answer = await fetch(url, { headers: { Accept: 'application/json' }, cache: 'no-store' });
  if (answer.status === 401 || answer.status === 403) return '';
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}.`);
  return (await answer.json()).token;
}

if (!customElements.get('notify-bell')) customElements.define('notify-bell', NotifyBell);
