import type { EntityManager } from 'typeorm';
import { v7 } from 'uuid';
import { checksumOf, type Words } from './words.js';

/** Any number, as long as nothing else locks it. */
const LOCK = 7_318_220_145;

/** Writers of templates come one after the other, in all processes, until their transaction ends. */
export const lockTemplates = (tx: EntityManager) => tx.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);

/** A template with the version that it points at. */
export interface StoredTemplate {
  readonly id: string;
  readonly type: string;
  readonly locale: string;
  readonly version: number;
  readonly checksum: string;
  readonly words: Words;
}

const SELECT = `
  SELECT t.id, t.type, t.locale, t.version, v.checksum, v.words
  FROM templates t JOIN template_versions v ON v.template_id = t.id AND v.version = t.version`;

/** Without a locale: the English one, or the first there is. */
export async function findTemplate(
  tx: EntityManager,
  type: string,
  locale: string | undefined,
): Promise<StoredTemplate | undefined> {
  const [found] = await tx.query<StoredTemplate[]>(
    `${SELECT} WHERE t.type = $1 AND ($2::text IS NULL OR t.locale = $2) ORDER BY t.locale <> 'en', t.locale LIMIT 1`,
    [type, locale ?? null],
  );
  return found;
}

export const findVersion = async (tx: EntityManager, templateId: string, version: number) => {
  const [found] = await tx.query<{ words: Words }[]>(
    'SELECT words FROM template_versions WHERE template_id = $1 AND version = $2',
    [templateId, version],
  );
  return found?.words;
};

export async function insertTemplate(
  tx: EntityManager,
  type: string,
  locale: string,
  words: Words,
  author: string,
): Promise<void> {
  const id = v7();
  await tx.query('INSERT INTO templates (id, type, locale, version) VALUES ($1, $2, $3, 1)', [
    id,
    type,
    locale,
  ]);
  await insertVersion(tx, id, 1, words, author);
}

/** Adds the next version and points the template at it. */
export async function writeVersion(
  tx: EntityManager,
  id: string,
  words: Words,
  author: string,
): Promise<void> {
  const [next] = await tx.query<[{ version: number }]>(
    'SELECT max(version) + 1 AS version FROM template_versions WHERE template_id = $1',
    [id],
  );
  await insertVersion(tx, id, next.version, words, author);
  await tx.query('UPDATE templates SET version = $2, updated_at = now() WHERE id = $1', [id, next.version]);
}

async function insertVersion(
  tx: EntityManager,
  templateId: string,
  version: number,
  words: Words,
  author: string,
): Promise<void> {
  await tx.query(
    `INSERT INTO template_versions (id, template_id, version, words, checksum, source, author)
     VALUES ($1, $2, $3, $4, $5, 'operator', $6)`,
    [v7(), templateId, version, JSON.stringify(words), checksumOf(words), author],
  );
}
