import type { Language } from '../preferences/language.js';

/**
 * What stands in the way of a channel whatever is chosen, and how it ends; empty where nothing does.
 * @param reason why the address is closed; `stopped` is the person's own word, which a START takes back
 */
export function closedNote(reason: string | undefined, channel: string, language: Language): string {
  if (reason === undefined) return '';
  return language.text(reason === 'stopped' ? 'closed.stopped' : 'closed.other', { channel });
}
