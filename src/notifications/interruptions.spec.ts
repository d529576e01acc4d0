import { describe, expect, it } from 'vitest';
import { ConfigurationError, loadSettings } from '../config/settings.js';
import { Interruptions } from './interruptions.js';
import { NotificationSettings } from './notification.settings.js';

const legal = (entries?: string) => new Interruptions(new NotificationSettings({ PROMOTION_HOURS: entries }));
const asha = { quietStart: '22:00:00', quietEnd: '07:00:00', timeZone: 'Asia/Dubai', phone: '+919876543210' };
const inDubai = { ...asha, phone: '+971501234567' };
const offers = { promotional: true, hours: null, display: 'Offers' };
const orders = { promotional: false, hours: null, display: 'Orders' };

describe('the hours in which people may be interrupted', () => {
  it('are those in which the person is awake', () => {
    expect(legal().windowsOf(asha, orders, 'normal')).toEqual([
      { from: '07:00', to: '22:00', timeZone: 'Asia/Dubai', whose: "the person's" },
    ]);
    expect(legal().windowsOf({ ...asha, quietEnd: null }, orders, 'normal')).toEqual([]);
  });

  it('are for what is critical those of the category and of the law alone', () => {
    const hours = { from: '06:00', to: '23:00', timeZone: 'Asia/Kolkata' };
    const windows = legal().windowsOf(asha, { ...offers, hours }, 'critical');
    expect(windows.map(({ whose }) => whose)).toEqual([
      'those of "Offers"',
      "the law's for advertising to +91",
    ]);
  });

  it('are for advertising in India from 10 to 21, unless a setting says otherwise', () => {
    const india = { from: '10:00', to: '21:00', timeZone: 'Asia/Kolkata' };
    expect(legal().windowsOf(asha, offers, 'bulk')).toContainEqual(expect.objectContaining(india));
    expect(legal().windowsOf(inDubai, offers, 'bulk')).toHaveLength(1);
    const both = legal('+91 09:00-24:00 Asia/Kolkata, +971 09:00-18:00 Asia/Dubai');
    expect(both.windowsOf(inDubai, offers, 'bulk')).toContainEqual(
      expect.objectContaining({ from: '09:00', to: '18:00', timeZone: 'Asia/Dubai' }),
    );
  });

  it.each(['91 10:00-21:00 Asia/Kolkata', '+91 10-21 Asia/Kolkata', '+91 10:00-21:00 Mars'])(
    'are refused at start where they are %s',
    (entries) => {
      const start = () => loadSettings([NotificationSettings], { PROMOTION_HOURS: entries });
      expect(start).toThrow(ConfigurationError);
    },
  );
});
