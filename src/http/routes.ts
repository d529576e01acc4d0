import { didYouMean } from './closest.js';
import { DomainError, notFound } from './domain.error.js';

/** The routes that exist, to say what was probably meant by one that does not. */
export class Routes {
  private readonly methods = new Map<string, Set<string>>();

  add(method: string | readonly string[], path: string): void {
    const key = trimmed(path);
    const known = this.methods.get(key) ?? new Set();
    for (const name of [method].flat()) known.add(name);
    this.methods.set(key, known);
  }

  /** 405 where the path exists with another method, else 404 with the closest path. */
  missing(method: string, path: string): DomainError {
    const asked = trimmed(path);
    const allowed = [...this.methods]
      .filter(([pattern]) => matches(pattern, asked))
      .flatMap(([, known]) => [...known]);
    if (allowed.length > 0 && !allowed.includes(method)) {
      const allow = [...new Set(allowed)].sort().join(', ');
      return new DomainError({
        status: 405,
        code: 'request.method-not-allowed',
        detail: `${method} is not possible here: ${allow} is.`,
        headers: { Allow: allow },
      });
    }
    const near = didYouMean(asked, this.methods.keys());
    return notFound('route.not-found', `There is no ${method} ${asked.slice(0, 200)} here.${near}`);
  }
}

const trimmed = (path: string) => (path.length > 1 ? path.replace(/\/+$/, '') : path);

/** `/users/:id` fits `/users/42`; a route that takes everything says nothing of what was meant. */
function matches(pattern: string, path: string): boolean {
  if (pattern.includes('*')) return false;
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => (part.startsWith(':') ? given[index] !== '' : part === given[index]))
  );
}
