import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Page, Seek } from '../http/page.js';
import { TemplateCatalogue } from './catalogue.js';
import type { TemplatesQuery, VersionsQuery } from './template.dto.js';
import { localeOf, noTemplate } from './template.editor.js';
import type { TemplateView, VersionView, WordsView } from './template.view.js';
import type { Words } from './words.js';

type Row<View> = Omit<View, keyof WordsView> & { readonly words: Words };

const FROM = `
  FROM templates t
  JOIN notification_types n ON n.name = t.type
  JOIN template_versions v ON v.template_id = t.id AND v.version = t.version`;

const TEMPLATE = `
  SELECT t.id, t.type, n.display AS type_display, n.category, n.priority, t.locale, t.active, t.version, v.source,
    v.author, v.words, t.created_at, t.updated_at ${FROM}`;

const FILTER = `($1::text IS NULL OR t.type = $1) AND ($2::text IS NULL OR n.category = $2)
  AND ($3::text IS NULL OR t.locale = $3) AND ($4::boolean IS NULL OR t.active = $4)`;

/** What operators look at. */
@Injectable()
export class TemplateReader {
  constructor(
    private readonly db: DataSource,
    private readonly catalogue: TemplateCatalogue,
  ) {}

  async list(query: TemplatesQuery, url: string): Promise<Page<TemplateView>> {
    const { type = null, category = null, active = null } = query;
    const filter = [type, category, localeOf(query.locale) ?? null, active];
    const keys = [
      { sql: 't.type', type: 'text' },
      { sql: 't.locale', type: 'text' },
    ] as const;
    const seek = new Seek(query, keys, 'ASC');
    const rows = await this.db.query<Row<TemplateView>[]>(
      `${TEMPLATE} WHERE ${FILTER} AND ${seek.where(5)} ${seek.tail}`,
      [...filter, ...seek.values],
    );
    const count = seek.counted ? await this.count(filter) : undefined;
    return seek.page(url, rows.map(shown), (row) => [row.type, row.locale], count);
  }

  /** Without a locale: the English one, or the first there is. */
  async one(type: string, locale: string | undefined): Promise<TemplateView> {
    const [row] = await this.db.query<Row<TemplateView>[]>(
      `${TEMPLATE} WHERE ${FILTER} ORDER BY t.locale <> 'en', t.locale LIMIT 1`,
      [type, null, localeOf(locale) ?? null, null],
    );
    if (row) return shown(row);
    throw noTemplate(type, locale, (await this.catalogue.current()).types.keys());
  }

  /** The newest first. */
  async versions(type: string, query: VersionsQuery, url: string): Promise<Page<VersionView>> {
    const { id } = await this.one(type, query.locale);
    const seek = new Seek(query, [{ sql: 'v.version', type: 'bigint' }], 'DESC');
    const rows = await this.db.query<Row<VersionView>[]>(
      `SELECT v.id, v.version, v.version = t.version AS current, v.source, v.author, v.words, v.created_at
       FROM template_versions v JOIN templates t ON t.id = v.template_id
       WHERE t.id = $1 AND ${seek.where(2)} ${seek.tail}`,
      [id, ...seek.values],
    );
    const count = seek.counted ? await this.countVersions(id) : undefined;
    return seek.page(url, rows.map(shown), (row) => [row.version], count);
  }

  private async count(filter: readonly unknown[]): Promise<number> {
    const sql = `SELECT count(*)::int AS count ${FROM} WHERE ${FILTER}`;
    const [{ count }] = await this.db.query<[{ count: number }]>(sql, [...filter]);
    return count;
  }

  private async countVersions(id: string): Promise<number> {
    const sql = 'SELECT count(*)::int AS count FROM template_versions WHERE template_id = $1';
    const [{ count }] = await this.db.query<[{ count: number }]>(sql, [id]);
    return count;
  }
}

function shown<T extends { readonly words: Words }>({ words, ...row }: T) {
  const { title, message, actionUrl, channels, options = {} } = words;
  return { ...row, title, message, action_url: actionUrl, channels, options };
}
