import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import type { Say } from './messages.js';

/** How long an action can be taken back. Milliseconds. */
const UNDO_FOR = 8000;

/** What was done just now, in a line that says so and offers to take it back. */
export class Notes {
  #text = '';
  #undo: (() => unknown) | undefined;
  #timer: number | undefined;

  constructor(private readonly host: ReactiveControllerHost) {}

  show(text: string, undo?: () => unknown): void {
    clearTimeout(this.#timer);
    this.#text = text;
    this.#undo = undo;
    this.#timer = setTimeout(() => this.#clear(), UNDO_FOR);
    this.host.requestUpdate();
  }

  /** @param undone called after somebody has taken it back: the button they pressed is gone */
  render(say: Say, undone: () => void): TemplateResult {
    const undo = () => {
      this.#undo?.();
      this.#clear();
      undone();
    };
    const button = html`<button type="button" class="link" @click=${undo}>${say('undo')}</button>`;
    return html`<div class="note-place" role="status">
      ${
        this.#text
          ? html`<div class="note" part="note">
              <span>${this.#text}</span>${this.#undo ? button : nothing}
            </div>`
          : nothing
      }
    </div>`;
  }

  #clear(): void {
    this.#text = '';
    this.#undo = undefined;
    this.host.requestUpdate();
  }
}
