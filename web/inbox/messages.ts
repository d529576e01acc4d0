import { en, type Messages } from './messages.en.js';
import { hi } from './messages.hi.js';

export type { Messages };
export type MessageName = keyof Messages;
export type Say = (name: MessageName, values?: Readonly<Record<string, string | number>>) => string;

const SHIPPED: Readonly<Record<string, Messages>> = { en, hi };

/** The words of a language that is shipped; what a page's own bundle says comes before, and may be incomplete. */
export function messagesFor(language: string, bundle: Partial<Messages> = {}): Messages {
  const shipped = SHIPPED[language.split('-', 1)[0]?.toLowerCase() ?? 'en'] ?? en;
  return { ...shipped, ...bundle };
}

/** `{count} new` with its gaps filled in. */
export const filled = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (gap, name: string) => String(values[name] ?? gap));
