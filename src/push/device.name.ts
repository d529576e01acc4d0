type Row = readonly [name: string, pattern: RegExp];

/* In this order: browsers call themselves what they want to be taken for, too. */
const BROWSERS: readonly Row[] = [
  ['Edge', /\bEdgA?\//],
  ['Opera', /\bOPR\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Firefox', /\bFirefox\//],
  ['Chrome', /\bChrome\//],
  ['Safari', /\bSafari\//],
];

const SYSTEMS: readonly Row[] = [
  ['Android', /\bAndroid\b/],
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Windows', /\bWindows NT\b/],
  ['Mac', /\bMac OS X\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Linux', /\bLinux\b/],
];

const find = (table: readonly Row[], text: string) => table.find(([, pattern]) => pattern.test(text))?.[0];

/** How a person knows their device again, by what its browser says of itself: `Firefox on Android`. */
export function deviceNameOf(userAgent = ''): string {
  const [browser = 'Browser', system] = [find(BROWSERS, userAgent), find(SYSTEMS, userAgent)];
  return system === undefined ? browser : `${browser} on ${system}`;
}
