import type { OutgoingText } from './carrier.js';

/** What the carrier does wrong on purpose. Nothing by itself; tests of faults set it on a running sandbox. */
export interface Behaviour {
  /** The code of the API error that a text is refused with, instead of being taken. */
  refuse?: (text: OutgoingText) => number | undefined;
}
