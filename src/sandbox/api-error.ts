/** The errors of Twilio's API, in its words: https://www.twilio.com/docs/api/errors */

interface Refusal {
  readonly status: number;
  readonly message: string;
}

const refusals: Record<number, Refusal> = {
  20003: { status: 401, message: 'Authenticate' },
  20404: { status: 404, message: 'The requested resource {path} was not found' },
  20429: { status: 429, message: 'Too Many Requests' },
  20500: { status: 500, message: 'An internal server error has occurred' },
  20503: { status: 503, message: 'Service unavailable' },
  21211: { status: 400, message: "Invalid 'To' Phone Number: {to}" },
  21212: {
    status: 400,
    message: "The 'From' number {from} is not a valid phone number, shortcode, or alphanumeric sender ID.",
  },
  21502: { status: 400, message: 'SmsUrl is not valid: {callback}' },
  21266: { status: 400, message: "'To' and 'From' number cannot be the same: {to}" },
  21408: {
    status: 400,
    message:
      "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {to}",
  },
  21601: { status: 400, message: 'Phone number is not a valid SMS-capable/MMS-capable inbound phone number' },
  21602: { status: 400, message: 'Message body is required.' },
  21603: { status: 400, message: "A 'From' phone number is required." },
  21604: { status: 400, message: "A 'To' phone number is required." },
  21606: {
    status: 400,
    message:
      'The From phone number {from} is not a valid, SMS-capable inbound phone number or short code for your account.',
  },
  21609: { status: 400, message: "The 'StatusCallback' URL {callback} is not a valid URL." },
  21610: { status: 400, message: 'Attempt to send to unsubscribed recipient' },
  21611: { status: 429, message: "This 'From' number has exceeded the maximum number of queued messages" },
  21612: {
    status: 400,
    message:
      "Message cannot be sent with the current combination of 'To' ({to}) and/or 'From' ({from}) parameters",
  },
  21614: { status: 400, message: "'To' number: {to}, is not a mobile number" },
  21617: { status: 400, message: 'The concatenated message body exceeds the 1600 character limit' },
  21701: { status: 400, message: 'The Messaging Service does not exist: {from}' },
};

/** Thrown anywhere below the API; answered as Twilio's error body. */
export class ApiError extends Error {
  readonly status: number;

  constructor(
    readonly code: number,
    details: Readonly<Record<string, string | undefined>> = {},
  ) {
    const { status, message } = refusals[code] ?? { status: 400, message: 'Bad request' };
    super(message.replace(/\{(\w+)\}/g, (_, name: string) => details[name] ?? ''));
    this.status = status;
  }

  static isKnown(code: number): boolean {
    return code in refusals;
  }

  /** Each code with its message; what is peculiar to a request stays open, as `{to}`. */
  static known(): (readonly [code: number, message: string])[] {
    return Object.entries(refusals).map(([code, { message }]) => [Number(code), message] as const);
  }

  get body(): object {
    const { code, message, status } = this;
    return { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status };
  }
}
