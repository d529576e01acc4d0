import type { Context } from './run.js';

/** Who an example is written to: the person is never part of a type's own example. */
const user = {
  id: '42',
  first_name: 'Priya',
  last_name: 'Sharma',
  email: 'priya@example.com',
  phone: '+919876543210',
  locale: 'en',
  time_zone: 'Asia/Kolkata',
};

/** The context of a preview; a person who is given stays. */
export const withUser = (context: Context): Context => ({ user, ...context });
