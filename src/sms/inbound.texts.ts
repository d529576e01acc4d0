import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 } from 'uuid';
import { SuppressionsService } from '../channels/suppressions.service.js';
import { Replies } from '../preferences/replies.js';
import { UsersService } from '../users/users.service.js';
import { InboundReceived } from './inbound-received.event.js';
import { type Keyword, keywordOf } from './keywords.js';

const CHANNEL = 'sms';

/** A text that somebody has sent to us, as any carrier brings it. */
export interface InboundText {
  readonly provider: string;
  /** The carrier's own id: what it brings twice is the same text. */
  readonly providerId: string;
  /** In E.164, or a short code. */
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly mediaCount: number;
  /** What the carrier has understood and answered itself; null where it leaves that to us. */
  readonly handled: Keyword | null;
}

const STORE = `
  INSERT INTO inbound_messages (id, channel, provider, provider_id, from_address, to_address, body, media_count,
    keyword, user_ids)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (provider, provider_id) DO NOTHING RETURNING id`;

/** Takes what people text to us: stored, obeyed where it is a keyword, and told to whoever listens. */
@Injectable()
export class InboundTexts {
  constructor(
    private readonly database: DataSource,
    private readonly users: UsersService,
    private readonly suppressions: SuppressionsService,
    private readonly replies: Replies,
    private readonly events: EventEmitter2,
  ) {}

  /** What the text asks for, the same however often it is brought; null where it is for people to read. */
  async receive(text: InboundText): Promise<Keyword | null> {
    const keyword = text.handled ?? keywordOf(text.body) ?? null;
    await this.replies.ready();
    const received = await this.database.transaction((tx) => this.take(tx, text, keyword));
    if (received) this.events.emit(InboundReceived.name, received);
    return keyword;
  }

  private async take(
    tx: EntityManager,
    text: InboundText,
    keyword: Keyword | null,
  ): Promise<InboundReceived | null> {
    const { provider, providerId, from, to, body, mediaCount } = text;
    const userIds = await this.users.idsByPhone(from, tx);
    const id = v7();
    const values = [id, CHANNEL, provider, providerId, from, to, body, mediaCount, keyword, userIds];
    const stored: unknown[] = await tx.query(STORE, values);
    if (stored.length === 0) return null;
    if (keyword === 'stop') await this.stop(tx, id, from, userIds);
    if (keyword === 'start') await this.start(tx, id, from, userIds);
    return new InboundReceived(id, CHANNEL, userIds, keyword);
  }

  /** The number is closed, and whoever has it has said no: it holds for their next number too. */
  private async stop(tx: EntityManager, id: string, from: string, userIds: readonly string[]): Promise<void> {
    const act = { source: 'reply', detail: id } as const;
    await this.suppressions.close({ channel: CHANNEL, address: from }, 'stopped', act, tx);
    for (const userId of userIds) await this.replies.stop(tx, userId, CHANNEL, { inbound: id });
  }

  /** Takes back a stop, and nothing else that has closed the number. */
  private async start(
    tx: EntityManager,
    id: string,
    from: string,
    userIds: readonly string[],
  ): Promise<void> {
    const act = { source: 'reply', detail: id } as const;
    await this.suppressions.lift({ channel: CHANNEL, address: from }, act, { reason: 'stopped', on: tx });
    for (const userId of userIds) await this.replies.start(tx, userId, CHANNEL, { inbound: id });
  }
}
