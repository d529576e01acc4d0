import { Injectable } from '@nestjs/common';
import { Command, Help, Option, SubCommand } from 'nest-commander';
import type { ChannelControl } from '../channels/channel.control.js';
import type { ChannelView } from '../channels/channel.state.view.js';
import { DomainError } from '../http/domain.error.js';
import { Containers } from './containers.js';
import { CommandFailure, EXIT, type Exit } from './exit.js';
import { CommandGroup, Ending, OperatorCommand } from './operator.command.js';
import { Terminal } from './terminal.js';

interface Options {
  reason?: string;
  json?: boolean;
}

/** Who it was, for the log and the list. */
const OPERATOR = 'command';

@Injectable()
abstract class ChannelsAction extends OperatorCommand<Options> {
  constructor(
    terminal: Terminal,
    ending: Ending,
    private readonly containers: Containers,
  ) {
    super(terminal, ending);
  }

  protected abstract do(control: ChannelControl, name: string, options: Options): Promise<ChannelView[]>;

  async act([name = '']: readonly string[], options: Options): Promise<Exit> {
    // Read only now, like the application itself: --help does not wait for it.
    const { ChannelControl } = await import('../channels/channel.control.js');
    const control = (await this.containers.application()).get(ChannelControl);
    const channels = await this.do(control, name, options).catch(refused);
    if (options.json) this.terminal.json({ ok: true, channels });
    else for (const channel of channels) this.terminal.line(lineOf(channel));
    return EXIT.ok;
  }
}

@SubCommand({ name: 'list', description: 'show how the channels are, and how much waits' })
export class ListChannelsCommand extends ChannelsAction {
  protected override do(control: ChannelControl): Promise<ChannelView[]> {
    return control.list();
  }
}

@SubCommand({
  name: 'pause',
  arguments: '<channel>',
  description: 'let nothing through a channel; what is accepted for it waits',
})
export class PauseChannelCommand extends ChannelsAction {
  protected override async do(
    control: ChannelControl,
    name: string,
    { reason = null }: { reason?: string | null },
  ): Promise<ChannelView[]> {
    return [await control.pause(name, OPERATOR, reason)];
  }

  @Option({ flags: '--reason <text>', description: 'why; senders read it in the answer to a send' })
  reason(text: string): string {
    return text;
  }
}

@SubCommand({
  name: 'resume',
  arguments: '<channel>',
  description: 'let what waits through at once, also where a breaker is open',
})
export class ResumeChannelCommand extends ChannelsAction {
  protected override async do(control: ChannelControl, name: string): Promise<ChannelView[]> {
    return [await control.resume(name, OPERATOR)];
  }
}

@Command({
  name: 'channels',
  description: 'See the ways to reach people, and stop or start one, in all running instances',
  subCommands: [ListChannelsCommand, PauseChannelCommand, ResumeChannelCommand],
})
export class ChannelsCommand extends CommandGroup {
  protected override readonly choices =
    'channels list, channels pause <channel> or channels resume <channel>';

  @Help('after')
  examples(): string {
    return `
Exit codes: 0 ok, 1 failed, 2 usage, 3 configuration, 4 no such channel.

Examples:
  $ npm run cli -- channels list
  $ npm run cli -- channels pause sms --reason "Our SMS account is being moved."
  $ npm run cli -- channels resume sms --json`;
  }
}

/** What the service refuses, by the exit that scripts know. */
function refused(error: unknown): never {
  if (!(error instanceof DomainError)) throw error;
  throw new CommandFailure(error.status === 404 ? EXIT.notFound : EXIT.usage, error.detail);
}

function lineOf({ name, mode, paused, providers, backlog }: ChannelView): string {
  const why = paused?.reason ? `: ${paused.reason}` : '';
  const state = paused ? `paused by ${paused.by}${why}` : stateOf(providers);
  const { due, later, sending, unknown } = backlog;
  const waits = `${due} due, ${later} later, ${sending} being sent, ${unknown} unknown`;
  return `${name.padEnd(10)} ${mode.padEnd(8)} ${waits}; ${state}`;
}

/** Who is not called, and who carries the channel instead. */
function stateOf(providers: ChannelView['providers']): string {
  const away = providers.filter(({ state }) => state !== 'closed');
  if (away.length === 0) return 'open';
  const carrier = providers.find(({ state }) => state === 'closed');
  const words = away.map(({ provider, code, state }) => `${provider} is not called (${code ?? state})`);
  return [...words, ...(carrier ? [`${carrier.provider} carries it`] : [])].join(', ');
}
