import { Injectable } from '@nestjs/common';
import { ChannelRegistry } from '../channels/channel.registry.js';
import type { Objection } from '../channels/recheck.js';
import { Recheck } from '../channels/recheck.js';
import { SuppressionsService, wayKey } from '../channels/suppressions.service.js';
import { Reads } from '../database/pipeline.js';
import { Batch } from '../deliveries/batch.js';
import type { Claimed } from '../deliveries/leases.js';
import { NO_CHOICES } from '../preferences/choices.js';
import { decide } from '../preferences/consent.js';
import { PreferencesService } from '../preferences/preferences.service.js';
import { TemplatesService } from '../templates/templates.service.js';
import { UsersService } from '../users/users.service.js';

/** Preferences once more, just before sending: what was said since the plan is obeyed. Many rows, three queries. */
@Injectable()
export class SecondLook extends Recheck {
  private readonly looks = new Batch<Claimed, Objection | null>((rows) => this.lookAt(rows));

  constructor(
    private readonly reads: Reads,
    private readonly channels: ChannelRegistry,
    private readonly users: UsersService,
    private readonly preferences: PreferencesService,
    private readonly suppressions: SuppressionsService,
    private readonly templates: TemplatesService,
  ) {
    super();
  }

  override objectionTo(delivery: Claimed): Promise<Objection | null> {
    return this.looks.add(delivery);
  }

  private async lookAt(rows: readonly Claimed[]): Promise<(Objection | null)[]> {
    const userIds = [...new Set(rows.map(({ userId }) => userId))];
    const [people, choices, closed, categories] = await Promise.all([
      this.users.findMany(userIds, this.reads),
      this.preferences.choicesOf(userIds, this.reads),
      this.suppressions.of(rows, this.reads),
      this.templates.categories(),
    ]);
    const pauses = new Map(people.map(({ id, pausedUntil }) => [id, pausedUntil]));
    const now = new Date();
    return rows.map((row) => {
      if (closed.has(wayKey(row))) return { status: 'skipped', reason: 'suppressed' };
      const channel = this.channels.find(row.channel);
      const category = categories.find(({ name }) => name === row.category);
      if (!channel || !category) return null;
      const pausedUntil = pauses.get(row.userId) ?? null;
      const decision = decide({
        channel,
        category,
        choices: choices.get(row.userId) ?? NO_CHOICES,
        pausedUntil,
        now,
      });
      if (decision.allowed) return null;
      if (decision.reason !== 'paused')
        return { status: 'skipped', reason: decision.reason ?? 'preference_off' };
      const delay = pausedUntil ? (+pausedUntil - +now) / 1000 : 0;
      return { status: 'pending', holdReason: 'paused', delay };
    });
  }
}
