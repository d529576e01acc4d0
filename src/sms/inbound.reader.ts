import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { type Page, Seek } from '../http/page.js';
import { type InboundQuery, type InboundView, inboundView } from './inbound.dto.js';
import { InboundMessage } from './inbound-message.entity.js';
import { SmsNumbers } from './sms.numbers.js';

const FILTERED = `
  FROM inbound_messages m
 WHERE ($1::text IS NULL OR m.from_address = $1) AND ($2::text IS NULL OR m.user_ids @> ARRAY[$2])
   AND ($3::text IS NULL OR coalesce(m.keyword, 'none') = $3)
   AND ($4::timestamptz IS NULL OR m.received_at > $4) AND ($5::timestamptz IS NULL OR m.received_at < $5)`;

/** What people have texted, read. */
@Injectable()
export class InboundReader {
  constructor(
    private readonly database: DataSource,
    private readonly numbers: SmsNumbers,
  ) {}

  /** Newest first. */
  async page(query: InboundQuery, url: string): Promise<Page<InboundView>> {
    const seek = new Seek(query, [{ sql: 'm.id', type: 'uuid' }], 'DESC');
    const from = query.from && (this.numbers.normalize(query.from) ?? query.from);
    const values = [from, query.user, query.keyword, query.received_after, query.received_before];
    const found: { id: string }[] = await this.database.query(
      `SELECT m.id ${FILTERED} AND ${seek.where(6)} ${seek.tail}`,
      [...values, ...seek.values],
    );
    const rows = await this.database.manager.findBy(InboundMessage, { id: In(found.map(({ id }) => id)) });
    const byId = new Map(rows.map((row) => [row.id, inboundView(row)]));
    const ordered = found.flatMap(({ id }) => byId.get(id) ?? []);
    return seek.page(url, ordered, ({ id }) => [id], seek.counted ? await this.count(values) : undefined);
  }

  private async count(values: readonly unknown[]): Promise<number> {
    const [row] = await this.database.query<{ count: number }[]>(
      `SELECT count(*)::int AS count ${FILTERED}`,
      [...values],
    );
    return row?.count ?? 0;
  }
}
