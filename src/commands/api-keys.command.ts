import { Injectable } from '@nestjs/common';
import { Command, Help, Option, SubCommand } from 'nest-commander';
import type { ApiKeyInfo, ApiKeysService } from '../auth/api-keys.service.js';
import { EVERYTHING, isScope, SCOPES } from '../auth/scopes.js';
import { closest } from '../http/closest.js';
import { Containers } from './containers.js';
import { CommandFailure, EXIT, type Exit } from './exit.js';
import { CommandGroup, Ending, OperatorCommand } from './operator.command.js';
import { Terminal } from './terminal.js';

interface Options {
  scopes?: string[];
  expires?: Date;
  json?: boolean;
}

const DAY = 86_400_000;

@Injectable()
abstract class ApiKeysAction extends OperatorCommand<Options> {
  constructor(
    terminal: Terminal,
    ending: Ending,
    private readonly containers: Containers,
  ) {
    super(terminal, ending);
  }

  /** Read only when it is asked for, like the application itself: --help does not wait for it. */
  protected async keys(): Promise<ApiKeysService> {
    const { ApiKeysService } = await import('../auth/api-keys.service.js');
    return (await this.containers.application()).get(ApiKeysService);
  }
}

@SubCommand({ name: 'list', description: 'show all keys, without their secrets' })
export class ListApiKeysCommand extends ApiKeysAction {
  async act(_: readonly string[], { json = false }: Options): Promise<Exit> {
    const keys = await (await this.keys()).list();
    if (json) this.terminal.json({ ok: true, keys });
    else for (const key of keys) this.terminal.line(lineOf(key));
    return EXIT.ok;
  }
}

@SubCommand({
  name: 'create',
  arguments: '<name>',
  argsDescription: { name: 'who will use it: stands in the log, and before its idempotency keys' },
  description: 'make a key; it is shown once and never again',
})
export class CreateApiKeyCommand extends ApiKeysAction {
  async act([name = '']: readonly string[], { scopes, expires, json = false }: Options): Promise<Exit> {
    if (!scopes) {
      throw new CommandFailure(EXIT.usage, 'Say what it may do: --scopes notifications:send,users:write');
    }
    const keys = await this.keys();
    const { id, key } = await keys.create({ name, scopes, ...(expires && { expiresAt: expires }) });
    if (json) this.terminal.json({ ok: true, id, key, name, scopes, expires_at: expires ?? null });
    else {
      this.terminal.line(key);
      this.terminal.progress(`Keep it now: only its hash is stored. To take it back: api-keys revoke ${id}`);
    }
    return EXIT.ok;
  }

  @Option({ flags: '--scopes <list>', description: 'what it may do, comma-separated; * is everything' })
  scopes(list: string): string[] {
    const scopes = [...new Set(list.split(',').map((scope) => scope.trim()))];
    const wrong = scopes.find((scope) => scope !== EVERYTHING && !isScope(scope));
    if (wrong === undefined) return scopes;
    const meant = closest(wrong, Object.keys(SCOPES));
    const hint = meant ? `Did you mean ${meant}?` : `There are ${Object.keys(SCOPES).join(', ')}.`;
    throw new CommandFailure(EXIT.usage, `--scopes: there is no scope "${wrong}". ${hint}`);
  }

  @Option({ flags: '--expires <when>', description: 'from when on it is void: 90d, or a day as 2027-01-31' })
  expires(text: string): Date {
    const [, days] = /^(\d{1,5})d$/.exec(text) ?? [];
    const date = days === undefined ? new Date(text) : new Date(Date.now() + Number(days) * DAY);
    if (+date > Date.now()) return date;
    throw new CommandFailure(EXIT.usage, '--expires must be in the future: 90d, or a day as 2027-01-31.');
  }

  @Help('after')
  explanation(): string {
    const lines = Object.entries(SCOPES).map(([scope, meaning]) => `  ${scope.padEnd(20)} ${meaning}`);
    return `\nScopes:\n${lines.join('\n')}`;
  }
}

@SubCommand({
  name: 'revoke',
  arguments: '<id>',
  argsDescription: { id: 'as list shows it: the third part of the key' },
  description: 'make a key void, everywhere within five seconds',
})
export class RevokeApiKeyCommand extends ApiKeysAction {
  async act([id = '']: readonly string[], { json = false }: Options): Promise<Exit> {
    if (!(await (await this.keys()).revoke(id))) {
      throw new CommandFailure(
        EXIT.notFound,
        `There is no valid key with the id "${id}": see api-keys list.`,
      );
    }
    if (json) this.terminal.json({ ok: true, id });
    else this.terminal.line(`${id} is revoked.`);
    return EXIT.ok;
  }
}

@Command({
  name: 'api-keys',
  description: 'Make, show and revoke the keys with which services call the API',
  subCommands: [ListApiKeysCommand, CreateApiKeyCommand, RevokeApiKeyCommand],
})
export class ApiKeysCommand extends CommandGroup {
  protected override readonly choices =
    'api-keys list, api-keys create <name> --scopes ... or api-keys revoke <id>';

  @Help('after')
  examples(): string {
    return `
Two keys of one service may be valid at once: make the new one, switch over, revoke the old one.

Examples:
  $ npm run cli -- api-keys create orders --scopes notifications:send,users:write --expires 365d
  $ npm run cli -- api-keys list
  $ npm run cli -- api-keys revoke 3fGk29sLmQ0a`;
  }
}

function lineOf({ id, name, scopes, expires_at: expires, revoked_at: revoked }: ApiKeyInfo): string {
  const state = revoked
    ? `revoked ${revoked.toISOString()}`
    : expires === null
      ? 'valid'
      : `${+expires > Date.now() ? 'valid until' : 'expired'} ${expires.toISOString()}`;
  return `${id.padEnd(14)} ${name.padEnd(20)} ${state}; ${scopes.join(', ')}`;
}
