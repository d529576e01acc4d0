/** What silence means: `always` asks nobody, `opt-in` waits for a yes, `opt-out` goes until a no. */
export interface ChannelTerms {
  readonly name: string;
  readonly consent: 'always' | 'opt-in' | 'opt-out';
}

export interface CategoryTerms {
  readonly name: string;
  /** For people: `Order updates`. */
  readonly display: string;
  /** True where a message must offer a way out. */
  readonly optional: boolean;
  readonly consent: 'opt-in' | 'opt-out';
  /** The flat name of the category's cell by channel, where clients of old know one. */
  readonly preferenceNames: Readonly<Record<string, string>>;
}

/** What can be chosen: the rows and the columns of everybody's matrix. */
export abstract class PreferenceCatalogue {
  abstract channels(): readonly ChannelTerms[];
  abstract categories(): Promise<readonly CategoryTerms[]>;
}
