// The process of readonly-wal.test.ts that has no rights: readonly-wal-visitor.ts ENGINE visit (folders as JSON on standard input), or
// ENGINE converse FILE (answers each line of SQL with a line of JSON).
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { answer } from './answer';
import { openOracle, openRinglite } from './engines';

const [engine, task, file = ''] = process.argv.slice(2);
const open = engine === 'ringlite' ? openRinglite : openOracle;

function visit(folder: string): unknown {
  const answers: unknown[] = [];
  for (const readonly of [true, false]) {
    answers.push(
      answer(() => {
        const database = open(join(folder, 'a.db'), { readonly, timeout: 0 });
        const results = [
          answer(() => database.prepare('SELECT count(*) FROM t').pluck().get()),
          answer(() => database.prepare('SELECT max(a) FROM t').pluck().get()),
          answer(() => database.prepare('INSERT INTO t VALUES (9)').run().changes),
          answer(() => database.pragma('wal_checkpoint')),
          answer(() => database.prepare('SELECT count(*) FROM t').pluck().get()),
          answer(() => database.pragma('journal_mode', { simple: true })),
        ];
        database.close();
        return results;
      }),
      readdirSync(folder).sort(),
    );
  }
  return answers;
}

if (task === 'visit') {
  const folders = JSON.parse(readFileSync(0, 'utf8')) as string[];
  console.log(JSON.stringify(folders.map(visit)));
} else {
  const database = open(file, { readonly: true, timeout: 0 });
  createInterface({ input: process.stdin }).on('line', (sql) => {
    const result = answer(() => {
      const statement = database.prepare(sql);
      return statement.reader ? statement.all() : statement.run().changes;
    });
    console.log(JSON.stringify(result));
  });
}
