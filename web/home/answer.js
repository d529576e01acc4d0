import { byId, element } from './dom.js';

const FINAL = ['delivered', 'failed', 'skipped', 'cancelled'];
const PATIENCE = 20_000;
const LOOK = 350;

/** What a state means, for somebody who sees it the first time. */
const WORDS = {
  pending: 'On its way…',
  sending: 'Being handed over…',
  unknown: 'The answer was lost; the carrier is being asked.',
  sent: 'The carrier has it.',
  failed: 'Failed.',
  cancelled: 'Cancelled.',
};

let shown;

/** The answer to a send, and then what becomes of it, until nothing changes any more. */
export function showAnswer(api, { status, body, took }, type, labels) {
  shown = body.id;
  byId('answer-idle').hidden = true;
  byId('answer-code').textContent = `${status} in ${took} ms`;
  byId('answer-code').className = 'code good';
  byId('answer-title').textContent = type.display;
  byId('reference').hidden = false;
  byId('reference').textContent = body.notification_id;
  draw(body.deliveries, labels);
  // Whoever stops the service while it is followed needs no word about it here.
  follow(api, body, labels).catch(() => undefined);
}

export function showRefusal(error, type) {
  shown = undefined;
  byId('answer-idle').hidden = false;
  byId('answer-idle').textContent = error.message;
  byId('answer-code').textContent = error.status ?? '';
  byId('answer-code').className = 'code bad';
  byId('answer-title').textContent = type.display;
  byId('reference').hidden = true;
  byId('channels').replaceChildren();
}

async function follow(api, { id, deliveries }, labels) {
  const decided = new Map(deliveries.map((delivery) => [delivery.id, delivery]));
  const until = Date.now() + PATIENCE;
  let now = deliveries;
  while (shown === id && Date.now() < until && now.some(({ status }) => !FINAL.includes(status))) {
    await new Promise((resolve) => setTimeout(resolve, LOOK));
    const { body } = await api.get(`/api/notifications/${id}/deliveries`);
    now = body.results.map((row) => ({
      ...row,
      detail: decided.get(row.id)?.detail,
      error: row.error_message ?? undefined,
    }));
    if (shown === id) draw(now, labels);
  }
}

function draw(deliveries, labels) {
  const list = byId('channels');
  const rows = deliveries.map((delivery) => rowOf(delivery, labels));
  // Only what has changed is put in its place, so that a screen reader says no more than that.
  rows.forEach((row, index) => {
    const old = list.children[index];
    if (!old) list.append(row);
    else if (!old.isEqualNode(row)) old.replaceWith(row);
  });
  while (list.children.length > rows.length) list.lastChild.remove();
}

function rowOf(delivery, labels) {
  const { channel, status } = delivery;
  const cost = [
    delivery.segments && `${delivery.segments} ${delivery.segments === 1 ? 'segment' : 'segments'}`,
    delivery.encoding,
  ];
  const words =
    delivery.error ?? (delivery.reason ? delivery.detail : undefined) ?? WORDS[status] ?? delivery.reason;
  return element(
    'li',
    { class: `channel ${status}` },
    element('span', { class: 'sign', 'aria-hidden': 'true' }),
    element('span', { class: 'name' }, labels[channel] ?? channel),
    element('span', { class: 'status' }, status),
    ...(words ? [element('span', { class: 'words' }, words)] : []),
    ...(status !== 'skipped' && cost.some(Boolean)
      ? [element('span', { class: 'cost' }, cost.filter(Boolean).join(', '))]
      : []),
  );
}
