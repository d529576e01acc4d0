/** Why a delivery failed, in words for people. */
export class ErrorView {
  /** The provider's own. @example "21614" */
  readonly code!: string;
  /** Which class of failure it is; null where no table has the code. @example "address" */
  readonly class!: string | null;
  /** What happened. */
  readonly sentence!: string;
  /** What to do; null where nobody knows. */
  readonly cure!: string | null;
}
