// npm run sqllogictest -- FILE... [--oracle-only] [--failures N]
// Runs sqllogictest files (.test or .test.gz, or folders of them) on Ringlite and on better-sqlite3; prints records, failures and the
// time of each inside the connection. Exit code 1 when Ringlite fails a record.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { openBuilt, openOracle, type OpenDatabase } from '../engines';
import { executeTestFile, type Report } from './execute';
import { parseTestFile, type TestFile } from './parse';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'oracle-only': { type: 'boolean' }, failures: { type: 'string', default: '5' } },
});

function testFilesAt(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => testFilesAt(join(path, name)))
    .filter((name) => /\.test(\.gz)?$/.test(name));
}

function read(path: string): TestFile {
  const bytes = readFileSync(path);
  return parseTestFile((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1'));
}

const converter = openOracle(':memory:').prepare('SELECT CAST(? AS TEXT)').pluck();
const realToText = (value: number): string => converter.get(value) as string;

function runOn(open: OpenDatabase, file: TestFile): Report {
  const database = open(':memory:');
  database.pragma('synchronous = OFF');
  try {
    return executeTestFile(file, database, realToText);
  } finally {
    database.close();
  }
}

const total = { records: 0, failed: 0, ringlite_ms: 0, oracle_ms: 0 };
for (const path of positionals.flatMap(testFilesAt)) {
  const file = read(path);
  const oracle = runOn(openOracle, file);
  const ours = values['oracle-only'] ? oracle : runOn(openBuilt, file);
  total.records += ours.records;
  total.failed += ours.failures.length;
  total.ringlite_ms += ours.elapsed_ms;
  total.oracle_ms += oracle.elapsed_ms;
  const name = basename(path).replace(/\.test(\.gz)?$/, '');
  console.log(
    `${name.padEnd(28)} ${String(ours.records).padStart(7)} records  ${ours.failures.length} failed` +
      `${oracle.failures.length ? `  (oracle: ${oracle.failures.length} failed)` : ''}` +
      `  ringlite ${ours.elapsed_ms.toFixed(0)} ms  better-sqlite3 ${oracle.elapsed_ms.toFixed(0)} ms`,
  );
  for (const failure of ours.failures.slice(0, Number(values.failures)))
    console.log(
      `  line ${failure.line}: ${failure.reason}\n    ${failure.sql.slice(0, 500).replaceAll('\n', '\n    ')}`,
    );
}
const perThousand = (elapsed_ms: number): string => ((elapsed_ms / Math.max(1, total.records)) * 1000).toFixed(1);
console.log(
  `per 1,000 records: ringlite ${perThousand(total.ringlite_ms)} ms, better-sqlite3 ${perThousand(total.oracle_ms)} ms, ratio ${(total.ringlite_ms / total.oracle_ms).toFixed(2)}`,
);
console.log(`${total.records - total.failed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 || total.records === 0 ? 1 : 0;
