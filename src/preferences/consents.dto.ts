import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIP,
  IsOptional,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { IsMoment } from '../http/validation.decorators.js';
import { IsUserId } from '../users/user.dto.js';
import type { ConsentEvent } from './consent-event.entity.js';

/** What somebody has said to another service before. */
export class ImportedConsent {
  /** Must be known here already: PUT /users/{id} adds a person. */
  @IsUserId()
  user!: string;

  /** @example "order" */
  @IsString()
  @MaxLength(64)
  category!: string;

  /** @example "sms" */
  @IsString()
  @MaxLength(64)
  channel!: string;

  @IsBoolean()
  wanted!: boolean;

  /** When they said it. */
  @IsMoment()
  given_at!: string;

  /** What proves it: a form, a recording, a reference of the other service. Goes when the person is erased. */
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  evidence?: string;

  /** The words that they said yes or no to, or their version. */
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  wording?: string;

  /** The address that they said it from. */
  @IsOptional()
  @IsIP()
  ip?: string;
}

export class ImportConsents {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1000)
  @ValidateNested({ each: true })
  @Type(() => ImportedConsent)
  consents!: ImportedConsent[];
}

/** What has become of an import. */
export class ImportedView {
  /** How many words are now in the ledger. */
  readonly recorded!: number;
  /** How many were left out, since a word of the same time or later is known: the person's last word counts. */
  readonly kept!: number;
}

/** One word of a person: yes or no to a category through a channel. */
export class ConsentView {
  readonly id!: string;
  readonly category!: string;
  readonly channel!: string;
  readonly wanted!: boolean;
  readonly source!: 'form' | 'reply' | 'api' | 'import' | 'link';
  /** The words that the person saw, or their version. */
  readonly wording!: string | null;
  /** From where it was said, where that is known. */
  readonly ip!: string | null;
  @ApiProperty({ type: 'object', additionalProperties: true })
  readonly detail!: Record<string, unknown>;
  /** When it was said, where that was before it was written down here. */
  readonly given_at!: Date | null;
  readonly created_at!: Date;
}

export const consentView = (event: ConsentEvent): ConsentView => ({
  id: event.id,
  category: event.category,
  channel: event.channel,
  wanted: event.wanted,
  source: event.source,
  wording: event.wording,
  ip: event.ip,
  detail: event.detail,
  given_at: event.givenAt,
  created_at: event.createdAt,
});
