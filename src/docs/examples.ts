/** What stands in the paths, by tag: an example where something known has that name. */
export const PARAMETERS: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  Notifications: { id: { description: 'Its id, or its reference: `NOTIF20260103K7Q2M9XA`.' } },
  Bulk: { id: { description: 'As the answer to the send says.' } },
  Users: { id: { description: "The platform's own id of the person.", example: '42' } },
  Consents: { id: { description: "The platform's own id of the person.", example: '42' } },
  Templates: { type: { description: 'A notification type.', example: 'order_confirmed' } },
  Deliveries: { id: { description: 'As the answer to a send, or the list, says.' } },
  Suppressions: {
    channel: { description: 'A channel, as `sms`.', example: 'sms' },
    address: { description: 'As people write it.', example: '+919876543211' },
  },
  Channels: { name: { description: 'As the list says.', example: 'sms' } },
  Push: { id: { description: 'As the list says.' } },
};

const ORDER = {
  id: '7f9c2b',
  order_number: 'ORD20260103A123',
  pickup_date: '2026-01-05',
  total_amount: '500.00',
};

/** A moment that is to come, whenever the description is read. */
const tomorrow = () => new Date(Math.ceil(Date.now() / DAY + 1) * DAY).toISOString();
const DAY = 24 * 3600 * 1000;

/** Bodies that can be sent as they stand, one after the other, to a service that has just been started. */
export const EXAMPLES: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  'notifications.create': {
    'An order is confirmed, to a person given here': {
      type: 'order_confirmed',
      user: {
        id: '42',
        email: 'asha@example.com',
        phone: '+919876543210',
        first_name: 'Asha',
        preferences: { order_updates_sms: true },
      },
      context: { order: ORDER },
    },
    'A payment is completed, to a known person, told once only': {
      type: 'payment_completed',
      user: '42',
      context: {
        order: ORDER,
        payment: { id: 'PAY20260103K7Q2M9XA', amount: '500.00', transaction_id: 'T2601031542897364' },
      },
      dedupe_key: 'PAY20260103K7Q2M9XA',
      metadata: { source: 'checkout' },
    },
  },
  'notifications.snooze': { 'Until tomorrow morning': { until: tomorrow() } },
  'bulk.create': {
    'An offer to everybody who wants offers': {
      user_ids: ['42', '43'],
      notification_type: 'promotion',
      context_data: {
        title: '20% off your next dry cleaning',
        message: 'Sarees, suits and curtains - fresh for the season, at 20% less.',
        code: 'FRESH20',
        valid_until: '2026-01-31',
      },
    },
  },
  'users.put': {
    'A new customer': {
      email: 'asha@example.com',
      phone: '098765 43210',
      first_name: 'Asha',
      last_name: 'Rao',
      locale: 'en-IN',
      time_zone: 'Asia/Kolkata',
    },
    'Nothing at night, no phone any more': { phone: null, quiet_hours: { start: '22:00', end: '07:00' } },
  },
  'users.token': { 'For a quarter of an hour': { expires_in: 900 } },
  'preferenceLinks.create': { 'For an hour': {}, 'For a week': { expires_in: 604_800 } },
  'preferences.put': {
    'Orders by SMS, offers by e-mail, the rest as usual': { order_updates_sms: true, marketing_emails: true },
  },
  'preferences.patch': {
    'By flat name, with the words beside the switch': {
      order_updates_sms: true,
      wording: 'By turning on SMS you agree to get text messages from LaundryConnect on your phone.',
    },
    'In the matrix, with silence at night': {
      matrix: { payment: { sms: true, email: false } },
      quiet_hours: { start: '22:00', end: '07:00' },
    },
  },
  'consents.import': {
    'Two words to the service that was used before': {
      consents: [
        {
          user: '42',
          category: 'order',
          channel: 'sms',
          wanted: true,
          given_at: '2025-11-02T18:20:00+05:30',
          evidence: 'checkout form, order ORD20251102A001',
          wording: 'sms-2025-10',
        },
        { user: '42', category: 'promotion', channel: 'email', wanted: false, given_at: '2025-12-24' },
      ],
    },
  },
  'templates.create': {
    'A new type': {
      type: 'order_delayed',
      category: 'order',
      display: 'Order delayed',
      priority: 'normal',
      title: 'Order {{ order.order_number }} takes longer',
      message: 'Sorry! Your order {{ order.order_number }} will be ready on {{ order.ready_date | date }}.',
      action_url: '/orders/{{ order.id }}',
      channels: {
        sms: {
          text: 'LaundryConnect: Sorry! Your order {{ order.order_number }} will be ready on {{ order.ready_date | date }}.',
        },
      },
      example: { order: { id: '7f9c2b', order_number: 'ORD20260103A123', ready_date: '2026-01-07' } },
    },
  },
  'templates.change': {
    'A shorter text message': {
      channels: { sms: { text: 'LaundryConnect: Order {{ order.order_number }} is confirmed.' } },
    },
  },
  'templates.preview': {
    'With an order of yours': { context: { order: ORDER } },
    'Words before they are saved': {
      title: 'Order {{ order.order_number }} is confirmed',
      channels: { sms: { text: 'LaundryConnect: Thank you! Order {{ order.order_number }} is confirmed.' } },
    },
  },
  'templateTest.send': {
    'To a colleague, by e-mail only': {
      user: { email: 'colleague@example.com', first_name: 'Ravi' },
      channels: ['email'],
    },
  },
  'deadLetters.retryAll': {
    'What failed by SMS, counted and shown first': { channel: 'sms', dry_run: true },
    'What the carrier could not deliver since a day': {
      channel: 'sms',
      reason: 'attempts_exhausted',
      created_after: '2026-01-05',
    },
  },
  'deadLetters.retry': { 'Once more': {}, 'Although it may have arrived': { force: true } },
  'channels.pause': { 'While the account is being moved': { reason: 'Our SMS account is being moved.' } },
  'suppressions.add': {
    'A person who asked by phone': {
      channel: 'sms',
      address: '+919876543211',
      note: 'Asked by phone to get no texts.',
    },
    'A stop that another service was told': {
      channel: 'sms',
      address: '098765 43212',
      reason: 'stopped',
    },
  },
  'pushSubscriptions.create': {
    'What PushManager.subscribe() gave': {
      endpoint: 'https://fcm.googleapis.com/fcm/send/dGhpcyBpcyBub2JvZHk6QVBBOTFiSA',
      keys: {
        p256dh: 'BOuqMoOxQdsZkYH8qvhUxSw8OYDv-DnlM1K7NfxmtLqZuTIYy6yarl45T-AwkpaYwz6JqNPGfvmgyJzRSEtN6go',
        auth: 'tBHItJI5svbpez7KI4CCXg',
      },
      device_name: 'Chrome on Android',
    },
  },
  'templates.rollBack': { 'To the first version': { version: 1 } },
};
