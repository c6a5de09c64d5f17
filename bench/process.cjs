// One measured process: node process.cjs ENGINE TASK. Prints its peak resident set in MiB.
const { existsSync, mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const [engine, task] = process.argv.slice(2);
const Database = require(engine);
const folder = mkdtempSync(join(tmpdir(), 'ringlite-bench-'));
const database = new Database(join(folder, 'a.db'));

const tasks = {
  start() {
    database.prepare('SELECT 1').get();
  },
  scan() {
    database.exec(
      "CREATE TABLE m (n, r, s); WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 1000000) INSERT INTO m SELECT i, i / 7.0, i || 'text' FROM c",
    );
    let count = 0;
    for (const row of database.prepare('SELECT * FROM m').iterate()) count += row.n & 1;
    return count;
  },
  insert() {
    database.pragma('journal_mode = WAL');
    database.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, key TEXT UNIQUE, n, s)');
    const insert = database.prepare('INSERT INTO t (key, n, s) VALUES (?, ?, ?)');
    database.transaction(() => {
      for (let i = 0; i < 200000; i++) insert.run(`key${i}`, i, 'some text');
    })();
  },
};

/** Linux: of this program alone; getrusage counts the process that it was forked from, too. */
function peak_kib() {
  const status = '/proc/self/status';
  const peak = existsSync(status) ? /VmHWM:\s*(\d+)/.exec(readFileSync(status, 'utf8')) : null;
  return peak ? Number(peak[1]) : process.resourceUsage().maxRSS;
}

tasks[task]();
console.log((peak_kib() / 1024).toFixed(0));
database.close();
rmSync(folder, { recursive: true, force: true });
