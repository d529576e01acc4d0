import { optional, settings, text } from '../config/settings.js';

export class MetricsSettings extends settings('Metrics', {
  token: optional(
    text(
      'METRICS_TOKEN',
      'who may read /metrics: a scraper that sends it as "Authorization: Bearer ..."; without it only this machine may',
      { secret: true, pattern: /^\S{16,}$/, form: '16 characters or more, without blanks' },
    ),
  ),
}) {}
