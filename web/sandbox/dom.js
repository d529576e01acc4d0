/** An element with properties and children; text is never read as HTML. */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** One of the symbols at the top of the page. */
export function icon(name) {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  const use = document.createElementNS(namespace, 'use');
  use.setAttribute('href', `#${name}`);
  svg.setAttribute('aria-hidden', 'true');
  svg.append(use);
  return svg;
}

/**
 * Makes the children of a list show these items, in this order. Elements are kept by key, so that what has
 * the focus keeps it and only what is new comes in with a movement.
 */
export function showItems(list, items, keyOf, create, update) {
  const kept = new Map([...list.children].map((child) => [child.dataset.key, child]));
  let place = list.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    let child = kept.get(key);
    kept.delete(key);
    if (!child) {
      child = create(item);
      child.dataset.key = key;
    }
    update(child, item);
    if (child === place) place = place.nextElementSibling;
    else list.insertBefore(child, place);
  }
  for (const gone of kept.values()) gone.remove();
}

/** Up, Down, Home and End move among the buttons of a list. */
export function moveByArrows(list, selector, { previous = 'ArrowUp', next = 'ArrowDown' } = {}) {
  list.addEventListener('keydown', (event) => {
    const all = [...list.querySelectorAll(selector)].filter((button) => !button.disabled);
    const at = all.indexOf(document.activeElement);
    const targets = { [previous]: at - 1, [next]: at + 1, Home: 0, End: all.length - 1 };
    const target = all[targets[event.key]];
    if (at < 0 || !target) return;
    event.preventDefault();
    target.focus();
  });
}
