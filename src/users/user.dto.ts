import { applyDecorators } from '@nestjs/common';
import { Transform, Type } from 'class-transformer';
import {
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
  type ValidationOptions,
} from 'class-validator';
import { USER_ID } from '../auth/caller.js';
import { KeepNull } from '../http/validation.decorators.js';

const idAsText = (value: unknown): unknown =>
  typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;

/** The platform's own id of a person. Platforms with numbers for ids may send numbers. */
export const IsUserId = (options: ValidationOptions = {}) =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      Array.isArray(value) ? value.map(idAsText) : idAsText(value),
    ),
    Matches(USER_ID, { message: '$property must be an id of 1 to 64 characters without blanks', ...options }),
  );

export class QuietHoursFields {
  /**
   * When the silence begins, on the person's own clock.
   * @example "22:00"
   */
  @Matches(/^([01]\d|2[0-3]):[0-5]\d$/, { message: '$property must be a time of day, as 22:00' })
  start!: string;

  /**
   * When it ends; before `start` means the next morning.
   * @example "07:00"
   */
  @Matches(/^([01]\d|2[0-3]):[0-5]\d$/, { message: '$property must be a time of day, as 07:00' })
  end!: string;
}

/** What is known of a person. A field that is left out keeps its value; null clears it. */
export class UserFields {
  /** @example "asha@example.com" */
  @IsOptional()
  @KeepNull()
  @IsString()
  @MaxLength(320)
  email?: string | null;

  /**
   * A mobile number, as people write it; kept as E.164.
   * @example "+919876543210"
   */
  @IsOptional()
  @KeepNull()
  @IsString()
  @MaxLength(60)
  phone?: string | null;

  /** @example "Asha" */
  @IsOptional()
  @KeepNull()
  @IsString()
  @MaxLength(150)
  first_name?: string | null;

  @IsOptional()
  @KeepNull()
  @IsString()
  @MaxLength(150)
  last_name?: string | null;

  /**
   * Language, and region where it matters (BCP 47).
   * @example "en-IN"
   */
  @IsOptional()
  @KeepNull()
  @IsString()
  @MaxLength(35)
  locale?: string | null;

  /** @example "Asia/Kolkata" */
  @IsOptional()
  @KeepNull()
  @IsString()
  @MaxLength(64)
  time_zone?: string | null;

  /** When nothing but urgent messages may arrive. */
  @IsOptional()
  @KeepNull()
  @ValidateNested()
  @Type(() => QuietHoursFields)
  quiet_hours?: QuietHoursFields | null;

  /**
   * Until when everything that can wait does wait.
   * @example "2026-01-05T09:00:00+05:30"
   */
  @IsOptional()
  @KeepNull()
  @IsISO8601({ strict: true, strictSeparator: true })
  @Matches(/T.*(Z|[+-]\d\d:\d\d)$/, {
    message: '$property must be a moment with its zone, as 2026-01-05T09:00:00+05:30',
  })
  paused_until?: string | null;
}

export class TokenRequest {
  /** How long the tokens are good for, in seconds. */
  @IsOptional()
  @IsInt()
  @Min(300)
  @Max(3600)
  expires_in?: number;
}

/** A person, as the API shows them. */
export class UserView {
  id!: string;
  email!: string | null;
  phone!: string | null;
  first_name!: string;
  last_name!: string;
  locale!: string;
  time_zone!: string;
  quiet_hours!: QuietHoursFields | null;
  paused_until!: Date | null;
  created_at!: Date;
  updated_at!: Date;
}

/** What a browser needs to act for a person. */
export class TokensView {
  user_id!: string;
  /** For the person's page: opens live connections, inbox and preferences. It does not belong in a URL. */
  token!: string;
  expires_in!: number;
  /** Calls the API as the person; null where only the platform can sign such tokens. */
  user_token!: string | null;
}
