// npm run fuzz:files -- [--seed S] [--files N]
// Database files, journals and WALs with flipped bits, overwritten ranges and cut tails. Reading, checking and writing them may give an
// error of SQLite's corruption kind, never a crash or a hang. Prints each seed before it is tried, so that a crash names it.
import { copyFileSync, existsSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openOracle, openRinglite, type Database } from '../engines';
import { withDatabase, withFolder } from '../files/exchange';
import { allFormats, contentOf, createSchema, setFormat, writeRandomly } from '../files/workload';
import { Random } from '../generator/random';

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    files: { type: 'string', default: '200' },
    self: { type: 'boolean' },
  },
});
const openOurs = options.self ? openOracle : openRinglite;

function corrupt(path: string, random: Random): void {
  const bytes = readFileSync(path);
  if (bytes.length === 0) return;
  const spot = (): number => (random.oneIn(3) ? random.below(Math.min(200, bytes.length)) : random.below(bytes.length));
  for (let count = random.between(1, 12); count > 0; count--) {
    const at = spot();
    switch (random.below(4)) {
      case 0:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
        break;
      case 1:
        bytes[at] = random.pick([0, 0xff, 0x7f, 0x80, random.below(256)]);
        break;
      case 2:
        bytes.fill(random.below(256), at, Math.min(bytes.length, at + random.below(64)));
        break;
      default:
        bytes.copy(bytes, at, spot(), spot() + 32);
    }
  }
  writeFileSync(path, random.oneIn(8) ? bytes.subarray(0, random.below(bytes.length)) : bytes);
}

const PROBES: ((database: Database) => unknown)[] = [
  (database) => contentOf(database),
  (database) => database.pragma('integrity_check'),
  (database) => database.prepare('SELECT count(*), sum(n), max(t), total(length(b)) FROM a').get(),
  (database) => database.prepare('SELECT * FROM w WHERE v = 5').all(),
  (database) => database.prepare("INSERT INTO a (n, t, b) VALUES (1, 'x', zeroblob(5000))").run(),
  (database) => database.prepare('UPDATE a SET t = t || 1 WHERE n < 50').run(),
  (database) => database.prepare('DELETE FROM a WHERE id % 2').run(),
  (database) => database.prepare("INSERT OR REPLACE INTO w VALUES ('k', 5)").run(),
  (database) => database.exec('CREATE TABLE fresh (x); DROP TABLE a'),
  (database) => database.exec('PRAGMA incremental_vacuum(5)'),
];

/** [answers without error, codes of errors]. */
function probe(path: string): [number, Set<string>] {
  const codes = new Set<string>();
  let good = 0;
  let database: Database | undefined;
  try {
    database = openOurs(path);
    for (const ask of PROBES)
      try {
        ask(database);
        good++;
      } catch (error) {
        codes.add((error as { code?: string }).code ?? `${(error as Error).name}: ${(error as Error).message}`);
      }
  } catch (error) {
    codes.add((error as { code?: string }).code ?? String(error));
  } finally {
    database?.close();
  }
  return [good, codes];
}

const EXPECTED = /^SQLITE_(CORRUPT|NOTADB|ERROR|CANTOPEN|FULL|CONSTRAINT|IOERR|TOOBIG|MISMATCH|READONLY|NOMEM)/;
const seen = new Map<string, number>();
let failed = 0;
const first = Number(options.seed);
for (let seed = first; seed < first + Number(options.files); seed++) {
  writeSync(2, `\rseed ${seed} `);
  const random = new Random(seed);
  withFolder((folder) => {
    const path = join(folder, 'a.db');
    const format = random.pick(allFormats);
    withDatabase(openOracle, path, (database) => {
      setFormat(database, format);
      createSchema(database);
      writeRandomly(database, random, 4);
    });
    const mode = random.pick(['file', 'wal', 'journal']);
    const victim = mode === 'file' ? path : `${path}-${mode}`;
    if (mode !== 'file')
      spawnSync(process.execPath, [join(__dirname, '../files/crash.cjs'), 'better-sqlite3', path, mode]);
    if (existsSync(victim)) corrupt(victim, random);
    copyFileSync(path, `${path}.kept`);
    const [good, codes] = probe(path);
    if (good) seen.set('answered', (seen.get('answered') ?? 0) + 1);
    for (const code of codes) {
      seen.set(code, (seen.get(code) ?? 0) + 1);
      if (EXPECTED.test(code)) continue;
      failed++;
      console.log(`\nseed ${seed}: unexpected ${code}`);
    }
  });
}
console.log(`\n${[...seen].map(([code, count]) => `${code} ${count}`).join(', ')}`);
console.log(`${Number(options.files) - failed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
