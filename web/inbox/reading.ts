import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { NotificationList } from './list.js';

/** Where somebody reads. */
interface Place {
  readonly list: () => NotificationList | undefined;
  /** How far it is scrolled. Pixels; 0 or less at the top. */
  readonly scrolled: () => number;
  /** Whether the focus is on a row. */
  readonly focused: () => boolean;
  /** What comes below the rows, where there are more of them. */
  readonly end: () => HTMLElement | null;
  readonly more: () => void;
}

/** Who reads a list: nothing moves under them, and more of it comes as they near its end. */
export class Reading implements ReactiveController {
  #pointed = false;
  #watched: HTMLElement | null = null;
  readonly #seen = new IntersectionObserver((entries) => {
    if (entries.some(({ isIntersecting }) => isIntersecting)) this.place.more();
  });

  constructor(
    host: ReactiveControllerHost,
    private readonly place: Place,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    document.addEventListener('scroll', this.moved, { passive: true });
  }

  hostDisconnected(): void {
    this.#watch(null);
    document.removeEventListener('scroll', this.moved);
  }

  hostUpdated(): void {
    // Watched anew it is told at once that it is to be seen: not while it loads, and never by itself once it failed.
    const list = this.place.list();
    const rests = list?.loadingMore === true || list?.moreFailed === true;
    this.#watch(rests ? null : this.place.end());
  }

  /** A pointer is on the list, or has left it. */
  point(pointed: boolean): void {
    this.#pointed = pointed;
    this.moved();
  }

  /** They begin anew, with all that has come. */
  refresh(): void {
    this.#pointed = false;
    this.place.list()?.release();
  }

  /** They scrolled, or the focus went: at the top, with nobody there, what is new comes in. */
  readonly moved = (): void => {
    const list = this.place.list();
    if (!list) return;
    const busy = this.#pointed || this.place.scrolled() > 0 || this.place.focused();
    if (busy && list.items.length > 0) list.hold();
    else if (!busy && list.waiting === 0) list.release();
  };

  #watch(end: HTMLElement | null): void {
    if (end === this.#watched) return;
    this.#seen.disconnect();
    if (end) this.#seen.observe(end);
    this.#watched = end;
  }
}
