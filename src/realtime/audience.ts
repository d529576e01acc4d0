import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { Repeated } from '../channels/repeated.js';
import { InboxService } from '../notifications/inbox.service.js';
import { ConnectionsChanged } from './connections-changed.event.js';
import { ConnectedPerson, type Sources } from './connected.person.js';
import type { Change, Fact } from './fact.js';
import { Gathered } from './gathered.js';
import type { LiveClient } from './live.client.js';
import { NotificationShown } from './notification-shown.event.js';
import { RealtimeSettings } from './realtime.settings.js';
import { UnreadCounts } from './unread.counts.js';

/** Milliseconds between two looks for what nobody told of. */
const LOOK = 5000;

/** The people who have a connection to this process. For everybody else no row is read. */
@Injectable()
export class Audience implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Realtime');
  private readonly people = new Map<string, ConnectedPerson>();
  private readonly unread: UnreadCounts;
  private readonly sources: Sources;
  private readonly looks: Repeated;
  private open = 0;
  private leaving = false;

  constructor(
    inbox: InboxService,
    private readonly settings: RealtimeSettings,
    private readonly events: EventEmitter2,
  ) {
    const failed = (error: unknown) => this.logger.error(`The inbox cannot be read: ${String(error)}`);
    this.unread = new UnreadCounts(
      (userIds) => inbox.unreadCounts(userIds),
      (userId, count) => this.people.get(userId)?.say('unread_count', { count }),
      failed,
    );
    this.looks = new Repeated(() => this.look(inbox), LOOK, failed);
    this.sources = {
      inbox,
      items: new Gathered((ids) => inbox.items(ids)),
      counts: new Gathered((userIds) => inbox.unreadCounts(userIds)),
      ends: new Gathered((userIds) => inbox.endsOf(userIds)),
      replayLimit: settings.replayLimit,
      shown: (userId) => this.unread.mark(userId),
      waited: (milliseconds) =>
        this.events.emit(NotificationShown.name, new NotificationShown(Math.max(0, milliseconds) / 1000)),
      failed,
    };
  }

  onApplicationBootstrap(): void {
    this.looks.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.looks.stop();
  }

  /** Lets a client in; `since` is the last id it saw. */
  join(client: LiveClient, since: string | undefined): void {
    if (this.leaving) {
      farewell(client);
      return;
    }
    const person = this.people.get(client.userId) ?? new ConnectedPerson(client.userId, this.sources);
    this.people.set(client.userId, person);
    person.join(client, since);
    this.count(1);
    if (person.size > this.settings.connectionsPerPerson) {
      const { oldest } = person;
      oldest?.close('too_many_connections');
      if (oldest) this.leave(oldest);
    }
  }

  leave(client: LiveClient): void {
    const person = this.people.get(client.userId);
    if (person?.leave(client)) this.count(-1);
    if (person?.size === 0) this.people.delete(client.userId);
  }

  hear(fact: Fact): void {
    if (fact.kind === 'facts_lost') {
      for (const person of this.people.values()) person.catchUp();
      return;
    }
    const person = this.people.get(fact.userId);
    if (!person) return;
    if (fact.kind === 'visible') person.nudge(fact.notificationId, fact.at);
    else this.tell(person, fact);
  }

  /** One question for all: nudges of a process that died are told of nowhere else. */
  private async look(inbox: InboxService): Promise<void> {
    const ends = await inbox.endsOf([...this.people.keys()]);
    for (const [userId, end] of ends) this.people.get(userId)?.look(end);
  }

  private count(change: 1 | -1): void {
    this.open += change;
    this.events.emit(ConnectionsChanged.name, new ConnectionsChanged(this.open));
  }

  private tell(person: ConnectedPerson, fact: Change): void {
    const { userId, change, notificationId, isRead, archived, snoozedUntil } = fact;
    const all = notificationId === null;
    person.say(`notification_${change}`, {
      id: notificationId,
      ...(all && { all }),
      ...(isRead !== undefined && { is_read: isRead }),
      ...(archived !== undefined && { archived }),
      ...(snoozedUntil !== undefined && { snoozed_until: snoozedUntil }),
    });
    this.unread.mark(userId);
  }

  /** The process ends: everybody is told, and comes back at another moment. */
  dismiss(): void {
    this.leaving = true;
    for (const person of this.people.values()) person.everybody().forEach(farewell);
  }
}

/** Spread, so that the next process is not met by all at once. */
const SPREAD = 5000;

const farewell = (client: LiveClient) =>
  client.close('server_restarting', { retry_after_ms: Math.round(Math.random() * SPREAD) });
