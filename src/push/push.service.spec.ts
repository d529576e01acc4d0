import { createECDH, randomBytes } from 'node:crypto';
import webpush from 'web-push';
import { expect, it } from 'vitest';
import { LONGEST } from './push.service.js';

it('a message of the longest kind fits when its body is carried as base64 in 4096 bytes', () => {
  const keys = {
    p256dh: createECDH('prime256v1').generateKeys('base64url'),
    auth: randomBytes(16).toString('base64url'),
  };
  const endpoint = 'https://push.example.com/abc';
  const options = { contentEncoding: 'aes128gcm' } as const;
  const { body } = webpush.generateRequestDetails({ endpoint, keys }, 'x'.repeat(LONGEST), options);
  expect(body.toString('base64url')).toHaveLength(4096);
});
