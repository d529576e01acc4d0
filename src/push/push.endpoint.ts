/** To whom messages may go: whoever subscribes names a URL, and we must not be made to call anybody's. */
export interface AllowedEndpoints {
  /** Host names; `*.` in front stands for any name below. */
  readonly hosts: readonly string[];
  /** The origin of the local push service, which speaks http; undefined where there is none. */
  readonly sandbox: string | undefined;
}

/** Longer ones are no push service's, and no index would hold them. */
const LONGEST = 2048;

/** What is wrong with an endpoint, with the cure; completes a sentence that begins with its name. Null: nothing. */
export function faultOf(endpoint: string, { hosts, sandbox }: AllowedEndpoints): string | null {
  if (endpoint.length > LONGEST) return `must have at most ${LONGEST} characters`;
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (!url) return 'must be a URL: give the endpoint of PushManager.subscribe() as it is';
  if (sandbox !== undefined && url.origin === sandbox) return null;
  if (url.protocol !== 'https:') return 'must begin with https://';
  if (url.username !== '' || url.password !== '') return 'must have no user in it';
  if (url.port !== '') return 'must have no port: push services listen on 443';
  if (hosts.some((pattern) => fits(url.hostname, pattern.toLowerCase()))) return null;
  return `is at ${url.hostname}, which is no push service that is known here: PUSH_HOSTS lists them`;
}

/** The name of the local push service, as its breaker and the ledger have it. */
const SANDBOX = 'push_sandbox';

/** The push services that may be called, each by one name for all the hosts of a pattern. */
export function servicesOf({ hosts, sandbox }: AllowedEndpoints): string[] {
  return [...new Set([...(sandbox === undefined ? [] : [SANDBOX]), ...hosts.map(nameOf)])];
}

/** Which of them an endpoint leads to; undefined where it is none. */
export function serviceOf(endpoint: string, { hosts, sandbox }: AllowedEndpoints): string | undefined {
  const { origin, hostname } = new URL(endpoint);
  if (origin === sandbox) return SANDBOX;
  const pattern = hosts.find((one) => fits(hostname, one.toLowerCase()));
  return pattern && nameOf(pattern);
}

/** What may be shown of an endpoint: the rest of it is a secret. */
export const hostOf = (endpoint: string): string => new URL(endpoint).host;

const nameOf = (pattern: string): string => pattern.toLowerCase().replace(/^\*\./, '');

const fits = (host: string, pattern: string): boolean =>
  pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;
