import * as enrolments from '../push/enrolment.js';
import type { Enrolment } from '../push/enrolment.js';
import type { Http } from './http.js';
import { PushError } from './push.error.js';
import type { Tokens } from './tokens.js';
import type { ClientOptions, PushDevice, PushOptions, PushState } from './types.js';
import { activated, registrationAt } from './worker.registration.js';

/** Push messages: on this browser, and the list of all browsers of the person. */
export class Push {
  readonly #call: enrolments.Call;

  /** @internal */
  constructor(
    private readonly options: ClientOptions,
    private readonly tokens: Tokens,
    http: Http,
  ) {
    this.#call = (method, path, body) => http.call(method, path, body);
  }

  /**
   * What can be done here just now: `unsupported` as well where the service has no push. Rejected where nobody is signed
   * in, and while the service does not answer.
   */
  async state(): Promise<PushState> {
    const able = 'PushManager' in globalThis;
    // Of all browsers only those of an iPhone or iPad know whether they show an installed page.
    const installable = (navigator as { standalone?: boolean }).standalone === false;
    const key = able || installable ? await this.#key() : undefined;
    if (key === undefined) return 'unsupported';
    if (!able) return 'needs-install';
    if (Notification.permission === 'denied') return 'denied';
    return this.#alone(async (known) => (this.#isMine(known) && (await works(known, key)) ? 'on' : 'off'));
  }

  /**
   * Asks the person for their permission and tells the service of this browser. To be called by a click or a key: else
   * browsers do not ask. Rejected with a `PushError`, or with what the service says against it.
   */
  async subscribe({ workerUrl, deviceName }: PushOptions): Promise<PushDevice> {
    if (!('PushManager' in globalThis)) {
      throw new PushError('unsupported', 'This browser has no push messages.');
    }
    const said = await Notification.requestPermission();
    if (said === 'denied') throw new PushError('denied', 'Notifications are blocked for this site.');
    if (said !== 'granted') throw new PushError('dismissed', 'The question of the browser was not answered.');
    const { base, tokenUrl } = this.options;
    return this.#alone((known) =>
      this.#enrol({
        base,
        tokenUrl: tokenUrl && new URL(tokenUrl, document.baseURI).href,
        owner: this.tokens.owner,
        workerUrl: new URL(workerUrl, document.baseURI).href,
        deviceName,
        // Only the person whose it is may take away the one before.
        ...(this.#isMine(known) && known.id !== undefined && { id: known.id }),
      }),
    );
  }

  /** On this browser. */
  unsubscribe(): Promise<void> {
    return this.#alone((known) => this.#unsubscribe(known));
  }

  /** All browsers of the person, newest first. One that was removed elsewhere is ended here. */
  devices(): Promise<PushDevice[]> {
    return this.#alone(async (known) => {
      const devices = await enrolments.devicesOf(this.#call);
      const marked = devices.map((device) => ({ ...device, current: device.id === known?.id }));
      if (this.#isMine(known) && !marked.some(({ current }) => current)) await end(known);
      return marked;
    });
  }

  /** Any of the person's browsers, this one too. */
  remove(id: string): Promise<void> {
    return this.#alone((known) => (known?.id === id ? this.#unsubscribe(known) : this.#removed(id)));
  }

  /**
   * Keeps to whoever is signed in: of another person's browser, or nobody's, the subscription ends, and theirs that was
   * lost, or was made with a key that the service has no more, is made anew. Answers whether it is another one now.
   * @internal
   */
  follow(): Promise<boolean> {
    return this.#alone(async (known) => {
      const { owner } = this.tokens;
      if (!known || owner === undefined) return false;
      if (owner === known.owner) {
        const lost = Notification.permission === 'granted' && !(await works(known, await this.#key()));
        if (lost) await this.#enrol(known);
        return lost;
      }
      await (await subscriptionOf(known))?.unsubscribe();
      // Whoever only was away finds it again.
      if (owner !== '') await enrolments.forget();
      return true;
    });
  }

  /** What to subscribe with; undefined where the service has no push. */
  #key(): Promise<string | undefined> {
    return enrolments.keyOf(this.#call).catch((error: unknown) => {
      if ((error as { code?: string }).code !== 'push.off') throw error;
      return undefined;
    });
  }

  /** One after the other, in all windows. */
  #alone<Answer>(work: (known: Enrolment | undefined) => Promise<Answer>): Promise<Answer> {
    return enrolments.alone(async (known) => {
      await this.tokens.current().catch(() => '');
      return work(known?.base === this.options.base ? known : undefined);
    });
  }

  async #enrol(known: Enrolment): Promise<PushDevice> {
    const registration = await activated(known.workerUrl);
    return enrolments.enrol(this.#call, await enrolments.subscribe(this.#call, registration), known);
  }

  async #unsubscribe(known: Enrolment | undefined): Promise<void> {
    if (!known) return;
    if (known.id !== undefined && this.#isMine(known)) await this.#removed(known.id);
    await end(known);
  }

  /** Gone already is as good. */
  async #removed(id: string): Promise<void> {
    await enrolments.remove(this.#call, id).catch((error: unknown) => {
      if ((error as { status?: number }).status !== 404) throw error;
    });
  }

  #isMine(known: Enrolment | undefined): known is Enrolment {
    return known !== undefined && known.owner === this.tokens.owner;
  }
}

async function subscriptionOf({ workerUrl }: Enrolment): Promise<PushSubscription | null | undefined> {
  return (await registrationAt(workerUrl))?.pushManager.getSubscription();
}

/** Whether the browser still has what the service was told of, made with this key. */
async function works(known: Enrolment, key: string | undefined): Promise<boolean> {
  const held = await subscriptionOf(known);
  return !!held && held.endpoint === known.endpoint && enrolments.keyIn(held) === key;
}

async function end(known: Enrolment): Promise<void> {
  await (await subscriptionOf(known))?.unsubscribe();
  await enrolments.forget();
}
