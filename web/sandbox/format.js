const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

export const time = (date) => clock.format(date);
export const fullTime = (date) => whole.format(date);

export function dayOf(date) {
  const midnight = new Date().setHours(0, 0, 0, 0);
  if (date >= midnight) return 'Today';
  return date >= midnight - 86_400_000 ? 'Yesterday' : day.format(date);
}

/** Short, for a row of a list. */
export const when = (date) => (dayOf(date) === 'Today' ? time(date) : dayOf(date));

export function phoneNumber(number) {
  return number
    .replace(/^\+91(\d{5})(\d{5})$/, '+91 $1 $2')
    .replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '+1 $1 $2 $3');
}

/** Carriers count what the account loses: "-0.08320" is shown as $0.0832. */
export const money = (price) => `$${Math.abs(Number(price)).toFixed(4)}`;

/** Something that a phone can answer: a number or a short code, not a name. */
export const isNumber = (sender) => /^\+?\d{3,15}$/.test(sender ?? '');

export const plural = (count, word) => `${count} ${word}${count === 1 ? '' : 's'}`;

export function size(bytes) {
  return bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} KB`;
}
