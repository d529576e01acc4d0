import { integer, optional, type SettingProblem, settings, text, url } from '../config/settings.js';

const SHORTEST = 32;
/** What stands in examples and tutorials is known to everybody. */
const KNOWN = /change[-_ ]?me|your[-_ ]?secret|example|password|^(.)\1*$/i;

export class AuthSettings extends settings('Who may call', {
  secretKey: text(
    'SECRET_KEY',
    'master secret, at least 32 characters: keys at rest, unsubscribe links and realtime tokens are derived from it',
    { secret: true },
  ),
  jwtSecret: optional(
    text('JWT_SECRET', "secret of the platform's user tokens (HS256), at least 32 characters", {
      secret: true,
    }),
  ),
  jwksUrl: optional(
    url('JWT_JWKS_URL', "public keys of the platform's user tokens (RS256, ES256), instead of JWT_SECRET", {
      example: 'https://id.example.com/.well-known/jwks.json',
    }),
  ),
  jwtIssuer: optional(text('JWT_ISSUER', 'who must have issued user tokens (claim iss)')),
  jwtAudience: optional(text('JWT_AUDIENCE', 'for whom user tokens must be meant (claim aud)')),
  devApiKey: optional(
    text('DEV_API_KEY', 'an API key that may do everything; development only, `npm start` makes one', {
      secret: true,
      pattern: /^nk_(dev|test)_/,
      form: 'a whole key that begins with nk_dev_',
    }),
  ),
  callsPerMinute: integer('RATE_LIMIT_PER_MINUTE', 'calls of one service in a minute; 0 for no limit', {
    fallback: 300_000,
  }),
  userCallsPerMinute: integer(
    'USER_RATE_LIMIT_PER_MINUTE',
    'calls of one person in a minute; 0 for no limit',
    {
      fallback: 1_200,
    },
  ),
  failuresPerMinute: integer(
    'AUTH_FAILURES_PER_MINUTE',
    'refused calls from one address in a minute before the answer is 429; 0 for no limit',
    { fallback: 120 },
  ),
}) {
  static problemsOf({ secretKey, jwtSecret, jwksUrl }: AuthSettings): SettingProblem[] {
    return [
      ...weakness('SECRET_KEY', secretKey),
      ...(jwtSecret === undefined ? [] : weakness('JWT_SECRET', jwtSecret)),
      ...(jwtSecret === undefined && jwksUrl === undefined
        ? [
            {
              env: 'JWT_SECRET',
              message: 'is not set, nor is JWT_JWKS_URL: set the one that your platform uses',
            },
          ]
        : []),
      ...(jwtSecret !== undefined && jwksUrl !== undefined
        ? [{ env: 'JWT_JWKS_URL', message: 'and JWT_SECRET exclude each other: keep one' }]
        : []),
      ...(jwtSecret === secretKey
        ? [{ env: 'SECRET_KEY', message: 'must differ from JWT_SECRET, which the platform knows too' }]
        : []),
    ];
  }
}

function weakness(env: string, secret: string): SettingProblem[] {
  if (Buffer.byteLength(secret) < SHORTEST) {
    return [{ env, message: `is too short: ${SHORTEST} bytes at least, as from \`openssl rand -hex 32\`` }];
  }
  return KNOWN.test(secret)
    ? [{ env, message: 'is not a secret: make one with `openssl rand -hex 32`' }]
    : [];
}
