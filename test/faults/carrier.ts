import { now } from '../../bench/clock.js';
import { personBehind, seqOf } from '../../bench/marker.js';
import { Sandbox } from '../../src/sandbox/sandbox.js';
import type { Arrival, Fate } from './arrivals.js';

/*
 * The sandbox in a process of its own, which tells the experiment what really happened: each message that was
 * taken, and how each text ended. Nothing of the service is between the two.
 */
const EVERY = 50;
/** So that a text can be asked after until the end of an experiment. */
const CAPACITY = 300_000;

const { SANDBOX_ACCOUNT_SID: accountSid = '', SANDBOX_AUTH_TOKEN: authToken = '' } = process.env;
const sandbox = await Sandbox.start({ accountSid, authToken, capacity: CAPACITY });
let arrivals: Arrival[] = [];
let fates: Fate[] = [];

sandbox.listen((event) => {
  if (event.kind === 'removed') return;
  const { message } = event;
  // Nobody in the experiment has a browser.
  if (message.channel === 'push') return;
  if (event.kind === 'added') {
    const channel = message.channel;
    const to = channel === 'sms' ? message.to : (message.to[0] ?? '');
    const id = channel === 'sms' ? message.id : (message.messageId ?? message.id);
    arrivals.push({ channel, seq: seqOf(message) ?? -1, person: personBehind(to), id, at: now() });
  } else if (message.channel === 'sms' && /delivered|failed/.test(message.status) && message.price === null) {
    fates.push({ id: message.id, status: message.status });
  }
});

function report(): void {
  if (arrivals.length + fates.length === 0) return;
  process.send?.({ arrivals, fates });
  [arrivals, fates] = [[], []];
}
setInterval(report, EVERY);
// Whoever asks whether that was all hears yes after all of it.
process.on('message', () => {
  report();
  process.send?.({ all: true });
});

const stop = () => void sandbox.stop().then(() => process.exit(0));
process.once('SIGTERM', stop).once('disconnect', stop);
process.send?.({ ready: { url: sandbox.accountUrl, smtpUrl: sandbox.smtpUrl } });
