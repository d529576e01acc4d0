import type twilio from 'twilio';
import { bad, type Finding, good, warning } from '../checkups/checkup.js';
import { isPublic } from '../checkups/public.address.js';
import { DeliveryFailure } from '../channels/failures.js';
import type { TwilioAccount } from './twilio.account.js';

type Client = ReturnType<typeof twilio>;

/** In the account's currency: below it somebody should know. */
const LITTLE = 5;
const NUMBER = /^\+[1-9]\d{6,14}$/;
/** Milliseconds: signatures and tokens bear more, and something is wrong all the same. */
const SKEWED = 5000;

/** What the account says of itself, of the sender and of the money; what fails is one finding. */
export async function accountFindings(client: Client, account: TwilioAccount): Promise<Finding[]> {
  const { status, type } = await client.api.v2010.accounts(account.sid).fetch();
  const see = 'See console.twilio.com for the reason.';
  const state =
    status === 'active'
      ? good('sms.twilio.account', 'Twilio accepts the account.')
      : bad('sms.twilio.account', `The account is ${status}.`, see);
  const upgrade = 'It texts verified numbers only, with a line of Twilio before your words: upgrade it.';
  const kind =
    type === 'Trial'
      ? warning('sms.twilio.type', 'It is a trial account.', upgrade)
      : good('sms.twilio.type', 'It is a full account.');
  return [state, kind, await balanceOf(client), ...(await senderOf(client, account))];
}

async function balanceOf(client: Client): Promise<Finding> {
  const { balance, currency } = await client.balance.fetch();
  const says = `The balance is ${balance} ${currency}.`;
  const cure = 'Top it up, or set an automatic recharge in the console.';
  if (Number(balance) <= 0) return bad('sms.twilio.balance', says, cure);
  return Number(balance) < LITTLE
    ? warning('sms.twilio.balance', says, cure)
    : good('sms.twilio.balance', says);
}

async function senderOf(client: Client, { from, messagingServiceSid }: TwilioAccount): Promise<Finding[]> {
  const service = messagingServiceSid === undefined ? [] : [await serviceOf(client, messagingServiceSid)];
  if (from === undefined) return service;
  if (!NUMBER.test(from)) {
    const says = `The sender is ${from}, which is no number: whether the country takes it cannot be asked.`;
    return [...service, warning('sms.twilio.sender', says, 'Send one text to yourself, with --wait.')];
  }
  const owned = await client.incomingPhoneNumbers.list({ phoneNumber: from, limit: 20 });
  const number = owned.find(({ phoneNumber }) => phoneNumber === from);
  const set = 'Set TWILIO_PHONE_NUMBER to a number of this account that can send texts.';
  if (!number) return [...service, bad('sms.twilio.sender', `${from} does not belong to the account.`, set)];
  return [
    ...service,
    number.capabilities.sms
      ? good('sms.twilio.sender', `${from} belongs to the account and can send texts.`)
      : bad('sms.twilio.sender', `${from} belongs to the account and cannot send texts.`, set),
  ];
}

async function serviceOf(client: Client, sid: string): Promise<Finding> {
  try {
    const { friendlyName } = await client.messaging.v1.services(sid).fetch();
    return good('sms.twilio.service', `The messaging service "${friendlyName}" exists.`);
  } catch (error) {
    const says = `The messaging service cannot be read: ${(error as Error).message}.`;
    return bad('sms.twilio.service', says, 'Mend it in the console, or set TWILIO_PHONE_NUMBER instead.');
  }
}

/** Whether Twilio can tell us how texts fare. */
export function callbackFinding({ mode, origin, callbackUrl }: TwilioAccount): Finding {
  const near = mode === 'sandbox' || origin !== undefined;
  const set = 'Set PUBLIC_URL to how the world reaches this service, with https://.';
  if (callbackUrl === undefined)
    return warning('sms.twilio.callback', 'No address for callbacks: Twilio is asked for each text.', set);
  if (near || isPublic(callbackUrl))
    return good('sms.twilio.callback', `Callbacks go to ${callbackUrl.split('?', 1)[0] ?? ''}.`);
  return bad('sms.twilio.callback', `Twilio cannot call ${callbackUrl}: it is not public.`, set);
}

export function clockFindings(clock: number | undefined): Finding[] {
  if (clock === undefined) return [];
  const says = `Its clock is about ${Math.round(clock / 1000)} s from the one of this machine.`;
  const cure = "Set this machine's clock by NTP.";
  return [
    Math.abs(clock) > SKEWED ? warning('sms.twilio.clock', says, cure) : good('sms.twilio.clock', says),
  ];
}

/** Why nothing more could be asked. */
export function refusal(error: unknown): Finding {
  const { message } = error as Error;
  const isOurs = error instanceof DeliveryFailure && error.kind === 'configuration';
  return bad(
    'sms.twilio.account',
    message,
    isOurs ? 'Until then texts wait, and none is lost.' : 'See whether this machine reaches api.twilio.com.',
    isOurs ? 'configuration' : 'unreachable',
  );
}
