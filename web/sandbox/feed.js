const LIMITS = { sms: 500, email: 200 };

/** The messages of the sandbox, newest first by channel, kept up to date by its events. */
export class Feed {
  messages = { sms: [], email: [] };
  /** What came while a list was on its way, and is perhaps not in it. */
  late = [];
  isLoading = false;
  mustLoadAgain = false;

  constructor({ changed, connected }) {
    this.changed = changed;
    const events = new EventSource('/api/dev/events');
    events.addEventListener('open', () => {
      connected(true);
      void this.load();
    });
    events.addEventListener('error', () => connected(false));
    events.addEventListener('reload', () => void this.load());
    events.addEventListener('messages', (event) => this.take(JSON.parse(event.data)));
  }

  async clear() {
    await fetch('/api/dev/messages', { method: 'DELETE' });
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
    const answer = await fetch(`/api/dev/messages?channel=${channel}&summary=true&limit=${LIMITS[channel]}`);
    if (answer.ok) this.messages[channel] = await answer.json();
  }

  take(messages) {
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
