/** One thing that is wrong with a request. */
class FieldProblem {
  /** Where: a JSON pointer into the body, or the name of a query parameter behind a slash. */
  readonly pointer!: string;
  /** What, for programs. */
  readonly code!: string;
  /** What, and the cure, for people. */
  readonly detail!: string;
}

/** RFC 9457, as it is sent. */
export class ProblemBody {
  readonly type!: string;
  readonly title!: string;
  readonly status!: number;
  /** Stays the same for ever, for programs. */
  readonly code!: string;
  /** What is wrong and the cure, for people. */
  readonly detail!: string;
  /** Everything that is wrong, where it is more than a sentence. */
  readonly errors!: FieldProblem[];
  /** The path that was asked for. */
  readonly instance!: string;
  /** To quote when you ask about it; also in the header X-Request-Id. */
  readonly request_id!: string;
}
