import { DeliveryView, RuleView } from '../deliveries/delivery.view.js';
import type { Status } from '../deliveries/status.js';

/** Every delivery of a notification. */
export class DeliveriesView {
  readonly results!: DeliveryView[];
}

export class CancelledView extends DeliveriesView {
  /** How many were still waiting. */
  readonly cancelled!: number;
}

/** Why a channel did what it did. */
class ChannelExplanation {
  readonly channel!: string;
  readonly status!: Status;
  readonly reason!: string | null;
  readonly error!: string | null;
  readonly rules!: RuleView[];
}

/** The support desk's answer: why they got it, or why not. */
export class ExplanationView {
  readonly id!: string;
  readonly notification_id!: string;
  readonly type!: string;
  /** The words that were used. */
  readonly template_version!: string | null;
  readonly locale!: string;
  readonly channels!: ChannelExplanation[];
}
