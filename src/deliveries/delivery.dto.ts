import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { PageQuery } from '../http/page.dto.js';
import { STATUSES } from './status.js';

export class DeliveriesQuery extends PageQuery {
  /** Only those that stand there. */
  @IsOptional()
  @IsIn(STATUSES)
  status?: string;

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
}
