import type { SettingsClass } from '../../src/config/settings.js';

const HEAD = `# All settings, with their defaults. Copy to .env and change what you need; \`npm start\` needs none of them.
# Made from the settings classes: after a change of those run \`npm test -- test/settings.test.ts -u\`.
`;

/** What \`.env.example\` must say: every variable once, in the group that declares it first. */
export function exampleOf(groups: readonly SettingsClass[]): string {
  const seen = new Set<string>();
  const sections = groups.map(({ title, spec }) => {
    const lines = Object.values(spec).flatMap(({ env, help, fallback, example, optional, secret }) => {
      if (seen.has(env)) return [];
      seen.add(env);
      const need = fallback === undefined && !optional ? ' (required; `npm start` provides one)' : '';
      const shown = secret ? (example ?? '') : (example ?? written(fallback));
      return [`# ${help}${need}`, `#${env}=${shown}`, ''];
    });
    return [`## ${title}`, '', ...lines].join('\n');
  });
  return `${HEAD}\n${sections.join('\n')}`;
}

function written(value: unknown): string {
  if (value === undefined) return '';
  return Array.isArray(value) ? value.join(',') : JSON.stringify(value).replaceAll('"', '');
}
