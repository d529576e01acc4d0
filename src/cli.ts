import { LiveBackstage } from './cli.backstage.js';
import { runCommands } from './commands/run.js';
import { Terminal } from './commands/terminal.js';

const backstage = new LiveBackstage(process.env);
process.exitCode = await runCommands(process.argv, backstage, Terminal.ofProcess(process));
await backstage.close();
