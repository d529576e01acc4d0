/** One thing that is wrong with a request. */
class FieldProblem {
  /**
   * Where: a JSON pointer into the body, or the name of a query parameter behind a slash.
   * @example "/user/phone"
   */
  readonly pointer!: string;
  /**
   * What, for programs.
   * @example "field.phone"
   */
  readonly code!: string;
  /** What, and the cure, for people. */
  readonly detail!: string;
}

/** RFC 9457, as it is sent. */
export class ProblemBody {
  /** @example "https://notify.example.com/problems/request.invalid" */
  readonly type!: string;
  /** @example "Unprocessable Entity" */
  readonly title!: string;
  /** @example 422 */
  readonly status!: number;
  /**
   * Stays the same for ever, for programs.
   * @example "request.invalid"
   */
  readonly code!: string;
  /**
   * What is wrong and the cure, for people.
   * @example "user.phone is no mobile number: write it as +919876543210."
   */
  readonly detail!: string;
  /** Everything that is wrong, where it is more than a sentence. */
  readonly errors!: FieldProblem[];
  /**
   * The path that was asked for.
   * @example "/api/notifications"
   */
  readonly instance!: string;
  /** To quote when you ask about it; also in the header X-Request-Id. */
  readonly request_id!: string;
}
