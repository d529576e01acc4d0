import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';

/** What templates hold. */
export class WordsView {
  /** @example "Order {{ order.order_number }} confirmed" */
  readonly title!: string;
  /** @example "Your order {{ order.order_number }} is confirmed." */
  readonly message!: string;
  /** @example "/orders/{{ order.order_number }}" */
  readonly action_url!: string | null;
  /** The texts of each channel, part by part. */
  readonly channels!: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What each channel is told beside its texts. */
  readonly options!: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A template as the API shows it. */
export class TemplateView extends WordsView {
  readonly id!: string;
  /** @example "order_confirmed" */
  readonly type!: string;
  /** @example "Order confirmed" */
  readonly type_display!: string;
  /** @example "order" */
  readonly category!: string;
  readonly priority!: 'critical' | 'normal' | 'bulk';
  /** @example "en" */
  readonly locale!: string;
  /** False when nothing is sent with it. */
  readonly active!: boolean;
  readonly version!: number;
  /** Who wrote the words: the files that were loaded, or somebody through the API. */
  readonly source!: 'file' | 'operator';
  /** @example "user:7" */
  readonly author!: string | null;
  readonly created_at!: Date;
  readonly updated_at!: Date;
}

/** Words of then and now. */
export class VersionView extends WordsView {
  readonly id!: string;
  readonly version!: number;
  /** The one that is used at present. */
  readonly current!: boolean;
  readonly source!: 'file' | 'operator';
  /** @example "user:7" */
  readonly author!: string | null;
  readonly created_at!: Date;
}

/** Whether a type is sent. */
export class ActivationView {
  /** @example "order_confirmed" */
  readonly type!: string;
  readonly active!: boolean;
  /**
   * The languages that this holds for.
   * @example ["en"]
   */
  readonly locales!: string[];
}

/** One character that was replaced. */
export class ReplacedView {
  /** @example "text" */
  readonly part!: string;
  /** @example "₹" */
  readonly character!: string;
  /** Which character of the part as it was written, counted from one. @example 42 */
  readonly place!: number;
  /** @example "Rs. " */
  readonly becomes!: string;
}

/** Something that a channel changes in the words. */
class ChangeView {
  /** @example "tidied" */
  readonly rule!: string;
  /** The same as a sentence. */
  readonly detail!: string;
  readonly replaced!: ReplacedView[];
  /** Segments that are saved by it. */
  readonly saved!: number;
}

/** Why a channel would not send the words. */
class RefusalView {
  /** @example "too_long" */
  readonly rule!: string;
  /** The same as a sentence. */
  readonly detail!: string;
}

/** What a channel makes of its words before it sends them. */
export class ProofView {
  /** How many texts they take, where that is what they cost by. */
  readonly segments!: number | null;
  /** @example "GSM-7" */
  readonly encoding!: string | null;
  /** What they are expected to cost: an exact decimal in `estimated_unit`. @example "0.08320" */
  readonly estimated_price!: string | null;
  /** ISO 4217. @example "USD" */
  readonly estimated_unit!: string | null;
  readonly changes!: ChangeView[];
  readonly refusal!: RefusalView | null;
}

/** Words filled in, as they would be sent. */
@ApiExtraModels(ProofView)
export class PreviewView {
  /** @example "order_confirmed" */
  readonly type!: string;
  /** @example "en" */
  readonly locale!: string;
  readonly version!: number;
  /** @example "Order ORD20260103A123 confirmed" */
  readonly title!: string;
  /** @example "Your order ORD20260103A123 is confirmed." */
  readonly message!: string;
  /** @example "/orders/ORD20260103A123" */
  readonly action_url!: string | null;
  /** The texts of each channel, part by part, as it sends them. */
  readonly channels!: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By channel: what the texts cost, what was changed in them, and why they would be refused. */
  @ApiProperty({ type: 'object', additionalProperties: { $ref: getSchemaPath(ProofView) } })
  readonly proofs!: Readonly<Record<string, ProofView>>;
}
