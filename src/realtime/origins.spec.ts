import { expect, it } from 'vitest';
import { AppSettings } from '../config/app.settings.js';
import { Origins } from './origins.js';

const origins = (NODE_ENV: string) =>
  new Origins(
    new AppSettings({
      NODE_ENV,
      PUBLIC_URL: 'https://notify.example.com/base',
      FRONTEND_URL: 'https://app.example.com',
      CORS_ALLOWED_ORIGINS: 'https://partner.example.com',
    }),
  );

it('lets in the listed pages, our own, and programs', () => {
  const { allow } = origins('production');
  expect(
    ['https://partner.example.com', 'https://notify.example.com', 'https://app.example.com'].map(allow),
  ).toEqual([true, true, true]);
  expect(allow(undefined)).toBe(true);
});

it('keeps out everybody else', () => {
  const { allow } = origins('production');
  for (const origin of [
    'null',
    '',
    'https://partner.example.com.evil.example',
    'http://partner.example.com',
    'https://PARTNER.example.com:443',
    'http://localhost:5173',
  ]) {
    expect(allow(origin), origin).toBe(false);
  }
});

it("lets in this machine's pages in development only", () => {
  const { allow } = origins('development');
  expect(allow('http://localhost:5173')).toBe(true);
  expect(allow('http://127.0.0.1')).toBe(true);
  expect(allow('http://localhost.evil.example')).toBe(false);
});
