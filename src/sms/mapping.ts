import type { Explanation } from '../channels/channel.js';
import type { FailureKind } from '../channels/failures.js';
import type { ProviderStatus } from '../deliveries/status.js';

/** One call of a carrier's API: texts with placeholders, which the text to be sent fills. */
export interface CallMapping {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly form: 'json' | 'form'; readonly fields: unknown } | undefined;
  readonly answer: AnswerMapping;
}

/** Asks for a text by our reference. */
export interface FindMapping extends CallMapping {
  /** HTTP statuses and codes that mean that the carrier has no such text; any other refusal tells nothing. */
  readonly absent: readonly string[];
}

/** Where things stand in an answer or a callback, as paths: `data.messages.0.id`. Empty: nowhere. */
export interface AnswerMapping {
  readonly format: 'json' | 'form' | 'text';
  /** Between the parts of a `text`, whose paths are then numbers. */
  readonly separator: string;
  readonly id: string;
  readonly status: string;
  readonly code: string;
  readonly message: string;
  /** The values of `accepted.at` that mean yes; without any, an id does. */
  readonly accepted: { readonly at: string; readonly is: readonly string[] } | undefined;
}

export interface CallbackMapping {
  /** What the carrier must name in the address that it calls. */
  readonly token: string;
  /** Where the list of reports stands, if several come at once. */
  readonly list: string;
  readonly id: string;
  readonly reference: string;
  readonly status: string;
  readonly code: string;
  readonly price: string;
  /** ISO 4217, of the price. */
  readonly currency: string;
}

/** How to speak with one carrier: what a mapping file says, checked. */
export interface Mapping {
  readonly name: string;
  readonly sender: string;
  /** ISO countries that it carries to; empty: all. */
  readonly countries: readonly string[];
  /** Milliseconds. */
  readonly timeout: number;
  readonly connections: number;
  /** What `{unicode}` is filled with. */
  readonly unicode: { readonly yes: string; readonly no: string };
  readonly send: CallMapping;
  /** Without it a lost outcome stays unknown. */
  readonly find: FindMapping | undefined;
  /** Asks how a text fares, by the carrier's id. */
  readonly status: CallMapping | undefined;
  readonly callback: CallbackMapping | undefined;
  /** The carrier's words for how a text fares. */
  readonly statuses: Readonly<Record<string, ProviderStatus>>;
  readonly codes: Readonly<Record<string, Explanation>>;
  /** The class of an answer by its HTTP status, where no code says more. */
  readonly http: Readonly<Record<string, FailureKind>>;
  /** The class of a readable refusal that nothing else sorts. */
  readonly otherwise: FailureKind;
}
