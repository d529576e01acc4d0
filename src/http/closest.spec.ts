import { describe, expect, it } from 'vitest';
import { closest, didYouMean } from './closest.js';
import { Routes } from './routes.js';

const TYPES = ['order_created', 'order_confirmed', 'payment_failed', 'welcome'];

describe('the closest known word', () => {
  it.each([
    ['order_confirmd', 'order_confirmed'],
    ['ORDER_CONFIRMED', 'order_confirmed'],
    ['odrer_created', 'order_created'],
    ['wellcome', 'welcome'],
    ['something_else', undefined],
    ['', undefined],
    ['w'.repeat(100_000), undefined],
  ])('to %j is %j', (word, found) => {
    expect(closest(word.slice(0, 200_000), TYPES)).toBe(found);
  });

  it('is a question, or nothing', () => {
    expect(didYouMean('welcom', TYPES)).toBe(' Did you mean "welcome"?');
    expect(didYouMean('xyz', TYPES)).toBe('');
  });
});

describe('a route that is missing', () => {
  const routes = new Routes();
  routes.add('GET', '/api/users/:id');
  routes.add(['GET', 'HEAD'], '/');
  routes.add('GET', '/files/*');

  it('is another method, another path, or nothing like it', () => {
    expect(routes.missing('POST', '/api/users/7/').headers).toEqual({ Allow: 'GET' });
    expect(routes.missing('GET', '/api/user/:id').detail).toContain('"/api/users/:id"');
    expect(routes.missing('POST', '/files/x').code).toBe('route.not-found');
  });

  it('is none that exists: its handler found nothing there', () => {
    expect(routes.missing('GET', '/').status).toBe(404);
  });
});
