/**
 * What a route returns when the status is not always the same: the edge writes status and headers and sends
 * the body. `replayed` marks the first answer to an Idempotency-Key, given again.
 */
export class Answer<T> {
  constructor(
    readonly status: number,
    readonly body: T,
    readonly replayed = false,
  ) {}
}
