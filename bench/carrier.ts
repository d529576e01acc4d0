import { Sandbox } from '../src/sandbox/sandbox.js';
import { now } from './clock.js';
import { personBehind, seqOf } from './marker.js';

/*
 * The sandbox in a process of its own, as with `npm start`, that tells the driver what came: four numbers a
 * message (0 a text or 1 a mail, the notification, the person, when), many messages at once.
 */
const EVERY = 50;

const { SANDBOX_ACCOUNT_SID: accountSid = '', SANDBOX_AUTH_TOKEN: authToken = '' } = process.env;

const sandbox = await Sandbox.start({ accountSid, authToken });
let receipts: number[] = [];

sandbox.listen((event) => {
  if (event.kind !== 'added') return;
  const at = now();
  const { message } = event;
  const isText = message.channel === 'sms';
  const to = isText ? message.to : (message.to[0] ?? '');
  receipts.push(isText ? 0 : 1, seqOf(message) ?? -1, personBehind(to), at);
});
setInterval(() => {
  if (receipts.length === 0) return;
  process.send?.({ receipts });
  receipts = [];
}, EVERY);

const stop = () => void sandbox.stop().then(() => process.exit(0));
process.once('SIGTERM', stop).once('disconnect', stop);
process.send?.({ ready: { url: sandbox.accountUrl, smtpUrl: sandbox.smtpUrl } });
