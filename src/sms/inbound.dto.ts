import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { PageQuery } from '../http/page.dto.js';
import { IsMoment } from '../http/validation.decorators.js';
import { IsUserId } from '../users/user.dto.js';
import type { InboundMessage } from './inbound-message.entity.js';

export class InboundQuery extends PageQuery {
  /** Only those from this number, as people write it. @example "+919876543210" */
  @IsOptional()
  @IsString()
  @MaxLength(60)
  from?: string;

  /** Only those of the person with this id. */
  @IsOptional()
  @IsUserId()
  user?: string;

  /** Only those that were understood so; `none` are for people to read. @example "stop" */
  @IsOptional()
  @IsIn(['stop', 'start', 'help', 'none'])
  keyword?: string;

  /** ISO 8601. */
  @IsOptional()
  @IsMoment()
  received_after?: string;

  /** ISO 8601. */
  @IsOptional()
  @IsMoment()
  received_before?: string;
}

/** A text that somebody has sent to us. */
export class InboundView {
  readonly id!: string;
  readonly channel!: string;
  readonly provider!: string;
  /** The carrier's own id. */
  readonly provider_id!: string;
  /** Null once its words are erased; so is the body. */
  readonly from!: string | null;
  readonly to!: string;
  readonly body!: string | null;
  /** How many pictures and the like came with it; they are at the carrier's. */
  readonly media_count!: number;
  /** What it was understood as; null where it is for people to read. */
  readonly keyword!: 'stop' | 'start' | 'help' | null;
  /** Who had the number when it came. */
  readonly users!: string[];
  readonly received_at!: Date;
  /** When its words were erased, since they had been kept long enough. */
  readonly erased_at!: Date | null;
}

export const inboundView = (row: InboundMessage): InboundView => ({
  id: row.id,
  channel: row.channel,
  provider: row.provider,
  provider_id: row.providerId,
  from: row.fromAddress,
  to: row.toAddress,
  body: row.body,
  media_count: row.mediaCount,
  keyword: row.keyword,
  users: row.userIds,
  received_at: row.receivedAt,
  erased_at: row.erasedAt,
});
