import type { DeliveryAttempt } from './delivery-attempt.entity.js';
import type { Delivery } from './delivery.entity.js';
import type { MomentView } from './delivery.view.js';
import type { Intervention } from './intervention.entity.js';
import type { ProviderEvent } from './provider-event.entity.js';

/** Everything that was written down about some deliveries besides their rows; each list oldest first. */
export interface Traces {
  readonly attempts: readonly DeliveryAttempt[];
  readonly events: readonly ProviderEvent[];
  readonly interventions: readonly Intervention[];
}

export const NO_TRACES: Traces = { attempts: [], events: [], interventions: [] };

/** The part that is about one delivery. */
export function tracesOf({ id }: Pick<Delivery, 'id'>, history: Traces): Traces {
  const own = <T extends { deliveryId: string | null }>(rows: readonly T[]) =>
    rows.filter(({ deliveryId }) => deliveryId === id);
  return {
    attempts: own(history.attempts),
    events: own(history.events),
    interventions: own(history.interventions),
  };
}

/** A delivery's life, oldest first: the plan, each try, each word of the provider, and who stepped in. */
export function lifeOf(row: Delivery, { attempts, events, interventions }: Traces): MomentView[] {
  const planned = row.rules.at(-1)?.detail ?? 'Nothing stood in the way.';
  const life: MomentView[] = [
    { at: row.createdAt, what: 'planned', by: null, detail: planned },
    ...attempts.map((attempt) => tried(attempt)),
    ...events.map((event) => reported(event)),
    ...interventions.map((intervention) => askedFor(intervention)),
  ];
  return life.sort((a, b) => +a.at - +b.at);
}

function tried({
  attempt,
  provider,
  outcome,
  startedAt,
  errorCode,
  errorMessage,
}: DeliveryAttempt): MomentView {
  const code = errorCode === null ? '' : ` (${errorCode})`;
  const message = errorMessage === null ? '' : `: ${errorMessage}`;
  const detail = `Attempt ${attempt}: ${outcome ?? 'under way'}${code}${message}`;
  return { at: startedAt, what: 'attempt', by: provider, detail: detail.replace(/\.?$/, '.') };
}

function reported({ receivedAt, provider, status, errorCode, applied }: ProviderEvent): MomentView {
  const code = errorCode === null ? '' : ` (${errorCode})`;
  const effect = applied ? '' : ' It came late or twice, and changed nothing.';
  return { at: receivedAt, what: 'report', by: provider, detail: `Reported as ${status}${code}.${effect}` };
}

function askedFor({ createdAt, action, actor, forced, reason, errorCode }: Intervention): MomentView {
  const code = errorCode === null ? '' : ` (${errorCode})`;
  const detail =
    action === 'cancel'
      ? `Cancelled before it began${reason === null ? '' : `, while it waited (${reason})`}.`
      : `To be tried again after ${reason ?? 'a failure'}${code}${forced ? ', in spite of the warning' : ''}.`;
  return { at: createdAt, what: action, by: actor, detail };
}
