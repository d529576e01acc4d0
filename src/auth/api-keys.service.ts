import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type ApiKeyParts, newApiKey, parseApiKey } from './api-key.js';
import type { ServiceCaller } from './caller.js';
import { Secrets } from './secrets.js';

/** How long a revoked key may still be honoured, in each process. */
const REMEMBERED = 5_000;
/** Made-up ids must not fill the memory. */
const MOST_REMEMBERED = 10_000;

/** A key without its secret. */
export interface ApiKeyInfo {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
  readonly created_at: Date;
}

interface Row {
  readonly secret_hash: string;
  readonly caller: ServiceCaller;
  /** Milliseconds; 0 when revoked. */
  readonly until: number;
}

interface Remembered {
  readonly row: Promise<Row | undefined>;
  readonly until: number;
}

@Injectable()
export class ApiKeysService {
  private remembered = new Map<string, Remembered>();

  constructor(
    private readonly db: DataSource,
    private readonly secrets: Secrets,
  ) {}

  /** The service whose key this is; undefined when it is mistyped, unknown, expired or revoked. */
  async callerOf(key: string): Promise<ServiceCaller | undefined> {
    const parts = parseApiKey(key);
    if (!parts) return undefined;
    const row = await this.rowOf(parts.id);
    if (!row || row.until <= Date.now()) return undefined;
    return Secrets.same(Buffer.from(this.hashOf(parts)), Buffer.from(row.secret_hash))
      ? row.caller
      : undefined;
  }

  /** Makes a key. The whole key is returned here and never again. */
  async create(input: {
    name: string;
    scopes: readonly string[];
    expiresAt?: Date;
    environment?: string;
  }): Promise<{ id: string; key: string }> {
    const { id, secret, key } = newApiKey(input.environment ?? 'live');
    await this.db.query(
      'INSERT INTO api_keys (id, name, secret_hash, scopes, expires_at) VALUES ($1, $2, $3, $4, $5)',
      [id, input.name, this.hashOf({ id, secret }), input.scopes, input.expiresAt ?? null],
    );
    return { id, key };
  }

  /** Makes the given key valid, whatever was before: for the key of development. */
  async ensure(key: string, name: string, scopes: readonly string[]): Promise<void> {
    const parts = parseApiKey(key);
    if (!parts) throw new Error('This is not a whole API key: nk_<environment>_<id>_<secret>_<checksum>.');
    await this.db.query(
      `INSERT INTO api_keys (id, name, secret_hash, scopes) VALUES ($1, $2, $3, $4)
       ON CONFLICT (id) DO UPDATE SET name = $2, secret_hash = $3, scopes = $4, expires_at = NULL, revoked_at = NULL`,
      [parts.id, name, this.hashOf(parts), scopes],
    );
    this.remembered.delete(parts.id);
  }

  /** True when there was such a key that was not revoked yet. Other processes notice within five seconds. */
  async revoke(id: string): Promise<boolean> {
    const [, revoked]: [unknown, number] = await this.db.query(
      'UPDATE api_keys SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL',
      [id],
    );
    this.remembered.delete(id);
    return revoked > 0;
  }

  list(): Promise<ApiKeyInfo[]> {
    return this.db.query(
      'SELECT id, name, scopes, expires_at, revoked_at, created_at FROM api_keys ORDER BY created_at, id',
    );
  }

  private hashOf({ id, secret }: ApiKeyParts): string {
    return this.secrets.mac('api-keys', `${id}.${secret}`).toString('base64url');
  }

  /** Asked once at a time for each id; a failure is not remembered. */
  private rowOf(id: string): Promise<Row | undefined> {
    const now = Date.now();
    const known = this.remembered.get(id);
    if (known && known.until > now) return known.row;
    if (this.remembered.size >= MOST_REMEMBERED) this.remembered = new Map();
    const row = this.load(id);
    this.remembered.set(id, { row, until: now + REMEMBERED });
    row.catch(() => this.remembered.delete(id));
    return row;
  }

  private async load(id: string): Promise<Row | undefined> {
    const [row]: (ApiKeyInfo & { secret_hash: string })[] = await this.db.query(
      'SELECT id, name, secret_hash, scopes, expires_at, revoked_at FROM api_keys WHERE id = $1',
      [id],
    );
    if (!row) return undefined;
    const { name, scopes, secret_hash, expires_at, revoked_at } = row;
    return {
      secret_hash,
      until: revoked_at ? 0 : (expires_at?.getTime() ?? Number.POSITIVE_INFINITY),
      caller: { kind: 'service', id: name, keyId: id, name, scopes: new Set(scopes) },
    };
  }
}
