import type { IncomingHttpHeaders } from 'node:http';

interface Asked {
  readonly headers: IncomingHttpHeaders;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

const LOOPBACK_ADDRESS = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;
/** `none` is an address that a person has typed. */
const OWN_SITES = ['same-origin', 'none'];

/**
 * Whether a request comes from this machine and from a page of this service. The address alone would let in every
 * page that a browser on this machine has open: by a name that resolves to 127.0.0.1, or by a plain cross-site read.
 */
export function isFromThisMachine({ headers, socket }: Asked): boolean {
  const site = headers['sec-fetch-site'];
  return (
    LOOPBACK_ADDRESS.test(socket.remoteAddress ?? '') &&
    LOOPBACK_HOST.test(headers.host ?? '') &&
    headers['x-forwarded-for'] === undefined &&
    (headers.origin === undefined || originIs(headers.origin, headers.host ?? '')) &&
    (site === undefined || OWN_SITES.includes(site))
  );
}

const originIs = (origin: string, host: string) => URL.canParse(origin) && new URL(origin).host === host;
