import { describe, expect, it } from 'vitest';
import { isFromThisMachine } from './this.machine.js';

const asked = (headers: Record<string, string>, remoteAddress = '127.0.0.1') => ({
  headers: { host: 'localhost:3000', ...headers },
  socket: { remoteAddress },
});

describe('what comes from this machine', () => {
  it('is the page itself, curl, and an address that somebody types', () => {
    expect(isFromThisMachine(asked({}))).toBe(true);
    expect(isFromThisMachine(asked({ 'sec-fetch-site': 'same-origin' }))).toBe(true);
    expect(isFromThisMachine(asked({ 'sec-fetch-site': 'none' }))).toBe(true);
    expect(isFromThisMachine(asked({ origin: 'http://localhost:3000' }))).toBe(true);
    expect(isFromThisMachine(asked({ host: '127.0.0.1:80' }, '::ffff:127.0.0.1'))).toBe(true);
    expect(isFromThisMachine(asked({ host: '[::1]:3000' }, '::1'))).toBe(true);
  });

  it('is nothing from the network, nor through a proxy', () => {
    expect(isFromThisMachine(asked({}, '192.168.1.7'))).toBe(false);
    expect(isFromThisMachine(asked({}, '::ffff:10.0.0.1'))).toBe(false);
    expect(isFromThisMachine(asked({ 'x-forwarded-for': '203.0.113.9' }))).toBe(false);
  });

  it("is nothing that another page in this machine's browser asks for", () => {
    expect(isFromThisMachine(asked({ host: 'rebound.example' }))).toBe(false);
    expect(isFromThisMachine(asked({ host: 'localhost.evil.example' }))).toBe(false);
    expect(isFromThisMachine(asked({ 'sec-fetch-site': 'cross-site' }))).toBe(false);
    expect(isFromThisMachine(asked({ 'sec-fetch-site': 'same-site' }))).toBe(false);
    expect(isFromThisMachine(asked({ origin: 'http://localhost:5173' }))).toBe(false);
    expect(isFromThisMachine(asked({ origin: 'null' }))).toBe(false);
  });
});
