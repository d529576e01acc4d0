import type { DeadLetters } from '../dead-letters/dead-letters.service.js';
import { CommandFailure, EXIT } from './exit.js';

export interface Options {
  channel?: string;
  type?: string;
  user?: string;
  reason?: string;
  errorCode?: string;
  createdAfter?: string;
  createdBefore?: string;
  limit?: number;
  force?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

/** Which failed deliveries, as the API names it. */
export type Filter = Parameters<DeadLetters['list']>[0];

export function filterOf(options: Options): Filter {
  const { channel, type, user, reason, errorCode, createdAfter, createdBefore } = options;
  const named = {
    channel,
    type,
    user,
    reason,
    error_code: errorCode,
    created_after: createdAfter,
    created_before: createdBefore,
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}

export function momentOf(option: string, value: string): string {
  const date = new Date(value);
  if (!Number.isNaN(+date)) return date.toISOString();
  throw new CommandFailure(EXIT.usage, `${option} must be a day or a moment, as 2026-01-05.`);
}
