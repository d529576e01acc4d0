import type { ProviderReport } from '../channels/reports.js';
import type { Price } from '../deliveries/prices.js';
import { statusOf } from '../deliveries/status.js';
import type { HttpSmsProvider } from './http.provider.js';
import type { CallbackMapping } from './mapping.js';
import { textAt, valueAt } from './mapping.calls.js';
import { readReference } from './reference.js';

/** A carrier's report as it came: nothing in it is believed before its token was. */
export interface CarrierCall {
  readonly query: unknown;
  readonly body: unknown;
}

/** What one call tells of one text. */
export interface CarrierReport {
  readonly report: ProviderReport;
  readonly price: Price | undefined;
}

/** More in one call are no carrier's. */
const MOST = 1000;
const ID = /^[\x21-\x7e]{1,128}$/;
const AMOUNT = /^\d{1,7}(\.\d{1,5})?$/;

/** The reports in a call; those that say nothing of a text that was sent are left out. */
export function reportsOf(carrier: HttpSmsProvider, { query, body }: CarrierCall): CarrierReport[] {
  const { callback } = carrier.mapping;
  if (!callback) return [];
  const whole = Array.isArray(body) ? body : { ...asObject(query), ...asObject(body) };
  const listed = callback.list === '' ? whole : valueAt(whole, callback.list);
  const found = (Array.isArray(listed) ? listed : [listed]) as unknown[];
  return found.slice(0, MOST).flatMap((one) => reportOf(carrier, callback, one) ?? []);
}

function reportOf(carrier: HttpSmsProvider, paths: CallbackMapping, one: unknown): CarrierReport | undefined {
  const providerId = textAt(one, paths.id);
  const word = textAt(one, paths.status);
  const status = carrier.statusOf(word);
  if (!status || !ID.test(providerId)) return undefined;
  const code = textAt(one, paths.code).slice(0, 64);
  const { id = null, attempt = null } = readReference(textAt(one, paths.reference)) ?? {};
  const report: ProviderReport = {
    provider: carrier.name,
    providerId,
    deliveryId: id,
    attempt,
    status,
    ...(statusOf(status) === 'failed' && { failure: carrier.reported(code === '' ? null : code) }),
    payload: { status: word.slice(0, 64), code },
  };
  return { report, price: priceOf(report, textAt(one, paths.price), paths.currency) };
}

function priceOf(
  { provider, providerId, deliveryId }: ProviderReport,
  price: string,
  priceUnit: string,
): Price | undefined {
  return AMOUNT.test(price) ? { provider, providerId, deliveryId, price, priceUnit } : undefined;
}

const asObject = (value: unknown) => (typeof value === 'object' && value !== null ? value : {});
