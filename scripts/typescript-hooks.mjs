import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const { config } = ts.readConfigFile(
  fileURLToPath(new URL('../tsconfig.json', import.meta.url)),
  ts.sys.readFile,
);
const { options } = ts.convertCompilerOptionsFromJson(
  // A file that is compiled alone does not know that its package is one of modules: it must be told.
  { ...config.compilerOptions, module: 'esnext', moduleResolution: 'bundler', inlineSourceMap: true },
  '.',
);

/** Our imports name the .js file that a build would make; here the .ts file beside it is meant. */
export async function resolve(specifier, context, next) {
  if (/^\.{1,2}\/.*\.js$/.test(specifier) && context.parentURL?.endsWith('.ts')) {
    const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
    if (existsSync(source)) return { url: source.href, format: 'module', shortCircuit: true };
  }
  return next(specifier, context);
}

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const fileName = fileURLToPath(url);
  const { outputText } = ts.transpileModule(readFileSync(fileName, 'utf8'), {
    fileName,
    compilerOptions: options,
  });
  return { format: 'module', source: outputText, shortCircuit: true };
}
