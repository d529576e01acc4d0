import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { notFound, unprocessable } from '../http/domain.error.js';
import { type Page, Seek } from '../http/page.js';
import { ChannelRegistry } from './channel.registry.js';
import type { CloseAddress, SuppressionsQuery } from './suppression.dto.js';
import { type AddressView, suppressionEventView, suppressionView } from './suppression.dto.js';
import type { SuppressionEventView, SuppressionView } from './suppression.dto.js';
import { Suppression } from './suppression.entity.js';
import { SuppressionEvent } from './suppression-event.entity.js';
import { type Act, SuppressionsService, type Way } from './suppressions.service.js';

const LISTED = `
  SELECT channel, address, reason, source, actor, detail, created_at AS "createdAt" FROM suppressions s
   WHERE ($1::text IS NULL OR channel = $1) AND ($2::text[] IS NULL OR address = ANY($2))
     AND ($3::text IS NULL OR reason = $3) AND ($4::text IS NULL OR source = $4)`;

/** The list of closed addresses in people's hands: read, added to, and taken from. */
@Injectable()
export class SuppressionControl {
  constructor(
    private readonly database: DataSource,
    private readonly channels: ChannelRegistry,
    private readonly suppressions: SuppressionsService,
  ) {}

  /** In the order of channels and addresses. */
  async page(query: SuppressionsQuery, url: string): Promise<Page<SuppressionView>> {
    const order = [
      { sql: 's.channel', type: 'text' },
      { sql: 's.address', type: 'text' },
    ] as const;
    const seek = new Seek(query, order, 'ASC');
    const values = [query.channel, this.sought(query), query.reason, query.source];
    const rows = await this.database.query<Suppression[]>(`${LISTED} AND ${seek.where(5)} ${seek.tail}`, [
      ...values,
      ...seek.values,
    ]);
    const count = seek.counted ? await this.count(values) : undefined;
    const page = seek.page(url, rows, ({ channel, address }) => [channel, address], count);
    return { ...page, results: page.results.map(suppressionView) };
  }

  /** Is it closed, and what has happened to it? Also when the one who had it is erased. */
  async look(channel: string, given: string): Promise<AddressView> {
    const way = this.wayOf(channel, given);
    const [row, history] = await Promise.all([
      this.database.manager.findOne(Suppression, { where: this.known(way), order: { createdAt: 'DESC' } }),
      this.historyOf(way),
    ]);
    if (!row && history.length === 0) throw nothingKnown(way);
    return { ...way, suppression: row && suppressionView(row), history };
  }

  /** All that happened to an address, oldest first. */
  async historyOf(way: Way): Promise<SuppressionEventView[]> {
    const events = await this.database.manager.find(SuppressionEvent, {
      where: this.known(way),
      order: { id: 'ASC' },
    });
    return events.map(suppressionEventView);
  }

  /** Closes an address. Where it is closed already, the reason that weighs more stays. */
  async add({ channel, address, reason, note }: CloseAddress, act: Act): Promise<SuppressionView> {
    const way = this.wayOf(channel, address);
    await this.suppressions.close(way, reason, { ...act, detail: note ?? null });
    const row = await this.database.manager.findOneBy(Suppression, { ...way });
    if (!row) throw nothingKnown(way);
    return suppressionView(row);
  }

  /** Opens an address again, whatever it was closed for. */
  async remove(channel: string, given: string, act: Act): Promise<void> {
    const way = this.wayOf(channel, given);
    if (!(await this.suppressions.lift(way, act))) throw nothingKnown(way);
  }

  private wayOf(name: string, given: string): Way {
    const channel = this.channels.find(name);
    if (!channel || channel.consent === 'always') throw this.unknown(name);
    const address = channel.normalize(given);
    if (address !== null) return { channel: name, address };
    const detail = `This is no address of ${name}: write it as the person's deliveries show it.`;
    throw unprocessable('suppression.address', detail, [
      { pointer: '/address', code: 'suppression.address', detail },
    ]);
  }

  /** By all of its names: an erased person's address has its mark only. */
  private known(way: Way) {
    const names = this.suppressions.namesOf(way).map(({ address }) => address);
    return { channel: way.channel, address: In(names) };
  }

  /** All names of the address on the channel, or on any; a filter finds nothing where it is none of a channel's. */
  private sought({ channel, address }: SuppressionsQuery): string[] | undefined {
    if (address === undefined) return undefined;
    const asked = this.channels.all().filter(({ name }) => channel === undefined || name === channel);
    const names = asked.flatMap((one) => {
      const normal = one.normalize(address);
      return normal === null ? [] : this.suppressions.namesOf({ channel: one.name, address: normal });
    });
    return [address, ...names.map((name) => name.address)];
  }

  private async count(values: readonly unknown[]): Promise<number> {
    const [row] = await this.database.query<{ count: number }[]>(
      `SELECT count(*)::int AS count FROM (${LISTED}) listed`,
      [...values],
    );
    return row?.count ?? 0;
  }

  private unknown(name: string) {
    const names = this.channels.all().flatMap((one) => (one.consent === 'always' ? [] : [one.name]));
    const detail = `No address can be closed for "${name}": channels that can be are ${names.join(', ')}.`;
    return unprocessable('suppression.channel', detail, [
      { pointer: '/channel', code: 'suppression.channel', detail },
    ]);
  }
}

const nothingKnown = ({ channel }: Way) =>
  notFound('suppression.not-found', `This address is not closed for ${channel}: nothing is to be done.`);
