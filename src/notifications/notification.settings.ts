import { list, settings, type SettingProblem } from '../config/settings.js';

const FORM = /^\+[1-9]\d{0,6} ([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00) [A-Za-z]\S*$/;

export class NotificationSettings extends settings('Notifications', {
  promotionHours: list(
    'PROMOTION_HOURS',
    'when the law lets advertising interrupt people, by the beginning of their phone number, comma-separated; +91 00:00-24:00 Asia/Kolkata allows all day',
    { fallback: ['+91 10:00-21:00 Asia/Kolkata'], example: '+91 10:00-21:00 Asia/Kolkata' },
  ),
}) {
  static problemsOf({ promotionHours }: NotificationSettings): SettingProblem[] {
    return promotionHours
      .filter((entry) => !FORM.test(entry) || !isZone(entry.split(' ')[2] ?? ''))
      .map((entry) => ({
        env: 'PROMOTION_HOURS',
        message: `must be entries as +91 10:00-21:00 Asia/Kolkata, not "${entry}"`,
      }));
  }
}

function isZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}
