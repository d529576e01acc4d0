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

/** The context of a preview; what is given of a person stays, and the rest is as usual. */
export function withUser(context: Context): Context {
  const given = context['user'];
  if (given === undefined) return { ...context, user };
  return typeof given === 'object' && given !== null ? { ...context, user: { ...user, ...given } } : context;
}
