import type { EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import type { UserColumns } from './user.columns.js';
import type { User } from './user.entity.js';
import { USER_COLUMNS, userOf, type UserRow } from './user.rows.js';

const TYPES: Readonly<Partial<Record<keyof UserColumns, string>>> = {
  quiet_start: 'time',
  quiet_end: 'time',
  paused_until: 'timestamptz',
};

/**
 * Adds or updates one person. The common case, a known person of whom nothing changed, is one statement that
 * writes nothing: no row version, no lock that the next notification to the same person would wait for.
 */
export class PutUser {
  private readonly names: readonly (keyof UserColumns)[];
  private readonly values: readonly (string | null)[];

  constructor(
    private readonly tx: EntityManager,
    private readonly columns: UserColumns,
  ) {
    this.names = Object.keys(columns) as (keyof UserColumns)[];
    this.values = this.names.map((name) => columns[name] ?? null);
  }

  async run(id: string | undefined): Promise<User> {
    return userOf(id === undefined ? await this.byAddress() : await this.byId(id));
  }

  private async byId(id: string): Promise<UserRow> {
    return (await this.updated('id = $1', [id])) ?? this.inserted(id);
  }

  /** Two requests for the same new person wait for each other, so that they do not make two. */
  private async byAddress(): Promise<UserRow> {
    const known = await this.updatedByAddress();
    if (known) return known;
    const addresses = [this.columns.email, this.columns.phone].filter(
      (address) => typeof address === 'string',
    );
    await this.tx.query(
      `SELECT pg_advisory_xact_lock(key) FROM
         (SELECT hashtextextended('users:' || address, 0) AS key FROM unnest($1::text[]) address ORDER BY 1) keys`,
      [addresses],
    );
    return (await this.updatedByAddress()) ?? this.inserted(uuid());
  }

  /** A phone is shared in families: with an e-mail, only somebody without one can be meant by it. */
  private async updatedByAddress(): Promise<UserRow | undefined> {
    const { email, phone } = this.columns;
    const byEmail = email ? await this.updated('email = $1', [email]) : undefined;
    if (byEmail !== undefined || !phone) return byEmail;
    return this.updated(`phone = $1${email ? ' AND email IS NULL' : ''}`, [phone]);
  }

  /** The person as they are now; undefined when the condition finds nobody. */
  private async updated(condition: string, values: readonly string[]): Promise<UserRow | undefined> {
    const found = `SELECT ${USER_COLUMNS} FROM users WHERE ${condition} ORDER BY created_at, id LIMIT 1`;
    if (this.names.length === 0) {
      const rows: UserRow[] = await this.tx.query(found, [...values]);
      return rows[0];
    }
    const places = this.places(values.length + 1);
    const rows: UserRow[] = await this.tx.query(
      `WITH found AS (${found}), changed AS (
         UPDATE users SET ${this.names.map((name, index) => `${name} = ${places[index] ?? ''}`).join(', ')}, updated_at = now()
         FROM found WHERE users.id = found.id
           AND (${this.names.map((name) => `users.${name}`).join(', ')}) IS DISTINCT FROM (${places.join(', ')})
         RETURNING ${USER_COLUMNS})
       SELECT * FROM changed UNION ALL SELECT * FROM found WHERE NOT EXISTS (SELECT FROM changed)`,
      [...values, ...this.values],
    );
    return rows[0];
  }

  private async inserted(id: string): Promise<UserRow> {
    const places = ['$1', ...this.places(2)];
    const rows: UserRow[] = await this.tx.query(
      `INSERT INTO users (${['id', ...this.names].join(', ')}) VALUES (${places.join(', ')})
       ON CONFLICT (id) DO UPDATE SET ${['id', ...this.names].map((name) => `${name} = EXCLUDED.${name}`).join(', ')}, updated_at = now()
       RETURNING ${USER_COLUMNS}`,
      [id, ...this.values],
    );
    const [row] = rows;
    if (!row) throw new Error('The person was neither added nor found.');
    return row;
  }

  private places(from: number): string[] {
    return this.names.map((name, index) => `$${from + index}::${TYPES[name] ?? 'text'}`);
  }
}
