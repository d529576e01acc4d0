/** What the start of the test run hands to each test file. */
declare module 'vitest' {
  interface ProvidedContext {
    /** The server on which the databases of the tests are made. */
    postgresUrl: string;
    /** Absent on a machine where there is no Redis and none can be installed. */
    redisUrl: string | undefined;
  }
}

/** The migrated database that the others are copied from. */
export const TEMPLATE = 'notifications_template';
