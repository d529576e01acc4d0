/** What one person said, by category and channel. What is absent they left open. */
export type Choices = Readonly<Record<string, Readonly<Record<string, boolean>>>>;

/** One cell of the matrix, and what the person wants there. */
export interface Change {
  readonly category: string;
  readonly channel: string;
  readonly wanted: boolean;
}

/** Without a prototype, so that no name finds anything that was not put in. */
const bare = <T>(): Record<string, T> => Object.create(null) as Record<string, T>;

export const NO_CHOICES: Choices = Object.freeze(bare<never>());

export function choicesFrom(cells: Iterable<Change>): Choices {
  const choices = bare<Record<string, boolean>>();
  for (const { category, channel, wanted } of cells) (choices[category] ??= bare())[channel] = wanted;
  return choices;
}
