const GAP = 8;
/** Below this width of the window the panel takes all of it. */
const NARROW = 480;
const TALLEST = 660;
/** With less room than that the panel may cover its button. */
const LOWEST = 340;

/** Below the button, or above it where there is more room; never outside the window. */
export function placed(panel: HTMLElement, button: HTMLElement, direction: 'ltr' | 'rtl'): void {
  const anchor = button.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const below = clientHeight - anchor.bottom - 2 * GAP;
  const above = anchor.top - 2 * GAP;
  const room = below >= LOWEST || below >= above ? below : above;
  const height = Math.min(TALLEST, room < LOWEST ? clientHeight - 2 * GAP : room);
  const top = room < LOWEST ? GAP : room === below ? anchor.bottom + GAP : anchor.top - GAP - height;
  const width = panel.offsetWidth;
  const wanted = direction === 'rtl' ? anchor.left : anchor.right - width;
  const furthest = clientWidth - GAP - width;
  const left = clientWidth < NARROW ? (clientWidth - width) / 2 : Math.max(GAP, Math.min(wanted, furthest));
  panel.style.height = `${height}px`;
  panel.style.top = `${top}px`;
  panel.style.left = `${left}px`;
}
