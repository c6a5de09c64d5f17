// The types of the package against those of @types/better-sqlite3. Nothing runs: `npm run check` compiles it.
import type BetterSqlite3 from 'better-sqlite3';
import type Ringlite from '../lib/types/index.cjs';

type Row = { id: number; name: string };

/** Compiles when `Value` may be used where `Target` is wanted. */
type Assignable<Target, Value extends Target> = Value;

/** Each member: ours where theirs is expected. */
export type Checks = [
  Assignable<BetterSqlite3.Database, Ringlite.Database>,
  Assignable<BetterSqlite3.Statement, Ringlite.Statement>,
  Assignable<BetterSqlite3.Statement<[number], Row>, Ringlite.Statement<[number], Row>>,
  Assignable<BetterSqlite3.Statement<{ id: number }, Row>, Ringlite.Statement<{ id: number }, Row>>,
  Assignable<BetterSqlite3.ColumnDefinition, Ringlite.ColumnDefinition>,
  Assignable<BetterSqlite3.RunResult, Ringlite.RunResult>,
  Assignable<BetterSqlite3.BackupMetadata, Ringlite.BackupMetadata>,
  Assignable<BetterSqlite3.Transaction, Ringlite.Transaction>,
  Assignable<InstanceType<BetterSqlite3.SqliteError>, InstanceType<Ringlite.SqliteError>>,
  Assignable<typeof BetterSqlite3, typeof Ringlite>,
];

/** Options that were written for their types. */
export type OptionChecks = [
  Assignable<Ringlite.Options, BetterSqlite3.Options>,
  Assignable<Ringlite.PragmaOptions, BetterSqlite3.PragmaOptions>,
  Assignable<Ringlite.SerializeOptions, BetterSqlite3.SerializeOptions>,
  Assignable<Ringlite.BackupOptions, BetterSqlite3.BackupOptions>,
  Assignable<Ringlite.RegistrationOptions, BetterSqlite3.RegistrationOptions>,
  Assignable<Ringlite.AggregateOptions, BetterSqlite3.AggregateOptions>,
];

/** An application, with either constructor. */
function application(Database: typeof BetterSqlite3): void {
  const db: BetterSqlite3.Database = new Database('app.db', { timeout: 1, verbose: console.log });
  const statement: BetterSqlite3.Statement<[number], Row> = db.prepare<[number], Row>('select * from t where id = ?');
  const name: string | undefined = statement.get(1)?.name;
  const rows: Row[] = statement.all(1);
  for (const row of statement.iterate(1)) rows.push(row);
  const add = db.transaction((count: number, label: string) => count + label.length);
  const sum: number = add.immediate(1, 'x');
  db.function('f', { deterministic: true }, (a: number) => a + 1).aggregate<number>('g', {
    start: 0,
    step: (t, n) => t + n,
  });
  db.table('numbers', {
    columns: ['n'],
    *rows() {
      yield [1];
    },
  });
  void db.backup('copy.db', { progress: ({ remainingPages }) => remainingPages });
  const error = new Database.SqliteError('text', 'SQLITE_ERROR');
  console.log(name, sum, error.code, new Database(db.serialize()).name);
}

/** Our own constructor, and what is more than theirs. */
export function both(theirs: typeof BetterSqlite3, ours: typeof Ringlite): void {
  application(theirs);
  application(ours);
  const db = new ours(':memory:');
  const plan: unknown[] = db.explain('query plan select 1');
  const text: string = db.prepare('select ?').bind(1).toString();
  db.table('module', function () {
    return { columns: [this.table], *rows() {} };
  });
  void db.backup('copy.db', { attached: 'main', progress: () => undefined });
  console.log(plan, text);
}
