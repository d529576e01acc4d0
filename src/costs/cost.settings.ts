import { choice, integer, optional, settings, type SettingProblem, text } from '../config/settings.js';
import { allowancesOf, AMOUNTS, NAMED_AMOUNTS } from './limit.js';
import { PriceList } from './price.list.js';

const cap = (env: string, help: string, example: string, amounts = AMOUNTS) =>
  optional(text(env, help, { ...amounts, example }));

/** What messages may cost, and how many may go: unset means no cap. */
export class CostSettings extends settings('Costs', {
  pricesFile: optional(
    text('PRICES_FILE', 'a price list of your own, in place of prices/list-prices.yaml; of the same form'),
  ),
  userDay: cap('CAP_USER_DAY', 'the most that one person may cost a day', '1 USD'),
  userMonth: cap('CAP_USER_MONTH', 'the most that one person may cost a month', '10 USD, 100 messages'),
  categoryDay: cap(
    'CAP_CATEGORY_DAY',
    'the most that a category may cost a day: one amount for each, or by name',
    'promotion=20 USD, 100 USD',
    NAMED_AMOUNTS,
  ),
  allDay: cap('CAP_ALL_DAY', 'the most that everything together may cost a day', '150 USD'),
  allMonth: cap('CAP_ALL_MONTH', 'the most that everything together may cost a month', '3000 USD'),
  reserve: integer('CAP_RESERVE_PERCENT', 'how much of each cap only critical types may use, in percent', {
    max: 90,
    fallback: 0,
  }),
  reached: choice(
    'CAP_REACHED',
    'what becomes of a message over a cap: hold until the next day or month, or skip',
    ['hold', 'skip'],
    { fallback: 'hold' },
  ),
  timeZone: text('CAP_TIME_ZONE', 'where the days and months of the caps begin: an IANA name', {
    pattern: /^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)*$/,
    form: 'an IANA name, as Asia/Kolkata',
    fallback: 'Asia/Kolkata',
  }),
  addressHour: integer(
    'VELOCITY_ADDRESS_HOUR',
    'the most messages to one number an hour, against whoever makes us send; 0 means no limit',
    { max: 1_000_000, fallback: 20 },
  ),
  userHour: integer(
    'VELOCITY_USER_HOUR',
    'the most messages to one person an hour, whatever number they name; 0 means no limit',
    { max: 1_000_000, fallback: 20 },
  ),
  prefixHour: integer(
    'VELOCITY_PREFIX_HOUR',
    'the most messages to one range of numbers an hour, all people together; 0 means no limit',
    { max: 10_000_000, fallback: 0 },
  ),
  prefixLength: integer(
    'VELOCITY_PREFIX_LENGTH',
    'how many characters of a number make its range, with the +: at 9, +91987654 stands for 10,000 numbers of India',
    { min: 2, max: 15, fallback: 9 },
  ),
}) {
  static problemsOf(values: CostSettings): SettingProblem[] {
    return [...timeZoneOf(values), ...pricesOf(values)];
  }
}

function timeZoneOf({ timeZone }: CostSettings): SettingProblem[] {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return [];
  } catch {
    return [{ env: 'CAP_TIME_ZONE', message: `must be an IANA name, as Asia/Kolkata, not "${timeZone}"` }];
  }
}

/** A cap in a currency that messages are not priced in would never be reached. */
function pricesOf(values: CostSettings): SettingProblem[] {
  try {
    const priced = PriceList.read(values.pricesFile).currencies;
    const named = new Set(capsOf(values).flatMap(([, amounts]) => allowancesOf(amounts).currencies));
    const [cap] = capsOf(values).find(([, amounts]) => allowancesOf(amounts).currencies.length > 0) ?? [];
    if (!cap || new Set([...priced, ...named]).size === 1) return [];
    const message = `and the other caps are in ${[...named].join(', ')}, prices in ${[...priced].join(', ')}: it must be one currency; PRICES_FILE can name a price list in yours`;
    return [{ env: cap, message }];
  } catch (error) {
    return [{ env: 'PRICES_FILE', message: `cannot be used: ${(error as Error).message}` }];
  }
}

/** The caps that are set, by the names of their settings. */
const capsOf = ({ userDay, userMonth, categoryDay, allDay, allMonth }: CostSettings) =>
  Object.entries({
    CAP_USER_DAY: userDay,
    CAP_USER_MONTH: userMonth,
    CAP_CATEGORY_DAY: categoryDay,
    CAP_ALL_DAY: allDay,
    CAP_ALL_MONTH: allMonth,
  }).filter((entry): entry is [string, string] => entry[1] !== undefined);
