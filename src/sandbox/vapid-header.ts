import { importJWK, jwtVerify } from 'jose';

/** No sender may sign for longer (RFC 8292). */
const DAY = 86_400;

/**
 * The public key of the sender, base64url; undefined where the header does not prove that it has the private one.
 * @param audience the origin of the push service
 */
export async function vapidKeyIn(authorization: string, audience: string): Promise<string | undefined> {
  const [, token = '', key = ''] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(authorization) ?? [];
  const point = Buffer.from(key, 'base64url');
  if (point.length !== 65) return undefined;
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'));
  try {
    const jwk = await importJWK({ kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' }, 'ES256');
    const { payload } = await jwtVerify(token, jwk, {
      audience,
      algorithms: ['ES256'],
      requiredClaims: ['exp', 'sub'],
    });
    return (payload.exp ?? Infinity) <= Date.now() / 1000 + DAY ? key : undefined;
  } catch {
    return undefined;
  }
}
