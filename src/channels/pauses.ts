import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { rowsOf } from '../deliveries/rows.js';
import type { ChannelPause } from './channel-pause.entity.js';

const ALL = `SELECT channel, paused_by AS "pausedBy", reason, paused_at AS "pausedAt" FROM channel_pauses`;

/* The first who pauses is the one who did. */
const PAUSE = `
  INSERT INTO channel_pauses (channel, paused_by, reason) VALUES ($1, $2, $3)
  ON CONFLICT (channel) DO NOTHING RETURNING channel`;

const RESUME = `DELETE FROM channel_pauses WHERE channel = $1 RETURNING channel`;

/** Which channels operators have paused: the table, and a copy that the sweep renews each second. */
@Injectable()
export class Pauses {
  private known: ReadonlyMap<string, ChannelPause> = new Map();

  constructor(private readonly database: DataSource) {}

  of(channel: string): ChannelPause | undefined {
    return this.known.get(channel);
  }

  async refresh(): Promise<void> {
    const rows = rowsOf<ChannelPause>(await this.database.query(ALL));
    this.known = new Map(rows.map((row) => [row.channel, row]));
  }

  /** False when it was paused already. */
  async pause(channel: string, by: string, reason: string | null): Promise<boolean> {
    return rowsOf(await this.database.query(PAUSE, [channel, by, reason])).length > 0;
  }

  /** False when it was not paused. */
  async resume(channel: string): Promise<boolean> {
    return rowsOf(await this.database.query(RESUME, [channel])).length > 0;
  }
}
