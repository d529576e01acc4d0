import type { TestApp } from './app.js';

/** What the templates of orders speak of. */
export const ORDER = {
  order: { id: '7f9c2b', order_number: 'ORD20260103A123', pickup_date: '2026-01-05', total_amount: '500.00' },
};

interface Decision {
  id: string;
  channel: string;
  status: string;
  reason?: string;
  detail?: string;
  segments?: number;
}

/** The answer to a send, as far as tests look at it. */
export interface Accepted {
  id: string;
  notification_id: string;
  user: string;
  title: string;
  deliveries: Decision[];
}

export const decisionFor = ({ deliveries }: Accepted, channel: string) =>
  deliveries.find((delivery) => delivery.channel === channel);

/** Confirms an order to a person. */
export function send(service: TestApp, user: Record<string, unknown>, more: Record<string, unknown> = {}) {
  return service.call<Accepted>('POST', '/api/notifications', {
    body: { type: 'order_confirmed', user, context: ORDER, ...more },
  });
}
