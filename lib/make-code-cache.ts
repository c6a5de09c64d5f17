// node dist/make-code-cache.cjs: writes the code cache of the bundle for the Node that runs this. Runs when the package is built or
// installed. Without a native addon there is nothing to do: the cache only saves time.
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { bundleScript, codeCacheFile, runBundle } from './code-cache';

interface AnyStatement {
  run(...values: unknown[]): unknown;
  get(...values: unknown[]): unknown;
  all(...values: unknown[]): unknown[];
}

interface AnyDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): AnyStatement;
  pragma(source: string): unknown;
  transaction(body: () => void): () => void;
  close(): unknown;
}

/** What nearly every program does: the functions that this compiles go into the cache. */
function exercise(Database: new (file: string) => AnyDatabase): void {
  const database = new Database(':memory:');
  database.pragma('journal_mode = WAL');
  database.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b); CREATE INDEX i ON t (a)');
  const insert = database.prepare('INSERT INTO t (a, b) VALUES (?, ?)');
  database.transaction(() => {
    for (let i = 0; i < 10; i++) insert.run(`text ${String(i)}`, i);
  })();
  database.prepare('SELECT * FROM t WHERE id = ?').get(1);
  database.prepare('SELECT id, b FROM t WHERE a = ? AND b > 5 ORDER BY b DESC LIMIT 5').all('text 7');
  database.prepare('SELECT t.a, count(*) AS n FROM t LEFT JOIN t AS u ON u.b = t.id GROUP BY t.a').all();
  database.prepare('UPDATE t SET b = ? WHERE id = ?').run(0, 1);
  database.prepare('DELETE FROM t WHERE id IN (?, ?)').run(1, 2);
  database.close();
}

function makeCodeCache(): void {
  const script = bundleScript(__dirname);
  try {
    exercise(runBundle(script, __dirname) as new (file: string) => AnyDatabase);
  } catch (error) {
    console.log(`no code cache: ${String(error).split('\n', 1)[0] ?? ''}`);
    return;
  }
  const file = codeCacheFile(__dirname);
  const part = `${file}.${String(process.pid)}`;
  try {
    writeFileSync(part, script.createCachedData());
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    console.log(`no code cache: ${String(error)}`);
  }
}

makeCodeCache();
