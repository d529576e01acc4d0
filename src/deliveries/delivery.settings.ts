import { integer, settings } from '../config/settings.js';

export class DeliverySettings extends settings('Deliveries', {
  leaseSeconds: integer(
    'DELIVERY_LEASE_SECONDS',
    "how long a worker may hold a delivery before it counts as dead; more than twice any provider's timeout",
    { min: 4, max: 600, fallback: 60 },
  ),
}) {}
