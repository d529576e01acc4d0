import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { DataSource } from 'typeorm';
import { Repeated } from '../channels/repeated.js';
import { AppSettings } from '../config/app.settings.js';
import { rowsOf } from '../deliveries/rows.js';
import { NotificationReturned } from './notification-returned.event.js';

const EVERY = 1000;
const AT_ONCE = 200;

/*
 * Whatever is due by the database's clock, whoever put it off and whichever process has ended since. The counters are
 * raised in the order of the people, as the sends do it.
 */
const WAKE = `
  WITH due AS MATERIALIZED (
    SELECT id, user_id FROM notifications WHERE snoozed_until <= now() AND deleted_at IS NULL
     ORDER BY snoozed_until LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED),
  place AS (
    INSERT INTO inbox_counters (user_id, last_seq)
    SELECT user_id, count(*) FROM due GROUP BY user_id ORDER BY user_id
    ON CONFLICT (user_id) DO UPDATE SET last_seq = inbox_counters.last_seq + excluded.last_seq
    RETURNING user_id, last_seq),
  line AS (
    SELECT due.id, place.last_seq - row_number() OVER (PARTITION BY due.user_id ORDER BY due.id DESC) + 1 AS seq
      FROM due JOIN place ON place.user_id = due.user_id)
  UPDATE notifications n
     SET seq = line.seq, snoozed_until = NULL, returned_at = now(), read_at = NULL, updated_at = now()
    FROM line WHERE n.id = line.id
  RETURNING n.id, n.user_id AS "userId"`;

/** Each second, in every process that delivers: what was put off until now is new again. */
@Injectable()
export class SnoozeAlarm implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Snooze');
  private readonly rounds = new Repeated(
    () => this.ring(),
    EVERY,
    (error) => this.logger.error(`What was put off stays away, and is tried again: ${error.message}`),
  );

  constructor(
    private readonly database: DataSource,
    private readonly events: EventEmitter2,
    private readonly app: AppSettings,
  ) {}

  onApplicationBootstrap(): void {
    if (this.app.role !== 'api') this.rounds.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.rounds.stop();
  }

  private async ring(): Promise<void> {
    const back = rowsOf<{ id: string; userId: string }>(await this.database.query(WAKE));
    for (const { id, userId } of back) {
      this.events.emit(NotificationReturned.name, new NotificationReturned(userId, id));
    }
  }
}
