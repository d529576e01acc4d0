import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { PersonalDataSource } from '../users/personal-data.js';
import type { User } from '../users/user.entity.js';
import { inboundView } from './inbound.dto.js';
import { InboundMessage } from './inbound-message.entity.js';

/** What was texted by the person, or by another with whom they shared the number. */
const THEIRS = 'm.user_ids @> ARRAY[:id]::text[]';

/** What the person has texted, for their export; it goes with them. */
@Injectable()
export class InboundExport extends PersonalDataSource {
  override readonly name = 'inbound_messages';

  constructor(private readonly database: DataSource) {
    super();
  }

  override async of({ id }: User): Promise<unknown> {
    const rows = await this.database.manager
      .createQueryBuilder(InboundMessage, 'm')
      .where(THEIRS, { id })
      .orderBy('m.id')
      .getMany();
    // Who else had the number is not theirs to know.
    return rows.map((row) => Object.assign(inboundView(row), { users: [id] }));
  }

  /** Also what came from the number while nobody was known by it. Of a shared one, nobody's words are kept longer. */
  override async forget(tx: EntityManager, { id, phone }: User): Promise<void> {
    await tx.query(
      `DELETE FROM inbound_messages
        WHERE user_ids @> ARRAY[$1] OR (from_address = $2 AND user_ids = '{}')`,
      [id, phone],
    );
  }
}
