/** A time zone in which neither the hour nor the day ends while a test runs. */
export function calmZone(now = new Date()): string {
  const minute = now.getUTCMinutes();
  // India's hours begin half an hour after those of Greenwich; the other one's day is young or old.
  if (minute < 15 || minute >= 45) return 'Asia/Kolkata';
  return now.getUTCHours() === 23 ? 'Asia/Tokyo' : 'UTC';
}
