import { BlockList, isIP } from 'node:net';

const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  PRIVATE.addSubnet(network, prefix, 'ipv4');
PRIVATE.addAddress('::1', 'ipv6');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');
PRIVATE.addSubnet('fe80::', 10, 'ipv6');

const PRIVATE_NAMES = /^[^.]+$|\.(local|localhost|internal|lan|home|test|invalid)$/i;

/** Whether others could call this URL: https, and neither an address nor a name of a private network. */
export function isPublic(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  const isPrivate =
    family === 0 ? PRIVATE_NAMES.test(host) : PRIVATE.check(host, family === 6 ? 'ipv6' : 'ipv4');
  return protocol === 'https:' && !isPrivate;
}
