import { AppSettings } from '../config/app.settings.js';
import { TextWords } from '../sms/text.words.js';
import { lint, type Lint, type SegmentRow } from '../templates/lint.js';
import { readTemplateFiles, TemplateFilesError } from '../templates/template.files.js';
import type { Containers } from './containers.js';
import { CommandFailure, EXIT, type Exit } from './exit.js';
import type { Terminal } from './terminal.js';
import { TextsOnly } from './texts.only.js';

/** Checks a folder of templates without a database, and prints what was found. Fails on an error. */
export async function lintFolder(
  folder: string,
  containers: Containers,
  terminal: Terminal,
  json: boolean,
): Promise<Exit> {
  const container = await containers.smsOnly();
  const channels = new TextsOnly(container.get(TextWords), container.get(AppSettings).publicUrl);
  const definitions = await readTemplateFiles(folder, channels.wrongOptions).catch(unreadable);
  const found = lint(definitions, channels.proofOf);
  const ok = found.findings.every(({ severity }) => severity !== 'error');
  if (json) terminal.json({ ok, templates: definitions.words.length, ...found });
  else print(found, definitions.words.length, terminal);
  return ok ? EXIT.ok : EXIT.failed;
}

function unreadable(error: unknown): never {
  if (error instanceof TemplateFilesError) throw new CommandFailure(EXIT.failed, error.message);
  throw error;
}

function print({ rows, findings }: Lint, templates: number, terminal: Terminal): void {
  for (const line of tableOf(rows)) terminal.line(line);
  for (const { severity, file, line, message } of findings) {
    terminal.progress(`${severity === 'error' ? 'Error' : 'Warning'}: ${file}:${line} ${message}`);
  }
  const count = (wanted: string) => findings.filter(({ severity }) => severity === wanted).length;
  const errors = count('error');
  terminal.line(
    `${templates} templates checked, ${count('warning')} warnings, ${errors === 0 ? 'no' : errors} errors.`,
  );
}

const HEADING = ['type', 'locale', 'channel', 'encoding', 'at least', 'typically', 'at most', 'price'];

function tableOf(rows: readonly SegmentRow[]): string[] {
  if (rows.length === 0) return [];
  const sum = (of: 'least' | 'typical' | 'most') => rows.reduce((all, row) => all + row[of], 0);
  const cells = [
    HEADING,
    ...rows.map((row) => [
      ...[row.type, row.locale, row.channel, row.encoding],
      ...[row.least, row.typical, row.most].map(String),
      priceOf(row),
    ]),
    [
      `${rows.length} in all`,
      '',
      '',
      '',
      ...(['least', 'typical', 'most'] as const).map((of) => String(sum(of))),
    ],
  ];
  const widths = HEADING.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Of the typical text. */
const priceOf = ({ price, currency }: SegmentRow) => (price === null ? '' : `${price} ${currency}`);
