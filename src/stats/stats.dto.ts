import { ArrayUnique, IsArray, IsIn, IsOptional, IsString, IsTimeZone, MaxLength } from 'class-validator';
import { COST_GROUPS, type CostGroup } from '../costs/cost.groups.js';
import { GROUP_NAMES, type Group } from '../deliveries/delivery-counts.js';
import { IsMoment } from '../http/validation.decorators.js';

/** From when until when, and whose days. */
class PeriodQuery {
  /** ISO 8601. Left out: seven days before `created_before`. */
  @IsOptional()
  @IsMoment()
  created_after?: string;

  /** ISO 8601, not included. Left out: now. */
  @IsOptional()
  @IsMoment()
  created_before?: string;

  /** Where the days begin: an IANA name, as `Asia/Kolkata`. */
  @IsOptional()
  @IsTimeZone()
  time_zone: string = 'Asia/Kolkata';
}

export class DeliveryStatsQuery extends PeriodQuery {
  /** What each line is about: any of `day`, `type`, `channel` and `status`, separated by commas. */
  @IsOptional()
  @IsArray()
  @ArrayUnique()
  @IsIn(GROUP_NAMES, { each: true })
  group_by: Group[] = ['day', 'channel', 'status'];
}

export class CostStatsQuery extends PeriodQuery {
  /** What each line is about: any of `day`, `type`, `category`, `channel`, `country` and `provider`, with commas between. */
  @IsOptional()
  @IsArray()
  @ArrayUnique()
  @IsIn(COST_GROUPS, { each: true })
  by: CostGroup[] = ['day', 'type'];

  /** Only those through this channel. @example "sms" */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  channel?: string;

  /** Only those of notifications of this type. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  type?: string;

  /** Only those to this country: ISO 3166. @example "IN" */
  @IsOptional()
  @IsString()
  @MaxLength(2)
  country?: string;

  /** Only those that this provider has taken. @example "twilio" */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  provider?: string;
}
