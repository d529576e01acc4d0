import {
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
  type CountryCode,
  type PhoneNumber,
} from 'libphonenumber-js/max';
import { ApiError } from './api-error.js';
import { isLandline } from './test-numbers.js';

const PACKAGES = [
  'caller_name',
  'sim_swap',
  'call_forwarding',
  'line_status',
  'identity_match',
  'reassigned_number',
  'sms_pumping_risk',
];

const LINE_TYPES: Record<string, string> = {
  MOBILE: 'mobile',
  FIXED_LINE: 'landline',
  FIXED_LINE_OR_MOBILE: 'mobile',
  VOIP: 'nonFixedVoip',
  TOLL_FREE: 'tollFree',
  PREMIUM_RATE: 'premium',
  PERSONAL_NUMBER: 'personal',
  SHARED_COST: 'sharedCost',
  PAGER: 'pager',
  UAN: 'uan',
  VOICEMAIL: 'voicemail',
};

const LENGTH_ERRORS: Record<string, string> = {
  INVALID_COUNTRY: 'INVALID_COUNTRY_CODE',
  NOT_A_NUMBER: 'NOT_A_NUMBER',
  TOO_SHORT: 'TOO_SHORT',
  TOO_LONG: 'TOO_LONG',
  INVALID_LENGTH: 'INVALID_LENGTH',
};

/** Lookup v2: what can be said of a number. https://www.twilio.com/docs/lookup/v2-api */
export function lookup(asked: string, query: URLSearchParams): object {
  const country = (query.get('CountryCode') ?? undefined) as CountryCode | undefined;
  const number = parsePhoneNumberFromString(asked, country);
  if (!number && !/\d/.test(asked)) throw new ApiError(20404, { path: `/v2/PhoneNumbers/${asked}` });
  const valid = number?.isValid() === true;
  const wantsType = (query.get('Fields') ?? '').split(',').includes('line_type_intelligence');
  return {
    ...describe(asked, number),
    valid,
    validation_errors: valid ? [] : [whyInvalid(asked, country)],
    ...Object.fromEntries(PACKAGES.map((name) => [name, null])),
    line_type_intelligence: wantsType ? lineType(valid ? number : undefined) : null,
  };
}

function describe(asked: string, number: PhoneNumber | undefined): object {
  const phoneNumber = number?.number ?? asked;
  return {
    calling_country_code: number?.countryCallingCode ?? null,
    country_code: number?.country ?? null,
    phone_number: phoneNumber,
    national_format: number?.formatNational() ?? null,
    url: `https://lookups.twilio.com/v2/PhoneNumbers/${phoneNumber}`,
  };
}

function lineType(number: PhoneNumber | undefined): object {
  const unknown = { type: null, carrier_name: null, mobile_country_code: null, mobile_network_code: null };
  if (!number) return { ...unknown, error_code: 60600 };
  const type = isLandline(number.number) ? 'FIXED_LINE' : (number.getType() ?? '');
  const network = type === 'MOBILE' && { mobile_country_code: '404', mobile_network_code: '00' };
  return {
    ...unknown,
    type: LINE_TYPES[type] ?? 'unknown',
    carrier_name: 'Sandbox',
    ...network,
    error_code: null,
  };
}

function whyInvalid(asked: string, country: CountryCode | undefined): string {
  const error = validatePhoneNumberLength(asked, country);
  return (error && LENGTH_ERRORS[error]) ?? 'INVALID_BUT_POSSIBLE';
}
