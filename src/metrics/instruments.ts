import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** From a fast hand-over to one that somebody will ask about; in seconds. */
const WAITS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
/** Requests are answered sooner, or not at all. */
const ANSWERS = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Everything that is measured, by the process's own registry: several applications in a process do not meet. */
export function instruments() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Counter({ name: `notifications_${name}`, help, labelNames, registers });
  const gauge = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Gauge({ name: `notifications_${name}`, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, labelNames: L[], buckets = WAITS) =>
    new Histogram({ name: `notifications_${name}`, help, labelNames, buckets, registers });
  return {
    registry,
    accepted: counter('accepted_total', 'Notifications that were committed.', []),
    planned: counter('planned_total', 'Deliveries that were planned, the skipped ones included.', [
      'channel',
    ]),
    outcomes: counter('deliveries_total', 'Deliveries that came into a state after the plan.', [
      'channel',
      'status',
    ]),
    attempts: counter('attempts_total', 'Calls to a provider, by what became of the delivery.', [
      'channel',
      'provider',
      'outcome',
    ]),
    failures: counter('failures_total', 'Failures at the call or reported later, by class and code.', [
      'provider',
      'class',
      'code',
      'told',
    ]),
    calls: histogram('call_seconds', 'How long a provider took to answer.', ['channel', 'provider']),
    toCarrier: histogram('to_carrier_seconds', "From due to the provider's yes, at the first try.", [
      'channel',
    ]),
    toSocket: histogram('to_socket_seconds', 'From the commit to an open inbox.', []),
    connections: gauge('connections', 'Open connections to the live inbox of this process.', []),
    breakers: gauge('breaker_open', '1 while a provider is not called, by the code that it gave last.', [
      'provider',
      'cause',
    ]),
    backlog: gauge(
      'backlog',
      'Deliveries that wait or are under way, of the whole service, counted no further than 20,000 a state.',
      ['channel', 'status', 'hold'],
    ),
    oldestDue: gauge(
      'oldest_due_seconds',
      'How long the oldest due delivery has waited, of the whole service.',
      ['priority'],
    ),
    caps: gauge('cap_used_ratio', 'How much of a cap is used, of the whole service; 1 is all of it.', [
      'cap',
      'key',
    ]),
    capAlerts: counter('cap_alerts_total', 'Times that much or all of a cap was used, as it was told.', [
      'cap',
      'percent',
    ]),
    cleared: counter(
      'cleared_total',
      'Rows that lost their words (content) or were deleted (metadata), since their time was over.',
      ['term', 'table'],
    ),
    requests: histogram(
      'http_seconds',
      'How long requests took, by the route as it is written.',
      ['method', 'route', 'status'],
      ANSWERS,
    ),
  };
}
