import { getCountries, getCountryCallingCode, isSupportedCountry } from 'libphonenumber-js/max';
import { integer, list, optional, settings, type SettingProblem, text, url } from '../config/settings.js';

const SID = (letters: string) => ({
  pattern: new RegExp(`^${letters}[0-9a-fA-F]{32}$`),
  form: `${letters} and 32 hexadecimal digits`,
});

/** A Twilio account. Nothing set: the sandbox, where there is one; else SMS is off. */
export class SmsSettings extends settings('SMS through Twilio', {
  accountSid: optional(
    text('TWILIO_ACCOUNT_SID', "the account, as Twilio's console shows it", {
      ...SID('AC'),
      example: 'ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    }),
  ),
  authToken: optional(
    text('TWILIO_AUTH_TOKEN', "the account's auth token; it also proves that callbacks are Twilio's", {
      pattern: /^\S{8,128}$/,
      form: 'the token alone, without blanks',
      secret: true,
    }),
  ),
  oldAuthToken: optional(
    text(
      'TWILIO_AUTH_TOKEN_OLD',
      'while the auth token is rotated: the former one, still accepted in callbacks',
      {
        pattern: /^\S{8,128}$/,
        form: 'the token alone, without blanks',
        secret: true,
      },
    ),
  ),
  phoneNumber: optional(
    text('TWILIO_PHONE_NUMBER', 'the sender: a number, a short code or a sender ID of the account', {
      pattern: /^(\+[1-9]\d{6,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/,
      form: 'a number as +15005550006, a short code, or a sender ID of up to 11 letters and digits',
      example: '+15005550006',
    }),
  ),
  messagingServiceSid: optional(
    text('TWILIO_MESSAGING_SERVICE_SID', 'a messaging service that chooses the sender', {
      ...SID('MG'),
      example: 'MGxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    }),
  ),
  statusCallbackUrl: optional(
    url(
      'TWILIO_STATUS_CALLBACK_URL',
      'where Twilio reports to; default PUBLIC_URL/api/webhooks/twilio/status',
    ),
  ),
  apiBaseUrl: optional(
    url('TWILIO_API_BASE_URL', 'another endpoint that speaks the API of Twilio', {
      example: 'https://api.example.com',
    }),
  ),
  countries: list(
    'SMS_COUNTRIES',
    'countries that may get texts, by ISO code or calling code, comma-separated; default HOME_COUNTRY',
    {
      fallback: [],
      example: 'IN,AE,+977',
    },
  ),
  timeout: integer('TWILIO_TIMEOUT_MS', 'how long to wait for an answer of the API, in milliseconds', {
    min: 500,
    max: 30_000,
    fallback: 10_000,
  }),
  connections: integer('TWILIO_MAX_CONNECTIONS', 'connections to the API that may be open at once', {
    min: 1,
    max: 1000,
    fallback: 80,
  }),
  grace: integer(
    'SMS_UNKNOWN_SECONDS',
    'how long a text whose outcome was lost rests before the carrier is asked for it',
    { min: 1, max: 3600, fallback: 120 },
  ),
}) {
  static problemsOf(values: SmsSettings): SettingProblem[] {
    return [...halvesOf(values), ...countriesOf(values)];
  }
}

/** Half an account sends nothing and looks as if it did: it is named at start, with its cure. */
function halvesOf(values: SmsSettings): SettingProblem[] {
  const { accountSid, authToken, phoneNumber, messagingServiceSid } = values;
  const sender = phoneNumber ?? messagingServiceSid;
  const given = [
    accountSid && 'TWILIO_ACCOUNT_SID',
    authToken && 'TWILIO_AUTH_TOKEN',
    values.oldAuthToken && 'TWILIO_AUTH_TOKEN_OLD',
    phoneNumber && 'TWILIO_PHONE_NUMBER',
    messagingServiceSid && 'TWILIO_MESSAGING_SERVICE_SID',
    values.apiBaseUrl && 'TWILIO_API_BASE_URL',
  ].filter((name) => name !== undefined);
  if (given.length === 0) return [];

  const because = `though ${given.join(' and ')} ${given.length > 1 ? 'are' : 'is'}`;
  const problems: SettingProblem[] = [];
  const miss = (env: string, cure: string) =>
    problems.push({
      env,
      message: `is not set, ${because}: ${cure}, or remove the others to use no account`,
    });
  if (!accountSid) miss('TWILIO_ACCOUNT_SID', 'copy it from the Account Info of console.twilio.com');
  if (!authToken) miss('TWILIO_AUTH_TOKEN', 'copy it from the Account Info of console.twilio.com');
  if (!sender) {
    miss('TWILIO_PHONE_NUMBER', 'name a sender of the account here or in TWILIO_MESSAGING_SERVICE_SID');
  }
  return problems;
}

function countriesOf({ countries }: SmsSettings): SettingProblem[] {
  const codes = new Set(getCountries().map((country) => `+${getCountryCallingCode(country)}`));
  return countries
    .filter((country) => !isSupportedCountry(country) && !codes.has(country))
    .map((country) => ({
      env: 'SMS_COUNTRIES',
      message: `must be ISO countries or calling codes of countries, as IN,AE,+977, not "${country}"`,
    }));
}
