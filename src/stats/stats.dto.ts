import { ArrayUnique, IsArray, IsIn, IsOptional, IsTimeZone } from 'class-validator';
import { GROUP_NAMES, type Group } from '../deliveries/delivery-counts.js';
import { IsMoment } from '../http/validation.decorators.js';

export class DeliveryStatsQuery {
  /** What each line is about: any of `day`, `type`, `channel` and `status`, separated by commas. */
  @IsOptional()
  @IsArray()
  @ArrayUnique()
  @IsIn(GROUP_NAMES, { each: true })
  group_by: Group[] = ['day', 'channel', 'status'];

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
