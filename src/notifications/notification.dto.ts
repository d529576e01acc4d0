import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsISO8601,
  IsObject,
  IsOptional,
  IsString,
  Length,
  MaxLength,
} from 'class-validator';
import { PageQuery } from '../http/page.dto.js';
import { IsMoment, ObjectAs } from '../http/validation.decorators.js';
import { IsUserId, UserFields } from '../users/user.dto.js';

/** Ids of orders and payments; platforms with numbers for ids may send numbers. */
const idAsText = ({ value }: { value: unknown }): unknown =>
  typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;

/** A person given with the notification: added, or updated in the named fields. */
export class InlineUser extends UserFields {
  /** The platform's own id. Without it the person is found by e-mail, then by phone. */
  @IsOptional()
  @IsUserId()
  id?: string;

  /**
   * Choices to record as consent given through the API, by flat name or as a matrix.
   * @example {"order_updates_sms": true}
   */
  @IsOptional()
  @IsObject()
  preferences?: Record<string, unknown>;
}

/** The id of somebody who is known, or the person. */
const IsPerson = () =>
  applyDecorators(
    ApiProperty({ oneOf: [{ type: 'string', example: '42' }, { $ref: getSchemaPath(InlineUser) }] }),
    ObjectAs(() => InlineUser),
    IsUserId(),
  );

@ApiExtraModels(InlineUser)
export class SendNotification {
  /**
   * One of the notification types.
   * @example "order_confirmed"
   */
  @IsString()
  @Length(1, 64)
  type!: string;

  /** Who is told: the id of a known person, or the person. */
  @IsPerson()
  user!: string | InlineUser;

  /**
   * What the templates speak of.
   * @example {"order": {"id": "7f9c", "order_number": "ORD20260103A123", "pickup_date": "2026-01-05", "total_amount": "500.00"}}
   */
  @IsOptional()
  @IsObject()
  context?: Record<string, unknown>;

  /** Taken from `context.order.id` when absent. */
  @IsOptional()
  @Transform(idAsText)
  @IsString()
  @Length(1, 100)
  order_id?: string;

  /** Taken from `context.payment.id` when absent. */
  @IsOptional()
  @Transform(idAsText)
  @IsString()
  @Length(1, 100)
  payment_id?: string;

  /** Only these, besides the inbox. All when absent. @example ["sms", "email"] */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @IsString({ each: true })
  channels?: string[];

  /** ISO 8601 with a time zone; not before this moment, at most a year ahead. */
  @IsOptional()
  @IsISO8601({ strict: true })
  send_at?: string;

  /** ISO 8601 with a time zone; not after this moment: in time or not at all. */
  @IsOptional()
  @IsISO8601({ strict: true })
  expires_at?: string;

  /** Unique for a person and type: a second notification with it answers with the first. */
  @IsOptional()
  @IsString()
  @Length(1, 200)
  dedupe_key?: string;

  /** Where a tap leads; the template's own when absent. A path, or an https URL. */
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  action_url?: string;

  /** Kept with the notification and given back as it came. */
  @IsOptional()
  @IsObject()
  metadata?: Record<string, unknown>;
}

export class SendTemplateTest {
  /** Who gets it: the id of a known person, or the person. */
  @IsPerson()
  user!: string | InlineUser;

  /** The type's own example when absent. */
  @IsOptional()
  @IsObject()
  context?: Record<string, unknown>;

  /** Only these, besides the inbox. @example ["email"] */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @IsString({ each: true })
  channels?: string[];
}

export class SendQuery {
  /** Renders, decides and prices, and writes nothing. */
  @IsOptional()
  @IsBoolean()
  dry_run: boolean = false;
}

export class SendBulk {
  /** Up to 10,000 known people. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(10_000)
  @IsUserId({ each: true })
  user_ids!: string[];

  /** @example "promotion" */
  @IsString()
  @Length(1, 64)
  notification_type!: string;

  /** The same for everybody; `user` is each person's own. */
  @IsOptional()
  @IsObject()
  context_data?: Record<string, unknown>;
}

export class InboxQuery extends PageQuery {
  @IsOptional()
  @IsBoolean()
  is_read?: boolean;

  @IsOptional()
  @IsString()
  @MaxLength(64)
  type?: string;

  @IsOptional()
  @IsString()
  @MaxLength(64)
  category?: string;

  /** The archived ones, instead of those in the inbox. */
  @IsOptional()
  @IsBoolean()
  archived?: boolean;

  /** Those that were put off, instead of those in the inbox. */
  @IsOptional()
  @IsBoolean()
  snoozed?: boolean;

  /** ISO 8601. */
  @IsOptional()
  @IsMoment()
  created_after?: string;

  /** ISO 8601. */
  @IsOptional()
  @IsMoment()
  created_before?: string;

  /** Whose inbox: for services only; a person always sees their own. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  user?: string;
}
