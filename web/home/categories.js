import { byId, element } from './dom.js';

/**
 * The types by category, each category with its own consent: all of it as the API tells it.
 * @param preferences of the person; undefined when nobody knows them yet
 * @param actions choose(type), consent(category, channel, wanted)
 */
export function showCategories({ categories, types }, preferences, labels, actions) {
  const cards = categories.map((category) => {
    const own = types.filter((type) => type.category === category.name);
    return own.length === 0 ? [] : cardOf(category, own, preferences, labels, actions);
  });
  byId('categories').replaceChildren(...cards.flat());
}

/** Shows which one is being written. */
export function markType(name) {
  for (const button of byId('categories').querySelectorAll('.type')) {
    button.setAttribute('aria-pressed', String(button.dataset.type === name));
  }
}

function cardOf(category, types, { matrix = {}, locked = {} } = {}, labels, actions) {
  const open = Object.entries(matrix[category.name] ?? {}).filter(
    ([channel]) => !(channel in (locked[category.name] ?? {})),
  );
  const title = `category-${category.name}`;
  return element(
    'section',
    { class: 'card category', 'aria-labelledby': title },
    element(
      'header',
      { class: 'card-head' },
      element('h2', { id: title }, category.display),
      element(
        'div',
        { class: 'switches', role: 'group', 'aria-label': `Consent: ${category.display}` },
        ...open.map(([channel, wanted]) =>
          switchOf(category, channel, labels[channel] ?? channel, wanted, actions),
        ),
      ),
    ),
    element('div', { class: 'types' }, ...types.map((type) => buttonOf(type, actions))),
  );
}

function switchOf(category, channel, label, wanted, { consent }) {
  const made = element(
    'button',
    { type: 'button', role: 'switch', class: 'switch', 'aria-checked': String(wanted) },
    element('span', { class: 'track', 'aria-hidden': 'true' }),
    label,
  );
  made.addEventListener('click', async () => {
    const now = made.getAttribute('aria-checked') !== 'true';
    made.setAttribute('aria-checked', String(now));
    if (!(await consent(category, channel, now))) made.setAttribute('aria-checked', String(!now));
  });
  return made;
}

function buttonOf(type, { choose }) {
  const critical = type.priority === 'critical';
  const made = element(
    'button',
    {
      type: 'button',
      class: 'type',
      'data-type': type.name,
      'aria-pressed': 'false',
      title: critical ? `${type.name}, sent before all else` : type.name,
    },
    type.display,
    ...(critical
      ? [element('span', { class: 'critical' }, element('span', { class: 'unseen' }, ' (critical)'))]
      : []),
  );
  made.addEventListener('click', () => choose(type));
  return made;
}
