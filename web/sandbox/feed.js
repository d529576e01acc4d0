const PATH = '/api/dev/messages';
const LIMITS = { sms: 500, email: 200, push: 200 };

/** The messages of the sandbox, newest first by channel, kept up to date by its events. */
export class Feed {
  messages = { sms: [], email: [], push: [] };
  /** What came while a list was on its way, and is perhaps not in it. */
  late = [];
  /** What the messages shown must say; '' for all of them. */
  words = '';
  isLoading = false;
  mustLoadAgain = false;

  constructor({ changed, connected, behaved }) {
    this.changed = changed;
    const events = new EventSource('/api/dev/events');
    events.addEventListener('open', () => {
      connected(true);
      behaved();
      void this.load();
    });
    events.addEventListener('error', () => connected(false));
    events.addEventListener('reload', () => void this.load());
    events.addEventListener('behaviour', behaved);
    events.addEventListener('messages', (event) => this.take(JSON.parse(event.data)));
  }

  async search(words) {
    this.words = words;
    await this.load();
  }

  async clear() {
    await fetch(PATH, { method: 'DELETE' });
    await this.load();
  }

  async load() {
    this.mustLoadAgain = this.isLoading;
    if (this.isLoading) return;
    this.isLoading = true;
    try {
      await Promise.all(Object.keys(LIMITS).map((channel) => this.read(channel)));
    } finally {
      this.isLoading = false;
      this.take(this.late.splice(0));
    }
    if (this.mustLoadAgain) await this.load();
  }

  async read(channel) {
    const { words } = this;
    const query = new URLSearchParams({ channel, summary: true, limit: LIMITS[channel], contains: words });
    const answer = await fetch(`${PATH}?${query}`);
    // The answer to words that were changed meanwhile is no answer.
    if (answer.ok && words === this.words) this.messages[channel] = await answer.json();
  }

  take(messages) {
    // Whether a message says what is looked for, only the sandbox knows.
    if (this.words !== '' && messages.length > 0) {
      void this.load();
      return;
    }
    if (this.isLoading) this.late.push(...messages);
    for (const message of messages) {
      const list = this.messages[message.channel];
      const known = list.findIndex(({ id }) => id === message.id);
      if (known >= 0) list[known] = message;
      else list.unshift(message);
    }
    for (const [channel, limit] of Object.entries(LIMITS)) this.messages[channel].splice(limit);
    this.changed();
  }
}
