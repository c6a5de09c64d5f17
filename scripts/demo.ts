// npm run demo
// The main job on real input: a database file written by stock SQLite, with a WAL left behind by a process that never closed it,
// is opened through Ringlite; an application reads and writes it; stock SQLite then opens the result and checks it. A copy of the
// file goes through the same steps on better-sqlite3, and both timings are shown side by side.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import OracleDatabase from 'better-sqlite3';
import sqlite3 from 'sqlite3';
import { steps } from './demo/application';

const Ringlite = require('../dist/index.cjs') as typeof OracleDatabase;
const ORDERS = 200_000;
const folder = mkdtempSync(join(tmpdir(), 'ringlite-demo-'));

const mebibytes = (path: string): string => `${(statSync(path).size / 2 ** 20).toFixed(1)} MiB`;

function showProgress(name: string): (done: number, of: number) => void {
  if (!process.stdout.isTTY) return () => {};
  return (done, of) => process.stdout.write(`\r  ${name}: ${done}/${of}   `);
}

interface StepResult {
  readonly elapsed_ms: number;
  readonly result: unknown;
}

function runApplication(Engine: typeof OracleDatabase, path: string): StepResult[] {
  const database = new Engine(path);
  try {
    return steps.map((step) => {
      const start = performance.now();
      const result = step.run(database, showProgress(step.name));
      const elapsed_ms = performance.now() - start;
      console.log(`${process.stdout.isTTY ? '\r' : ''}  ${step.name}: ${elapsed_ms.toFixed(0)} ms        `);
      return { elapsed_ms, result };
    });
  } finally {
    database.close();
  }
}

function stockQuery(path: string, sql: string): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const database = new sqlite3.Database(path, sqlite3.OPEN_READWRITE);
    database.all(sql, (error, rows) => {
      database.close(() => (error ? reject(error) : resolve(rows)));
    });
  });
}

async function main(): Promise<boolean> {
  const [ours, theirs] = [join(folder, 'ringlite.db'), join(folder, 'better-sqlite3.db')];
  console.log(`Stock SQLite writes a shop with ${ORDERS.toLocaleString('en')} orders and dies without closing ...`);
  execFileSync(process.execPath, [join(__dirname, 'demo/make-shop.cjs'), ours, String(ORDERS)], { stdio: 'inherit' });
  copyFileSync(ours, theirs);
  if (existsSync(`${ours}-wal`)) copyFileSync(`${ours}-wal`, `${theirs}-wal`);
  console.log(`  database ${mebibytes(ours)}, WAL left behind ${mebibytes(`${ours}-wal`)}`);

  console.log('Ringlite opens it and runs the application:');
  const mine = runApplication(Ringlite, ours);
  console.log('better-sqlite3 runs the same on a copy:');
  const reference = runApplication(OracleDatabase, theirs);

  const integrity = await stockQuery(ours, 'PRAGMA integrity_check');
  const foreignKeys = await stockQuery(ours, 'PRAGMA foreign_key_check');
  const summary = 'SELECT (SELECT count(*) FROM purchase) AS orders, (SELECT sum(stock) FROM product) AS stock';
  const isSame = isDeepStrictEqual(await stockQuery(ours, summary), await stockQuery(theirs, summary));

  console.log(
    `\n${'step'.padEnd(44)} ${'ringlite'.padStart(10)} ${'better-sqlite3'.padStart(15)} ${'ratio'.padStart(6)}`,
  );
  let isEqual = isSame;
  steps.forEach((step, i) => {
    const [a, b] = [mine[i], reference[i]];
    if (!a || !b) return;
    const equal = isDeepStrictEqual(a.result, b.result);
    isEqual &&= equal;
    console.log(
      `${step.name.padEnd(44)} ${`${a.elapsed_ms.toFixed(0)} ms`.padStart(10)} ${`${b.elapsed_ms.toFixed(0)} ms`.padStart(15)} ${(b.elapsed_ms / a.elapsed_ms).toFixed(2).padStart(6)}${equal ? '' : '  RESULTS DIFFER'}`,
    );
  });
  console.log(
    `\nStock SQLite reopens Ringlite's file: integrity_check ${JSON.stringify(integrity)}, foreign_key_check ${JSON.stringify(foreignKeys)}`,
  );
  console.log(`Results and content ${isEqual ? 'are the same' : 'DIFFER'} on both engines.`);
  return isEqual && JSON.stringify(integrity) === '[{"integrity_check":"ok"}]' && foreignKeys.length === 0;
}

void main()
  .then((isGood) => {
    process.exitCode = isGood ? 0 : 1;
  })
  .finally(() => rmSync(folder, { recursive: true, force: true }));
