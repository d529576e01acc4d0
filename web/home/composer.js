import { byId, element } from './dom.js';

const PERSON = ['id', 'first_name', 'email', 'phone'];
/** While somebody types, nobody is asked. */
const TYPING_MS = 400;

const form = byId('composer');
const { elements } = form;

/** What is sent: a type, somebody, their context and the channels, and what is wrong with them at the field. */
export class Composer {
  type;
  #typing;

  /** @param actions changed(): the request is another one; send() */
  constructor({ user, channels }, { changed, send }) {
    for (const field of PERSON) elements[field].value = user[field] ?? '';
    byId('channel-boxes').replaceChildren(...channels.map(boxOf));
    form.addEventListener('input', () => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(changed, TYPING_MS);
    });
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      clearTimeout(this.#typing);
      send();
    });
    byId('example').addEventListener('click', () => {
      this.choose(this.type);
      changed();
    });
  }

  choose(type) {
    this.type = type;
    byId('composer-title').textContent = type.display;
    byId('composer-type').textContent = type.name;
    elements.context.value = JSON.stringify(type.example, undefined, 2);
  }

  get personId() {
    return elements.id.value.trim();
  }

  get personName() {
    return elements.first_name.value.trim() || this.personId;
  }

  /** The body of the call; throws an Error with `errors`, as the API's own, where the context is no JSON. */
  request() {
    const person = PERSON.map((field) => [field, elements[field].value.trim()]).filter(
      ([, value]) => value !== '',
    );
    const boxes = [...form.querySelectorAll('[name="channel"]')];
    const chosen = boxes.filter(({ checked }) => checked).map(({ value }) => value);
    return {
      type: this.type.name,
      user: Object.fromEntries(person),
      context: parsed(elements.context.value),
      ...(chosen.length < boxes.length && { channels: chosen }),
    };
  }

  /** Each error at the field that it is about; returns those that are about none. */
  showErrors(errors) {
    const left = [];
    const words = new Map();
    for (const error of errors) {
      const field = fieldOf(error.pointer ?? '');
      if (field) words.set(field, [...(words.get(field) ?? []), wordsOf(error, field)]);
      else left.push(error.detail);
    }
    for (const field of [...PERSON, 'context', 'channels']) showAt(field, words.get(field) ?? []);
    return left;
  }
}

const boxOf = ({ name, label }) =>
  element(
    'label',
    { class: 'box' },
    element('input', { type: 'checkbox', name: 'channel', value: name, checked: true }),
    label,
  );

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch ({ message }) {
    const errors = [{ pointer: '/context', detail: `This is no JSON: ${message}` }];
    throw Object.assign(new Error('The context is no JSON.'), { errors });
  }
}

function fieldOf(pointer) {
  const [, first, second] = pointer.split('/');
  if (first === 'user') return PERSON.find((field) => field === second);
  return first === 'context' || first === 'channels' ? first : undefined;
}

/** Inside the context the pointer says where; elsewhere the field does. */
const wordsOf = ({ pointer, detail }, field) =>
  field === 'context' && pointer.length > '/context/'.length
    ? `${pointer.slice('/context/'.length).replaceAll('/', '.')}: ${detail}`
    : detail;

function showAt(field, lines) {
  const place = byId(`error-${field}`);
  place.replaceChildren(...lines.map((line) => element('span', {}, line)));
  place.hidden = lines.length === 0;
  const control = elements[field];
  if (lines.length > 0) control?.setAttribute('aria-invalid', 'true');
  else control?.removeAttribute('aria-invalid');
}
