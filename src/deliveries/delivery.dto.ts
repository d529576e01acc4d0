import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { PageQuery } from '../http/page.dto.js';
import { STATUSES } from './status.js';

export class DeliveriesQuery extends PageQuery {
  @IsOptional()
  @IsIn(STATUSES)
  status?: string;

  /** @example "sms" */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  channel?: string;

  @IsOptional()
  @IsString()
  @MaxLength(64)
  type?: string;

  @IsOptional()
  @IsString()
  @MaxLength(64)
  user?: string;

  /** @example "preference_not_given" */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  reason?: string;
}
