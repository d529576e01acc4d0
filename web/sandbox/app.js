import { CarrierSheet } from './carrier.js';
import { Feed } from './feed.js';
import { Mailbox } from './mailbox.js';
import { Phone } from './phone.js';
import { Browsers } from './browsers.js';
import { time } from './format.js';

const SURE_MS = 4_000;
const TYPING_MS = 200;
const byId = (id) => document.getElementById(id);
const phone = new Phone();
const mailbox = new Mailbox();
const browsers = new Browsers();
const carrier = new CarrierSheet();
const clear = byId('clear');

const feed = new Feed({
  changed: render,
  connected: showConnection,
  behaved: () => void carrier.load(),
});

let typing;
byId('search').addEventListener('input', ({ target }) => {
  clearTimeout(typing);
  typing = setTimeout(() => void feed.search(target.value.trim()), TYPING_MS);
});
byId('search-form').addEventListener('submit', (event) => event.preventDefault());

function render() {
  const { sms, email, push } = feed.messages;
  phone.show(sms);
  mailbox.show(email);
  browsers.show(push);
  byId('main').classList.toggle('has-pushes', push.length > 0);
  for (const [channel, { length }] of Object.entries(feed.messages)) {
    for (const count of document.querySelectorAll(`[data-count="${channel}"]`)) count.textContent = length;
  }
  const total = sms.length + email.length + push.length;
  clear.disabled = total === 0;
  const isSearch = feed.words !== '';
  for (const [id, what] of [
    ['no-texts', 'text'],
    ['no-mails', 'mail'],
  ]) {
    byId(id).classList.toggle('is-search', isSearch);
    byId(`${id}-found`).textContent = isSearch ? `No ${what} says “${feed.words}”.` : '';
  }
  document.title = total > 0 ? `(${total}) Sandbox` : 'Sandbox';
}

function showConnection(isLive) {
  byId('live').dataset.state = isLive ? 'live' : 'away';
  byId('live-text').textContent = isLive ? 'Live' : 'Reconnecting';
}

/** Asks once more before everything is gone. */
clear.addEventListener('click', () => {
  if (clear.dataset.sure === 'yes') {
    unsure();
    void feed.clear();
    return;
  }
  clear.dataset.sure = 'yes';
  clear.textContent = 'Clear all?';
  setTimeout(unsure, SURE_MS);
});
clear.addEventListener('blur', unsure);

function unsure() {
  delete clear.dataset.sure;
  clear.textContent = 'Clear';
}

for (const button of document.querySelectorAll('[data-show]')) {
  button.addEventListener('click', () => {
    byId('main').dataset.shown = button.dataset.show;
    for (const other of document.querySelectorAll('[data-show]')) {
      other.setAttribute('aria-pressed', String(other === button));
    }
  });
}

byId('sms-command').textContent = `npm run cli -- test-sms \\
  --phone "+919876543210" \\
  --message "Hello"`;

byId('mail-command').textContent = `curl ${location.origin}/api/notifications \\
  -H "Authorization: Bearer $API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"type":"welcome","user":{"email":"asha@example.com","first_name":"Asha"}}'`;

for (const button of document.querySelectorAll('.copy')) {
  button.addEventListener('click', () => {
    void navigator.clipboard.writeText(button.previousElementSibling.textContent);
    button.classList.add('done');
    setTimeout(() => button.classList.remove('done'), 1_200);
  });
}

const tellTime = () => (byId('clock-face').textContent = time(new Date()));
tellTime();
setInterval(tellTime, 10_000);
