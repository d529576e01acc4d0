import { UserView } from './user.dto.js';
import { User } from './user.entity.js';

/** By name: a prepared `SELECT *` would fail when a migration adds a column. */
export const USER_COLUMNS = [
  'id',
  'email',
  'phone',
  'first_name',
  'last_name',
  'locale',
  'time_zone',
  'quiet_start',
  'quiet_end',
  'paused_until',
  'addresses',
  'created_at',
  'updated_at',
]
  .map((name) => `users.${name}`)
  .join(', ');

/** A row of `users`, as pg gives it. */
export interface UserRow {
  readonly id: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly first_name: string;
  readonly last_name: string;
  readonly locale: string;
  readonly time_zone: string;
  readonly quiet_start: string | null;
  readonly quiet_end: string | null;
  readonly paused_until: Date | null;
  readonly addresses: User['addresses'];
  readonly created_at: Date;
  readonly updated_at: Date;
}

export const userOf = (row: UserRow): User =>
  Object.assign(new User(), {
    id: row.id,
    email: row.email,
    phone: row.phone,
    firstName: row.first_name,
    lastName: row.last_name,
    locale: row.locale,
    timeZone: row.time_zone,
    quietStart: row.quiet_start,
    quietEnd: row.quiet_end,
    pausedUntil: row.paused_until,
    addresses: row.addresses,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  });

export const userView = (user: User): UserView =>
  Object.assign(new UserView(), {
    id: user.id,
    email: user.email,
    phone: user.phone,
    first_name: user.firstName,
    last_name: user.lastName,
    locale: user.locale,
    time_zone: user.timeZone,
    quiet_hours:
      user.quietStart === null || user.quietEnd === null
        ? null
        : { start: user.quietStart.slice(0, 5), end: user.quietEnd.slice(0, 5) },
    paused_until: user.pausedUntil,
    created_at: user.createdAt,
    updated_at: user.updatedAt,
  });
