/**
 * A provider is no longer called, or is called again. Emitted in each process when it learns of it: at once where it
 * happened, within a second elsewhere.
 */
export class ProviderBreakerChanged {
  constructor(
    readonly provider: string,
    readonly state: 'open' | 'closed',
    readonly cause: 'configuration' | 'failures',
    /** The provider's code of the failure that opened it. */
    readonly code: string,
  ) {}
}
