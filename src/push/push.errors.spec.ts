import { describe, expect, it } from 'vitest';
import { explanationOf, failureOf, isGone } from './push.errors.js';

const answered = (status: number, text = '', headers = {}) =>
  failureOf({ status, headers, text }, 'push.example.com');

describe('an answer of a push service', () => {
  it.each([200, 201, 202, 204])('%s is a yes', (status) => {
    expect(answered(status)).toBeUndefined();
  });

  it.each([
    [404, 'address'],
    [410, 'address'],
    [413, 'content'],
    [429, 'not_accepted'],
    [406, 'not_accepted'],
    [503, 'not_accepted'],
    [400, 'address'],
    [401, 'configuration'],
    [403, 'address'],
    [500, 'not_accepted'],
    [502, 'not_accepted'],
  ])('%s is sorted as %s', (status, kind) => {
    expect(answered(status)).toMatchObject({ kind, code: String(status), closes: 'never', unlisted: false });
    expect(explanationOf(String(status))?.cure).toMatch(/\.$/);
  });

  it.each([
    [507, 'not_accepted'],
    [418, 'content'],
    [302, 'content'],
  ])('that no table has is sorted by its form and counted: %s', (status, kind) => {
    expect(answered(status)).toMatchObject({ kind, unlisted: true });
  });

  it('says when to come again', () => {
    expect(answered(429, '', { 'retry-after': '120' })?.retryAfter).toBe(120);
    expect(answered(503)?.retryAfter).toBeUndefined();
  });

  it('waits alone where the limit is one of the subscription', () => {
    expect([429, 503].map((status) => answered(status)?.waitsAlone)).toEqual([true, false]);
  });

  it.each([
    [403, 'the VAPID credentials in the authorization header do not correspond to the credentials used.\n'],
    [401, '{"code":401,"errno":109,"error":"Unauthorized","message":"VAPID public key mismatch"}'],
    [400, '{"reason":"VapidPkHashMismatch"}'],
  ])('%s that speaks of another key concerns this subscription alone: %s', (status, text) => {
    expect(answered(status, text)).toMatchObject({ kind: 'address', code: 'other-key', blames: 'message' });
  });

  it('that does not take our token concerns all of them', () => {
    const failure = answered(403, '{"reason":"BadJwtToken"}');
    expect(failure).toMatchObject({ kind: 'configuration', code: 'bad-token', message: 'BadJwtToken' });
    expect(answered(500, 'BadJwtToken')?.code).toBe('500');
  });

  it('is gone only where the push service says so', () => {
    expect([404, 410, 400, 500].map((status) => isGone(answered(status)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('keeps what the service says, and no secret', () => {
    expect(answered(403, 'Not for you.\n')?.message).toBe('Not for you.');
    expect(answered(403, '{"reason":"BadPath"}')?.message).toBe('BadPath');
    const token = 'x'.repeat(80);
    expect(answered(400, `{"errno":103,"message":"No such ${token} here"}`)?.message).toBe(
      'No such *** here',
    );
    expect(answered(410, '<html>')?.message).toContain('given this subscription up');
  });
});
