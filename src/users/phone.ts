import {
  type CountryCode,
  ParseError,
  type PhoneNumber,
  type PhoneNumberType,
  parsePhoneNumberWithError,
} from 'libphonenumber-js/max';

export type ParsedPhone =
  | {
      readonly ok: true;
      readonly e164: string;
      readonly country: string;
      readonly type: 'mobile' | 'mobile-or-landline';
    }
  | { readonly ok: false; readonly code: PhoneFault; readonly reason: string };

/** Stable, for programs. */
export type PhoneFault =
  | 'phone.empty'
  | 'phone.letters'
  | 'phone.extension'
  | 'phone.too-short'
  | 'phone.too-long'
  | 'phone.unknown-country'
  | 'phone.not-in-use'
  | 'phone.landline'
  | 'phone.premium'
  | 'phone.satellite'
  | 'phone.pager'
  | 'phone.not-mobile'
  | 'phone.country-not-allowed';

const REASONS: Readonly<Record<PhoneFault, string>> = {
  'phone.empty': 'is empty: give a mobile number, as +91 98765 43210',
  'phone.letters': 'holds something that is no digit: write it as +91 98765 43210',
  'phone.extension': 'has an extension, which no text can reach: give a number without one',
  'phone.too-short': 'has too few digits: give the whole number, as +91 98765 43210',
  'phone.too-long': 'has too many digits: give one number, as +91 98765 43210',
  'phone.unknown-country': 'begins with no country code that exists: write it as +91 98765 43210',
  'phone.not-in-use': 'cannot belong to anybody in its country: look for a mistyped digit',
  'phone.landline': 'is a landline, which cannot receive texts: give a mobile number',
  'phone.premium': 'is a service number that costs extra: give a mobile number',
  'phone.satellite': 'is a satellite phone, to which texts cost many times more: give a mobile number',
  'phone.pager': 'is a pager, which cannot receive texts: give a mobile number',
  'phone.not-mobile': 'is not a mobile number: give one that can receive texts',
  'phone.country-not-allowed': 'is in a country to which no texts are sent: give a number of another country',
};

const FAULT_OF_TYPE: Partial<Record<PhoneNumberType, PhoneFault>> = {
  FIXED_LINE: 'phone.landline',
  PREMIUM_RATE: 'phone.premium',
  SHARED_COST: 'phone.premium',
  PAGER: 'phone.pager',
};

/** Inmarsat, Iridium and Globalstar, and the networks of no country. Their numbers count as mobile ones. */
const SATELLITES = ['870', '881', '882', '883'];

const FAULT_OF_PARSING: Readonly<Record<string, PhoneFault>> = {
  NOT_A_NUMBER: 'phone.letters',
  INVALID_COUNTRY: 'phone.unknown-country',
  TOO_SHORT: 'phone.too-short',
  TOO_LONG: 'phone.too-long',
};

/** Carriers' documented test numbers: nobody's, and every one of them answers in its own way. */
const TEST_NUMBER = /^\+1500555\d{4}$/;
const EXTENSION = /(?:ext\.?|extn\.?|extension|;ext=|[x#,;])\s*\d+\s*$/i;
/** What people and address books put between digits: blanks, dashes, dots, brackets, direction marks. */
const FILLERS = /[\s().\u2010-\u2015\u2212\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff-]/g;
const LONGEST = 60;

/**
 * A mobile number as people write it, in E.164. `countries` are the ISO regions or calling codes that are allowed
 * (all, when it is not given): `GB` is Britain alone, `+44` is Guernsey too.
 */
export function parsePhone(raw: string, homeCountry: string, countries?: readonly string[]): ParsedPhone {
  if (raw.length > LONGEST) return refused('phone.too-long');
  const text = inAsciiDigits(raw);
  if (text.trim() === '') return refused('phone.empty');
  if (EXTENSION.test(text)) return refused('phone.extension');
  const digits = text
    .replaceAll(FILLERS, '')
    .replace(/^\uff0b/, '+')
    .replace(/^00/, '+');
  if (!/^\+?\d+$/.test(digits)) return refused('phone.letters');
  try {
    const number = parsePhoneNumberWithError(digits, {
      defaultCountry: homeCountry as CountryCode,
      extract: false,
    });
    const type = number.getType();
    const country = number.country ?? '';
    const fault = TEST_NUMBER.test(number.number) ? undefined : faultOf(number, type);
    if (fault) return refused(fault);
    const places = [country, `+${number.countryCallingCode}`];
    if (countries && !places.some((place) => countries.includes(place)))
      return refused('phone.country-not-allowed');
    return {
      ok: true,
      e164: number.number,
      country,
      type: type === 'FIXED_LINE_OR_MOBILE' ? 'mobile-or-landline' : 'mobile',
    };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return refused(FAULT_OF_PARSING[error.message] ?? 'phone.letters');
  }
}

function faultOf(number: PhoneNumber, type: PhoneNumberType | undefined): PhoneFault | undefined {
  if (SATELLITES.includes(number.countryCallingCode)) return 'phone.satellite';
  if (type === 'MOBILE' || type === 'FIXED_LINE_OR_MOBILE') return undefined;
  if (type !== undefined) return FAULT_OF_TYPE[type] ?? 'phone.not-mobile';
  if (number.isPossible()) return 'phone.not-in-use';
  return number.nationalNumber.length < 8 ? 'phone.too-short' : 'phone.too-long';
}

const refused = (code: PhoneFault): ParsedPhone => ({ ok: false, code, reason: REASONS[code] });

/** Digits of every script as 0 to 9: each script has its ten in a row, and some have several rows. */
function inAsciiDigits(text: string): string {
  return text.replaceAll(/[^\0-\x7f]/gu, (character) => {
    if (!/\p{Nd}/u.test(character)) return character;
    const point = character.codePointAt(0) ?? 0;
    let first = point;
    while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--;
    return String((point - first) % 10);
  });
}
