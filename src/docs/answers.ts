import type { ChannelView } from '../channels/channel.state.view.js';
import type { DeliveryView } from '../deliveries/delivery.view.js';
import type { BulkProgressView } from '../notifications/bulk.view.js';
import type { ExplanationView } from '../notifications/explanation.view.js';
import type { AcceptedView, NotificationView } from '../notifications/notification.view.js';
import type { PreferencesView } from '../preferences/preferences.dto.js';

/** As it is sent: moments are text. */
type Sent<T> = T extends Date ? string : T extends object ? { [K in keyof T]: Sent<T[K]> } : T;

const AT = '2026-01-03T09:30:00.000Z';
const SENT_AT = '2026-01-03T09:30:00.400Z';
const DELIVERED_AT = '2026-01-03T09:30:02.100Z';
const ID = '019b8358-8e40-7b1d-a3f4-5c2d1e0f9a87';
const REFERENCE = 'NOTIF20260103K7Q2M9XA';
const MESSAGE_SID = 'SM588c009993e8424689bc05f4b54afc95';
const RULES = [
  { rule: 'preference_on', outcome: 'allow', detail: 'The person wants order by sms.' },
] as const;

const NOTIFICATION = {
  id: ID,
  notification_id: REFERENCE,
  user: '42',
  user_email: 'asha@example.com',
  type: 'order_confirmed',
  type_display: 'Order confirmed',
  category: 'order',
  title: 'Order ORD20260103A123 confirmed',
  message:
    'Good news: your order ORD20260103A123 is confirmed. We will pick up your laundry on Monday, 5 January 2026.',
  order: '7f9c2b',
  order_number: 'ORD20260103A123',
  payment: null,
  payment_id: null,
  is_read: false,
  read_at: null,
  is_archived: false,
  snoozed_until: null,
  seq: 12,
  email_sent: false,
  email_sent_at: null,
  action_url: '/orders/ORD20260103A123',
  metadata: {},
  created_at: AT,
  updated_at: AT,
  erased_at: null,
};

const ACCEPTED: Sent<AcceptedView> = {
  ...NOTIFICATION,
  deliveries: [
    { id: '019b8358-8e41-7c02-9d13-0a1b2c3d4e5f', channel: 'realtime', status: 'delivered' },
    {
      id: '019b8358-8e41-7c02-9d13-1a1b2c3d4e5f',
      channel: 'email',
      status: 'skipped',
      reason: 'preference_off',
      detail: 'The person does not want order by email.',
    },
    {
      id: '019b8358-8e41-7c02-9d13-2a1b2c3d4e5f',
      channel: 'sms',
      status: 'pending',
      segments: 1,
      encoding: 'GSM-7',
      estimated_price: '0.08320',
      estimated_unit: 'USD',
    },
  ],
};

const LATER: Sent<NotificationView> = {
  ...NOTIFICATION,
  metadata: {
    sms: {
      sent: true,
      message_sid: MESSAGE_SID,
      sent_at: SENT_AT,
      status: 'delivered',
      to: '+919876543210',
      price: '0.08320',
      price_unit: 'USD',
      charges: [{ price: '0.08320', currency: 'USD' }],
      estimated_price: '0.08320',
      segments: 1,
      error_code: null,
    },
  },
};

const DELIVERY: Sent<DeliveryView> = {
  id: '019b8358-8e41-7c02-9d13-2a1b2c3d4e5f',
  notification: ID,
  user: '42',
  type: 'order_confirmed',
  category: 'order',
  channel: 'sms',
  address: '+919876543210',
  status: 'delivered',
  reason: null,
  detail: null,
  fault: null,
  rules: [...RULES],
  attempt: 1,
  scheduled_for: null,
  expires_at: null,
  provider: 'twilio',
  provider_id: MESSAGE_SID,
  provider_status: 'delivered',
  error_code: null,
  error_message: null,
  error: null,
  segments: 1,
  encoding: 'GSM-7',
  country: 'IN',
  estimated_price: '0.08320',
  estimated_unit: 'USD',
  price: '0.08320',
  price_unit: 'USD',
  charges: [{ price: '0.08320', currency: 'USD' }],
  sent_at: SENT_AT,
  delivered_at: DELIVERED_AT,
  created_at: AT,
  updated_at: DELIVERED_AT,
  erased_at: null,
  attempts: [
    {
      attempt: 1,
      provider: 'twilio',
      provider_id: MESSAGE_SID,
      outcome: 'sent',
      error_code: null,
      error_message: null,
      started_at: AT,
      finished_at: SENT_AT,
    },
  ],
  events: [{ status: 'delivered', error_code: null, applied: true, received_at: DELIVERED_AT }],
  interventions: [],
};

const EXPLANATION: Sent<ExplanationView> = {
  id: ID,
  notification_id: REFERENCE,
  type: 'order_confirmed',
  template_version: '019b8340-1f2e-7131-988b-7a942be8c29e',
  locale: 'en',
  erased_at: null,
  channels: [
    {
      channel: 'sms',
      status: 'delivered',
      reason: null,
      error: null,
      rules: [...RULES],
      history: [
        { at: AT, what: 'planned', by: null, detail: 'The person wants order by sms.' },
        { at: AT, what: 'attempt', by: 'twilio', detail: 'Attempt 1: sent.' },
        { at: DELIVERED_AT, what: 'report', by: 'twilio', detail: 'Reported as delivered.' },
      ],
    },
  ],
};

const PREFERENCES: Sent<PreferencesView> = {
  user: '42',
  order_updates_email: true,
  order_updates_sms: true,
  marketing_emails: false,
  matrix: {
    order: { realtime: true, email: true, sms: true },
    promotion: { realtime: true, email: false, sms: false },
  },
  locked: {
    order: {
      realtime:
        'In the app is always on: it is the list where you can read everything again. It never rings while you are away.',
    },
  },
  closed: {
    email: {
      reason: 'invalid',
      detail:
        'E-mail cannot reach you: a message came back, because the address does not work. Nothing is sent there, whatever is chosen here. Please tell us another one.',
    },
  },
  labels: {
    categories: { order: 'Order updates', promotion: 'Offers' },
    channels: { realtime: 'In the app', email: 'E-mail', sms: 'SMS' },
  },
  agreements: {
    sms: 'By turning on SMS you agree to get text messages from LaundryConnect on your phone, of the kinds that you choose here.',
  },
  quiet_hours: { start: '22:00', end: '07:00' },
  time_zone: 'Asia/Kolkata',
  locale: 'en',
  paused_until: null,
};

const BREAKER: Sent<ChannelView['breaker']> = {
  provider: 'twilio',
  state: 'closed',
  cause: null,
  code: null,
  message: null,
  opened_at: null,
  next_probe_at: null,
};

const CHANNEL: Sent<ChannelView> = {
  name: 'sms',
  label: 'SMS',
  mode: 'live',
  detail: 'Twilio, from +15005550006',
  paused: { by: 'user:7', reason: 'Our SMS account is being moved.', at: AT },
  breaker: BREAKER,
  providers: [BREAKER],
  backlog: { due: 12, later: 3, sending: 0, unknown: 0 },
};

const PROGRESS: Sent<BulkProgressView> = {
  id: '019b8358-9a10-7f3e-8b21-6d5c4b3a2918',
  notification_type: 'promotion',
  status: 'done',
  total: 1200,
  expanded: 1200,
  rejected: [],
  deliveries: { email: { sent: 310, skipped: 890 }, sms: { delivered: 95, sent: 3, skipped: 1102 } },
  estimated: [{ price: '8.15360', currency: 'USD' }],
  created_at: AT,
  finished_at: DELIVERED_AT,
};

/** What answers look like, where the fields alone do not show it; by the class of the answer. */
export const ANSWERS: Readonly<Record<string, object>> = {
  AcceptedView: ACCEPTED,
  NotificationView: LATER,
  DeliveryView: DELIVERY,
  ExplanationView: EXPLANATION,
  PreferencesView: PREFERENCES,
  BulkProgressView: PROGRESS,
  ChannelView: CHANNEL,
};
