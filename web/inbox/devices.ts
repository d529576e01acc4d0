import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import type { Say } from './messages.js';
import { ago } from './moments.js';
import type { Push } from './push.js';
import type { PushDevice, PushState } from './types.js';

interface Place {
  readonly say: Say;
  readonly language: string;
  /** The address of the worker. */
  readonly workerUrl: string;
  /** Told how it went: '' or what stood against it. */
  readonly done: (refused: string) => void;
}

/** Push messages of the person: a switch for this browser, and the list of all. */
export class Devices {
  #push: Push | undefined;
  #state: PushState = 'unsupported';
  #devices: readonly PushDevice[] = [];
  #busy = false;

  constructor(private readonly host: ReactiveControllerHost & HTMLElement) {}

  /** @param push undefined where nobody is known, or the page has no worker */
  async load(push: Push | undefined): Promise<void> {
    this.#push = push;
    [this.#devices, this.#state] = [[], 'unsupported'];
    await this.read();
  }

  /** Anew. Where nothing can be read, what is shown stays. */
  async read(): Promise<void> {
    const push = this.#push;
    const known = await push
      ?.devices()
      .then(async (devices) => [devices, await push.state()] as const)
      .catch(() => undefined);
    if (known && push === this.#push) [this.#devices, this.#state] = known;
    this.host.requestUpdate();
  }

  render(place: Place): TemplateResult | typeof nothing {
    const { say } = place;
    const list = html`<ul class="devices" aria-label=${say('devices')}>
      ${this.#devices.map((device) => this.#device(device, place))}
    </ul>`;
    return html`${this.#browser(place)} ${this.#devices.length > 0 ? list : nothing}`;
  }

  #browser(place: Place): TemplateResult | typeof nothing {
    const { say, workerUrl } = place;
    const state = this.#state;
    if (state === 'unsupported') return nothing;
    const on = state === 'on';
    const turn = (push: Push) => (on ? push.unsubscribe() : push.subscribe({ workerUrl }));
    const button = html`<button type="button" class="choice" @click=${() => this.#do(turn, place)}>
      ${say(on ? 'turnOff' : 'turnOn')}
    </button>`;
    const help = {
      denied: 'blocked',
      'needs-install': 'install',
      on: 'browserMore',
      off: 'browserMore',
    } as const;
    return html`<div class="block" id="push" role="group" tabindex="-1" aria-label=${say('browser')}>
      <div><strong>${say('browser')}</strong><small>${say(help[state])}</small></div>
      ${on || state === 'off' ? button : nothing}
    </div>`;
  }

  #device(device: PushDevice, place: Place): TemplateResult {
    const { say, language } = place;
    const { id, device_name, endpoint_host, created_at, last_used_at: used, current, outdated } = device;
    const name = device_name ?? endpoint_host;
    const since = new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(new Date(created_at));
    const when = used
      ? say('deviceUsed', { since, used: ago(new Date(used), language) })
      : say('device', { since });
    const more = outdated ? html`<small>${say('asleep')}</small>` : nothing;
    return html`<li>
      <span>${name}${current ? html` (${say('browser')})` : nothing}<small>${when}</small>${more}</span>
      <button
        type="button"
        class="choice"
        aria-label="${say('remove')}: ${name}"
        @click=${() => this.#do((push) => push.remove(id), place)}
      >
        ${say('remove')}
      </button>
    </li>`;
  }

  /** One after the other; whoever has left in the meantime sees nothing of it. */
  async #do(act: (push: Push) => Promise<unknown>, { done }: Place): Promise<void> {
    const push = this.#push;
    if (!push || this.#busy) return;
    this.#busy = true;
    const refused = await act(push).then(
      () => '',
      (error: unknown) => (error as Error).message,
    );
    await this.read();
    this.#busy = false;
    if (push !== this.#push) return;
    done(refused);
    await this.host.updateComplete;
    this.#keepFocus();
  }

  /** The button that was pressed may be gone. */
  #keepFocus(): void {
    const root = this.host.shadowRoot;
    if (!root?.activeElement) root?.querySelector<HTMLElement>('#push, .devices button')?.focus();
  }
}
