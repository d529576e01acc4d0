import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { type FieldError, unprocessable } from '../http/domain.error.js';
import type { PageQuery } from '../http/page.dto.js';
import { type Page, Seek } from '../http/page.js';
import { summaryOf } from '../http/validation.pipe.js';
import { UsersService } from '../users/users.service.js';
import { PreferenceCatalogue } from './catalogue.js';
import { ConsentEvent } from './consent-event.entity.js';
import { type ConsentView, consentView, type ImportedConsent, type ImportedView } from './consents.dto.js';

/* The person's last word counts: what was said before a word that is known changes nothing, nor does the same again. */
const IMPORT = `
  WITH said AS (
    SELECT DISTINCT ON (r."user", r.category, r.channel) r.*
      FROM jsonb_to_recordset($1::jsonb) AS r("user" text, category text, channel text, wanted boolean,
             given_at timestamptz, evidence text, wording text, ip text)
     WHERE NOT EXISTS (SELECT FROM consent_events e
                        WHERE e.user_id = r."user" AND e.category = r.category AND e.channel = r.channel
                          AND coalesce(e.given_at, e.created_at) >= r.given_at)
     ORDER BY r."user", r.category, r.channel, r.given_at DESC
  ), changed AS (
    INSERT INTO preferences AS p (user_id, category, channel, wanted)
    SELECT "user", category, channel, wanted FROM said
    ON CONFLICT (user_id, category, channel) DO UPDATE SET wanted = excluded.wanted, updated_at = now()
      WHERE p.wanted <> excluded.wanted
  )
  INSERT INTO consent_events (user_id, category, channel, wanted, source, detail, ip, wording, given_at)
  SELECT "user", category, channel, wanted, 'import', jsonb_strip_nulls(jsonb_build_object('evidence', evidence)),
         ip, wording, given_at
    FROM said RETURNING id`;

/** The ledger of consent: who said yes or no to what, when, where, and to which words. */
@Injectable()
export class ConsentsService {
  constructor(
    private readonly database: DataSource,
    private readonly users: UsersService,
    private readonly catalogue: PreferenceCatalogue,
  ) {}

  /** One person's words, newest first. */
  async page(userId: string, query: PageQuery, url: string): Promise<Page<ConsentView>> {
    const seek = new Seek(query, [{ sql: 'e.id', type: 'bigint' }], 'DESC');
    const found: { id: string }[] = await this.database.query(
      `SELECT e.id FROM consent_events e WHERE e.user_id = $1 AND ${seek.where(2)} ${seek.tail}`,
      [userId, ...seek.values],
    );
    const events = this.database.getRepository(ConsentEvent);
    const rows = await events.findBy({ id: In(found.map(({ id }) => id)) });
    const byId = new Map(rows.map((row) => [row.id, consentView(row)]));
    const ordered = found.flatMap(({ id }) => byId.get(id) ?? []);
    const count = seek.counted ? await events.countBy({ userId }) : undefined;
    return seek.page(url, ordered, ({ id }) => [id], count);
  }

  /** What was said to another service, all or nothing of it. */
  async import(consents: readonly ImportedConsent[]): Promise<ImportedView> {
    const errors = await this.faultsOf(consents);
    if (errors.length > 0) throw unprocessable('consents.invalid', summaryOf(errors), errors);
    const recorded: unknown[] = await this.database.query(IMPORT, [JSON.stringify(consents)]);
    return { recorded: recorded.length, kept: consents.length - recorded.length };
  }

  private async faultsOf(consents: readonly ImportedConsent[]): Promise<FieldError[]> {
    const ids = [...new Set(consents.map(({ user }) => user))];
    const people = new Set((await this.users.findMany(ids)).map(({ id }) => id));
    const categories = (await this.catalogue.categories()).map(({ name }) => name);
    const channels = this.catalogue
      .channels()
      .flatMap(({ name, consent }) => (consent === 'always' ? [] : [name]));
    return consents.flatMap(({ user, category, channel, given_at }, index) => [
      ...faultIf(!people.has(user), index, 'user', 'names nobody: PUT /users/{id} adds a person'),
      ...faultIf(!categories.includes(category), index, 'category', `must be ${categories.join(', ')}`),
      ...faultIf(!channels.includes(channel), index, 'channel', `must be ${channels.join(', ')}`),
      ...faultIf(new Date(given_at) > new Date(), index, 'given_at', 'must not be in the future'),
    ]);
  }
}

const faultIf = (wrong: boolean, index: number, field: string, rule: string): FieldError[] =>
  wrong
    ? [{ pointer: `/consents/${index}/${field}`, code: `consent.${field}`, detail: `${field} ${rule}` }]
    : [];
