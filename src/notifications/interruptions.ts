import { Injectable } from '@nestjs/common';
import type { Rule } from '../deliveries/delivery.entity.js';
import type { Category, Hours, NotificationType } from '../templates/templates.service.js';
import type { User } from '../users/user.entity.js';
import { NotificationSettings } from './notification.settings.js';
import { opensAt } from './quiet.hours.js';

/** Hours in which somebody lets interruptions through. */
export interface Window extends Hours {
  /** Whose hours they are, as a sentence goes on with it. */
  readonly whose: string;
}

type Quiet = Pick<User, 'quietStart' | 'quietEnd' | 'timeZone' | 'phone'>;

/** When people may be interrupted: by their own wish, by the category's hours and by the law. */
@Injectable()
export class Interruptions {
  /** By the beginning of a phone number. */
  private readonly legal: readonly (readonly [string, Window])[];

  constructor({ promotionHours }: NotificationSettings) {
    this.legal = promotionHours.map((entry) => {
      const [prefix = '', hours = '', timeZone = ''] = entry.split(' ');
      const [from = '', to = ''] = hours.split('-');
      return [prefix, { from, to, timeZone, whose: `the law's for advertising to ${prefix}` }] as const;
    });
  }

  /** The windows that must all be open. What is critical passes the person's own, and no other. */
  windowsOf(
    person: Quiet,
    { promotional, hours, display }: Pick<Category, 'promotional' | 'hours' | 'display'>,
    priority: NotificationType['priority'],
  ): Window[] {
    const own = priority === 'critical' ? null : ownWindow(person);
    const legal = promotional ? this.legal.filter(([prefix]) => person.phone?.startsWith(prefix)) : [];
    return [
      ...(own ? [own] : []),
      ...(hours ? [{ ...hours, whose: `those of "${display}"` }] : []),
      ...legal.map(([, window]) => window),
    ];
  }
}

/** Awake is from the end of the quiet hours to their beginning. */
function ownWindow({ quietStart, quietEnd, timeZone }: Quiet): Window | null {
  if (quietStart === null || quietEnd === null) return null;
  return { from: quietEnd.slice(0, 5), to: quietStart.slice(0, 5), timeZone, whose: "the person's" };
}

/** Until when it is quiet, with the rule that says why: a hold, or a skip where no moment suits all windows. */
export interface QuietTime {
  readonly until: Date | null;
  readonly rule: Rule;
}

/** Undefined where nothing speaks against interrupting at this moment. */
export function quietTime(windows: readonly Window[], at: Date): QuietTime | undefined {
  const closed = windows.filter((window) => opensAt([window], at) !== at);
  if (closed.length === 0) return undefined;
  const until = opensAt(windows, at);
  const hours = (until ? closed : windows).map(
    ({ from, to, timeZone, whose }) => `${whose}, from ${from} to ${to} (${timeZone})`,
  );
  const rule = 'quiet_hours';
  const detail = until
    ? `It waits until ${until.toISOString()}: it may interrupt in these hours only: ${hours.join('; ')}.`
    : `These hours have no moment in common: ${hours.join('; ')}. Change one of them, or nothing can go.`;
  return { until, rule: { rule, outcome: until ? 'hold' : 'skip', detail } };
}
