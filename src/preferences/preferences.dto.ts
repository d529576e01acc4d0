import { IsOptional } from 'class-validator';
import { IsUserId, QuietHoursFields } from '../users/user.dto.js';

export class PreferencesQuery {
  /** Whose preferences; services and staff only. A person's token already says whose. */
  @IsOptional()
  @IsUserId()
  user?: string;
}

/** What people read instead of the names. */
export class PreferenceLabels {
  /** @example { "order": "Order updates" } */
  categories!: Record<string, string>;
  /** @example { "sms": "SMS" } */
  channels!: Record<string, string>;
}

/** What a person chose, with what silence means where they did not choose. */
export class PreferencesView {
  user!: string;
  /** By category, then by channel. */
  matrix!: Record<string, Record<string, boolean>>;
  /** The cells that cannot be changed, and why. */
  locked!: Record<string, Record<string, string>>;
  labels!: PreferenceLabels;
  quiet_hours!: QuietHoursFields | null;
  time_zone!: string;
  locale!: string;
  paused_until!: Date | null;

  /** The same matrix by the flat names: `order_updates_sms`, `marketing_emails`, ... */
  [flatName: string]: unknown;
}

/** Fields of the object that are not cells of the matrix. */
export const PERSONAL_FIELDS = ['quiet_hours', 'time_zone', 'locale', 'paused_until'] as const;
/** Part of the answer, so that it can be sent back as it came; what they say is not read. */
export const READ_ONLY_FIELDS = ['user', 'locked', 'labels'] as const;
