import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import type { ChannelBacklog } from '../deliveries/backlog.js';
import type { Breaker } from './breakers.js';
import type { Channel } from './channel.js';
import type { ChannelPause } from './channel-pause.entity.js';

/** Why a channel is paused. */
export class PauseRequest {
  /** For colleagues, and for senders, who read it in the answer to a send. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  reason?: string;
}

class PauseView {
  /** @example "user:7" */
  readonly by!: string;
  readonly reason!: string | null;
  readonly at!: Date;
}

class BreakerView {
  /** @example "twilio" */
  readonly provider!: string;
  /** `closed`: it is called. `half_open`: one delivery tries whether it works again. */
  readonly state!: 'closed' | 'open' | 'half_open';
  @ApiProperty({ enum: ['configuration', 'failures'], nullable: true })
  readonly cause!: 'configuration' | 'failures' | null;
  /** The provider's code of the last failure. */
  readonly code!: string | null;
  readonly message!: string | null;
  readonly opened_at!: Date | null;
  /** When one delivery may try next. */
  readonly next_probe_at!: Date | null;
}

/** How many deliveries are not at their end. */
class BacklogView {
  /** Their time has come. */
  readonly due!: number;
  /** They wait for later. */
  readonly later!: number;
  readonly sending!: number;
  /** Their outcome is not known: the provider is asked. */
  readonly unknown!: number;
}

/** A channel as it is just now. */
export class ChannelView {
  /** @example "sms" */
  readonly name!: string;
  /** For people. */
  readonly label!: string;
  readonly mode!: 'live' | 'sandbox' | 'off';
  /** Through whom, or how to switch it on. */
  readonly detail!: string;
  @ApiProperty({ type: PauseView, nullable: true })
  readonly paused!: PauseView | null;
  readonly breaker!: BreakerView;
  /**
   * All who may carry it, the preferred one first, whose breaker is `breaker`. Of those that carry to an address the first
   * that is called does it.
   */
  readonly providers!: BreakerView[];
  readonly backlog!: BacklogView;
}

export const breakerView = (provider: string, breaker: Breaker | undefined): BreakerView => ({
  provider,
  state: breaker?.state ?? 'closed',
  cause: breaker?.cause ?? null,
  code: breaker?.code ?? null,
  message: breaker?.message ?? null,
  opened_at: breaker?.changedAt ?? null,
  next_probe_at: breaker?.probeAt ?? null,
});

export function channelView(
  channel: Channel,
  pause: ChannelPause | undefined,
  providers: BreakerView[],
  { due, later, sending, unknown }: Omit<ChannelBacklog, 'channel'> = NONE,
): ChannelView {
  const { mode, label, detail } = channel.mode();
  return {
    name: channel.name,
    label,
    mode,
    detail,
    paused: pause ? { by: pause.pausedBy, reason: pause.reason, at: pause.pausedAt } : null,
    breaker: providers[0] ?? breakerView(channel.provider, undefined),
    providers,
    backlog: { due, later, sending, unknown },
  };
}

const NONE = { due: 0, later: 0, sending: 0, unknown: 0 };
