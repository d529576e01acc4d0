import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { validate as isUuid, v7 as uuid } from 'uuid';
import type { Device, Devices } from '../channels/devices.js';
import { rowsOf } from '../deliveries/rows.js';
import type { Origin } from '../preferences/preferences.ledger.js';
import { SettingsHistory } from '../preferences/settings.history.js';
import { UsersService } from '../users/users.service.js';
import type { Subscription } from './push.service.js';
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
export interface Subscribing extends Subscription {
  readonly deviceName: string;
}

type Queryable = Pick<EntityManager, 'query'>;

/* Two who bring the same browser at once come one after the other. */
const IN_TURN = `SELECT pg_advisory_xact_lock(hashtextextended('push:' || $1, 0))`;
const RENEW = `
  UPDATE push_subscriptions SET p256dh = $3, auth = $4, device_name = $5 WHERE user_id = $1 AND endpoint = $2
  RETURNING id`;
const LEAVE = 'DELETE FROM push_subscriptions WHERE endpoint = $1 RETURNING id, user_id';
const INSERT = `
  INSERT INTO push_subscriptions (id, user_id, endpoint, p256dh, auth, device_name) VALUES ($1, $2, $3, $4, $5, $6)`;
const REMOVE = `
  DELETE FROM push_subscriptions WHERE id = $1 AND user_id = $2
  RETURNING id, device_name AS name, created_at AS since, last_used_at AS "lastUsed"`;
const SURPLUS = `
  DELETE FROM push_subscriptions WHERE id IN (
    SELECT id FROM push_subscriptions WHERE user_id = $1
     ORDER BY coalesce(last_used_at, created_at) DESC, id DESC OFFSET ${MOST})
  RETURNING id, user_id`;
const GONE = 'DELETE FROM push_subscriptions WHERE id = $1 RETURNING id, user_id';
const KNOWN = `
  SELECT endpoint, json_build_object('p256dh', p256dh, 'auth', auth) AS keys,
         coalesce(last_used_at < now() - interval '1 hour', true) AS stale
    FROM push_subscriptions WHERE id = $1`;
const USED = 'UPDATE push_subscriptions SET last_used_at = now() WHERE id = $1';

interface Left {
  readonly id: string;
  readonly user_id: string;
}

/** The browsers in which people have turned push on: the only writer of the table and of these addresses. */
@Injectable()
export class PushSubscriptions implements Devices {
  constructor(
    private readonly database: DataSource,
    private readonly users: UsersService,
    private readonly history: SettingsHistory,
  ) {}

  list(userId: string): Promise<PushSubscription[]> {
    return this.database.manager.find(PushSubscription, { where: { userId }, order: { id: 'DESC' } });
  }

  async of(userId: string): Promise<Device[]> {
    const found = await this.list(userId);
    return found.map(({ id, deviceName, createdAt, lastUsedAt }) => {
      return { id, name: deviceName, since: createdAt, lastUsed: lastUsedAt };
    });
  }

  /** The row, and whether it is new. A browser that was another person's is this one's from now on. */
  async subscribe(
    userId: string,
    brought: Subscribing,
    origin: Origin,
  ): Promise<{ subscription: PushSubscription; isNew: boolean }> {
    return this.database.transaction(async (tx) => {
      const { endpoint, keys, deviceName } = brought;
      await tx.query(IN_TURN, [endpoint]);
      const values = [userId, endpoint, keys.p256dh, keys.auth, deviceName];
      const [renewed]: Left[] = rowsOf(await tx.query(RENEW, values));
      const id = renewed?.id ?? uuid();
      if (!renewed) await this.add(tx, id, userId, values, { name: deviceName, origin });
      return { subscription: await tx.findOneByOrFail(PushSubscription, { id }), isNew: !renewed };
    });
  }

  async remove(tx: Queryable, userId: string, id: string): Promise<Device | undefined> {
    if (!isUuid(id)) return undefined;
    const [removed]: Device[] = rowsOf(await tx.query(REMOVE, [id, userId]));
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
    await this.database.query(USED, [id]);
  }

  private async add(
    tx: EntityManager,
    id: string,
    userId: string,
    values: readonly string[],
    { name, origin }: { readonly name: string; readonly origin: Origin },
  ): Promise<void> {
    const [, endpoint = ''] = values;
    await this.forget(tx, LEAVE, endpoint);
    await this.users.addAddress(tx, userId, { channel: CHANNEL, address: id });
    await tx.query(INSERT, [id, ...values]);
    await this.forget(tx, SURPLUS, userId);
    await this.history.noteDevice(tx, userId, { channel: CHANNEL, id, name, change: 'added' }, origin);
  }

  /** Removes what the statement removes, and the addresses with it. */
  private async forget(tx: EntityManager, statement: string, value: string): Promise<void> {
    const left: Left[] = rowsOf(await tx.query(statement, [value]));
    for (const { id, user_id } of left)
      await this.users.dropAddress(tx, user_id, { channel: CHANNEL, address: id });
  }
}
