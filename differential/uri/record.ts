// RINGLITE_URI_ORACLE=path tsx differential/uri/record.ts: records the answers of real SQLite. better-sqlite3's own build does not understand URIs;
// the path names an addon that was built from its sources with SQLITE_USE_URI=1 instead of 0.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OracleDatabase from 'better-sqlite3';
import { scenarios } from './scenarios';

const nativeBinding = process.env['RINGLITE_URI_ORACLE'];
if (nativeBinding === undefined) throw new Error('RINGLITE_URI_ORACLE names no addon');
const answers: Record<string, unknown> = {};
for (const [name, scenario] of Object.entries(scenarios)) {
  const folder = mkdtempSync(join(tmpdir(), 'ringlite-uri-'));
  process.chdir(folder);
  answers[name] = scenario((file, options) => new OracleDatabase(file, { ...options, nativeBinding }));
  process.chdir('/');
  rmSync(folder, { recursive: true });
}
writeFileSync(join(__dirname, 'answers.json'), `${JSON.stringify(answers, null, 1)}\n`);
