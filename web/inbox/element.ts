import { LitElement } from 'lit';
import { property, state } from 'lit/decorators.js';
import { speakFor } from './announcer.js';
import type { NotifyClient } from './client.js';
import { filled, type MessageName, type Messages, messagesFor } from './messages.js';
import { borrow, firstClient, giveBack, onFirstClient } from './shared.js';

const SOURCES = ['token', 'tokenUrl', 'getToken', 'base', 'client'] as const;
/** Milliseconds. Nobody reads what is spoken, and the same words are only news again once they were gone. */
const SPOKEN_FOR = 1000;
const RIGHT_TO_LEFT = /^(ar|dv|fa|he|ku|ps|sd|ug|ur|yi)\b/i;

/** Where this script comes from is where the service is. */
const ORIGIN = new URL(import.meta.url).origin;

/** What all elements have in common: a client, words in the page's language, a voice, light or dark. */
export abstract class NotifyElement extends LitElement {
  /** A short token of the person; without another, the connection ends with it. */
  @property() token: string | undefined;
  /** Where the page's own server answers `{"token": "..."}` for whoever is signed in. */
  @property({ attribute: 'token-url' }) tokenUrl: string | undefined;
  /** Answers a token, instead of either. */
  @property({ attribute: false }) getToken: (() => string | Promise<string>) | undefined;
  /** Where the service is; by default where this script comes from. */
  @property() base: string | undefined;
  /** A client of the page's own, instead of all of these. */
  @property({ attribute: false }) client: NotifyClient | undefined;
  /** A JSON file with words for another language, or for other taste. */
  @property({ attribute: 'messages-url' }) messagesUrl: string | undefined;
  /** The same as an object. */
  @property({ attribute: false }) messages: Partial<Messages> = {};
  @property({ reflect: true }) theme: 'auto' | 'light' | 'dark' = 'auto';

  @state() protected spoken = '';
  @state() private fetched: Partial<Messages> = {};
  /** The client in use. */
  protected inbox: NotifyClient | undefined;
  private leavings: (() => void)[] = [];
  private silence: number | undefined;
  private words: Messages = messagesFor('en');

  /** A client is there: what is subscribed to is returned, to be ended with it. */
  protected abstract attached(client: NotifyClient): (() => void)[];

  /** To be called when somebody has signed in or out and the page stays: asks for a token anew. */
  reconnect(): void {
    this.inbox?.reconnect();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#attach();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#detach();
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    this.words = messagesFor(this.language, { ...this.fetched, ...this.messages });
    if (changed.has('messagesUrl') && this.messagesUrl) void this.#fetchMessages(this.messagesUrl);
    if (!this.hasUpdated || SOURCES.some((name) => changed.has(name))) this.#attach();
  }

  /** BCP 47, of the nearest element that says one. */
  protected get language(): string {
    return this.closest<HTMLElement>('[lang]')?.lang || document.documentElement.lang || 'en';
  }

  protected get direction(): 'ltr' | 'rtl' {
    const said = this.closest<HTMLElement>('[dir]')?.dir;
    if (said === 'rtl' || said === 'ltr') return said;
    return RIGHT_TO_LEFT.test(this.language) ? 'rtl' : 'ltr';
  }

  protected say(name: MessageName, values: Readonly<Record<string, string | number>> = {}): string {
    return filled(this.words[name], values);
  }

  protected tell(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  /** Of several elements of a page that could speak, one does. */
  protected speak(client: NotifyClient): () => void {
    return speakFor(client, (items) => {
      const [first] = items;
      this.speakOut(
        items.length > 1
          ? this.say('saysMany', { count: items.length })
          : this.say('saysOne', { title: first?.title ?? '' }),
      );
    });
  }

  protected speakOut(words: string): void {
    clearTimeout(this.silence);
    this.spoken = words;
    this.silence = setTimeout(() => (this.spoken = ''), SPOKEN_FOR);
  }

  #attach(): void {
    this.#detach();
    const { inbox, leave } = this.#source();
    this.inbox = inbox;
    this.leavings = [leave];
    if (inbox) {
      this.leavings.push(
        inbox.on('change', () => this.requestUpdate()),
        inbox.on('state', () => this.#showState()),
        ...this.attached(inbox),
      );
    }
    this.#showState();
    this.requestUpdate();
  }

  /** For the page's own styles: `notify-inbox[connection='lost']`. */
  #showState(): void {
    this.setAttribute('connection', this.inbox?.state ?? 'connecting');
  }

  /** The client, if there is one yet, and what ends the use of it. */
  #source(): { readonly inbox: NotifyClient | undefined; readonly leave: () => void } {
    const { client, token, tokenUrl, getToken } = this;
    if (client) return { inbox: client, leave: () => undefined };
    if (!token && !tokenUrl && !getToken) {
      return { inbox: firstClient(), leave: onFirstClient(() => this.#follow()) };
    }
    const base = new URL(this.base ?? ORIGIN, document.baseURI).origin;
    const inbox = borrow({
      base,
      ...(token && { token }),
      ...(tokenUrl && { tokenUrl }),
      ...(getToken && { getToken }),
    });
    return { inbox, leave: () => giveBack(inbox) };
  }

  #follow(): void {
    if (firstClient() !== this.inbox) this.#attach();
  }

  #detach(): void {
    for (const leave of this.leavings) leave();
    this.leavings = [];
    this.inbox = undefined;
  }

  async #fetchMessages(url: string): Promise<void> {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) this.fetched = (await answer.json()) as Partial<Messages>;
  }
}
