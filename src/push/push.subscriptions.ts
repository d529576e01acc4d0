import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { validate as isUuid, v7 as uuid } from 'uuid';
import type { Device, Devices } from '../channels/devices.js';
import { rowsOf } from '../deliveries/rows.js';
import type { Origin } from '../preferences/preferences.ledger.js';
import { SettingsHistory } from '../preferences/settings.history.js';
import { UsersService } from '../users/users.service.js';
import type { SubscriptionView } from './push.dto.js';
import { hostOf } from './push.endpoint.js';
import { PushService, type Subscription } from './push.service.js';
import { PushSubscription } from './push-subscription.entity.js';

/** The name of the channel, as people's rows and their history keep it. */
export const CHANNEL = 'push';

/** So many browsers of one person are enough: of more, the one that was of use least lately goes. */
const MOST = 20;

/** How one is to be sent to. */
export interface Known extends Subscription {
  /** Whether its last use was long enough ago to be noted again. */
  readonly stale: boolean;
}

/** What a browser brings. */
export interface Subscribing extends Omit<Subscription, 'vapidKey'> {
  readonly deviceName: string;
  /** The present key, where the browser has said that it subscribed with it. */
  readonly vapidKey: string | undefined;
}

type Queryable = Pick<EntityManager, 'query'>;

/* Two who bring the same browser at once come one after the other. */
const IN_TURN = `SELECT pg_advisory_xact_lock(hashtextextended('push:' || $1, 0))`;
const RENEW = `
  UPDATE push_subscriptions SET p256dh = $3, auth = $4, device_name = $5, vapid_key = coalesce($6, vapid_key)
   WHERE user_id = $1 AND endpoint = $2
  RETURNING id`;
const LEAVE =
  'DELETE FROM push_subscriptions WHERE endpoint = $1 RETURNING id, user_id, vapid_key AS "vapidKey"';
const INSERT = `
  INSERT INTO push_subscriptions (id, user_id, endpoint, p256dh, auth, device_name, vapid_key)
  VALUES ($1, $2, $3, $4, $5, $6, $7)`;
const REMOVE = `
  DELETE FROM push_subscriptions WHERE id = $1 AND user_id = $2
  RETURNING device_name AS name`;
const SURPLUS = `
  DELETE FROM push_subscriptions WHERE id IN (
    SELECT id FROM push_subscriptions WHERE user_id = $1
     ORDER BY coalesce(last_used_at, created_at) DESC, id DESC OFFSET ${MOST})
  RETURNING id, user_id`;
const GONE = 'DELETE FROM push_subscriptions WHERE id = $1 RETURNING id, user_id';
const KNOWN = `
  SELECT endpoint, json_build_object('p256dh', p256dh, 'auth', auth) AS keys, vapid_key AS "vapidKey",
         coalesce(last_used_at < now() - interval '1 hour', true) AS stale
    FROM push_subscriptions WHERE id = $1`;
/* What the push service took with the present key was made with it. */
const USED =
  'UPDATE push_subscriptions SET last_used_at = now(), vapid_key = coalesce(vapid_key, $2) WHERE id = $1';

interface Added {
  readonly id: string;
  readonly userId: string;
  readonly brought: Subscribing;
  readonly origin: Origin;
}

interface Left {
  readonly id: string;
  readonly user_id: string;
  readonly vapidKey?: string | null;
}

/** The browsers in which people have turned push on: the only writer of the table and of these addresses. */
@Injectable()
export class PushSubscriptions implements Devices {
  constructor(
    private readonly database: DataSource,
    private readonly users: UsersService,
    private readonly history: SettingsHistory,
    private readonly push: PushService,
  ) {}

  list(userId: string): Promise<PushSubscription[]> {
    return this.database.manager.find(PushSubscription, { where: { userId }, order: { id: 'DESC' } });
  }

  /** For the person and for their export. */
  viewOf(row: PushSubscription): SubscriptionView {
    return {
      id: row.id,
      device_name: row.deviceName,
      endpoint_host: hostOf(row.endpoint),
      created_at: row.createdAt,
      last_used_at: row.lastUsedAt,
      outdated: this.push.isOutdated(row.vapidKey),
    };
  }

  async of(userId: string): Promise<Device[]> {
    const found = await this.list(userId);
    return found.map(({ id, deviceName, createdAt, lastUsedAt, vapidKey }) => {
      const asleep = this.push.isOutdated(vapidKey);
      return { id, name: deviceName, since: createdAt, lastUsed: lastUsedAt, asleep };
    });
  }

  /** The row, and whether it is new. A browser that was another person's is this one's from now on. */
  async subscribe(
    userId: string,
    brought: Subscribing,
    origin: Origin,
  ): Promise<{ subscription: PushSubscription; isNew: boolean }> {
    return this.database.transaction(async (tx) => {
      const { endpoint, keys, deviceName, vapidKey } = brought;
      await tx.query(IN_TURN, [endpoint]);
      const values = [userId, endpoint, keys.p256dh, keys.auth, deviceName];
      const [renewed]: Left[] = rowsOf(await tx.query(RENEW, [...values, vapidKey]));
      const id = renewed?.id ?? uuid();
      if (!renewed) await this.add(tx, { id, userId, brought, origin });
      return { subscription: await tx.findOneByOrFail(PushSubscription, { id }), isNew: !renewed };
    });
  }

  async remove(tx: Queryable, userId: string, id: string): Promise<Pick<Device, 'name'> | undefined> {
    if (!isUuid(id)) return undefined;
    const [removed]: Pick<Device, 'name'>[] = rowsOf(await tx.query(REMOVE, [id, userId]));
    if (removed) await this.users.dropAddress(tx, userId, { channel: CHANNEL, address: id });
    return removed;
  }

  /** What the push service has given up is not used again. */
  async drop(id: string): Promise<void> {
    await this.database.transaction((tx) => this.forget(tx, GONE, id));
  }

  async find(id: string): Promise<Known | undefined> {
    const [row]: Known[] = await this.database.query(KNOWN, [id]);
    return row;
  }

  async used(id: string): Promise<void> {
    await this.database.query(USED, [id, this.push.publicKey]);
  }

  /** One that was another person's has its key from before, unless it says so; one that is quite new has the present. */
  private async add(tx: EntityManager, { id, userId, brought, origin }: Added): Promise<void> {
    const { endpoint, keys, deviceName, vapidKey } = brought;
    const [before] = await this.forget(tx, LEAVE, endpoint);
    await this.users.addAddress(tx, userId, { channel: CHANNEL, address: id });
    const key = vapidKey ?? (before ? before.vapidKey : this.push.publicKey);
    await tx.query(INSERT, [id, userId, endpoint, keys.p256dh, keys.auth, deviceName, key]);
    await this.forget(tx, SURPLUS, userId);
    const change = { channel: CHANNEL, id, name: deviceName, change: 'added' } as const;
    await this.history.noteDevice(tx, userId, change, origin);
  }

  /** Removes what the statement removes, and the addresses with it. */
  private async forget(tx: EntityManager, statement: string, value: string): Promise<Left[]> {
    const left: Left[] = rowsOf(await tx.query(statement, [value]));
    for (const { id, user_id } of left)
      await this.users.dropAddress(tx, user_id, { channel: CHANNEL, address: id });
    return left;
  }
}
