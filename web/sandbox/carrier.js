import { el } from './dom.js';
import { chosen, GROUPS, planFrom, sentences } from './plan.js';

const PATH = '/api/dev/behaviour';
const byId = (id) => document.getElementById(id);
const [sheet, form] = [byId('carrier'), byId('carrier-form')];
const OUTCOMES = {
  refused: 'Refused by the API',
  undelivered: 'Taken, then undelivered',
  failed: 'Taken, then failed',
};
const USUAL = {
  texts: 'The API works',
  callbacks: 'Callbacks come as they should',
  mails: 'Mails are taken',
  pushes: 'Messages to browsers are taken',
};

/** What carrier and mailbox do wrong on purpose: said at the top of the page, set in a sheet. */
export class CarrierSheet {
  plan = {};
  errors = [];

  constructor() {
    for (const button of document.querySelectorAll('[data-open-carrier]')) {
      button.addEventListener('click', () => this.open());
    }
    byId('close-carrier').addEventListener('click', () => sheet.close());
    for (const button of document.querySelectorAll('[data-mend]')) {
      button.addEventListener('click', () => void this.mend());
    }
    // A click beside the sheet hits the dialog itself.
    sheet.addEventListener('click', ({ target }) => target === sheet && sheet.close());
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.apply();
    });
  }

  async load() {
    const [plan, errors] = await Promise.all([
      read(PATH),
      this.errors.length ? this.errors : read(`${PATH}/codes`),
    ]);
    [this.plan, this.errors] = [plan, errors];
    this.tell();
  }

  open() {
    this.fill();
    this.say('');
    sheet.showModal();
  }

  tell() {
    const active = sentences(this.plan, this.errors);
    byId('active').hidden = active.length === 0;
    const words = `${active.join(' · ')}.`;
    if (active.length > 0 && byId('active-words').textContent !== words)
      byId('active-words').textContent = words;
    byId('carrier-state').textContent = active.length === 0 ? 'Carrier' : `Carrier (${active.length})`;
  }

  fill() {
    const { plan } = this;
    const { elements } = form;
    if (elements.code.options.length === 0) elements.code.append(...groupsOf(this.errors));
    elements.count.value = plan.fail_next?.count ?? 0;
    elements.code.value = plan.fail_next?.code ?? 30003;
    elements.delay.value = plan.delay_ms / 1000;
    elements.late.value = plan.late_ms / 1000;
    elements.opt_outs.checked = plan.opt_outs;
    elements.unauthorized.checked = plan.unauthorized;
    for (const group of Object.keys(GROUPS)) {
      const now = chosen(plan, group);
      elements[group].replaceChildren(...optionsOf(group, now));
      elements[group].value = now;
    }
  }

  async apply() {
    const { elements } = form;
    const plan = planFrom(this.plan, {
      count: Number(elements.count.value),
      code: Number(elements.code.value),
      delay: Math.round(Number(elements.delay.value) * 1000),
      late: Math.round(Number(elements.late.value) * 1000),
      optOuts: elements.opt_outs.checked,
      unauthorized: elements.unauthorized.checked,
      choices: Object.fromEntries(Object.keys(GROUPS).map((group) => [group, elements[group].value])),
    });
    const answer = await fetch(PATH, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(plan),
    });
    if (!answer.ok) {
      this.say((await answer.json()).detail);
      return;
    }
    sheet.close();
    await this.load();
  }

  async mend() {
    await fetch(PATH, { method: 'DELETE' });
    if (sheet.open) sheet.close();
    await this.load();
  }

  say(words) {
    byId('carrier-problem').textContent = words;
  }
}

async function read(path) {
  const answer = await fetch(path);
  return answer.json();
}

const groupsOf = (errors) =>
  Object.entries(OUTCOMES).map(([outcome, label]) => {
    const group = el('optgroup', { label });
    for (const { code, message, outcome: own } of errors) {
      if (own === outcome)
        group.append(el('option', { value: code }, `${code} ${message.replace(/\s*[:(]?\{\w+\}\)?/g, '')}`));
    }
    return group;
  });

const optionsOf = (group, now) => [
  el('option', { value: '' }, USUAL[group]),
  ...Object.entries(GROUPS[group]).map(([fault, words]) => el('option', { value: fault }, words)),
  ...(now === 'other' ? [el('option', { value: 'other' }, 'As set through the API')] : []),
];
