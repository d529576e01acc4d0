/**
 * Who may import whom: the table of docs/architecture.md, as a check.
 * A folder may import itself, the folders listed beside it, and any `*.event.ts` (which imports nothing).
 */
const table = {
  config: [],
  checkups: ['config'],
  http: ['config'],
  database: ['checkups', 'config'],
  queue: ['checkups', 'config'],
  auth: ['config', 'http'],
  users: ['auth', 'http', 'config'],
  retention: ['config'],
  preferences: ['retention', 'users', 'auth', 'http', 'config'],
  centre: ['preferences', 'users', 'auth', 'http', 'config'],
  problems: ['auth', 'http', 'config'],
  templates: ['checkups', 'database', 'auth', 'http', 'config'],
  costs: ['config'],
  deliveries: ['costs', 'retention', 'database', 'auth', 'http', 'config'],
  channels: ['deliveries', 'retention', 'queue', 'auth', 'http', 'config'],
  notifications: [
    'channels',
    'deliveries',
    'templates',
    'preferences',
    'users',
    'retention',
    'database',
    'auth',
    'http',
    'config',
  ],
  'dead-letters': ['channels', 'deliveries', 'auth', 'http'],
  stats: ['deliveries', 'costs', 'auth', 'http'],
  realtime: ['channels', 'notifications', 'auth', 'http', 'config'],
  sandbox: ['config', 'http', 'auth'],
  commands: [
    'auth',
    'channels',
    'checkups',
    'costs',
    'dead-letters',
    'deliveries',
    'push',
    'sms',
    'stats',
    'templates',
    'notifications',
    'retention',
    'users',
    'config',
    'http',
  ],
  pages: ['templates', 'users', 'auth', 'http', 'config'],
  health: ['channels', 'queue', 'auth', 'http', 'config'],
  metrics: ['deliveries', 'costs', 'auth', 'http', 'config'],
  docs: ['channels', 'notifications', 'deliveries', 'preferences', 'auth', 'http'],
};
/** Every other folder is a channel: it plugs into the machine and knows nothing of its neighbours. */
const aChannel = [
  'channels',
  'checkups',
  'database',
  'deliveries',
  'costs',
  'retention',
  'users',
  'preferences',
  'auth',
  'http',
  'config',
];

const named = Object.keys(table);
const forbid = (folder, from, allowed) => ({
  name: `imports-of-${folder}`,
  severity: 'error',
  from: { path: from, pathNot: '\\.spec\\.ts$' },
  to: { path: '^src/', pathNot: [...allowed.map((name) => `^src/${name}/`), '\\.event\\.ts$'] },
});

module.exports = {
  forbidden: [
    ...named.map((folder) => forbid(folder, `^src/${folder}/`, [folder, ...table[folder]])),
    {
      ...forbid('a-channel', `^src/(?!(?:${named.join('|')})/)([^/]+)/`, aChannel),
      to: {
        path: '^src/',
        pathNot: ['^src/$1/', ...aChannel.map((name) => `^src/${name}/`), '\\.event\\.ts$'],
      },
    },
    { name: 'events-import-nothing', severity: 'error', from: { path: '\\.event\\.ts$' }, to: {} },
    {
      name: 'no-circles',
      comment: 'A circle of types alone does not exist at run time.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'bull-stays-in-its-rooms',
      comment: 'Bull is in maintenance; a channel has its decorator and knows no more of it.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/queue/', '^src/channels/', '\\.channel\\.ts$'] },
      to: { path: 'node_modules/(bull|@nestjs/bull)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
