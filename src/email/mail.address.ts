import { parseEmail } from '../users/email.js';

export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

/** The address as SMTP takes it; null for whatever is not exactly one address. */
export function addressOf(text: string): string | null {
  const parsed = parseEmail(text);
  return parsed.ok ? parsed.address : null;
}

/** `Name <a@b.example>` or `a@b.example`; null where it is neither. */
export function mailboxOf(text: string): Mailbox | null {
  const parts = /^([^<>"\p{Cc}]*|"[^<>"\p{Cc}]*")<([^<>\s]+)>$/u.exec(text.trim());
  const address = addressOf(parts?.[2] ?? text);
  if (address === null) return null;
  return { name: (parts?.[1] ?? '').trim().replace(/^"|"$/g, '').trim(), address };
}

export const domainOf = (address: string) => address.slice(address.lastIndexOf('@') + 1);
