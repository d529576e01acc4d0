const STYLES: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  short: { day: 'numeric', month: 'short' },
  medium: { day: 'numeric', month: 'short', year: 'numeric' },
  long: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  time: { hour: 'numeric', minute: '2-digit' },
  datetime: { day: 'numeric', month: 'short', year: 'numeric', hour: 'numeric', minute: '2-digit' },
};

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?$/;

/** No date is longer. */
const LONGEST = 64;

/** One order's date stands in many parts, and in the messages of the whole day. */
const written = new Map<string, string>();
const MOST_WRITTEN = 2_000;

/** Making a formatter costs a thousand times what using it costs. */
const formatters = new Map<string, Intl.DateTimeFormat>();
const MOST_FORMATTERS = 500;

/**
 * A day (2026-01-03) is that day everywhere; a moment with an offset is told in the person's time zone, one
 * without is the clock on the wall. Any other text stays as it is: platforms also send "Sat 3 Jan, 9 to 11 am".
 */
export function dateText(
  value: string,
  style: string,
  { language, timeZone }: { language: string; timeZone: string },
): string {
  if (value.length > LONGEST) return value;
  const key = `${value} ${style} ${language} ${timeZone}`;
  let found = written.get(key);
  if (found === undefined) {
    if (written.size >= MOST_WRITTEN) written.clear();
    found = write(value, style, language, timeZone);
    written.set(key, found);
  }
  return found;
}

function write(value: string, style: string, language: string, timeZone: string): string {
  const [, day, clock, offset] = MOMENT.exec(value) ?? (DAY.test(value) ? ['', value] : []);
  if (day === undefined) return value;
  const zone = offset?.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2') ?? 'Z';
  const date = new Date(clock === undefined ? day : `${day}T${clock}${zone}`);
  if (Number.isNaN(date.getTime())) return value;
  const words = formatter(language, offset === undefined ? 'UTC' : timeZone, style).format(date);
  // Newer Unicode data puts a narrow blank before "pm", which is not in GSM-7.
  return words.replace(/[\u202f\u00a0]/g, ' ');
}

function formatter(language: string, timeZone: string, style: string): Intl.DateTimeFormat {
  const key = `${language} ${timeZone} ${style}`;
  let found = formatters.get(key);
  if (!found) {
    if (formatters.size >= MOST_FORMATTERS) formatters.clear();
    found = make(language, timeZone, style);
    formatters.set(key, found);
  }
  return found;
}

function make(language: string, timeZone: string, style: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(language, { ...STYLES[style], timeZone });
  } catch {
    // A zone or language that this Node does not know must not keep a message from going out.
    return new Intl.DateTimeFormat('en-IN', { ...STYLES[style], timeZone: 'Asia/Kolkata' });
  }
}
