import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { bad, type Finding, good, warning } from '../checkups/checkup.js';
import { isPublic } from '../checkups/public.address.js';
import type { Mapping } from './mapping.js';

/** Milliseconds. */
const PATIENCE = 5000;

/** Whether a carrier's host can be reached, and what its mapping leaves open. Nothing of its API is called. */
export async function carrierFindings(mapping: Mapping, callbackUrl: string): Promise<Finding[]> {
  const code = (what: string) => `sms.${mapping.name}.${what}`;
  const { host } = new URL(mapping.send.url);
  const reached = await reach(mapping.send.url).then(
    () => good(code('host'), `${mapping.name}: ${host} can be reached.`),
    (error: unknown) => unreachable(code('host'), `${mapping.name}: ${host}`, error),
  );
  return [reached, callbackFinding(mapping, callbackUrl, code('callback')), ...openEnds(mapping, code)];
}

function callbackFinding({ name, callback, status }: Mapping, url: string, code: string): Finding {
  if (!callback)
    return status
      ? good(code, `${name}: it is asked how texts fare.`)
      : warning(code, `${name}: nobody learns whether a text arrives.`, 'Map `callback` or `status`.');
  const shown = url.split('?', 1)[0] ?? '';
  return isPublic(url)
    ? good(code, `${name}: reports come to ${shown}.`)
    : warning(code, `${name}: it cannot call ${shown}: it is not public.`, 'Set PUBLIC_URL.');
}

function openEnds({ name, find }: Mapping, code: (what: string) => string): Finding[] {
  if (find) return [];
  const says = `${name}: it cannot be asked for a text whose answer was lost; such a text is not sent again.`;
  return [warning(code('find'), says, 'Map `find`, if its API can search by our reference.')];
}

const unreachable = (code: string, who: string, error: unknown) =>
  bad(code, `${who} cannot be reached: ${(error as Error).message}.`, HOST, 'unreachable');

async function reach(url: string): Promise<void> {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const secure = protocol === 'https:';
  const socket = secure
    ? tls.connect({ host, port: Number(port) || 443, servername: host })
    : net.connect({ host, port: Number(port) || 80 });
  try {
    await once(socket, secure ? 'secureConnect' : 'connect', { signal: AbortSignal.timeout(PATIENCE) });
  } finally {
    socket.destroy();
  }
}

const HOST = 'Check the URL in the mapping file, the network and the firewall.';
