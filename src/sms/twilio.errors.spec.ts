import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeliveryFailure, FAILURES, type FailureKind } from '../channels/failures.js';
import { TWILIO_CODES } from './twilio.codes.js';
import { failureOf, reportedFailure } from './twilio.errors.js';
import { Silence } from '../http/exchange.js';
import { TwilioRefusal } from './twilio.http.js';

const kinds = Object.keys(FAILURES);
const refusal = (status: number, code?: string) => new TwilioRefusal(status, code, 'words', undefined);
const kindOf = (error: unknown): FailureKind => failureOf(error, 'twilio').kind;

describe('Sorting the errors of Twilio', () => {
  it.each<[FailureKind, readonly number[]]>([
    ['not_accepted', [20429, 21611, 21730, 30001, 30017, 30022, 30036]],
    ['maybe_later', [30003, 30008, 30450]],
    ['address', [21211, 21214, 21217, 21265, 21268, 21612, 21614, 21635, 30005, 30006, 30011]],
    ['stopped', [21610, 30004]],
    ['content', [21602, 21605, 21617, 21619, 30007, 30034, 30038]],
    ['country', [21408, 21608]],
    [
      'configuration',
      [20003, 20404, 21212, 21603, 21606, 21659, 21660, 21661, 21701, 21705, 30002, 30032, 30033],
    ],
  ])('takes the codes of the class %s for that', (kind, codes) => {
    for (const code of codes) {
      expect(kindOf(refusal(400, String(code)))).toBe(kind);
      expect(reportedFailure(String(code)).kind).toBe(kind);
    }
  });

  it('believes a known code more than the HTTP status', () => {
    expect(kindOf(refusal(429, '21211'))).toBe('address');
    expect(kindOf(refusal(503, '21730'))).toBe('not_accepted');
  });

  it.each([
    [429, 'not_accepted'],
    [500, 'ambiguous'],
    [502, 'ambiguous'],
    [503, 'ambiguous'],
    [504, 'ambiguous'],
    [401, 'configuration'],
    [403, 'configuration'],
    [404, 'configuration'],
    [307, 'configuration'],
    [400, 'content'],
    [422, 'content'],
  ])('sorts an unknown code by its HTTP status %i as %s', (status, kind) => {
    expect(kindOf(refusal(status, '99999'))).toBe(kind);
    expect(kindOf(refusal(status))).toBe(kind);
  });

  it('tells a request that never left from one whose answer was lost', () => {
    expect(kindOf(new Silence(false, 'connect ECONNREFUSED'))).toBe('not_accepted');
    expect(kindOf(new Silence(true, 'socket hang up'))).toBe('ambiguous');
    expect(kindOf(new Error('a surprise'))).toBe('ambiguous');
  });

  it('keeps the wish of Retry-After, the code and the cause', () => {
    const cause = new TwilioRefusal(429, '20429', 'Too Many Requests', 7);
    expect(failureOf(cause, 'twilio')).toMatchObject({
      code: '20429',
      retryAfter: 7,
      provider: 'twilio',
      cause,
    });
  });

  it('repeats no phone number of a sentence it does not know', () => {
    const error = new TwilioRefusal(
      400,
      '21999',
      'The number +91 98765-43210 and +15005550006 are odd',
      undefined,
    );
    expect(failureOf(error, 'twilio').message).toBe('The number (number) and (number) are odd');
  });

  it('sorts every status and code into exactly one class, and never throws', () => {
    const known = fc.constantFrom(...Object.keys(TWILIO_CODES));
    const code = fc.option(fc.oneof(known, fc.string(), fc.constantFrom('__proto__', 'constructor')), {
      nil: undefined,
    });
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), code, fc.string(), (status, which, words) => {
        const failure = failureOf(new TwilioRefusal(status, which, words, undefined), 'twilio');
        expect(failure).toBeInstanceOf(DeliveryFailure);
        expect(kinds).toContain(failure.kind);
        expect(kinds).toContain(reportedFailure(which).kind);
      }),
    );
    fc.assert(
      fc.property(fc.anything(), (thrown) => {
        expect(kindOf(thrown)).toBe('ambiguous');
      }),
    );
  });

  it('never calls ambiguous what a callback reports: the message is known by then', () => {
    fc.assert(fc.property(fc.string(), (code) => reportedFailure(code).kind !== 'ambiguous'));
  });

  it('says for every code what happened and what to do', () => {
    for (const [code, { says, cure }] of Object.entries(TWILIO_CODES)) {
      expect(says, code).toMatch(/^[A-Z].*\.$/);
      expect(cure, code).toMatch(/^[A-Z].*\.$/);
    }
  });
});
