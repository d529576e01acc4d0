import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { USER_ID } from '../auth/caller.js';
import { AppSettings } from '../config/app.settings.js';
import { type FieldError, notFound, unprocessable } from '../http/domain.error.js';
import { summaryOf } from '../http/validation.pipe.js';
import { PersonalData } from './personal-data.js';
import { PutUser } from './put-user.js';
import { columnsOf, type NamedFields } from './user.columns.js';
import type { User } from './user.entity.js';
import { USER_COLUMNS, userOf, type UserRow, userView } from './user.rows.js';

/** The fields of a person as a request names them; without an id the person is found by e-mail, then by phone. */
export type UserInput = NamedFields & { readonly id?: string | undefined };

/** Where a channel reaches somebody. */
interface Reached {
  readonly channel: string;
  readonly address: string;
}

/* Each says only what changes, and of the row as it is then: two at once do not undo each other. */
const ADD_ADDRESS = `
  UPDATE users SET addresses = jsonb_set(addresses, ARRAY[$2], coalesce(addresses -> $2, '[]') || to_jsonb($3::text))
   WHERE id = $1`;
const DROP_ADDRESS = `
  UPDATE users SET addresses = CASE WHEN addresses -> $2 = jsonb_build_array($3::text) THEN addresses - $2
                                    ELSE jsonb_set(addresses, ARRAY[$2], (addresses -> $2) - $3::text) END
   WHERE id = $1 AND addresses ? $2`;

type Queryable = Pick<EntityManager, 'query'>;

@Injectable()
export class UsersService {
  constructor(
    private readonly db: DataSource,
    private readonly app: AppSettings,
    private readonly personalData: PersonalData,
  ) {}

  async find(id: string, from: Queryable = this.db): Promise<User | undefined> {
    const rows: UserRow[] = await from.query(`SELECT ${USER_COLUMNS} FROM users WHERE id = $1`, [id]);
    return rows[0] && userOf(rows[0]);
  }

  /** In no particular order; ids that nobody has are left out. */
  async findMany(ids: readonly string[], from: Queryable = this.db): Promise<User[]> {
    if (ids.length === 0) return [];
    const rows: UserRow[] = await from.query(`SELECT ${USER_COLUMNS} FROM users WHERE id = ANY($1)`, [ids]);
    return rows.map(userOf);
  }

  /** Everybody who has the number: a phone is shared in families. In E.164. */
  async idsByPhone(phone: string, from: Queryable = this.db): Promise<string[]> {
    const rows: { id: string }[] = await from.query('SELECT id FROM users WHERE phone = $1 ORDER BY id', [
      phone,
    ]);
    return rows.map(({ id }) => id);
  }

  /** The one who has had the address longest. */
  async findByEmail(email: string): Promise<User | undefined> {
    const rows: UserRow[] = await this.db.query(
      `SELECT ${USER_COLUMNS} FROM users WHERE email = $1 ORDER BY created_at, id LIMIT 1`,
      [email],
    );
    return rows[0] && userOf(rows[0]);
  }

  /**
   * Adds the person, or updates the named fields: absent keeps, null clears.
   * @param prefix JSON pointer of the object within the request, for errors: `/user`
   */
  put(tx: EntityManager, input: UserInput, prefix = ''): Promise<User> {
    const { columns, errors } = columnsOf(input, this.app.homeCountry, prefix);
    errors.push(...faultsOfIdentity(input, prefix));
    if (errors.length > 0) throw unprocessable(errors[0]?.code ?? 'user.invalid', summaryOf(errors), errors);
    return new PutUser(tx, columns).run(input.id);
  }

  /** Notes that a channel reaches the person at one more address, of its own kind. Nobody has to be there already. */
  async addAddress(tx: EntityManager, id: string, { channel, address }: Reached): Promise<void> {
    await this.put(tx, { id });
    await tx.query(ADD_ADDRESS, [id, channel, address]);
  }

  /** Notes that it does not any more. */
  async dropAddress(tx: Queryable, id: string, { channel, address }: Reached): Promise<void> {
    await tx.query(DROP_ADDRESS, [id, channel, address]);
  }

  /** Deletes the person with all notifications and deliveries; false when there was none. */
  erase(id: string): Promise<boolean> {
    return this.db.transaction(async (tx) => {
      const user = await this.find(id, tx);
      if (!user) return false;
      await this.personalData.forget(tx, user);
      await tx.query('DELETE FROM users WHERE id = $1', [id]);
      return true;
    });
  }

  /** Everything that is kept about the person, part by part. */
  async export(id: string): Promise<Record<string, unknown>> {
    const user = await this.get(id);
    return { user: userView(user), ...(await this.personalData.exportOf(user)) };
  }

  /** As `find`, where nobody is an error. */
  async get(id: string): Promise<User> {
    const user = await this.find(id);
    if (!user)
      throw notFound(
        'user.not-found',
        `Nobody has the id "${id.slice(0, 64)}": PUT /users/{id} adds a person.`,
      );
    return user;
  }
}

function faultsOfIdentity({ id, email, phone }: UserInput, prefix: string): FieldError[] {
  if (id === undefined) {
    if (email ?? phone) return [];
    const detail = 'id, email or phone is required: nobody could be found or reached';
    return [{ pointer: prefix, code: 'user.no-address', detail }];
  }
  if (USER_ID.test(id)) return [];
  const detail = 'id must be 1 to 64 characters without blanks';
  return [{ pointer: `${prefix}/id`, code: 'user.bad-id', detail }];
}
