/** The keys of the feed pattern, and a focus that stays where somebody was when rows come and go. */
export class Focus {
  #id: string | undefined;
  #at = -1;

  constructor(private readonly host: HTMLElement) {}

  /** Whether the focus is on a row. */
  get within(): boolean {
    return this.#focused !== undefined;
  }

  to(index: number): void {
    this.#rows[index]?.focus();
  }

  /** Before rows are drawn anew. */
  remember(): void {
    const row = this.#focused;
    this.#id = row?.dataset['id'];
    this.#at = row ? this.#rows.indexOf(row) : -1;
  }

  /** After it: where the row is gone, on the one in its place. */
  restore(otherwise: HTMLElement | null): void {
    if (this.#id === undefined || this.within) return;
    const rows = this.#rows;
    const same = rows.find(({ dataset }) => dataset['id'] === this.#id);
    (same ?? rows[Math.min(this.#at, rows.length - 1)] ?? otherwise)?.focus();
  }

  /** https://www.w3.org/WAI/ARIA/apg/patterns/feed/ */
  readonly keys = (event: KeyboardEvent): void => {
    const step = { PageDown: 1, PageUp: -1 }[event.key];
    if (step !== undefined) this.#step(event, step);
    else if (event.ctrlKey && event.key === 'End') this.#leave(event, 'more-or-after');
    else if (event.ctrlKey && event.key === 'Home') this.#leave(event, 'before');
  };

  #step(event: KeyboardEvent, step: number): void {
    const row = this.#focused;
    const next = this.#rows[(row ? this.#rows.indexOf(row) : -1) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  /** Out of a feed that may have no end: to the tabs before it, or to what comes behind it. */
  #leave(event: KeyboardEvent, where: 'before' | 'more-or-after'): void {
    const root = this.host.shadowRoot;
    const target =
      where === 'before'
        ? root?.querySelector<HTMLElement>('[role=tab][aria-selected=true]')
        : root?.querySelector<HTMLElement>('.end');
    if (!target) return;
    event.preventDefault();
    target.focus();
  }

  get #rows(): HTMLElement[] {
    return [...(this.host.shadowRoot?.querySelectorAll<HTMLElement>('article') ?? [])];
  }

  get #focused(): HTMLElement | undefined {
    return this.host.shadowRoot?.activeElement?.closest('article') ?? undefined;
  }
}
