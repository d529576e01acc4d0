import { IsIn, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { PageQuery } from '../http/page.dto.js';
import type { Suppression } from './suppression.entity.js';
import { type Reason, REASONS, type Source, SOURCES } from './suppression.entity.js';
import type { SuppressionEvent } from './suppression-event.entity.js';

export class SuppressionsQuery extends PageQuery {
  /** Only those of this channel. @example "sms" */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  channel?: string;

  /** Only this address, as people write it. @example "+919876543210" */
  @IsOptional()
  @IsString()
  @MaxLength(320)
  address?: string;

  /** Only those that are closed for this. @example "stopped" */
  @IsOptional()
  @IsIn(REASONS)
  reason?: Reason;

  /** Only those of whom this told us. @example "reply" */
  @IsOptional()
  @IsIn(SOURCES)
  source?: Source;
}

export class CloseAddress {
  /** @example "sms" */
  @IsString()
  @MaxLength(64)
  channel!: string;

  /** As people write it; kept in the channel's own form. @example "+919876543210" */
  @IsString()
  @MinLength(1)
  @MaxLength(320)
  address!: string;

  /** `stopped` for a list that another service has kept: then the person's START opens the address again. */
  @IsOptional()
  @IsIn(REASONS)
  reason: Reason = 'manual';

  /** Why, for colleagues. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  note?: string;
}

/** An address that must not be used. */
export class SuppressionView {
  readonly channel!: string;
  /** Of an erased person only a mark that nobody can read: `#...`. */
  readonly address!: string;
  readonly reason!: 'unreachable' | 'invalid' | 'stopped' | 'complaint' | 'manual';
  /** A provider by a failure, the person by a reply, a caller of the API, or an operator's command. */
  readonly source!: 'provider' | 'reply' | 'api' | 'command';
  /** Who it was; null for the person themselves. @example "service:shop" */
  readonly actor!: string | null;
  /** The provider's code, the text that was sent, or a note. */
  readonly detail!: string | null;
  readonly created_at!: Date;
}

/** One closing or opening of an address. */
export class SuppressionEventView extends SuppressionView {
  readonly action!: 'closed' | 'lifted';
}

/** One address: whether it is closed, and all that happened to it. */
export class AddressView {
  readonly channel!: string;
  readonly address!: string;
  /** Null where it may be used. */
  readonly suppression!: SuppressionView | null;
  /** Oldest first. */
  readonly history!: SuppressionEventView[];
}

export const suppressionView = (row: Suppression | SuppressionEvent): SuppressionView => ({
  channel: row.channel,
  address: row.address,
  reason: row.reason,
  source: row.source,
  actor: row.actor,
  detail: row.detail,
  created_at: row.createdAt,
});

export const suppressionEventView = (row: SuppressionEvent): SuppressionEventView =>
  Object.assign(suppressionView(row), { action: row.action });
