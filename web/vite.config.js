import { defineConfig } from 'vite';

// Lit has another build for development, and whoever runs the tests must not get it.
process.env.NODE_ENV = 'production';

/** What stands between the words of styles and of HTML is for whoever reads the source. */
const packTemplates = {
  name: 'pack-templates',
  enforce: 'pre',
  transform(code, id) {
    if (!id.includes('/web/inbox/') || !id.endsWith('.ts')) return undefined;
    return code
      .replaceAll(/(?<=\bcss)`[^`]*`/g, (style) =>
        style
          .replaceAll(/\/\*.*?\*\//gs, '')
          .replaceAll(/\s*([{};,])\s*/g, '$1')
          .replaceAll(/\s+/g, ' '),
      )
      .replaceAll(/\n\s+/g, '\n');
  },
};

/** One script for any page: no chunks, nothing from elsewhere. */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  logLevel: 'warn',
  plugins: [packTemplates],
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
