import { describe, expect, it } from 'vitest';
import { PushSettings } from './push.settings.js';
import { faultOf, hostOf, serviceOf, servicesOf } from './push.endpoint.js';

const { hosts } = new PushSettings({});
const allowed = { hosts, sandbox: 'http://127.0.0.1:4010' };

describe('an endpoint', () => {
  it.each([
    'https://fcm.googleapis.com/fcm/send/abc:def',
    'https://updates.push.services.mozilla.com/wpush/v2/abc',
    'https://wns2-par02p.notify.windows.com/w/?token=abc',
    'https://web.push.apple.com/QAbc',
    'https://FCM.googleapis.com:443/fcm/send/abc',
    'http://127.0.0.1:4010/push/abc',
  ])('may be called: %s', (endpoint) => {
    expect(faultOf(endpoint, allowed)).toBeNull();
  });

  it.each([
    ['nonsense', 'must be a URL'],
    ['http://fcm.googleapis.com/fcm/send/abc', 'must begin with https://'],
    ['ftp://fcm.googleapis.com/abc', 'must begin with https://'],
    ['https://user:secret@fcm.googleapis.com/abc', 'must have no user'],
    ['https://fcm.googleapis.com:8443/abc', 'must have no port'],
    ['https://fcm.googleapis.com.example.com/abc', 'is at fcm.googleapis.com.example.com'],
    ['https://notify.windows.com/abc', 'is at notify.windows.com'],
    ['https://evilnotify.windows.com/abc', 'PUSH_HOSTS lists them'],
    ['https://127.0.0.1/abc', 'is at 127.0.0.1'],
    ['http://127.0.0.1:4011/push/abc', 'must begin with https://'],
    [`https://fcm.googleapis.com/${'a'.repeat(2048)}`, 'at most 2048'],
  ])('is refused: %s', (endpoint, reason) => {
    expect(faultOf(endpoint, allowed)).toContain(reason);
  });

  it('of the sandbox is nobody where there is no sandbox', () => {
    expect(faultOf('http://127.0.0.1:4010/push/abc', { hosts, sandbox: undefined })).toContain('https');
  });

  it.each([
    ['https://fcm.googleapis.com/fcm/send/abc', 'fcm.googleapis.com'],
    ['https://updates.push.services.mozilla.com/wpush/v2/abc', 'push.services.mozilla.com'],
    ['https://wns2-par02p.notify.windows.com/w/?token=abc', 'notify.windows.com'],
    ['https://WEB.push.apple.com/QAbc', 'push.apple.com'],
    ['http://127.0.0.1:4010/push/abc', 'push_sandbox'],
    ['https://example.com/abc', undefined],
  ])('belongs to a push service that has one name, whatever its host: %s', (endpoint, service) => {
    expect(serviceOf(endpoint, allowed)).toBe(service);
    if (service !== undefined) expect(servicesOf(allowed)).toContain(service);
  });

  it('has as many push services as are listed, and no more', () => {
    expect(servicesOf({ hosts: ['a.example', '*.A.example', '*.b.example'], sandbox: undefined })).toEqual([
      'a.example',
      'b.example',
    ]);
  });

  it('is shown as its host', () => {
    expect(hostOf('https://fcm.googleapis.com/fcm/send/secret')).toBe('fcm.googleapis.com');
  });
});
