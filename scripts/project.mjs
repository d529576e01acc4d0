// What every command does first: the environment, the packages, the build.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const at = (...names) => join(root, ...names);

/** An end that is not a fault of the program: one clear message and an exit code, 3 for configuration. */
export class Refusal extends Error {
  constructor(message, exitCode = 3) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** .env, or the file that ENV_FILE names, fills in what the environment does not say. */
export function loadEnvironment() {
  const file = process.env.ENV_FILE || at('.env');
  if (existsSync(file)) process.loadEnvFile(file);
}

/**
 * How the service runs. Live data is below 100 MiB; with a bound in sight V8 collects sooner, and the process stays
 * under 300 MiB instead of 430. Of such a bound V8 would give what is new only 4 MiB, and sweep it all the time. One
 * helper thread is enough: four of them take the cores from the one that answers, and the slowest answers take half as
 * long again. NODE_OPTIONS of whoever starts it comes before.
 */
const MEMORY = ['--max-old-space-size=512', '--max-semi-space-size=16'];
export const NODE_FLAGS = [
  '--enable-source-maps',
  '--v8-pool-size=1',
  ...(process.env.NODE_OPTIONS?.includes('max-old-space-size') ? [] : MEMORY),
];

/** Progress goes to stderr: stdout belongs to what was asked for. */
export const say = (line) => console.error(line);

/** Packages and build, each only when something changed since. */
export async function prepare() {
  await install();
  await build();
  await buildWeb();
}

export async function install() {
  const stamp = at('node_modules', '.installed');
  const wanted = hash([readFileSync(at('package-lock.json')), process.platform, process.arch, major()]);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  if (existsSync(stamp) || !isInstalled()) await installAnew();
  writeFileSync(stamp, wanted);
}

const major = () => process.versions.node.split('.')[0];

/** Somebody ran `npm ci` by hand: npm notes what lies in node_modules, and all that we ask for is among it. */
function isInstalled() {
  const note = at('node_modules', '.package-lock.json');
  if (!existsSync(note)) return false;
  const have = JSON.parse(readFileSync(note, 'utf8')).packages;
  const want = JSON.parse(readFileSync(at('package-lock.json'), 'utf8')).packages;
  const { dependencies, devDependencies } = want[''];
  return Object.keys({ ...dependencies, ...devDependencies })
    .map((name) => `node_modules/${name}`)
    .every((path) => have[path]?.version === want[path]?.version);
}

async function installAnew() {
  // `npm ci` empties the folder first, and through a link it would empty somebody else's.
  if (lstatSync(at('node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw new Refusal(
      'node_modules is a link, and its packages are not those of package-lock.json. Install them there.',
    );
  }
  say('Installing packages (about 30 s)...');
  const npm = process.env.npm_execpath;
  const [program, first] = npm ? [process.execPath, [npm]] : ['npm', []];
  const args = [...first, 'ci', '--include=dev', '--ignore-scripts', '--loglevel=error'];
  const code = await succeed(program, args, { shell: !npm && process.platform === 'win32' });
  if (code !== 0) throw new Refusal('The packages could not be installed; npm says why above.', 1);
}

function build() {
  const sources = ['src', 'tsconfig.json', 'tsconfig.build.json', 'nest-cli.json', 'package-lock.json'];
  return buildWhenStale(at('dist', '.built'), sources, ['@nestjs/cli/bin/nest.js', 'build']);
}

/** The script that other sites embed. */
export function buildWeb() {
  const sources = ['web/inbox', 'web/push', 'web/vite.config.js', 'web/tsconfig.json', 'package-lock.json'];
  return buildWhenStale(at('web', 'dist', '.built'), sources, ['vite/bin/vite.js', 'build', 'web']);
}

async function buildWhenStale(stamp, sources, [program, ...args]) {
  const wanted = hash(sources.flatMap((name) => listing(at(name))));
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('Building...');
  const code = await succeed(process.execPath, [at('node_modules', program), ...args]);
  if (code !== 0) throw new Refusal('The build failed; the compiler says why above.', 1);
  writeFileSync(stamp, wanted);
}

/** Each file with its time and size: tells a changed file, a new one and a removed one. */
function listing(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return [`${path} ${stat.mtimeMs} ${stat.size}`];
  return readdirSync(path)
    .sort()
    .flatMap((name) => listing(join(path, name)));
}

function hash(parts) {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(part).update('\n');
  return sum.digest('hex');
}

/** Runs a program in the project, its words on our stderr, and returns its exit code. */
function succeed(program, args, options = {}) {
  return ended(spawn(program, args, { cwd: root, stdio: ['ignore', 2, 2], ...options }));
}

/** The exit code of a child; a signal counts as the shell counts it. */
export function ended(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}

/** A program of one of our packages, with this terminal; what it ends with. */
export const runPackage = (path, args) => runNode([at('node_modules', path), ...args]);

export function runNode(args) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
  // A terminal sends Ctrl-C to it as well; we only have to wait for its end.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return ended(child);
}
