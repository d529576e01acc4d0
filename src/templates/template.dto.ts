import {
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { PageQuery } from '../http/page.dto.js';
import { KeepNull } from '../http/validation.decorators.js';

const NAME = /^[a-z][a-z0-9_]{0,63}$/;
const nameForm = { message: '$property must be small letters, digits and _, beginning with a letter' };

/** Words to be tried or to be changed; what is left out stays as it is. */
export class ChangedWords {
  /** The heading in the inbox. @example "Order {{ order.order_number }} confirmed" */
  @IsOptional()
  @IsString()
  @Length(1, 1000)
  title?: string;

  /** The text in the inbox. @example "Your order {{ order.order_number }} is confirmed." */
  @IsOptional()
  @IsString()
  @Length(1, 20_000)
  message?: string;

  /** Where a click leads: relative to the platform's site, or https. Null for nowhere. @example "/orders/{{ order.order_number }}" */
  @IsOptional()
  @KeepNull()
  @IsString()
  @Length(1, 2000)
  action_url?: string | null;

  /**
   * The texts of each channel, part by part. A channel or part that is null is taken out.
   * @example {"sms": {"text": "LaundryConnect: Your order {{ order.order_number }} is confirmed."}}
   */
  @IsOptional()
  @IsObject()
  channels?: Record<string, Record<string, string | null> | null>;

  /**
   * What each channel is told beside its texts. An option that is null is taken out.
   * @example {"sms": {"max_segments": 2}}
   */
  @IsOptional()
  @IsObject()
  options?: Record<string, Record<string, unknown> | null>;
}

/** Words in a locale that has none yet; for a new type also what the type is. */
export class NewTemplate {
  /** @example "order_confirmed" */
  @IsString()
  @Matches(NAME, nameForm)
  type!: string;

  /** @example "hi" */
  @IsOptional()
  @IsString()
  @Length(2, 35)
  locale: string = 'en';

  /** @example "Order {{ order.order_number }} confirmed" */
  @IsString()
  @Length(1, 1000)
  title!: string;

  /** @example "Your order {{ order.order_number }} is confirmed." */
  @IsString()
  @Length(1, 20_000)
  message!: string;

  /** @example "/orders/{{ order.order_number }}" */
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  action_url?: string;

  /** @example {"sms": {"text": "LaundryConnect: Your order {{ order.order_number }} is confirmed."}} */
  @IsOptional()
  @IsObject()
  channels?: Record<string, Record<string, string>>;

  /** What each channel is told beside its texts. @example {"sms": {"max_segments": 2}} */
  @IsOptional()
  @IsObject()
  options?: Record<string, Record<string, unknown>>;

  /** Of a new type: one of the categories that there are. @example "order" */
  @IsOptional()
  @IsString()
  @Matches(NAME, nameForm)
  category?: string;

  /** Of a new type: its name for people. @example "Order confirmed" */
  @IsOptional()
  @IsString()
  @Length(1, 100)
  display?: string;

  /** Of a new type. @example "normal" */
  @IsOptional()
  @IsIn(['critical', 'normal', 'bulk'])
  priority?: 'critical' | 'normal' | 'bulk';

  /** Of a new type: a context that fills the words in. @example {"order": {"order_number": "ORD20260103A123"}} */
  @IsOptional()
  @IsObject()
  example?: Record<string, unknown>;
}

export class TemplatesQuery extends PageQuery {
  /** Only this type. @example "order_confirmed" */
  @IsOptional()
  @IsString()
  @Length(1, 64)
  type?: string;

  /** Only the types of this category. @example "order" */
  @IsOptional()
  @IsString()
  @Length(1, 64)
  category?: string;

  /** Only words in this language. @example "en" */
  @IsOptional()
  @IsString()
  @Length(2, 35)
  locale?: string;

  /** Only those that are used, or only those that are switched off. */
  @IsOptional()
  @IsBoolean()
  active?: boolean;
}

export class LocaleQuery {
  /** Which language; English when absent. @example "en" */
  @IsOptional()
  @IsString()
  @Length(2, 35)
  locale?: string;
}

export class LocalesQuery {
  /** Which language; all of them when absent. @example "en" */
  @IsOptional()
  @IsString()
  @Length(2, 35)
  locale?: string;
}

export class VersionsQuery extends PageQuery {
  /** Which language; English when absent. @example "en" */
  @IsOptional()
  @IsString()
  @Length(2, 35)
  locale?: string;
}

export class PreviewTemplate extends ChangedWords {
  /** Which language; English when absent. @example "en" */
  @IsOptional()
  @IsString()
  @Length(2, 35)
  locale?: string;

  /** What the templates speak of; the type's own example when absent. */
  @IsOptional()
  @IsObject()
  context?: Record<string, unknown>;
}

export class RollBack {
  /** The version whose words are to be used again. @example 1 */
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  version!: number;
}
