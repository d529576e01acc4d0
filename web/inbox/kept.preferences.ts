import type { Http } from './http.js';
import type { PreferenceChanges, Preferences } from './types.js';

/** What the person chose, as the service last said it in each language that was asked for. */
export class KeptPreferences {
  readonly #kept = new Map<string, Promise<Preferences>>();

  constructor(private readonly http: Http) {}

  /** Read once. */
  read(language: string): Promise<Preferences> {
    const kept = this.#kept.get(language);
    if (kept) return kept;
    const asked = this.#call('GET', language);
    this.#kept.set(language, asked);
    asked.catch(() => {
      if (this.#kept.get(language) === asked) this.#kept.delete(language);
    });
    return asked;
  }

  /** Rejected with what the service says against it. */
  async set(language: string, changes: PreferenceChanges): Promise<Preferences> {
    const answer = await this.#call('PATCH', language, changes);
    this.forget();
    this.#kept.set(language, Promise.resolve(answer));
    return answer;
  }

  forget(): void {
    this.#kept.clear();
  }

  #call(method: string, language: string, changes?: PreferenceChanges): Promise<Preferences> {
    return this.http.call(method, '/api/notifications/preferences', changes, language);
  }
}
