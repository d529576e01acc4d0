import type { FieldError } from '../http/domain.error.js';
import { parseEmail } from './email.js';
import { parsePhone } from './phone.js';
import type { UserFields } from './user.dto.js';

/** Columns of `users` that a request names, ready to be stored. */
export type UserColumns = Partial<
  Record<
    | 'email'
    | 'phone'
    | 'first_name'
    | 'last_name'
    | 'locale'
    | 'time_zone'
    | 'quiet_start'
    | 'quiet_end'
    | 'paused_until',
    string | null
  >
>;

/** `UserFields`, or anything of its shape. */
export type NamedFields = Omit<UserFields, 'quiet_hours'> & {
  readonly quiet_hours?: { readonly start: string; readonly end: string } | null;
};

type Found<T> = { readonly value: T } | { readonly code: string; readonly detail: string };

/** Reads the named fields; a null clears, which for what has a default means the default. */
export function columnsOf(
  fields: NamedFields,
  homeCountry: string,
  prefix: string,
): { columns: UserColumns; errors: FieldError[] } {
  const columns: UserColumns = {};
  const errors: FieldError[] = [];
  const read = <T>(
    name: keyof UserFields,
    given: T | null | undefined,
    reader: (value: T) => Found<UserColumns>,
    cleared: UserColumns,
  ) => {
    if (given === undefined) return;
    const found = given === null ? { value: cleared } : reader(given);
    if ('value' in found) Object.assign(columns, found.value);
    else errors.push({ pointer: `${prefix}/${name}`, code: found.code, detail: `${name} ${found.detail}` });
  };
  read('email', fields.email, emailColumn, { email: null });
  read('phone', fields.phone, (phone) => phoneColumn(phone, homeCountry), { phone: null });
  read('first_name', fields.first_name, (name) => nameColumn('first_name', name), { first_name: '' });
  read('last_name', fields.last_name, (name) => nameColumn('last_name', name), { last_name: '' });
  read('locale', fields.locale, localeColumn, { locale: 'en' });
  read('time_zone', fields.time_zone, zoneColumn, { time_zone: 'Asia/Kolkata' });
  read('quiet_hours', fields.quiet_hours, quietColumns, { quiet_start: null, quiet_end: null });
  read('paused_until', fields.paused_until, (until) => ({ value: { paused_until: until } }), {
    paused_until: null,
  });
  return { columns, errors };
}

function emailColumn(raw: string): Found<UserColumns> {
  const parsed = parseEmail(raw);
  return parsed.ok ? { value: { email: parsed.address } } : { code: parsed.code, detail: parsed.reason };
}

function phoneColumn(raw: string, homeCountry: string): Found<UserColumns> {
  const parsed = parsePhone(raw, homeCountry);
  return parsed.ok ? { value: { phone: parsed.e164 } } : { code: parsed.code, detail: parsed.reason };
}

/** Names stand in greetings and mail headers, where a line break would begin something new. */
function nameColumn(column: 'first_name' | 'last_name', raw: string): Found<UserColumns> {
  if (/\p{Cc}/u.test(raw)) return { code: 'user.bad-name', detail: 'holds control characters: remove them' };
  return { value: { [column]: raw.trim() } };
}

/** Also as Django writes it: en_IN. */
function localeColumn(raw: string): Found<UserColumns> {
  try {
    const [locale] = Intl.getCanonicalLocales(raw.replaceAll('_', '-'));
    if (locale !== undefined) return { value: { locale } };
  } catch {
    // Intl throws for what is no language tag.
  }
  return { code: 'user.bad-locale', detail: 'is not a language tag: write it as en or hi-IN' };
}

const zones = new Map<string, boolean>();

function zoneColumn(zone: string): Found<UserColumns> {
  return isZone(zone)
    ? { value: { time_zone: zone } }
    : { code: 'user.bad-time-zone', detail: 'is not a time zone: write it as Asia/Kolkata' };
}

/** Asked of Intl once for each name, which takes some 50 microseconds. */
function isZone(zone: string): boolean {
  const known = zones.get(zone);
  if (known !== undefined) return known;
  let valid = /^[A-Za-z]/.test(zone);
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    valid = false;
  }
  if (zones.size < 1000) zones.set(zone, valid);
  return valid;
}

function quietColumns({ start, end }: { start: string; end: string }): Found<UserColumns> {
  if (start === end)
    return { code: 'user.bad-quiet-hours', detail: 'must end at another time than they start' };
  return { value: { quiet_start: start, quiet_end: end } };
}
