import { Command, Help, Option } from 'nest-commander';
import { readable } from '../costs/money.js';
import { COST_GROUPS, type CostGroup } from '../costs/cost.groups.js';
import type { CapView, CostStatsView, CostView } from '../stats/costs.view.js';
import { Containers } from './containers.js';
import { momentOf } from './dead-letters.options.js';
import { CommandFailure, EXIT, type Exit } from './exit.js';
import { Ending, OperatorCommand } from './operator.command.js';
import { tableOf } from './table.js';
import { Terminal } from './terminal.js';

interface Options {
  from?: string;
  to?: string;
  by?: CostGroup[];
  channel?: string;
  timeZone?: string;
  json?: boolean;
}

@Command({ name: 'costs', description: 'Show what messages have cost, and how much of the caps is used' })
export class CostsCommand extends OperatorCommand<Options> {
  constructor(
    terminal: Terminal,
    ending: Ending,
    private readonly containers: Containers,
  ) {
    super(terminal, ending);
  }

  async act(_: readonly string[], options: Options): Promise<Exit> {
    const { CostsService } = await import('../stats/costs.service.js');
    const { CostStatsQuery } = await import('../stats/stats.dto.js');
    const costs = (await this.containers.application()).get(CostsService);
    const { from, to, by, channel, timeZone } = options;
    const asked = { created_after: from, created_before: to, by, channel, time_zone: timeZone };
    const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
    const report = await costs.report(Object.assign(new CostStatsQuery(), given));
    if (options.json) this.terminal.json(Object.assign({ ok: true }, report));
    else this.print(report, by ?? new CostStatsQuery().by);
    return EXIT.ok;
  }

  private print({ results, totals, caps }: CostStatsView, by: readonly CostGroup[]): void {
    if (totals.length === 0) this.terminal.line('No message that costs anything was sent in this time.');
    else for (const line of costTable(results, totals, by)) this.terminal.line(line);
    if (caps.length === 0) return;
    this.terminal.line();
    for (const line of tableOf(['cap', 'of', 'used', 'until'], caps.map(capCells))) this.terminal.line(line);
  }

  @Option({ flags: '--from <moment>', description: 'from then on, as 2026-01-05; default: seven days ago' })
  from(value: string): string {
    return momentOf('--from', value);
  }

  @Option({ flags: '--to <moment>', description: 'up to then, not included; default: now' })
  to(value: string): string {
    return momentOf('--to', value);
  }

  @Option({ flags: '--by <groups>', description: `any of ${COST_GROUPS.join(', ')}, with commas between` })
  by(value: string): CostGroup[] {
    return value.split(',').map((name) => {
      const group = COST_GROUPS.find((one) => one === name.trim());
      if (group) return group;
      throw new CommandFailure(EXIT.usage, `--by knows ${COST_GROUPS.join(', ')}, and not "${name}".`);
    });
  }

  @Option({ flags: '--channel <name>', description: 'only those through this channel' })
  channel(value: string): string {
    return value;
  }

  @Option({ flags: '--time-zone <name>', description: 'where the days begin; default Asia/Kolkata' })
  timeZone(value: string): string {
    return value;
  }

  @Help('after')
  examples(): string {
    return `
Estimated is what the price list said before the message went; settled is what the provider has charged so far. Both
are exact. A message whose price the provider has not named yet is unsettled.

Examples:
  $ npm run cli -- costs
  $ npm run cli -- costs --from 2026-01-01 --to 2026-02-01 --by type,country
  $ npm run cli -- costs --by provider --json`;
  }
}

const FIGURES = ['messages', 'segments', 'delivered', 'estimated', 'settled', 'unsettled', 'per delivered'];

function costTable(
  results: readonly CostView[],
  totals: readonly CostView[],
  by: readonly CostGroup[],
): string[] {
  const rows = results.map((cost) => [...by.map((group) => cost[group] ?? ''), ...figuresOf(cost)]);
  const sums = totals.map((cost) => [
    ...by.map((_, index) => (index === 0 ? 'total' : '')),
    ...figuresOf(cost),
  ]);
  return tableOf([...by, ...FIGURES], by.length > 0 ? [...rows, ...sums] : sums);
}

function figuresOf(cost: CostView): string[] {
  const { messages, segments, delivered, estimated, settled, unsettled, currency } = cost;
  const money = (amount: string | null) =>
    amount === null || currency === null ? '-' : `${readable(amount)} ${currency}`;
  const counts = [messages, segments, delivered].map(String);
  return [...counts, money(estimated), money(settled), String(unsettled), money(cost.cost_per_delivered)];
}

function capCells({ cap, key, percent, money, messages, ends_at: end }: CapView): string[] {
  const amounts = [
    money && `${readable(money.used)} of ${readable(money.allowed)} ${money.currency}`,
    messages && `${messages.used} of ${messages.allowed} messages`,
  ];
  return [cap, key ?? 'all', `${percent} % (${amounts.filter(Boolean).join(', ')})`, end.toISOString()];
}
