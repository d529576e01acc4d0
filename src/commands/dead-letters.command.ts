import { userInfo } from 'node:os';
import { Command, Help, Option } from 'nest-commander';
import type { ErrorView } from '../deliveries/error.view.js';
import type { DeadLetter } from '../deliveries/interventions.js';
import type { DeadLetters } from '../dead-letters/dead-letters.service.js';
import { type Filter, filterOf, momentOf, type Options } from './dead-letters.options.js';
import { Containers } from './containers.js';
import { CommandFailure, EXIT, type Exit } from './exit.js';
import { Ending, OperatorCommand } from './operator.command.js';
import { Replayed } from './replayed.js';
import { Terminal } from './terminal.js';

/** The largest step of a replay: after each one its progress is told. */
const STEP = 1000;
const LISTED = 50;

/** What is shown of a failed delivery. */
type Listed = Omit<DeadLetter, 'address'> & { readonly error: ErrorView | null };

@Command({
  name: 'dead-letters',
  arguments: '<action>',
  argsDescription: { action: 'list: show what has failed; retry: make it due again' },
  description: 'Show deliveries that have failed, and try them again',
})
export class DeadLettersCommand extends OperatorCommand<Options> {
  constructor(
    terminal: Terminal,
    ending: Ending,
    private readonly containers: Containers,
  ) {
    super(terminal, ending);
  }

  async act([action]: readonly string[], options: Options): Promise<Exit> {
    if (action !== 'list' && action !== 'retry') {
      throw new CommandFailure(EXIT.usage, `"${action}" is not known: say list or retry.`);
    }
    const filter = filterOf(options);
    const { DeadLetters } = await import('../dead-letters/dead-letters.service.js');
    const { Explanations } = await import('../deliveries/explanations.js');
    const application = await this.containers.application();
    const deadLetters = application.get(DeadLetters);
    if (action === 'retry') return this.retry(deadLetters, filter, options);
    const { limit = LISTED } = options;
    const explanations = application.get(Explanations);
    const rows = await deadLetters.list(filter, null, limit);
    return this.list(
      rows.map(({ address: _, ...row }) => ({ ...row, error: explanations.of(row) })),
      options,
    );
  }

  private list(rows: readonly Listed[], { limit = LISTED, json = false }: Options): Exit {
    if (json) {
      this.terminal.json({ ok: true, results: rows });
      return EXIT.ok;
    }
    for (const { id, createdAt, channel, type, userId, reason, errorCode, error } of rows) {
      const why = [reason, errorCode].filter(Boolean).join(' ');
      this.terminal.line(`${id}  ${createdAt.toISOString()}  ${channel}  ${type}  ${userId}  ${why}`);
      if (error) this.terminal.line(`  ${[error.sentence, error.cure].filter(Boolean).join(' ')}`);
    }
    const more = rows.length === limit ? ' (the oldest; --limit shows more)' : '';
    this.terminal.progress(`${rows.length} failed deliveries${more}.`);
    return EXIT.ok;
  }

  private async retry(deadLetters: DeadLetters, filter: Filter, options: Options): Promise<Exit> {
    const { dryRun = false, json = false } = options;
    const total = await this.replay(deadLetters, filter, options);
    if (json) this.terminal.json({ ok: total.exit === EXIT.ok, dry_run: dryRun, ...total.counts });
    else {
      this.terminal.line(`${total.counts.retried} deliveries ${dryRun ? 'would be' : 'are'} due again.`);
      for (const { refusal, count, detail } of total.counts.refused)
        this.terminal.line(`${count} refused (${refusal}): ${detail}`);
    }
    return total.exit;
  }

  private async replay(deadLetters: DeadLetters, filter: Filter, options: Options): Promise<Replayed> {
    const { limit = Infinity, force = false, dryRun = false } = options;
    const actor = `operator:${userInfo().username}`;
    const total = new Replayed();
    for (let after: string | null | undefined; after !== null && total.counts.seen < limit;) {
      const step = { limit: Math.min(STEP, limit - total.counts.seen), dry_run: dryRun, force };
      const answer = await deadLetters.retryAll(Object.assign({}, filter, step, after && { after }), actor);
      total.add(answer);
      const { seen, retried } = total.counts;
      this.terminal.progress(`${seen} looked at, ${retried} due again, ${answer.remaining} to go.`);
      after = answer.next;
    }
    return total;
  }

  @Option({ flags: '--channel <name>', description: 'only those through this channel' })
  channel(value: string): string {
    return value;
  }

  @Option({ flags: '--type <name>', description: 'only those of this notification type' })
  type(value: string): string {
    return value;
  }

  @Option({ flags: '--user <id>', description: 'only those to this person' })
  user(value: string): string {
    return value;
  }

  @Option({
    flags: '--reason <reason>',
    description: 'only those that failed for this, as attempts_exhausted',
  })
  reason(value: string): string {
    return value;
  }

  @Option({ flags: '--error-code <code>', description: "only those with this code of the provider's" })
  errorCode(value: string): string {
    return value;
  }

  @Option({
    flags: '--created-after <moment>',
    description: 'only later ones, as 2026-01-05 or 2026-01-05T09:30:00Z',
  })
  createdAfter(value: string): string {
    return momentOf('--created-after', value);
  }

  @Option({ flags: '--created-before <moment>', description: 'only earlier ones' })
  createdBefore(value: string): string {
    return momentOf('--created-before', value);
  }

  @Option({ flags: '--limit <count>', description: 'no more than these; default: list 50, retry all' })
  limit(value: string): number {
    if (/^[1-9]\d{0,6}$/.test(value)) return Number(value);
    throw new CommandFailure(EXIT.usage, '--limit must be a whole number from 1 on.');
  }

  @Option({ flags: '--force', description: 'also what may have arrived, and what was refused for its words' })
  force(): boolean {
    return true;
  }

  @Option({ flags: '--dry-run', description: 'say what would be tried again, and change nothing' })
  dryRun(): boolean {
    return true;
  }

  @Help('after')
  examples(): string {
    return `
What is due again is sent by the running service. Each retry is written down with who asked for it. What may have
arrived is not repeated without --force; a suppressed address and a message past its time not even with it.

Examples:
  $ npm run cli -- dead-letters list --channel sms
  $ npm run cli -- dead-letters retry --reason attempts_exhausted --created-after 2026-01-05 --dry-run
  $ npm run cli -- dead-letters retry --error-code 30008`;
  }
}
