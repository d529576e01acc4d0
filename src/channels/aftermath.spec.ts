import { describe, expect, it } from 'vitest';
import { reportedFailure } from '../sms/twilio.errors.js';
import { Aftermath } from './aftermath.js';
import { FAILURES } from './failures.js';

/** What one failure with this code does to the address, after so many before it. */
async function closedBy(code: string, before: number): Promise<string | null> {
  let closed: string | null = null;
  const suppressions = {
    strike: () => Promise.resolve(before + 1),
    close: (_: object, reason: string) => {
      closed = reason;
      return Promise.resolve(true);
    },
  };
  const history = { lastReached: () => Promise.resolve(null) };
  const aftermath = new Aftermath(history as never, suppressions as never, {} as never, {} as never);
  const { kind, closes = FAILURES[kind].closes } = reportedFailure(code);
  const delivery = { id: '1', channel: 'sms', address: '+919876543210' };
  await aftermath.forAddress(delivery, { kind, code, provider: 'twilio', closes, unlisted: false });
  return closed;
}

describe('An address', () => {
  it.each<[string, string]>([
    ['21610', 'stopped'],
    ['30006', 'invalid'],
    ['21614', 'invalid'],
    ['21211', 'invalid'],
  ])('is closed at once by %s, as %s', async (code, reason) => {
    expect(await closedBy(code, 0)).toBe(reason);
  });

  it.each<[string, string]>([
    ['30003', 'unreachable'],
    ['30005', 'unreachable'],
    ['30004', 'stopped'],
  ])('is closed by the third %s, as %s', async (code, reason) => {
    expect(await closedBy(code, 1)).toBeNull();
    expect(await closedBy(code, 2)).toBe(reason);
  });

  it.each(['30008', '30007', '21408', '20003'])('is not closed by %s, however often', async (code) => {
    expect(await closedBy(code, 9)).toBeNull();
  });
});
