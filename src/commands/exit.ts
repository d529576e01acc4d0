/** How a command ends, for scripts. */
export const EXIT = {
  ok: 0,
  failed: 1,
  /** Called wrongly. */
  usage: 2,
  /** Settings are missing or wrong. */
  configuration: 3,
  notFound: 4,
  /** The person, or their carrier for them, does not want it. */
  suppressed: 5,
  /** The provider does not take it. */
  refused: 6,
} as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with a message for the operator. */
export class CommandFailure extends Error {
  constructor(
    readonly exit: Exit,
    message: string,
  ) {
    super(message);
    this.name = 'CommandFailure';
  }
}

/** The exit for whatever went wrong while a text was sent, by the class that its error was sorted into. */
export function exitOf(error: unknown): Exit {
  if (error instanceof CommandFailure) return error.exit;
  if (error instanceof Error && error.name === 'ConfigurationError') return EXIT.configuration;
  const kind = error instanceof Error && 'kind' in error ? error.kind : undefined;
  switch (kind) {
    case 'configuration':
      return EXIT.configuration;
    case 'stopped':
      return EXIT.suppressed;
    case 'address':
    case 'content':
    case 'country':
      return EXIT.refused;
    default:
      return EXIT.failed;
  }
}
