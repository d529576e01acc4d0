import { userInfo } from 'node:os';
import { Injectable } from '@nestjs/common';
import { Command, Help, Option, SubCommand } from 'nest-commander';
import type { SuppressionControl } from '../channels/suppression.control.js';
import type { SuppressionView } from '../channels/suppression.dto.js';
import { type Reason, REASONS } from '../channels/suppression.entity.js';
import { DomainError } from '../http/domain.error.js';
import { Containers } from './containers.js';
import { CommandFailure, EXIT, type Exit } from './exit.js';
import { CommandGroup, Ending, OperatorCommand } from './operator.command.js';
import { Terminal } from './terminal.js';

interface Options {
  reason?: Reason;
  note?: string;
  limit?: number;
  json?: boolean;
}

const LISTED = 50;

@Injectable()
abstract class SuppressionsAction extends OperatorCommand<Options> {
  constructor(
    terminal: Terminal,
    ending: Ending,
    private readonly containers: Containers,
  ) {
    super(terminal, ending);
  }

  /** The rows to be shown. */
  protected abstract do(
    control: SuppressionControl,
    args: readonly string[],
    options: Options,
  ): Promise<readonly SuppressionView[]>;

  async act(args: readonly string[], options: Options): Promise<Exit> {
    // Read only now, like the application itself: --help does not wait for it.
    const { SuppressionControl } = await import('../channels/suppression.control.js');
    const control = (await this.containers.application()).get(SuppressionControl);
    const results = await this.do(control, args, options).catch(refused);
    if (options.json) this.terminal.json({ ok: true, results });
    else for (const row of results) this.terminal.line(lineOf(row));
    return EXIT.ok;
  }

  protected get by() {
    return { source: 'command', actor: `operator:${userInfo().username}` } as const;
  }
}

@SubCommand({
  name: 'list',
  arguments: '[channel] [address]',
  description: 'show the addresses that must not be used, and why',
})
export class ListSuppressionsCommand extends SuppressionsAction {
  protected override async do(
    control: SuppressionControl,
    [channel, address]: readonly string[],
    { reason, limit = LISTED }: Options,
  ): Promise<readonly SuppressionView[]> {
    const query = Object.assign(
      { limit },
      channel && { channel },
      address && { address },
      reason && { reason },
    );
    const { results, next } = await control.page(query, '');
    const more = next === null ? '' : ' (the first; --limit shows more)';
    this.terminal.progress(`${results.length} closed addresses${more}.`);
    return results;
  }

  @Option({ flags: '--reason <reason>', description: `only those closed for this: ${REASONS.join(', ')}` })
  reason(value: string): Reason {
    return reasonFrom(value);
  }

  @Option({ flags: '--limit <count>', description: `no more than these, up to 100; default ${LISTED}` })
  limit(value: string): number {
    if (/^([1-9]\d?|100)$/.test(value)) return Number(value);
    throw new CommandFailure(EXIT.usage, '--limit must be a whole number from 1 to 100.');
  }
}

@SubCommand({
  name: 'add',
  arguments: '<channel> <address>',
  description: 'let nothing go to an address any more',
})
export class AddSuppressionCommand extends SuppressionsAction {
  protected override async do(
    control: SuppressionControl,
    [channel = '', address = '']: readonly string[],
    { reason = 'manual', note }: Options,
  ): Promise<readonly SuppressionView[]> {
    const request = { channel, address, reason, ...(note !== undefined && { note }) };
    return [await control.add(request, this.by)];
  }

  @Option({ flags: '--reason <reason>', description: `why: ${REASONS.join(', ')}; default manual` })
  reason(value: string): Reason {
    return reasonFrom(value);
  }

  @Option({ flags: '--note <text>', description: 'the same for colleagues' })
  note(text: string): string {
    return text;
  }
}

@SubCommand({
  name: 'remove',
  arguments: '<channel> <address>',
  description: 'let messages go to an address again; who did it stays written down',
})
export class RemoveSuppressionCommand extends SuppressionsAction {
  protected override async do(
    control: SuppressionControl,
    [channel = '', address = '']: readonly string[],
  ): Promise<readonly SuppressionView[]> {
    await control.remove(channel, address, this.by);
    this.terminal.progress(`Messages by ${channel} may go there again.`);
    return [];
  }
}

@Command({
  name: 'suppressions',
  description: 'See the addresses that must not be used, close one, or open it again',
  subCommands: [ListSuppressionsCommand, AddSuppressionCommand, RemoveSuppressionCommand],
})
export class SuppressionsCommand extends CommandGroup {
  protected override readonly choices =
    'suppressions list, suppressions add <channel> <address> or suppressions remove <channel> <address>';

  @Help('after')
  examples(): string {
    return `
Exit codes: 0 ok, 1 failed, 2 usage, 3 configuration, 4 not closed.

Examples:
  $ npm run cli -- suppressions list sms --reason stopped
  $ npm run cli -- suppressions add sms "+919876543210" --note "Asked by phone to get no texts."
  $ npm run cli -- suppressions remove sms "+919876543210"`;
  }
}

function reasonFrom(value: string): Reason {
  const found = REASONS.find((reason) => reason === value);
  if (found) return found;
  throw new CommandFailure(EXIT.usage, `--reason must be one of ${REASONS.join(', ')}.`);
}

/** What the service refuses, by the exit that scripts know. */
function refused(error: unknown): never {
  if (!(error instanceof DomainError)) throw error;
  throw new CommandFailure(error.status === 404 ? EXIT.notFound : EXIT.usage, error.detail);
}

function lineOf({ channel, address, reason, source, actor, detail, created_at }: SuppressionView): string {
  const why = [reason, `(${actor ?? source})`, detail ?? ''].join(' ').trim();
  return `${channel.padEnd(8)} ${address}  ${created_at.toISOString()}  ${why}`;
}
