import { DeliveryView, MomentView, RuleView } from '../deliveries/delivery.view.js';
import type { Status } from '../deliveries/status.js';

/** Every delivery of a notification. */
export class DeliveriesView {
  readonly results!: DeliveryView[];
}

/** What a cancel found in one channel. */
export class CancellationView {
  readonly channel!: string;
  readonly outcome!: 'stopped' | 'under_way' | 'gone' | 'not_sent';
  /** The same as a sentence. */
  readonly detail!: string;
}

export class CancelledView extends DeliveriesView {
  /** How many were stopped by this call. */
  readonly cancelled!: number;
  readonly channels!: CancellationView[];
}

/** Why a channel did what it did. */
class ChannelExplanation {
  readonly channel!: string;
  readonly status!: Status;
  readonly reason!: string | null;
  readonly error!: string | null;
  readonly rules!: RuleView[];
  /** What has happened since, oldest first. */
  readonly history!: MomentView[];
}

/** The support desk's answer: why they got it, or why not. */
export class ExplanationView {
  readonly id!: string;
  readonly notification_id!: string;
  readonly type!: string;
  /** The words that were used. */
  readonly template_version!: string | null;
  readonly locale!: string;
  /** When its words were erased, and what its errors said; null while they are there. */
  readonly erased_at!: Date | null;
  readonly channels!: ChannelExplanation[];
}
