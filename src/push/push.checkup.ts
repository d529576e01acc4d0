import { Injectable, Module } from '@nestjs/common';
import { bad, Checkup, type Finding, good, warning } from '../checkups/checkup.js';
import { DatabaseCheckupModule } from '../database/database.checkup.js';
import { ShortConnection } from '../database/short.connection.js';
import { PushSenderModule } from './push.sender.module.js';
import { PushService } from './push.service.js';
import { PushSettings } from './push.settings.js';

/** How many browsers push is on in, by the key that they subscribed with. */
interface Subscriptions {
  readonly all: number;
  readonly outdated: number;
  readonly unknown: number;
}

const COUNT = `
  SELECT count(*)::int AS "all", count(*) FILTER (WHERE vapid_key <> $1)::int AS outdated,
         count(*) FILTER (WHERE vapid_key IS NULL)::int AS unknown
    FROM push_subscriptions`;

/** Names of sites that are nowhere: Apple takes no token of a sender that it could not turn to. */
const NOWHERE = /[@/.](?:localhost|local|invalid|test|example)(?:[:/]|$)/i;

/** Web Push: whether browsers can be told. That the keys fit was checked at the start; push services are not asked. */
@Injectable()
class PushCheckup extends Checkup {
  override readonly subject = 'Push';

  constructor(
    private readonly push: PushService,
    private readonly settings: PushSettings,
    private readonly connection: ShortConnection,
  ) {
    super();
  }

  override async check(): Promise<Finding[]> {
    const { mode, detail } = this.push.mode();
    if (mode === 'off')
      return [
        warning('push.off', 'Push is off.', `To send to browsers, ${detail}: \`vapid-keys\` makes them.`),
      ];
    const keys = good('push.keys', `The VAPID keys fit each other (${detail}).`);
    return [keys, ...(mode === 'live' ? subjectOf(this.settings) : []), await this.subscriptions()];
  }

  private async subscriptions(): Promise<Finding> {
    const count = await this.connection
      .use(async (client) => (await client.query<Subscriptions>(COUNT, [this.push.publicKey])).rows[0])
      .catch(() => undefined);
    if (count) return findingOf(count);
    const says = 'Which keys browsers subscribed with cannot be read.';
    return bad('push.subscriptions', says, 'Mend the database first.', 'unreachable');
  }
}

/** Needs the settings, and no database that answers. */
@Module({ imports: [DatabaseCheckupModule, PushSenderModule], providers: [PushCheckup] })
export class PushCheckupModule {}

function subjectOf({ subject = '' }: PushSettings): Finding[] {
  if (!NOWHERE.test(subject)) return [];
  const says = `VAPID_SUBJECT is ${subject}, which is nowhere: Safari's push service refuses whoever says so.`;
  return [warning('push.subject', says, 'Set it to an address or a site of yours that exists.')];
}

function findingOf({ all, outdated, unknown }: Subscriptions): Finding {
  const others = unknown === 0 ? '' : ` Of ${unknown} it is not known; the next message to each finds out.`;
  if (outdated === 0) {
    return good('push.subscriptions', `No subscription of ${all} was made with another key.${others}`);
  }
  const says = `${outdated} of ${all} subscriptions were made with another key: nothing is sent there.${others}`;
  const cure =
    'Nothing: each browser subscribes anew when its person next opens a page with the inbox. Or set the pair of before again.';
  return warning('push.subscriptions', says, cure);
}
