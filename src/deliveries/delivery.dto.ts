import { IntersectionType } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { PageQuery } from '../http/page.dto.js';
import { IsMoment } from '../http/validation.decorators.js';
import { STATUSES } from './status.js';

/** What deliveries may be narrowed to, in a list and for a replay alike. */
export class DeliveryFilter {
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

  /** Only those to the person with this id. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  user?: string;

  /** Only those that ended or wait for this reason. @example "preference_not_given" */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  reason?: string;

  /** Only those with this code of the provider. @example "21610" */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  error_code?: string;

  /** ISO 8601. */
  @IsOptional()
  @IsMoment()
  created_after?: string;

  /** ISO 8601. */
  @IsOptional()
  @IsMoment()
  created_before?: string;
}

export class DeliveriesQuery extends IntersectionType(PageQuery, DeliveryFilter) {
  /** Only those that stand there. */
  @IsOptional()
  @IsIn(STATUSES)
  status?: string;
}
