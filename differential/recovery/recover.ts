// Recovers one abandoned log with both engines and says where they differ.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openOracle, openRinglite, type Database, type OpenDatabase } from '../engines';
import { copyFiles, placeFiles, type Damage, type Files } from './logs';

/** All that can be seen of a database. */
function contents(database: Database): string {
  const schema = database.prepare('SELECT type, name, rootpage, sql FROM sqlite_schema ORDER BY rowid').raw().all();
  const hash = createHash('sha1').update(JSON.stringify(schema));
  for (const [type, name] of schema as [string, string][])
    if (type === 'table') hash.update(JSON.stringify(database.prepare(`SELECT rowid, * FROM "${name}"`).raw().all()));
  return hash.digest('hex');
}

function attempt(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return `${String(code)}: ${message}`;
  }
}

/** Of the log only how many frames it has: what is in them shows in the contents. */
const frames = (database: Database): unknown => attempt(() => database.pragma('wal_checkpoint(noop)'));

function look(database: Database): unknown[] {
  return [
    attempt(() => contents(database)),
    frames(database),
    attempt(() => database.pragma('page_count')),
    attempt(() => database.pragma('integrity_check')),
  ];
}

/** What an engine makes of the files, what it adds to the log as the other engine recovers that, and the file that it leaves. */
function recover(open: OpenDatabase, other: OpenDatabase, folder: string, database: Buffer, log: Buffer): unknown[] {
  const file = placeFiles(join(folder, 'recovered'), database, log);
  const connection = open(file);
  const answers = look(connection);
  const added = attempt(() =>
    connection.exec("CREATE TABLE IF NOT EXISTS added (x); INSERT INTO added VALUES ('more'), (zeroblob(2000))"),
  );
  answers.push(typeof added === 'string' ? added : 'added', ...look(connection));
  const successor = other(copyFiles(file, join(folder, 'copied')));
  const continued = look(successor);
  successor.close();
  answers.push(JSON.stringify(continued) === JSON.stringify(answers.slice(5)) ? 'recovered alike' : continued);
  connection.close();
  // Engines give free bytes of a page different content only where SQLite leaves them open; so files are compared before anything is added.
  const untouched = placeFiles(join(folder, 'recovered'), database, log);
  const reader = open(untouched);
  answers.push(attempt(() => reader.pragma('wal_checkpoint(truncate)')));
  reader.close();
  answers.push(createHash('sha1').update(readFileSync(untouched)).digest('hex'), existsSync(`${untouched}-wal`));
  return answers;
}

/** Where the engines differ on the damaged log; undefined when they agree. */
export function difference(folder: string, files: Files, damage: Damage): string | undefined {
  const ours = JSON.stringify(recover(openRinglite, openOracle, folder, files.database, damage.log));
  const theirs = JSON.stringify(recover(openOracle, openRinglite, folder, files.database, damage.log));
  return ours === theirs ? undefined : `${damage.name}\n  ringlite: ${ours}\n  stock:    ${theirs}`;
}
