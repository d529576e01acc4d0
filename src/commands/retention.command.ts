import { Command, Help, Option } from 'nest-commander';
import { type Term, TERMS } from '../retention/retained.js';
import type { Cleared, Retention } from '../retention/retention.js';
import { Containers } from './containers.js';
import { CommandFailure, EXIT, type Exit } from './exit.js';
import { Ending, OperatorCommand } from './operator.command.js';
import { tableOf } from './table.js';
import { Terminal } from './terminal.js';

interface Options {
  dryRun?: boolean;
  json?: boolean;
}

const WHAT = { content: 'words', metadata: 'rows' } as const satisfies Record<Term, string>;

@Command({ name: 'retention', description: 'Erase and delete what has been kept long enough' })
export class RetentionCommand extends OperatorCommand<Options> {
  constructor(
    terminal: Terminal,
    ending: Ending,
    private readonly containers: Containers,
  ) {
    super(terminal, ending);
  }

  async act(_: readonly string[], { dryRun = false, json = false }: Options): Promise<Exit> {
    const { Retention } = await import('../retention/retention.js');
    const retention = (await this.containers.application()).get(Retention);
    const rows = dryRun ? await retention.due() : await this.clear(retention);
    if (json) this.terminal.json({ ok: true, dry_run: dryRun, ...rows });
    else this.print(retention, rows, dryRun);
    return EXIT.ok;
  }

  private async clear(retention: Retention): Promise<Cleared> {
    const tell = (soFar: Cleared) => this.terminal.progress(`${sumOf(soFar)} rows so far.`);
    const cleared = await retention.clear({ tell });
    if (cleared) return cleared;
    const message = 'The service does it at this moment: --dry-run shows how much is left.';
    throw new CommandFailure(EXIT.failed, message);
  }

  private print(retention: Retention, rows: Cleared, dryRun: boolean): void {
    const cells = TERMS.flatMap((term) =>
      Object.entries(rows[term])
        .filter(([, count]) => count > 0)
        .map(([table, count]) => [
          table,
          `${WHAT[term]} after ${retention.daysOf(term)} days`,
          String(count),
        ]),
    );
    if (cells.length === 0) this.terminal.line('Nothing is due.');
    else
      for (const line of tableOf(['table', dryRun ? 'due' : 'gone', 'count'], cells))
        this.terminal.line(line);
  }

  @Option({ flags: '--dry-run', description: 'say how much is due, and change nothing' })
  dryRun(): boolean {
    return true;
  }

  @Help('after')
  examples(): string {
    return `
The service does the same each hour. RETENTION_CONTENT_DAYS and RETENTION_METADATA_DAYS say how long things are kept;
docs/retention.md says which. It can be stopped at any time, and goes on where it was.

Examples:
  $ npm run cli -- retention --dry-run
  $ npm run cli -- retention --json`;
  }
}

const sumOf = (rows: Cleared) =>
  TERMS.flatMap((term) => Object.values(rows[term])).reduce((sum, count) => sum + count, 0);
