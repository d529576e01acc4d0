import { IsOptional, IsString, MaxLength } from 'class-validator';
import { IsUserId, QuietHoursFields, UserFields } from '../users/user.dto.js';

export class PreferencesQuery {
  /** Whose preferences; services and staff only. A person's token already says whose. */
  @IsOptional()
  @IsUserId()
  user?: string;
}

/** What may be set beside the cells of the matrix. */
export class PreferenceFields extends UserFields {
  /** What the person read who made these choices, in their language; kept with each of them. */
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  wording?: string;
}

/** Why nothing is sent to the person by a channel, whatever they choose. */
export class ClosedView {
  reason!: 'unreachable' | 'invalid' | 'stopped' | 'complaint' | 'manual';
  /** For the person: what it is, and how it ends. */
  detail!: string;
}

/** What people read instead of the names. */
export class PreferenceLabels {
  /** @example { "order": "Order updates" } */
  categories!: Record<string, string>;
  /** @example { "sms": "SMS" } */
  channels!: Record<string, string>;
}

/**
 * What a person chose, with what silence means where they did not choose. Its sentences and labels are in the language
 * that `Accept-Language` asks for, else in the person's.
 */
export class PreferencesView {
  user!: string;
  /** By category, then by channel. */
  matrix!: Record<string, Record<string, boolean>>;
  /** The cells that cannot be changed, and why. */
  locked!: Record<string, Record<string, string>>;
  /**
   * By channel: where each address of the person is closed.
   * @example { "sms": { "reason": "stopped", "detail": "You have stopped SMS by a reply: ..." } }
   */
  closed!: Record<string, ClosedView>;
  labels!: PreferenceLabels;
  /**
   * What the person agrees to who turns a channel on: for those that need a yes. Show it beside the choice, and send
   * what was read as `wording`.
   * @example { "sms": "By turning on SMS you agree to get text messages from LaundryConnect on your phone." }
   */
  agreements!: Record<string, string>;
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
export const READ_ONLY_FIELDS = ['user', 'locked', 'closed', 'labels', 'agreements'] as const;
