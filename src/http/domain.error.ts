/** One thing that is wrong with a request: where (JSON pointer), what (stable code) and its cure. */
export interface FieldError {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

interface Problem {
  /** HTTP status. */
  readonly status: number;
  /** Stable, for programs: `notification.unknown-type`. */
  readonly code: string;
  /** For people: what is wrong and its cure. Never a secret, never a person's data. */
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  /** Sent with the answer, as `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** What the outside may know of a failure; the problem filter turns it into RFC 9457. */
export class DomainError extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;

  constructor({ status, code, detail, errors = [], headers = {}, cause }: Problem) {
    super(detail, { cause });
    this.name = 'DomainError';
    this.status = status;
    this.code = code;
    this.errors = errors;
    this.headers = headers;
  }

  get detail(): string {
    return this.message;
  }
}

/** Also for what belongs to somebody else: its existence is not told. */
export const notFound = (code: string, detail: string) => new DomainError({ status: 404, code, detail });

export const conflict = (code: string, detail: string) => new DomainError({ status: 409, code, detail });

/** A body that is well-formed JSON but cannot be meant so: 422, with a pointer for each field. */
export const unprocessable = (code: string, detail: string, errors: readonly FieldError[] = []) =>
  new DomainError({ status: 422, code, detail, errors });
