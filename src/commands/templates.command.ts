import { resolve } from 'node:path';
import { Command, Help, SubCommand } from 'nest-commander';
import { Containers } from './containers.js';
import type { Exit } from './exit.js';
import { lintFolder } from './lint.page.js';
import { CommandGroup, Ending, OperatorCommand } from './operator.command.js';
import { Terminal } from './terminal.js';

@SubCommand({
  name: 'lint',
  arguments: '[folder]',
  argsDescription: { folder: 'where the YAML files are; default: the templates of this installation' },
  description: 'count the segments of all texts, and find what is missing or wrong in the words',
})
export class LintTemplatesCommand extends OperatorCommand<{ json?: boolean }> {
  constructor(
    terminal: Terminal,
    ending: Ending,
    private readonly containers: Containers,
  ) {
    super(terminal, ending);
  }

  act([given]: readonly string[], { json = false }: { json?: boolean }): Promise<Exit> {
    const folder = given === undefined ? this.containers.templatesFolder : resolve(given);
    return lintFolder(folder, this.containers, this.terminal, json);
  }
}

@Command({
  name: 'templates',
  description: 'Look at the words of all notifications',
  subCommands: [LintTemplatesCommand],
})
export class TemplatesCommand extends CommandGroup {
  protected override readonly choices = 'templates lint [folder]';

  @Help('after')
  examples(): string {
    return `
Exit codes: 0 nothing wrong (there may be warnings), 1 an error was found, 2 usage, 3 configuration.

Examples:
  $ npm run cli -- templates lint
  $ npm run cli -- templates lint ./my-templates --json`;
  }
}
