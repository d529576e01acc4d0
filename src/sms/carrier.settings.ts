import { files, list, type SettingProblem, settings } from '../config/settings.js';
import { didYouMean } from '../http/closest.js';
import { readMapping } from './mapping.file.js';

/** What Twilio is called in the order of providers; without an account there it is the sandbox, where there is one. */
export const TWILIO = 'twilio';

/** Carriers of texts besides Twilio, each described by a mapping file, and the order in which they are asked. */
export class CarrierSettings extends settings('Other SMS carriers', {
  mappings: files(
    'SMS_HTTP_PROVIDER_FILE',
    'how to speak with another carrier: a mapping file, or several, comma-separated (docs/guide-sms.md)',
    readMapping,
    { fallback: [], example: 'carrier.yaml' },
  ),
  order: list(
    'SMS_PROVIDERS',
    'who carries texts, the preferred one first: twilio and the names in SMS_HTTP_PROVIDER_FILE; default Twilio, then the files in their order',
    { fallback: [], example: 'twilio,carrier' },
  ),
}) {
  static problemsOf({ mappings, order }: CarrierSettings): SettingProblem[] {
    const names = mappings.map(({ name }) => name);
    const known = [TWILIO, ...names];
    const unknown = order.filter((name) => !known.includes(name)).map((name) => strange(name, known));
    return [
      ...twice('SMS_HTTP_PROVIDER_FILE', names),
      ...twice('SMS_PROVIDERS', order),
      ...unknown.map((message) => ({ env: 'SMS_PROVIDERS', message })),
    ];
  }
}

function twice(env: string, names: readonly string[]): SettingProblem[] {
  const again = names.find((name, index) => names.indexOf(name) < index);
  return again === undefined ? [] : [{ env, message: `names "${again}" twice: keep one of them` }];
}

const strange = (name: string, known: readonly string[]) =>
  `names "${name}", which no mapping file describes.${didYouMean(name, known)} Known are ${known.join(', ')}`;
