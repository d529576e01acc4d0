import { describe, expect, it } from 'vitest';
import { headersOf } from './email.headers.js';

const message = {
  type: 'order_confirmed',
  category: 'order',
  notificationId: '019b8a4e-0000-7000-8000-000000000000',
};
const URL = 'https://notify.example/u/abc.def';

describe('the headers of a mail', () => {
  it('say what it is, to mail servers and to who looks for it', () => {
    expect(headersOf(message, 'no-reply@mail.laundryconnect.example', null)).toEqual({
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'X-Notification-Id': '019b8a4e-0000-7000-8000-000000000000',
      'X-Notification-Type': 'order_confirmed',
      'Feedback-ID': 'order_confirmed:order:notifications:maillaundryconn',
    });
  });

  it('carry the way out for one click, where there is one', () => {
    expect(headersOf(message, 'a@b.example', URL)).toMatchObject({
      'List-Unsubscribe': `<${URL}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    });
  });

  it('stay single words, whatever a platform names its types', () => {
    const odd = { ...message, type: 'a\r\nBcc: x@y.example', category: 'sale: 50 %' };
    const headers = headersOf(odd, 'a@b.c', null);
    expect(headers['X-Notification-Type']).toBe('a_Bcc_x_y.example');
    expect(headers['Feedback-ID']).toBe('a_Bcc_x_y.example:sale_50_:notifications:bc000');
    expect(Object.values(headers).every((value) => !/[\r\n]/.test(value))).toBe(true);
  });
});
