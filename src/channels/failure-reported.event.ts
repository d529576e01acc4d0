/** A provider said later that a message failed. */
export class FailureReported {
  constructor(
    readonly provider: string,
    readonly kind: string,
    readonly code: string,
  ) {}
}
