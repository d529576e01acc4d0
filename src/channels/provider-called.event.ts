/** A delivery was handed to its provider, and how that ended. Emitted after the call, before it is written down. */
export class ProviderCalled {
  constructor(
    readonly channel: string,
    readonly provider: string,
    /** What becomes of the delivery: `sent`, `delivered`, `failed`, `pending`, `unknown`. */
    readonly outcome: string,
    /** Seconds that the call took. */
    readonly took: number,
    /** Seconds from due to the end of the call; null for a repeated try. */
    readonly waited: number | null,
    readonly failure: { readonly kind: string; readonly code: string } | null,
  ) {}
}
