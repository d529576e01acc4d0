import { resolve } from 'node:path';
import { Command, Help, Option } from 'nest-commander';
import { TemplateFilesError } from '../templates/template.files.js';
import type { LoadReport } from '../templates/template.loader.js';
import { Containers } from './containers.js';
import { CommandFailure, EXIT, type Exit } from './exit.js';
import { lintFolder } from './lint.page.js';
import { Ending, OperatorCommand } from './operator.command.js';
import { Terminal } from './terminal.js';

interface Options {
  dryRun?: boolean;
  force?: boolean;
  check?: boolean;
  json?: boolean;
}

type Warnings = LoadReport['warnings'];

@Command({
  name: 'load-templates',
  aliases: ['load_notification_templates'],
  arguments: '[folder]',
  argsDescription: { folder: 'where the YAML files are; default: the templates of this installation' },
  description: 'Bring the wording of all notifications from YAML files into the database',
})
export class LoadTemplatesCommand extends OperatorCommand<Options> {
  constructor(
    terminal: Terminal,
    ending: Ending,
    private readonly containers: Containers,
  ) {
    super(terminal, ending);
  }

  async act([given]: readonly string[], options: Options): Promise<Exit> {
    const folder = given === undefined ? this.containers.templatesFolder : resolve(given);
    if (options.check) return lintFolder(folder, this.containers, this.terminal, options.json ?? false);
    try {
      await this.load(folder, options);
      return EXIT.ok;
    } catch (error) {
      if (error instanceof TemplateFilesError) throw new CommandFailure(EXIT.failed, error.message);
      throw error;
    }
  }

  private async load(
    folder: string,
    { json = false, dryRun = false, force = false }: Options,
  ): Promise<void> {
    this.terminal.progress(`Reading ${folder} ...`);
    // Read only now, like the application itself: --help and --check do not wait for it.
    const { TemplatesService } = await import('../templates/templates.service.js');
    const templates = (await this.containers.application()).get(TemplatesService);
    const report = await templates.load(folder, { dryRun, force });
    if (json) {
      this.terminal.json({ ok: true, dry_run: dryRun, ...report });
      return;
    }
    for (const { status, type, locale } of report.templates) {
      this.terminal.line(`${status.padEnd(9)} ${type} (${locale})${status === 'Kept' ? WHY_KEPT : ''}`);
    }
    this.warn(report.warnings);
    const did = dryRun ? 'Would load' : 'Successfully loaded';
    const and = dryRun ? 'update' : 'updated';
    this.terminal.line(
      `${did} ${report.created} new templates and ${and} ${report.updated} existing templates.`,
    );
  }

  private warn(warnings: Warnings): void {
    for (const { file, line, message } of warnings)
      this.terminal.progress(`Warning: ${file}:${line} ${message}`);
  }

  @Option({ flags: '--dry-run', description: 'say what would change, and change nothing' })
  dryRun(): boolean {
    return true;
  }

  @Option({ flags: '--force', description: 'also replace what an operator has edited' })
  force(): boolean {
    return true;
  }

  @Option({
    flags: '--check',
    description: 'only check the files, as templates lint does; no database is needed',
  })
  checkOnly(): boolean {
    return true;
  }

  @Help('after')
  examples(): string {
    return `
Loading twice changes nothing the second time. What an operator has edited is kept unless --force is given.

Examples:
  $ npm run cli -- load-templates
  $ npm run cli -- load-templates --dry-run
  $ npm run cli -- load-templates --check ./my-templates`;
  }
}

const WHY_KEPT = ': edited by an operator since it was loaded; --force replaces it';
