import { svg, type TemplateResult } from 'lit';

/** Drawings on a field of 24 x 24, of lines only. */
const drawing = (...paths: string[]): TemplateResult => svg`
  <svg viewBox="0 0 24 24" aria-hidden="true">${paths.map((d) => svg`<path d=${d}></path>`)}</svg>`;

export const icons = {
  bell: drawing('M18.2 15.6V10.3a6.2 6.2 0 0 0-12.4 0v5.3L4.2 18h15.6z', 'M9.8 20.6a2.4 2.4 0 0 0 4.4 0'),
  close: drawing('M6 6l12 12', 'M18 6L6 18'),
  read: drawing('M5 12.5l4.5 4.5L19 7.5'),
  readAll: drawing('M2.5 12.5l4.5 4.5 8.5-9.5', 'M11.5 16.5l.5.5L21.5 7.5'),
  unread: drawing('M12 6.8a5.2 5.2 0 1 0 0 10.4 5.2 5.2 0 0 0 0-10.4z'),
  archive: drawing('M4 5h16v4H4z', 'M5.5 9v10h13V9', 'M10 13h4'),
  unarchive: drawing('M4 14v5h16v-5', 'M12 15V5', 'M7.5 9.5L12 5l4.5 4.5'),
  snooze: drawing(
    'M12 5.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15z',
    'M12 9v4.2l2.8 1.8',
    'M3.5 5.8l3-2.3',
    'M20.5 5.8l-3-2.3',
  ),
  up: drawing('M12 19V5', 'M6 11l6-6 6 6'),
  lock: drawing('M6.5 11h11v9h-11z', 'M8.5 11V8a3.5 3.5 0 0 1 7 0v3'),
  cloud: drawing('M7 18.5a4 4 0 0 1-.6-7.95 5.6 5.6 0 0 1 10.9-.9A4.5 4.5 0 0 1 17 18.5z', 'M4 4l16 16'),
  inbox: drawing('M4 13l3-8h10l3 8v6H4z', 'M4 13h4.5l1.5 2.5h4l1.5-2.5H20'),
};
