import { LiveContainers } from './cli.containers.js';
import { runCommands } from './commands/run.js';
import { Terminal } from './commands/terminal.js';

const containers = new LiveContainers(process.env);
process.exitCode = await runCommands(process.argv, containers, Terminal.ofProcess(process));
await containers.close();
