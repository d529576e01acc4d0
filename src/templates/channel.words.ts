/** What is wrong with one option of a channel's words. */
export interface WrongOption {
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

/** What channels say of words that are written for them. Templates know no channel: `notifications` answers. */
export abstract class ChannelWords {
  /** Nothing is wrong with the options of a channel that is not there: nobody will read them. */
  abstract readonly wrongOptions: OptionsCheck;
  /** The channels that there are. */
  abstract names(): readonly string[];
}
