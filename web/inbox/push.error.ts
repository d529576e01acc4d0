/** Why push messages could not be turned on here. */
export class PushError extends Error {
  constructor(
    /** `dismissed`: the person did not answer; `worker`: it cannot be had from the page's site. */
    readonly code: 'unsupported' | 'denied' | 'dismissed' | 'worker',
    message: string,
  ) {
    super(message);
  }
}
