import { CommandFactory, CommandRunnerService } from 'nest-commander';
import type { Containers } from './containers.js';
import { CommandsModule } from './commands.module.js';
import { EXIT, type Exit, exitOf } from './exit.js';
import { Ending } from './operator.command.js';
import type { Terminal } from './terminal.js';

/** Commander's own endings: it has said already what there is to say. */
interface Ended {
  readonly code: string;
  readonly exitCode: number;
}

/** Runs the command that `argv` names (as in process.argv) and returns its exit code. Never throws. */
export async function runCommands(argv: string[], containers: Containers, terminal: Terminal): Promise<Exit> {
  const ending = new Ending();
  const end = (error: unknown) => {
    ending.exit = endOf(error, terminal, argv.includes('--json'));
  };
  const app = await CommandFactory.createWithoutRunning(CommandsModule.with(containers, terminal, ending), {
    logger: false,
    abortOnError: false,
    errorHandler: (error) => {
      throw error;
    },
    // Without it nest-commander writes the error, and the process ends as if nothing had happened.
    serviceErrorHandler: end,
    outputConfiguration: terminal.commander,
  });
  try {
    await app.get(CommandRunnerService).run(argv);
  } catch (error) {
    end(error);
  } finally {
    await app.close();
  }
  return ending.exit;
}

function endOf(error: unknown, terminal: Terminal, json: boolean): Exit {
  if (isEnded(error)) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const exit = exitOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (json) terminal.json({ ok: false, error: message, exit });
  else terminal.progress(terminal.red(`✗ ${message}`));
  return exit;
}

const isEnded = (error: unknown): error is Ended =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('commander.');
