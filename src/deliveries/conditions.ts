import type { DeliveryFilter } from './delivery.dto.js';

/** Each filter as a condition on `deliveries d`, with `?` for its value. */
const CONDITION = {
  status: 'd.status = ?',
  channel: 'd.channel = ?',
  type: 'd.type = ?',
  user: 'd.user_id = ?',
  reason: 'd.reason = ?',
  error_code: 'd.error_code = ?',
  created_after: 'd.created_at > ?::timestamptz',
  created_before: 'd.created_at < ?::timestamptz',
} as const;
const NAMES = Object.keys(CONDITION) as (keyof typeof CONDITION)[];

/** The filter as SQL; its parameters are added to `values`. */
export function conditionsOf(filter: DeliveryFilter & { status?: string }, values: unknown[]): string {
  const given = NAMES.flatMap((name) => {
    const value = filter[name];
    return value === undefined ? [] : [CONDITION[name].replace('?', `$${values.push(value)}`)];
  });
  return given.join(' AND ') || 'TRUE';
}
