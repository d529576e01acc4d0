import { describe, expect, it } from 'vitest';
import { messagesIn, TwimlError } from './twiml.js';

const XML = 'text/xml; charset=utf-8';
const failure = (answer: string, type = XML) => {
  try {
    return messagesIn(type, answer);
  } catch (error) {
    return error instanceof TwimlError ? error.code : error;
  }
};

describe('TwiML', () => {
  it.each([
    ['<Response/>', []],
    ['<?xml version="1.0" encoding="UTF-8"?>\n<Response></Response>\n', []],
    ['<Response><Message>Hello</Message></Response>', [{ text: 'Hello' }]],
    [
      '<Response><Message><Body>Ram &amp; Sons &#8377;500</Body></Message></Response>',
      [{ text: 'Ram & Sons ₹500' }],
    ],
    ['<Response><Message>One</Message><Message>Two</Message></Response>', [{ text: 'One' }, { text: 'Two' }]],
    ['<Response><!-- x --><Message><![CDATA[<b> & co]]></Message></Response>', [{ text: '<b> & co' }]],
    [
      '<Response><Message to="+919812345678" from=\'+15005550006\'>Hi</Message></Response>',
      [{ text: 'Hi', to: '+919812345678', from: '+15005550006' }],
    ],
    ['  ', []],
  ])('is read: %s', (answer, messages) => {
    expect(messagesIn(XML, answer)).toEqual(messages);
  });

  it.each([
    ['<Response><Message>Hello</Response>', 12100],
    ['<Response><Message>Hello</Message>', 12100],
    ['<Response><Message>Hello & bye</Message></Response>', 12100],
    ['<Response/><Response/>', 12100],
    ['<!DOCTYPE x [<!ENTITY a "b">]><Response/>', 12100],
    ['Response', 12100],
    ['{"message": "Hello"}', 12100],
    ['<html></html>', 12200],
    ['<Response><Dial>+15005550006</Dial></Response>', 12200],
  ])('is refused with the code of Twilio: %s', (answer, code) => {
    expect(failure(answer)).toBe(code);
  });

  it('is XML, unless it is plain text, which is sent as it is', () => {
    expect(messagesIn('text/plain', 'Hello <you>')).toEqual([{ text: 'Hello <you>' }]);
    expect(failure('{}', 'application/json')).toBe(12300);
  });
});
