import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { User } from '../users/user.entity.js';
import { userView } from '../users/user.rows.js';
import { PERSONAL_FIELDS } from './preferences.dto.js';
import type { Origin, Queryable } from './preferences.ledger.js';
import { SettingEvent } from './setting-event.entity.js';

const RECORD = `
  INSERT INTO setting_events (user_id, setting, value, source, detail, ip)
  SELECT $1, setting, nullif(value, 'null'::jsonb), $4, $5::jsonb, $6
  FROM unnest($2::text[], $3::jsonb[]) AS s (setting, value)`;

/** A device that a person has brought to a channel, or taken from it. */
export interface DeviceChange {
  readonly channel: string;
  readonly id: string;
  readonly name: string;
  readonly change: 'added' | 'removed';
}

/** What people set beside yes and no, kept beside the history of consent. */
@Injectable()
export class SettingsHistory {
  constructor(private readonly database: DataSource) {}

  /** A row for each setting that is another now; of a new person, for each that is not what all begin with. */
  async record(tx: EntityManager, before: User | undefined, after: User, origin: Origin): Promise<void> {
    const [old, now] = [settingsOf(before), settingsOf(after)];
    const changed = PERSONAL_FIELDS.filter((name) => old[name] !== now[name]);
    if (changed.length === 0) return;
    const { source, detail = {}, ip } = origin;
    const values = changed.map((name) => now[name]);
    await tx.query(RECORD, [after.id, changed, values, source, JSON.stringify(detail), ip ?? null]);
  }

  async noteDevice(tx: Queryable, userId: string, change: DeviceChange, origin: Origin): Promise<void> {
    const { source, detail = {}, ip } = origin;
    const values = [userId, ['device'], [JSON.stringify(change)], source, JSON.stringify(detail), ip ?? null];
    await tx.query(RECORD, values);
  }

  of(userId: string): Promise<SettingEvent[]> {
    return this.database.manager.find(SettingEvent, { where: { userId }, order: { id: 'ASC' } });
  }

  /** Settings prove nothing of what was allowed, and tell where and when a person sleeps: they go with them. */
  async forget(tx: EntityManager, userId: string): Promise<void> {
    await tx.query('DELETE FROM setting_events WHERE user_id = $1', [userId]);
  }
}

/** As JSON, so that they can be compared and stored. */
function settingsOf(user: User | undefined): Record<(typeof PERSONAL_FIELDS)[number], string> {
  const { quiet_hours, time_zone, locale, paused_until } = user
    ? userView(user)
    : { quiet_hours: null, time_zone: 'Asia/Kolkata', locale: 'en', paused_until: null };
  return {
    quiet_hours: JSON.stringify(quiet_hours),
    time_zone: JSON.stringify(time_zone),
    locale: JSON.stringify(locale),
    paused_until: JSON.stringify(paused_until),
  };
}
