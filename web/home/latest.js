import { byId } from './dom.js';

/** By channel: the place, and what of a message is shown there. */
const PLACES = {
  sms: { id: 'latest-text', words: ({ text }) => text, note: ({ status }) => status },
  email: { id: 'latest-mail', words: ({ subject }) => subject, note: ({ status }) => status },
  push: { id: 'latest-push', words: ({ title }) => title, note: ({ device_name: name }) => name },
};

/** What the sandbox's phone, mailbox and browsers got last, live. Without a sandbox there is nothing to show. */
export async function showLatest() {
  const read = (channel) => fetch(`/api/dev/messages?channel=${channel}&limit=1&summary=true`);
  const answers = await Promise.all(Object.keys(PLACES).map(read));
  if (answers.some(({ ok }) => !ok)) {
    byId('strip').hidden = true;
    return;
  }
  const messages = await Promise.all(answers.map((answer) => answer.json()));
  for (const message of messages.flat()) show(message, false);
  new EventSource('/api/dev/events').addEventListener('messages', ({ data }) => {
    for (const message of JSON.parse(data)) show(message, true);
  });
}

const newest = {};

function show(message, live) {
  const { id, words, note } = PLACES[message.channel];
  const last = newest[message.channel];
  if (last && last.received_at > message.received_at) return;
  newest[message.channel] = message;
  const place = byId(id);
  place.querySelector('[data-words]').textContent = words(message);
  place.querySelector('[data-note]').textContent = note(message);
  if (!live || last?.id === message.id) return;
  place.classList.remove('arrived');
  void place.offsetWidth;
  place.classList.add('arrived');
}
