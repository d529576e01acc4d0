import { choice, flag, integer, list, optional, settings, text, url } from './settings.js';

/** What every part of the service may ask: where am I, and as what do I run. */
export class AppSettings extends settings('The service', {
  environment: choice('NODE_ENV', 'development, test or production', ['development', 'test', 'production'], {
    fallback: 'development',
  }),
  role: choice(
    'ROLE',
    'what this process does: all, api (answers requests, never delivers) or worker (delivers)',
    ['all', 'api', 'worker'],
    { fallback: 'all' },
  ),
  host: text('HOST', 'address to listen on; 0.0.0.0 for all', { fallback: '127.0.0.1' }),
  port: integer('PORT', 'port of the HTTP server', { min: 0, max: 65535, fallback: 3000 }),
  publicUrl: url('PUBLIC_URL', 'how the world reaches this service; used in callbacks and links', {
    fallback: 'http://localhost:3000',
  }),
  frontendUrl: url('FRONTEND_URL', "the platform's own site; relative action URLs point there", {
    fallback: 'http://localhost:3000',
  }),
  corsOrigins: list(
    'CORS_ALLOWED_ORIGINS',
    'browser origins that may call the API and open sockets, comma-separated',
    {
      fallback: [],
      example: 'https://app.example.com',
    },
  ),
  proxyHops: integer('TRUST_PROXY_HOPS', 'how many reverse proxies stand in front', { max: 10, fallback: 0 }),
  shutdownDelay: integer(
    'SHUTDOWN_DELAY_SECONDS',
    'how long a process that was told to stop still takes requests, while /health/ready says 503; behind a load balancer longer than its check takes',
    { min: 0, max: 60, fallback: 0 },
  ),
  homeCountry: text('HOME_COUNTRY', 'ISO country of phone numbers written without a country code', {
    pattern: /^[A-Z]{2}$/,
    form: 'two capital letters, as IN',
    fallback: 'IN',
  }),
  logLevel: choice('LOG_LEVEL', 'what is logged', ['debug', 'info', 'warn', 'error'], { fallback: 'info' }),
  logFormat: choice('LOG_FORMAT', 'text for people, json for machines', ['text', 'json'], {
    fallback: 'text',
  }),
  allowSandbox: flag('ALLOW_SANDBOX', 'lets production start with the sandbox or an embedded database', {
    fallback: false,
  }),
}) {}

/** The local carrier and mailbox. `npm start` sets these; nobody else needs to. */
export class SandboxSettings extends settings('The sandbox', {
  url: optional(
    url(
      'SANDBOX_URL',
      'where the local carrier listens, with its account: http://AC...:token@127.0.0.1:4010',
      {
        secret: true,
      },
    ),
  ),
  smtpUrl: optional(
    url('SANDBOX_SMTP_URL', 'where the local mailbox listens: smtp://127.0.0.1:4025', { schemes: ['smtp'] }),
  ),
}) {}
