// npm run differential:versions -- [--seed S] [--statements N]
// The generator's statements on both builds of real SQLite: better-sqlite3's (the oracle) and the sqlite3 package's (an older version with
// other compile options). What differs is a version or build difference: listed, so that nobody blames Ringlite for it or copies it.
import { parseArgs } from 'node:util';
import OracleDatabase from 'better-sqlite3';
import sqlite3 from 'sqlite3';
import { Random } from './generator/random';
import { StatementGenerator } from './generator/statement';

const { values: options } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, statements: { type: 'string', default: '5000' } },
});

/** The sqlite3 package gives integers as doubles, so both sides are compared as such. */
const show = (value: unknown): string =>
  value instanceof Uint8Array ? `x'${Buffer.from(value).toString('hex')}'` : typeof value === 'bigint' ? String(Number(value)) : JSON.stringify(value); // prettier-ignore

type Answer = string[] | { error: string };

function askOracle(database: OracleDatabase.Database, sql: string): Answer {
  try {
    const statement = database.prepare(sql);
    if (statement.reader)
      return statement.all().map((row) =>
        Object.values(row as object)
          .map(show)
          .join(' | '),
      );
    statement.run();
    return [];
  } catch (error) {
    return { error: (error as Error).message };
  }
}

const askSecond = (database: sqlite3.Database, sql: string): Promise<Answer> =>
  new Promise((resolve) => {
    database.all(sql, (error, rows) =>
      resolve(
        error
          ? { error: error.message.replace(/^SQLITE_\w+: /, '') }
          : rows.map((row) =>
              Object.values(row as object)
                .map(show)
                .join(' | '),
            ),
      ),
    );
  });

const text = (answer: Answer): string => ('error' in answer ? `error: ${answer.error}` : [...answer].sort().join('\n'));

async function main(): Promise<void> {
  const differences = new Map<string, { count: number; example: string }>();
  let count = 0;
  for (let seed = Number(options.seed); count < Number(options.statements); seed++) {
    const generator = new StatementGenerator(new Random(seed));
    const oracle = new OracleDatabase(':memory:');
    const second = new sqlite3.Database(':memory:');
    await askSecond(second, 'PRAGMA foreign_keys = ON');
    await askSecond(second, 'PRAGMA recursive_triggers = ON');
    for (let i = 0; i < 150; i++) {
      const { sql, parameters } = generator.next();
      if (parameters.length > 0) continue;
      count++;
      const [one, two] = [text(askOracle(oracle, sql)), text(await askSecond(second, sql))];
      if (one === two || /returns? no data|does not return|more than one statement/.test(one)) continue;
      const kind = `${one.split('\n')[0]?.slice(0, 60)} / ${two.split('\n')[0]?.slice(0, 60)}`;
      const known = differences.get(kind);
      if (known) known.count++;
      else differences.set(kind, { count: 1, example: `seed ${seed}: ${sql}` });
      if (!/^\s*(SELECT|VALUES|WITH|PRAGMA)/.test(sql)) break;
    }
    oracle.close();
    await new Promise((resolve) => second.close(resolve));
  }
  for (const [kind, { count: times, example }] of differences)
    console.log(`${times} x ${kind}\n    ${example.slice(0, 300)}`);
  console.log(`${count} statements, ${differences.size} kinds of difference between the two builds of SQLite`);
}

void main();
