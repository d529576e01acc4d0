import type { InboundText } from './inbound.texts.js';
import type { Keyword } from './keywords.js';
import type { TwilioAccount } from './twilio.account.js';
import { fieldsOf, notGenuine } from './twilio.callback.js';

/** A number in E.164, a short code, or a sender's name. */
const SENDER = /^(\+[1-9]\d{4,14}|[A-Za-z0-9 ]{1,15})$/;

/** The fields that are used: one value each, of this form. Twilio joins no more than 1600 characters. */
const FIELDS = {
  AccountSid: /^AC[0-9a-f]{32}$/i,
  MessageSid: /^(SM|MM)[0-9a-f]{32}$/i,
  From: SENDER,
  To: SENDER,
  Body: /^[^\0]{0,4000}$/,
  NumMedia: /^\d{0,2}$/,
  OptOutType: /^(STOP|START|HELP)?$/,
};

const HANDLED: Readonly<Record<string, Keyword>> = { STOP: 'stop', START: 'start', HELP: 'help' };

/** The text in a genuine callback. With `OptOutType` Twilio has answered it already. */
export function inboundTextOf(form: unknown, account: TwilioAccount): InboundText {
  const { AccountSid, MessageSid, From, To, Body, NumMedia, OptOutType } = fieldsOf(form, FIELDS);
  if (AccountSid !== account.sid) throw notGenuine();
  return {
    provider: account.provider,
    providerId: MessageSid,
    from: From,
    to: To,
    body: Body,
    mediaCount: Number(NumMedia),
    handled: HANDLED[OptOutType] ?? null,
  };
}
