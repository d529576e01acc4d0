import { ApiError } from './api-error.js';
import { CARRIER_ERRORS } from './test-numbers.js';

/** One way in which a text can fail. */
interface TextError {
  readonly code: number;
  readonly message: string;
  /** `refused`: the API does not take it. `undelivered`, `failed`: taken, and then this is its last state. */
  readonly outcome: 'refused' | 'undelivered' | 'failed';
}

/** All of them, by code: what somebody may ask the carrier for. */
export const TEXT_ERRORS: readonly TextError[] = [
  ...ApiError.known().map(([code, message]) => ({ code, message, outcome: 'refused' as const })),
  ...Object.entries(CARRIER_ERRORS).map(([code, { status, message }]) => ({
    code: Number(code),
    message,
    outcome: status,
  })),
];

const codes: ReadonlySet<unknown> = new Set(TEXT_ERRORS.map(({ code }) => code));

export const isTextError = (code: unknown): code is number => codes.has(code);
