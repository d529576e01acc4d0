import type { NotificationType } from './catalogue.js';
import type { ReplacedView } from './template.view.js';

/** What is wrong with one option of a channel's words. */
interface WrongOption {
  /** Its name; dotted where it lies within another one. */
  readonly option: string;
  /** What it must be, as "must be true or false"; the name stands before it. */
  readonly detail: string;
}

/** Asks a channel about the options beside its words. */
export type OptionsCheck = (
  channel: string,
  options: Readonly<Record<string, unknown>>,
) => readonly WrongOption[];

/** Words for one channel, filled in, and for whom. */
interface Written {
  readonly content: Readonly<Record<string, string>>;
  readonly locale: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly type: string;
  readonly category: string;
  readonly priority: NotificationType['priority'];
  /** Whether people may do without the category: then a channel may add a way out. */
  readonly optional: boolean;
  /** `user` of the context. */
  readonly user: unknown;
}

/** What a channel makes of them. */
export interface Proof {
  /** As they are sent. */
  readonly content: Readonly<Record<string, string>>;
  readonly estimate: {
    readonly segments?: number;
    readonly encoding?: string;
    /** Exact decimal as text, in `currency`. */
    readonly price?: string;
    readonly currency?: string;
  };
  readonly changes?: readonly ProofChange[];
  readonly refusal?: { readonly rule: string; readonly detail: string };
}

interface ProofChange {
  readonly rule: string;
  readonly detail: string;
  readonly replaced: readonly ReplacedView[];
  readonly saved: number;
}

export type ProofOf = (channel: string, written: Written) => Proof | undefined;

/** What channels say of words that are written for them. Templates know no channel: `notifications` answers. */
export abstract class ChannelWords {
  /** Nothing is wrong with the options of a channel that is not there: nobody will read them. */
  abstract readonly wrongOptions: OptionsCheck;
  /** The channels that there are; undefined where that is not known. */
  names(): readonly string[] | undefined {
    return undefined;
  }
  /** Undefined where there is no such channel, or where a part is missing that it needs. */
  abstract readonly proofOf: ProofOf;
}
