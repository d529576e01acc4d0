import { ApiError } from './api-error.js';

/** The number that a new account finds as its own, and that a messaging service sends from: Twilio's test sender. */
export const OWN_NUMBER = '+15005550006';

const SID = `PN${'0'.repeat(31)}6`;

/** The account's number, and where the texts go that come in at it. */
export class OwnNumber {
  readonly sid = SID;

  constructor(
    private readonly accountSid: string,
    /** Nothing: nobody is told. */
    public smsUrl: string | undefined,
  ) {}

  /** As `POST .../IncomingPhoneNumbers/{sid}.json` changes it. */
  update(smsUrl: string | undefined): void {
    if (smsUrl === undefined) return;
    if (smsUrl !== '' && !/^https?:\/\//.test(smsUrl)) throw new ApiError(21502, { callback: smsUrl });
    this.smsUrl = smsUrl === '' ? undefined : smsUrl;
  }

  resource(): object {
    return {
      sid: SID,
      account_sid: this.accountSid,
      phone_number: OWN_NUMBER,
      friendly_name: 'Test sender',
      capabilities: { sms: true, mms: false, voice: false, fax: false },
      sms_url: this.smsUrl ?? '',
      sms_method: 'POST',
      status: 'in-use',
      uri: `/2010-04-01/Accounts/${this.accountSid}/IncomingPhoneNumbers/${SID}.json`,
    };
  }

  list(folder: string): object {
    const uri = `${folder}/IncomingPhoneNumbers.json`;
    return {
      incoming_phone_numbers: [this.resource()],
      first_page_uri: uri,
      next_page_uri: null,
      previous_page_uri: null,
      page: 0,
      page_size: 50,
      start: 0,
      end: 0,
      uri,
    };
  }
}
