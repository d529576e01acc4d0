import { Injectable } from '@nestjs/common';
import { CommandRunner, Option } from 'nest-commander';
import { CommandFailure, EXIT, type Exit } from './exit.js';
import { Terminal } from './terminal.js';

type Commander = Parameters<CommandRunner['setCommand']>[0];

/** How the command that ran has ended: Commander itself keeps no result. */
export class Ending {
  exit: Exit = 0;
}

/** Its `act` returns how it ended; what it throws is told and turned into an exit by `runCommands`. */
@Injectable()
abstract class EndingCommand<Options extends object> extends CommandRunner {
  constructor(
    protected readonly terminal: Terminal,
    private readonly ending: Ending,
  ) {
    super();
  }

  abstract act(args: readonly string[], options: Options): Promise<Exit>;

  /** Commander would end the process by itself, and with 1 for a mistyped option. */
  override setCommand(command: Commander): this {
    command.exitOverride().allowExcessArguments(false).showHelpAfterError('(--help shows what can be said)');
    return super.setCommand(command);
  }

  override async run(args: string[], options: Options): Promise<void> {
    this.ending.exit = await this.act(args, options);
  }
}

/** A command that does something, and tells it to people or to a program. */
export abstract class OperatorCommand<Options extends { json?: boolean }> extends EndingCommand<Options> {
  @Option({ flags: '--json', description: 'print the result as JSON' })
  json(): boolean {
    return true;
  }
}

/** A name for several commands. It has no options: Commander would take them from those. */
export abstract class CommandGroup extends EndingCommand<object> {
  /** What may be said after it. */
  protected abstract readonly choices: string;

  act(): Promise<Exit> {
    throw new CommandFailure(EXIT.usage, `Say what: ${this.choices}.`);
  }
}
