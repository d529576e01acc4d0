const SVG = 'http://www.w3.org/2000/svg';

/** An element with its attributes and children. No HTML is parsed anywhere: a text stays a text. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, '');
    else if (value !== false && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

/** A drawing on a field of 24 x 24, of lines only. */
export function drawing(...paths) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  for (const d of paths) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', d);
    svg.append(path);
  }
  return svg;
}

export const bellDrawing = () =>
  drawing('M18.2 15.6V10.3a6.2 6.2 0 0 0-12.4 0v5.3L4.2 18h15.6z', 'M9.8 20.6a2.4 2.4 0 0 0 4.4 0');
