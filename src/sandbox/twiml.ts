import { elementsIn, parseXml, textOf, type XmlElement, XmlError } from './xml.js';

/** A text that a webhook asks for. */
export interface TwimlMessage {
  readonly text: string;
  /** Where it names another number than the one that has texted, or was texted. */
  readonly to?: string;
  readonly from?: string;
}

/** What a webhook answered cannot be followed. The codes are Twilio's: https://www.twilio.com/docs/api/errors */
export class TwimlError extends Error {
  constructor(
    readonly code: 12100 | 12200 | 12300,
    message: string,
  ) {
    super(message);
  }
}

const XML = /^(text|application)\/(xml|html)\b/i;
const PLAIN = /^text\/plain\b/i;

/** The texts in an answer: TwiML, or plain text, which is a text itself. Nothing is an answer, too. */
export function messagesIn(contentType: string, answer: string): TwimlMessage[] {
  if (answer.trim() === '') return [];
  if (PLAIN.test(contentType)) return [{ text: answer }];
  if (!XML.test(contentType)) {
    throw new TwimlError(12300, `TwiML is text/xml, and this is ${contentType || 'of no type'}.`);
  }
  const response = parsed(answer);
  if (response.name !== 'Response') {
    throw new TwimlError(12200, `TwiML is a <Response>, and this is a <${response.name}>.`);
  }
  return elementsIn(response).map(messageOf);
}

function parsed(answer: string): XmlElement {
  try {
    return parseXml(answer);
  } catch (error) {
    if (error instanceof XmlError) throw new TwimlError(12100, error.message);
    throw error;
  }
}

function messageOf(verb: XmlElement): TwimlMessage {
  if (verb.name !== 'Message') {
    throw new TwimlError(12200, `The sandbox follows <Message> only, not <${verb.name}>.`);
  }
  const { to, from } = verb.attributes;
  const bodies = elementsIn(verb).filter(({ name }) => name === 'Body');
  const text = bodies.length > 0 ? bodies.map(textOf).join('') : textOf(verb);
  return { text: text.trim(), ...(to !== undefined && { to }), ...(from !== undefined && { from }) };
}
