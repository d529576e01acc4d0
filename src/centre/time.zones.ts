/** How ICU calls places whose names have changed since. */
const RENAMED: Readonly<Record<string, string>> = {
  'America/Godthab': 'America/Nuuk',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
};

interface Region {
  readonly name: string;
  readonly zones: readonly { readonly name: string; readonly place: string }[];
}

const ZONES = Intl.supportedValuesOf('timeZone')
  .map((name) => RENAMED[name] ?? name)
  .sort();

/** All time zones by region, with the person's own even where it has another name here. */
export function regionsWith(own: string): Region[] {
  const names = ZONES.includes(own) ? ZONES : [...ZONES, own];
  const regions = new Map<string, { name: string; place: string }[]>();
  for (const name of names) {
    const [region = '', ...place] = name.split('/');
    const zones = regions.get(region) ?? [];
    zones.push({ name, place: place.join(', ').replaceAll('_', ' ') || name });
    regions.set(region, zones);
  }
  return [...regions].map(([name, zones]) => ({ name, zones }));
}
