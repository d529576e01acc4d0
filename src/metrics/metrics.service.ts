import { Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { FailureReported } from '../channels/failure-reported.event.js';
import { ProviderBreakerChanged } from '../channels/provider-breaker-changed.event.js';
import { ProviderCalled } from '../channels/provider-called.event.js';
import { CapReached } from '../costs/cap-reached.event.js';
import { DeliveryChanged } from '../deliveries/delivery-changed.event.js';
import { NotificationCreated } from '../notifications/notification-created.event.js';
import { ConnectionsChanged } from '../realtime/connections-changed.event.js';
import { NotificationShown } from '../realtime/notification-shown.event.js';
import { RowsCleared } from '../retention/rows-cleared.event.js';
import { instruments } from './instruments.js';

/** A provider may make up codes; a time series each would fill the memory here and there. */
const MOST_CODES = 200;

/** Counts what happens in this process, by the events that tell of it. */
@Injectable()
export class Metrics {
  readonly instruments = instruments();
  private readonly codes = new Set<string>();

  @OnEvent(NotificationCreated.name)
  onNotificationCreated({ deliveries }: NotificationCreated): void {
    this.instruments.accepted.inc();
    for (const { channel } of deliveries) this.instruments.planned.inc({ channel });
  }

  @OnEvent(DeliveryChanged.name)
  onDeliveryChanged({ channel, status }: DeliveryChanged): void {
    this.instruments.outcomes.inc({ channel, status });
  }

  @OnEvent(ProviderCalled.name)
  onProviderCalled({ channel, provider, outcome, took, waited, failure }: ProviderCalled): void {
    const { attempts, calls, toCarrier } = this.instruments;
    attempts.inc({ channel, provider, outcome });
    calls.observe({ channel, provider }, took);
    if (failure) this.failed(provider, failure.kind, failure.code, 'at_once');
    else if (waited !== null) toCarrier.observe({ channel }, waited);
  }

  @OnEvent(FailureReported.name)
  onFailureReported({ provider, kind, code }: FailureReported): void {
    this.failed(provider, kind, code, 'later');
  }

  @OnEvent(ProviderBreakerChanged.name)
  onProviderBreakerChanged({ provider, state, cause }: ProviderBreakerChanged): void {
    this.instruments.breakers.set({ provider, cause }, state === 'open' ? 1 : 0);
  }

  @OnEvent(CapReached.name)
  onCapReached({ cap, percent }: CapReached): void {
    this.instruments.capAlerts.inc({ cap, percent });
  }

  @OnEvent(ConnectionsChanged.name)
  onConnectionsChanged({ open }: ConnectionsChanged): void {
    this.instruments.connections.set(open);
  }

  @OnEvent(NotificationShown.name)
  onNotificationShown({ waited }: NotificationShown): void {
    this.instruments.toSocket.observe(waited);
  }

  @OnEvent(RowsCleared.name)
  onRowsCleared({ term, table, count }: RowsCleared): void {
    this.instruments.cleared.inc({ term, table }, count);
  }

  private failed(provider: string, kind: string, code: string, told: 'at_once' | 'later'): void {
    if (this.codes.size < MOST_CODES) this.codes.add(code);
    const known = this.codes.has(code) ? code : 'other';
    this.instruments.failures.inc({ provider, class: kind, code: known, told });
  }
}
