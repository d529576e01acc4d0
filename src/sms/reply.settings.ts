import { choice, optional, settings, text, url } from '../config/settings.js';

/** One text, or two at the most. */
const SHORT = { pattern: /^[^\0]{1,320}$/, form: 'a text of up to 320 characters' };

/** What people answer to our texts, and what they are answered. */
export class ReplySettings extends settings('Replies to texts', {
  inboundUrl: optional(
    url(
      'TWILIO_INBOUND_URL',
      'where Twilio brings what people text; default PUBLIC_URL/api/webhooks/twilio/inbound',
    ),
  ),
  preferenceLink: choice(
    'SMS_PREFERENCE_LINK',
    'optional: texts that people may do without end in a short link to say so, for countries where nobody can reply (India); it needs a short PUBLIC_URL',
    ['off', 'optional'],
    { fallback: 'off' },
  ),
  answers: choice(
    'SMS_KEYWORD_REPLIES',
    'whether STOP, START and HELP are answered: auto leaves to Twilio the words that it answers itself; always is for numbers where its support has switched that off',
    ['auto', 'always', 'never'],
    { fallback: 'auto' },
  ),
  stop: text('SMS_STOP_REPLY', 'the answer to STOP', {
    ...SHORT,
    fallback: 'You will get no more texts from us. Reply START to get them again.',
  }),
  start: text('SMS_START_REPLY', 'the answer to START', {
    ...SHORT,
    fallback: 'You will get texts from us again. Reply STOP to get no more.',
  }),
  help: text('SMS_HELP_REPLY', 'the answer to HELP; say who you are and where to write to', {
    ...SHORT,
    fallback: 'These texts are about your orders and your account. Reply STOP to get no more.',
  }),
}) {}
