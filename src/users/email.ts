import { domainToASCII } from 'node:url';

export type ParsedEmail =
  | { readonly ok: true; readonly address: string }
  | { readonly ok: false; readonly code: EmailFault; readonly reason: string };

/** Stable, for programs. */
export type EmailFault =
  'email.empty' | 'email.not-single' | 'email.malformed' | 'email.domain' | 'email.too-long';

const REASONS: Readonly<Record<EmailFault, string>> = {
  'email.empty': 'is empty: give an address, as asha@example.com',
  'email.not-single':
    'must be one bare address, without a name, comma, blank or line break: asha@example.com',
  'email.malformed': 'is not an e-mail address: write it as asha@example.com',
  'email.domain': 'has a domain that cannot exist: look at what stands behind the @',
  'email.too-long': 'is longer than any mail server accepts: 254 characters at most, 64 before the @',
};

const LONGEST = 254;
const LONGEST_LOCAL = 64;
/** RFC 5321 dot-string: no quotes, no comments, ASCII only. */
const LOCAL = /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** Whatever ASCII could mean something else to the domain parser than it does to people. */
const NO_DOMAIN = /[^A-Za-z0-9.\-\u0080-\u{10ffff}]/u;

/**
 * One bare address. Strict, because mail software splits headers on what slips through here: no names, lists,
 * quotes or line breaks. The domain in lower case and punycode; the part before the @ is the mailbox owner's.
 */
export function parseEmail(raw: string): ParsedEmail {
  const text = raw.trim();
  if (text === '') return refused('email.empty');
  if (text.length > LONGEST) return refused('email.too-long');
  if (/[\s,;<>"()\p{Cc}\p{Cf}]/u.test(text)) return refused('email.not-single');
  const [local = '', domain, ...rest] = text.split('@');
  if (domain === undefined || rest.length > 0 || !LOCAL.test(local)) return refused('email.malformed');
  if (local.length > LONGEST_LOCAL) return refused('email.too-long');
  const ascii = asciiDomain(domain);
  if (ascii === undefined) return refused('email.domain');
  const address = `${local}@${ascii}`;
  return address.length > LONGEST ? refused('email.too-long') : { ok: true, address };
}

/** At least two labels, and the last is no number, which would be an address of the network. */
function asciiDomain(domain: string): string | undefined {
  if (NO_DOMAIN.test(domain)) return undefined;
  const ascii = domainToASCII(domain).toLowerCase();
  const labels = ascii.split('.');
  const last = labels.at(-1) ?? '';
  const fits = labels.length >= 2 && labels.every((label) => LABEL.test(label)) && /[a-z]/.test(last);
  return fits && last.length >= 2 ? ascii : undefined;
}

const refused = (code: EmailFault): ParsedEmail => ({ ok: false, code, reason: REASONS[code] });
