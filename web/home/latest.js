import { byId } from './dom.js';

/** What the sandbox's phone and mailbox got last, live. Without a sandbox there is nothing to show. */
export async function showLatest() {
  const read = (channel) => fetch(`/api/dev/messages?channel=${channel}&limit=1&summary=true`);
  const answers = await Promise.all(['sms', 'email'].map(read));
  if (answers.some(({ ok }) => !ok)) {
    byId('strip').hidden = true;
    return;
  }
  const [texts, mails] = await Promise.all(answers.map((answer) => answer.json()));
  texts.forEach((text) => show(text, false));
  mails.forEach((mail) => show(mail, false));
  new EventSource('/api/dev/events').addEventListener('messages', ({ data }) => {
    for (const message of JSON.parse(data)) show(message, true);
  });
}

const newest = {};

function show(message, live) {
  const last = newest[message.channel];
  if (last && last.received_at > message.received_at) return;
  newest[message.channel] = message;
  const place = byId(message.channel === 'sms' ? 'latest-text' : 'latest-mail');
  place.querySelector('[data-words]').textContent =
    message.channel === 'sms' ? message.text : message.subject;
  place.querySelector('[data-note]').textContent = message.status;
  if (!live || last?.id === message.id) return;
  place.classList.remove('arrived');
  void place.offsetWidth;
  place.classList.add('arrived');
}
