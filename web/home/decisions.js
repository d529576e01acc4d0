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
/** The same, of what is only asked. */
const WOULD = { pending: 'would go', delivered: 'would go', skipped: 'would not go' };

/** What is decided for each channel: asked first, and after sending what becomes of it. */
export class Decisions {
  /** Whether what is shown was sent, and not only asked. */
  isSent = false;
  #shown = 0;

  /** @param labels names of channels for people, by name */
  constructor(api, labels) {
    this.api = api;
    this.labels = labels;
  }

  showPlan({ status, body, took }) {
    this.#turn(false);
    this.#head('What would happen', `${status} in ${took} ms, nothing sent`, 'plain');
    this.#draw(body, body.deliveries);
  }

  /** And then what becomes of it, until nothing changes any more. */
  showSent({ status, body, took }) {
    this.#turn(true);
    this.#head('What happens', `${status} in ${took} ms`, 'good');
    this.#draw(body, body.deliveries);
    // Whoever stops the service while it is followed needs no word about it here.
    this.#follow(body, this.#shown).catch(() => undefined);
  }

  showRefusal({ message, status }, others) {
    this.#turn(false);
    this.#head('Refused', status ?? '', 'bad');
    byId('refusal').textContent = others.length > 0 ? others.join(' ') : message;
    byId('refusal').hidden = false;
    byId('preview').hidden = true;
    byId('reference').hidden = true;
    byId('channels').replaceChildren();
  }

  #turn(isSent) {
    this.#shown += 1;
    this.isSent = isSent;
  }

  #head(title, code, tone) {
    byId('answer-title').textContent = title;
    byId('answer-code').textContent = code;
    byId('answer-code').className = `code ${tone}`;
    byId('refusal').hidden = true;
  }

  async #follow({ id, ...body }, turn) {
    const { body: explained } = await this.api.get(`/api/notifications/${id}/explain`);
    const rules = new Map(explained.channels.map((channel) => [channel.channel, channel.rules]));
    const decided = new Map(body.deliveries.map((delivery) => [delivery.id, delivery]));
    const until = Date.now() + PATIENCE;
    for (let isOver = false; !isOver && turn === this.#shown && Date.now() < until;) {
      const { body: now } = await this.api.get(`/api/notifications/${id}/deliveries`);
      const rows = now.results.map((row) => ({
        ...row,
        rules: rules.get(row.channel),
        detail: decided.get(row.id)?.detail,
        error: row.error_message ?? undefined,
      }));
      if (turn === this.#shown) this.#draw(body, rows);
      isOver = rows.every(({ status }) => FINAL.includes(status));
      if (!isOver) await new Promise((resolve) => setTimeout(resolve, LOOK));
    }
  }

  #draw({ title, message, notification_id, dry_run }, deliveries) {
    byId('preview').hidden = false;
    byId('preview-title').textContent = title;
    byId('preview-message').textContent = message;
    byId('reference').hidden = dry_run === true;
    byId('reference').textContent = notification_id;
    const list = byId('channels');
    const rows = deliveries.map((delivery) => rowOf(delivery, this.labels, dry_run === true));
    // Only what has changed is put in its place, so that a screen reader says no more than that.
    rows.forEach((row, index) => {
      const old = list.children[index];
      if (!old) list.append(row);
      else if (!isSame(old, row)) replace(old, row);
    });
    while (list.children.length > rows.length) list.lastChild.remove();
  }
}

const planWord = ({ status, reason }) =>
  status === 'pending' && reason ? 'would wait' : (WOULD[status] ?? status);

/** Whether its rules are open is the reader's choice and no difference. */
function isSame(old, row) {
  const open = old.querySelector('details')?.open ?? false;
  const details = row.querySelector('details');
  if (details) details.open = open;
  return old.isEqualNode(row);
}

function replace(old, row) {
  const hasFocus = old.contains(document.activeElement);
  old.replaceWith(row);
  if (hasFocus) row.querySelector('summary')?.focus();
}

function rowOf(delivery, labels, isPlan) {
  const { channel, status } = delivery;
  const words =
    delivery.error ?? (delivery.reason ? delivery.detail : undefined) ?? (isPlan ? undefined : WORDS[status]);
  const cost = status === 'skipped' ? [] : costOf(delivery);
  return element(
    'li',
    { class: `channel ${status} ${isPlan ? 'plan' : ''}`.trim() },
    element('span', { class: 'sign', 'aria-hidden': 'true' }),
    element('span', { class: 'name' }, labels[channel] ?? channel),
    element('span', { class: 'status' }, isPlan ? planWord(delivery) : status),
    ...(words ? [element('span', { class: 'words' }, words)] : []),
    ...(cost.length > 0 ? [element('span', { class: 'cost' }, cost.join(', '))] : []),
    ...(delivery.rules?.length > 0 ? [rulesOf(delivery.rules)] : []),
  );
}

/** What it costs by; the price where the answer knows one, which is an estimate until the carrier has said it. */
function costOf({ segments, encoding, charges = [], estimated_price, estimated_unit }) {
  const length = segments ? `${segments} ${segments === 1 ? 'segment' : 'segments'}` : undefined;
  const settled = charges.map(({ price, currency }) => `${price} ${currency}`).join(' and ');
  const expected = estimated_price ? `about ${estimated_price} ${estimated_unit ?? ''}` : undefined;
  return [length, encoding, (settled || expected)?.trim()].filter(Boolean);
}

const OUTCOMES = { allow: 'yes', skip: 'no', hold: 'later' };

const rulesOf = (rules) =>
  element(
    'details',
    { class: 'rules' },
    element('summary', {}, rules.length === 1 ? '1 rule decided' : `${rules.length} rules decided`),
    element(
      'ol',
      {},
      ...rules.map(({ rule, outcome, detail }) =>
        element(
          'li',
          { class: outcome },
          element('span', { class: 'outcome' }, OUTCOMES[outcome] ?? outcome),
          element('span', {}, element('code', {}, rule), ` ${detail}`),
        ),
      ),
    ),
  );
