import { el, showItems } from './dom.js';
import { fullTime, when } from './format.js';

const byId = (id) => document.getElementById(id);

/** What browsers show, newest first: which one, the words, and where a tap leads. */
export class Browsers {
  show(messages) {
    showItems(byId('pushes'), messages, ({ id }) => id, create, update);
    byId('no-pushes').hidden = messages.length > 0;
  }
}

const create = () => el('li');

function update(item, { device_name, title, body, action_url, times, received_at }) {
  const date = new Date(received_at);
  const time = el('time', { dateTime: received_at, title: fullTime(date) }, when(date));
  const head = el('p', { className: 'push-head' }, el('span', {}, device_name), time);
  const again =
    times > 1 ? [el('p', { className: 'push-note' }, `Came ${times} times, and is shown once`)] : [];
  item.replaceChildren(head, el('strong', {}, title), el('p', {}, body), ...linkTo(action_url), ...again);
}

/** Only what a browser would open. */
function linkTo(url) {
  if (!/^https?:/.test(url ?? '')) return [];
  return [el('a', { href: url, target: '_blank', rel: 'noopener' }, url)];
}
