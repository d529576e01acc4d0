const LOOPBACK = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** What decides which pages may call; AppSettings has it all. */
export interface OriginSettings {
  readonly publicUrl: string;
  readonly frontendUrl?: string;
  readonly corsOrigins: readonly string[];
  /** Pages of this machine are welcome in `development` and `test` only. */
  readonly environment?: string;
}

/** Pages that are listed, the service's own and the platform's, and outside production those of this machine. */
export function welcomePages(settings: OriginSettings): (origin: string) => boolean {
  const { corsOrigins, publicUrl, frontendUrl, environment } = settings;
  const own = [publicUrl, frontendUrl ?? publicUrl].map((url) => new URL(url).origin);
  const listed = new Set([...corsOrigins, ...own]);
  const local = environment === 'development' || environment === 'test';
  return (origin) => listed.has(origin) || (local && LOOPBACK.test(origin));
}
