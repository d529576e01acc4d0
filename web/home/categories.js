import { byId, element } from './dom.js';

/**
 * The types by category, as the API tells them. Each category has a place for what the person wants of it.
 * @param choose called with the type that is to be written
 */
export function drawCategories({ categories, types }, choose) {
  const cards = categories.map((category) => {
    const own = types.filter((type) => type.category === category.name);
    return own.length === 0 ? [] : [cardOf(category, own, choose)];
  });
  byId('categories').replaceChildren(...cards.flat());
}

/** Shows which one is being written. */
export function markType(name) {
  for (const button of byId('categories').querySelectorAll('.type')) {
    button.setAttribute('aria-pressed', String(button.dataset.type === name));
  }
}

function cardOf({ name, display }, types, choose) {
  const title = `category-${name}`;
  return element(
    'section',
    { class: 'card category', 'aria-labelledby': title },
    element(
      'header',
      { class: 'card-head' },
      element('h2', { id: title }, display),
      element('div', {
        class: 'switches',
        role: 'group',
        'aria-label': `Consent: ${display}`,
        'data-consents': name,
      }),
    ),
    element('div', { class: 'types' }, ...types.map((type) => buttonOf(type, choose))),
  );
}

function buttonOf(type, choose) {
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
