import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import type { ChannelMode } from '../channels/channel.js';

export class LivenessView {
  readonly status!: 'ok';
}

/** Whether and how a channel works just now. */
class ChannelHealth implements ChannelMode {
  readonly mode!: 'live' | 'sandbox' | 'off';
  /** `paused` by an operator; `provider_unavailable`: it is not called after failures. What is accepted waits. */
  readonly state!: 'open' | 'paused' | 'provider_unavailable';
  /** For people. */
  readonly label!: string;
  /** Through whom, or how to switch it on. */
  readonly detail!: string;
}

/** What the process can do just now. */
@ApiExtraModels(ChannelHealth)
export class ReadinessView {
  /** `degraded`: it works, and the provider of some channel does not; what is accepted for it waits. */
  readonly status!: 'ok' | 'degraded' | 'stopping' | 'database_unavailable';
  readonly role!: string;
  readonly database!: 'ok' | 'unavailable';
  /** `redis`: by Bull; `in_process`: there is none, or it does not answer. */
  readonly dispatch!: 'redis' | 'in_process';
  @ApiProperty({ type: 'object', additionalProperties: { $ref: getSchemaPath(ChannelHealth) } })
  readonly channels!: Readonly<Record<string, ChannelHealth>>;
}
