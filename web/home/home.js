import { showAnswer, showRefusal } from './answer.js';
import { Api } from './api.js';
import { showCategories } from './categories.js';
import { byId, toast } from './dom.js';
import { showLatest } from './latest.js';

/** What is shown before anything was sent; where the service has no such type, its first one. */
const FIRST = 'order_confirmed';

async function open() {
  const { body: session } = await new Api().get('/api/dev/session');
  const api = new Api(session.api_key);
  const { user } = session;
  const [preferences, health] = await Promise.all([
    api.get(`/api/notifications/preferences?user=${encodeURIComponent(user.id)}`),
    api.get('/health/ready'),
  ]);
  const labels = Object.fromEntries(
    Object.entries(health.body.channels).map(([name, { label }]) => [name, label]),
  );
  byId('person').textContent = `${user.first_name} (${user.email}, ${user.phone})`;
  showCategories(session, preferences.body, labels, {
    send: (type) => send(api, session, type, labels),
    consent: (category, channel, wanted) => consent(api, user, category, channel, wanted, labels),
  });
  showCall(session, session.types.find(({ name }) => name === FIRST) ?? session.types[0]);
}

async function send(api, session, type, labels) {
  showCall(session, type);
  try {
    const answer = await api.post('/api/notifications', requestOf(session, type));
    showAnswer(api, answer, type, labels);
    if (NARROW.matches) toast(summaryOf(answer.body.deliveries, labels));
  } catch (error) {
    showRefusal(error, type);
    if (NARROW.matches) toast(error.message);
  }
}

const requestOf = ({ user: { id, email, phone, first_name } }, { name, example }) => ({
  type: name,
  user: { id, email, phone, first_name },
  context: example,
});

/** In one column the answer is below the window's edge: this line says the same in short. */
const IN_SHORT = { pending: 'on its way' };
const NARROW = matchMedia('(max-width: 940px)');
function summaryOf(deliveries, labels) {
  return deliveries
    .map(({ channel, status }) => `${labels[channel] ?? channel} ${IN_SHORT[status] ?? status}`)
    .join(' · ');
}

async function consent(api, user, category, channel, wanted, labels) {
  try {
    const path = `/api/notifications/preferences?user=${encodeURIComponent(user.id)}`;
    await api.patch(path, { matrix: { [category.name]: { [channel]: wanted } } });
    const label = labels[channel] ?? channel;
    toast(`${user.first_name} says ${wanted ? 'yes' : 'no'} to ${category.display} by ${label}.`);
    return true;
  } catch (error) {
    toast(error.message);
    return false;
  }
}

function showCall(session, type) {
  const body = JSON.stringify(requestOf(session, type), undefined, 2).replaceAll("'", String.raw`'\''`);
  byId('curl').textContent = [
    `curl ${location.origin}/api/notifications \\`,
    `  -H 'Authorization: Bearer ${session.api_key}' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '${body}'`,
  ].join('\n');
}

function showEmbed() {
  byId('embed').textContent = [
    `<script type="module" src="${location.origin}/inbox.js"></script>`,
    '<notify-bell token-url="/your-token-endpoint"></notify-bell>',
  ].join('\n');
}

for (const button of document.querySelectorAll('[data-copy]')) {
  button.addEventListener('click', async () => {
    const before = button.textContent;
    await navigator.clipboard.writeText(byId(button.dataset.copy).textContent);
    button.textContent = 'Copied';
    setTimeout(() => (button.textContent = before), 1500);
  });
}

// The orders of the examples are on no page here.
byId('bell').addEventListener('click', (event) => {
  const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
  if (!link) return;
  event.preventDefault();
  toast(`On your site this leads to ${new URL(link.href).pathname}.`);
});

function showProblem(error) {
  const place = byId('problem');
  place.hidden = false;
  place.textContent =
    error.status === 404
      ? 'This page works on the machine that runs the service, at its localhost address.'
      : error.message;
}

showEmbed();
showLatest().catch(() => (byId('strip').hidden = true));
open().catch(showProblem);
