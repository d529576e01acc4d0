import { list, optional, type SettingProblem, settings, text } from '../config/settings.js';
import { publicKeyOf } from './vapid.keys.js';

/** The push services of today's browsers: Chrome and its kin, Firefox, Edge, Safari. */
const KNOWN_HOSTS = [
  'fcm.googleapis.com',
  '*.push.services.mozilla.com',
  '*.notify.windows.com',
  '*.push.apple.com',
];

/** The names that belong together: all of them, or none. */
const TOGETHER = {
  publicKey: 'VAPID_PUBLIC_KEY',
  privateKey: 'VAPID_PRIVATE_KEY',
  subject: 'VAPID_SUBJECT',
} as const;

/** Notifications of browsers, by Web Push. Nothing set: push is off. */
export class PushSettings extends settings('Web Push', {
  publicKey: optional(
    text(
      'VAPID_PUBLIC_KEY',
      'the key that browsers subscribe with; `npm run cli -- vapid-keys` makes a pair',
      {
        pattern: /^[\w-]{87}$/,
        form: 'the 87 characters that `npm run cli -- vapid-keys` prints',
      },
    ),
  ),
  privateKey: optional(
    text('VAPID_PRIVATE_KEY', 'the other half of it; with another pair everybody has to subscribe anew', {
      pattern: /^[\w-]{43}$/,
      form: 'the 43 characters that `npm run cli -- vapid-keys` prints',
      secret: true,
    }),
  ),
  subject: optional(
    text('VAPID_SUBJECT', 'whom a push service turns to when something is wrong', {
      pattern: /^(?:mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/,
      form: 'mailto: and an address, or an https URL',
      example: 'mailto:ops@example.com',
    }),
  ),
  hosts: list(
    'PUSH_HOSTS',
    'push services that may be called, comma-separated; *. stands for any name below',
    {
      fallback: KNOWN_HOSTS,
    },
  ),
}) {
  static problemsOf(values: PushSettings): SettingProblem[] {
    const names = Object.keys(TOGETHER) as (keyof typeof TOGETHER)[];
    const missing = names.filter((name) => values[name] === undefined);
    if (missing.length === names.length) return [];
    if (missing.length > 0) {
      const message = 'is not set, though the others of VAPID_ are: set all three, or none to leave push off';
      return missing.map((name) => ({ env: TOGETHER[name], message }));
    }
    if (publicKeyOf(values.privateKey ?? '') === values.publicKey) return [];
    const message =
      'does not fit VAPID_PUBLIC_KEY: both must come from one run of `npm run cli -- vapid-keys`';
    return [{ env: TOGETHER.privateKey, message }];
  }
}
