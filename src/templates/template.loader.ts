import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 } from 'uuid';
import { ChannelWords } from './channel.words.js';
import type { WantedChannel } from './renderer.js';
import type { Finding } from './template.findings.js';
import { readTemplateFiles, type TypeDefinition } from './template.files.js';
import { lockTemplates } from './template.store.js';
import { checksumOf, type Words } from './words.js';

export interface LoadOptions {
  /** Also replaces what an operator has edited. */
  readonly force?: boolean;
  /** Says what would happen, and writes nothing. */
  readonly dryRun?: boolean;
  /** Reads and checks the files only; the database is not asked. */
  readonly check?: boolean;
  /** The channels that every template should serve; without them, those that most templates serve. */
  readonly channels?: readonly WantedChannel[];
}

/** `Kept`: an operator has edited it since it was loaded, and the file says something else. */
type LoadStatus = 'Created' | 'Updated' | 'Unchanged' | 'Kept';

export interface LoadReport {
  readonly templates: readonly {
    readonly type: string;
    readonly locale: string;
    readonly status: LoadStatus;
  }[];
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly kept: number;
  readonly warnings: readonly Finding[];
}

interface Planned {
  readonly type: string;
  readonly locale: string;
  readonly words: Words;
  readonly checksum: string;
  readonly status: LoadStatus;
  /** Of the template that exists. */
  readonly id: string | undefined;
}

interface Present {
  readonly id: string;
  readonly type: string;
  readonly locale: string;
  readonly checksum: string;
  readonly source: 'file' | 'operator';
}

/** Brings the words of a folder into the database. The same folder twice changes nothing the second time. */
@Injectable()
export class TemplateLoader {
  constructor(
    private readonly db: DataSource,
    private readonly channels: ChannelWords,
  ) {}

  async load(folder: string, options: LoadOptions): Promise<LoadReport> {
    const { categories, types, warnings } = await readTemplateFiles(
      folder,
      this.channels.wrongOptions,
      options.channels,
      this.channels.names(),
    );
    if (options.check) return reportOf([], warnings);
    return this.db.transaction(async (tx) => {
      await lockTemplates(tx);
      const plan = planOf(types, await present(tx), options.force ?? false);
      if (!options.dryRun) {
        await tx.query(UPSERT_CATEGORIES, [JSON.stringify(categories)]);
        await tx.query(UPSERT_TYPES, [JSON.stringify(types)]);
        await write(tx, plan);
      }
      return reportOf(plan, warnings);
    });
  }
}

function planOf(types: readonly TypeDefinition[], existing: readonly Present[], force: boolean): Planned[] {
  const byKey = new Map(existing.map((one) => [`${one.type} ${one.locale}`, one]));
  return types.flatMap(({ name: type, words: byLocale }) =>
    [...byLocale].map(([locale, words]) => {
      const checksum = checksumOf(words);
      const before = byKey.get(`${type} ${locale}`);
      return { type, locale, words, checksum, id: before?.id, status: statusOf(checksum, before, force) };
    }),
  );
}

function statusOf(checksum: string, before: Present | undefined, force: boolean): LoadStatus {
  if (!before) return 'Created';
  if (before.checksum === checksum) return 'Unchanged';
  return before.source === 'operator' && !force ? 'Kept' : 'Updated';
}

const present = (tx: EntityManager) =>
  tx.query<Present[]>(`
    SELECT t.id, t.type, t.locale, v.checksum, v.source
    FROM templates t JOIN template_versions v ON v.template_id = t.id AND v.version = t.version`);

async function write(tx: EntityManager, plan: readonly Planned[]): Promise<void> {
  const changed = plan
    .filter(({ status }) => status === 'Created' || status === 'Updated')
    .map((one) => ({ ...one, id: one.id ?? v7(), version_id: v7() }));
  if (changed.length > 0) await tx.query(WRITE_WORDS, [JSON.stringify(changed)]);
}

function reportOf(plan: readonly Planned[], warnings: readonly Finding[]): LoadReport {
  const count = (status: LoadStatus) => plan.filter((one) => one.status === status).length;
  return {
    templates: plan.map(({ type, locale, status }) => ({ type, locale, status })),
    created: count('Created'),
    updated: count('Updated'),
    unchanged: count('Unchanged'),
    kept: count('Kept'),
    warnings,
  };
}

const UPSERT_CATEGORIES = `
  INSERT INTO categories AS c (name, display, optional, consent, guarantee, preference_names, position, promotional,
    hours, valid_for)
  SELECT name, display, optional, consent, guarantee, "preferenceNames", position, promotional, hours, "validFor"
  FROM jsonb_to_recordset($1::jsonb) AS r (name text, display text, optional boolean, consent text, guarantee text,
    "preferenceNames" jsonb, position smallint, promotional boolean, hours jsonb, "validFor" integer)
  ON CONFLICT (name) DO UPDATE SET display = excluded.display, optional = excluded.optional,
    consent = excluded.consent, guarantee = excluded.guarantee, preference_names = excluded.preference_names,
    position = excluded.position, promotional = excluded.promotional, hours = excluded.hours,
    valid_for = excluded.valid_for
  WHERE c IS DISTINCT FROM excluded`;

const UPSERT_TYPES = `
  INSERT INTO notification_types AS n (name, category, display, priority, example, position, valid_for, chain)
  SELECT name, category, display, priority, example, position, "validFor", chain
  FROM jsonb_to_recordset($1::jsonb) AS r (name text, category text, display text, priority text, example jsonb,
    position smallint, "validFor" integer, chain jsonb)
  ON CONFLICT (name) DO UPDATE SET category = excluded.category, display = excluded.display,
    priority = excluded.priority, example = excluded.example, position = excluded.position,
    valid_for = excluded.valid_for, chain = excluded.chain
  WHERE n IS DISTINCT FROM excluded`;

/** The template is made, or pointed at its next version; the version is added. */
const WRITE_WORDS = `
  WITH given AS (
    SELECT g.*, coalesce((SELECT max(v.version) FROM template_versions v WHERE v.template_id = g.id), 0) + 1 AS version
    FROM jsonb_to_recordset($1::jsonb) AS g (id uuid, version_id uuid, type text, locale text, words jsonb,
      checksum text)
  ), pointed AS (
    INSERT INTO templates (id, type, locale, version)
    SELECT id, type, locale, version FROM given
    ON CONFLICT (type, locale) DO UPDATE SET version = excluded.version, updated_at = now()
  )
  INSERT INTO template_versions (id, template_id, version, words, checksum, source)
  SELECT version_id, id, version, words, checksum, 'file' FROM given`;
