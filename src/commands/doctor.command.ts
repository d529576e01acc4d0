import { Command, Help } from 'nest-commander';
import { Checkups, type Examined } from '../checkups/checkups.js';
import { Containers } from './containers.js';
import { EXIT, type Exit } from './exit.js';
import { exitOfFindings } from './findings.js';
import { Ending, OperatorCommand } from './operator.command.js';
import { Terminal } from './terminal.js';

interface Options {
  json?: boolean;
}

@Command({
  name: 'doctor',
  description:
    'Look whether everything would work: database, queue, templates, each channel, settings, clocks',
})
export class DoctorCommand extends OperatorCommand<Options> {
  constructor(
    terminal: Terminal,
    ending: Ending,
    private readonly containers: Containers,
  ) {
    super(terminal, ending);
  }

  async act(_: readonly string[], { json = false }: Options): Promise<Exit> {
    const checkups = (await this.containers.checkups()).get(Checkups);
    this.terminal.progress('Asking everybody; nothing is sent, nothing is changed.');
    const examined = await checkups.run();
    const exit = exitOfFindings(examined.flatMap(({ findings }) => findings));
    if (json) this.terminal.json({ ok: exit === EXIT.ok, exit, checkups: examined });
    else this.print(examined);
    return exit;
  }

  private print(examined: readonly Examined[]): void {
    for (const { subject, findings } of examined) {
      this.terminal.line(subject);
      for (const finding of findings)
        for (const line of this.terminal.finding(finding)) this.terminal.line(line);
    }
    const all = examined.flatMap(({ findings }) => findings);
    const count = (state: string) => all.filter((finding) => finding.state === state).length;
    this.terminal.line();
    this.terminal.line(`${count('good')} good, ${count('warning')} to look at, ${count('bad')} bad.`);
  }

  @Help('after')
  examples(): string {
    return `
Exit codes: 0 nothing is bad, 1 something did not answer, 3 something has to be set otherwise.

Examples:
  $ npm run cli -- doctor
  $ npm run cli -- doctor --json`;
  }
}
