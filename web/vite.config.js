import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { build, defineConfig } from 'vite';

// Lit has another build for development, and whoever runs the tests must not get it.
process.env.NODE_ENV = 'production';

/** What stands between the words of styles and of HTML is for whoever reads the source. */
const packTemplates = {
  name: 'pack-templates',
  enforce: 'pre',
  transform(code, id) {
    if (!id.includes('/web/inbox/') || !id.endsWith('.ts')) return undefined;
    return code.replaceAll(/(?<=\bcss)`[^`]*`/g, (style) =>
      style
        .replaceAll(/\/\*.*?\*\//gs, '')
        .replaceAll(/\s+/g, ' ')
        .replaceAll(/ ?([{};,]) ?|(?<=:) /g, '$1')
        .replaceAll(';}', '}'),
    );
  },
  /** By now what breaks a line is HTML only: the comments of the source are gone. */
  generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type === 'chunk') chunk.code = chunk.code.replaceAll(/\n\s*/g, ' ');
    }
  },
};

/** The types of the headless client, as one file: what its modules say, without what they import of each other. */
const describeClient = {
  name: 'describe-client',
  generateBundle() {
    const source = ['types', 'emitter', 'list', 'push.error', 'push', 'client']
      .map(declarationsOf)
      .join('\n');
    this.emitFile({ type: 'asset', fileName: 'inbox.d.ts', source });
  },
};

function declarationsOf(name) {
  const file = new URL(`inbox/${name}.ts`, import.meta.url);
  const compilerOptions = { target: ts.ScriptTarget.ES2022, stripInternal: true };
  const { outputText } = ts.transpileDeclaration(readFileSync(file, 'utf8'), { compilerOptions });
  return outputText.replaceAll(/^import .*$\n/gm, '').replaceAll(/^export \{.*\};?$\n?/gm, '');
}

/** The worker is a script of its own: workers of other sites import it, so it is no module. */
const bundleWorker = {
  name: 'bundle-worker',
  async generateBundle() {
    const { output } = await build({
      root: import.meta.dirname,
      configFile: false,
      logLevel: 'warn',
      build: {
        target: 'es2022',
        write: false,
        rolldownOptions: { input: 'push/worker.ts', output: { format: 'iife' } },
      },
    });
    this.emitFile({ type: 'asset', fileName: 'push-worker.js', source: output[0].code });
  },
};

/** One script for any page: no chunks, nothing from elsewhere. */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  logLevel: 'warn',
  plugins: [packTemplates, describeClient, bundleWorker],
  build: {
    target: 'es2022',
    emptyOutDir: true,
    modulePreload: false,
    rolldownOptions: {
      input: 'inbox/index.ts',
      preserveEntrySignatures: 'strict',
      output: { entryFileNames: 'inbox.js', format: 'es' },
    },
  },
});
