import type { CategoryTerms, ChannelTerms } from './catalogue.js';

export interface Cell {
  readonly category: string;
  readonly channel: string;
}

type NamedCategory = Pick<CategoryTerms, 'name' | 'preferenceNames'>;
type NamedChannel = Pick<ChannelTerms, 'name' | 'consent'>;

/** Where the catalogue gives no name for a channel, this entry says how to make one. */
const RULE = 'default';
const USUAL_RULE = '{category}_updates_{channel}';

/** The flat name of a category's cell: its own, or by the category's rule. */
export function flatNameOf({ name, preferenceNames }: NamedCategory, channel: string): string {
  const given = (key: string) => (Object.hasOwn(preferenceNames, key) ? preferenceNames[key] : undefined);
  const rule = given(channel) ?? given(RULE) ?? USUAL_RULE;
  return rule.replaceAll('{category}', name).replaceAll('{channel}', channel);
}

/**
 * The old flat names (`order_updates_sms`) as a view of the matrix, in both directions. Each cell that can be
 * chosen has one name and each name is one cell; a name that the catalogue gives wins over one made by rule.
 */
export class FlatNames {
  private readonly cells = new Map<string, Cell>();
  private readonly names = new Map<string, string>();

  constructor(channels: readonly NamedChannel[], categories: readonly NamedCategory[]) {
    const chosen = channels.filter(({ consent }) => consent !== 'always');
    const pairs = categories.flatMap((category) =>
      chosen.map((channel) => ({ category, channel: channel.name })),
    );
    const isGiven = ({ category, channel }: (typeof pairs)[number]) =>
      Object.hasOwn(category.preferenceNames, channel);
    for (const pair of [...pairs.filter(isGiven), ...pairs.filter((pair) => !isGiven(pair))]) {
      this.add(flatNameOf(pair.category, pair.channel), {
        category: pair.category.name,
        channel: pair.channel,
      });
    }
  }

  all(): IterableIterator<[string, Cell]> {
    return this.cells.entries();
  }

  cellOf(name: string): Cell | undefined {
    return this.cells.get(name);
  }

  nameOf({ category, channel }: Cell): string | undefined {
    return this.names.get(keyOf(category, channel));
  }

  /** A name can mean one cell only; a cell whose name is taken is reached by the matrix. */
  private add(name: string, cell: Cell): void {
    if (this.cells.has(name)) return;
    this.cells.set(name, cell);
    this.names.set(keyOf(cell.category, cell.channel), name);
  }
}

const keyOf = (category: string, channel: string) => JSON.stringify([category, channel]);
