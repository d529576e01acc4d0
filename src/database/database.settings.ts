import { integer, settings, url } from '../config/settings.js';

export class DatabaseSettings extends settings('Database', {
  url: url('DATABASE_URL', 'Postgres 14 or later; without it `npm start` runs one of its own in .data/', {
    schemes: ['postgres', 'postgresql'],
    secret: true,
    example: 'postgres://user:password@db.example.com:5432/notifications',
  }),
  poolSize: integer(
    'DATABASE_POOL_SIZE',
    'connections that one process keeps to Postgres at most, besides two for short statements and one that watches it',
    {
      min: 2,
      max: 200,
      fallback: 10,
    },
  ),
}) {}
