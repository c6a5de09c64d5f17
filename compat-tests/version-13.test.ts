// What better-sqlite3 13 added. On Node 20 the oracle is version 12, which has none of it: there these tests run on
// Ringlite alone, with version 13's behaviour written down.
import type { Statement } from 'better-sqlite3';
import { type Database, onBothPackages, sqliteError, thrown, typeError } from './packages';

type Explaining = Database & { explain(source: unknown): Record<string, unknown>[] };

onBothPackages('Version 13', (fixture) => {
  const has = (): boolean => 'explain' in fixture.Database.prototype;
  const open = (): Explaining => fixture.open() as Explaining;

  test('explain() lists the program; parameters need no values', () => {
    if (!has()) return;
    const db = open();
    db.exec('create table t(a, b)');
    const rows = db.explain('select * from t where a = ? and b = $b');
    expect(rows.length).toBeGreaterThan(3);
    expect(Object.keys(rows[0] ?? {})).toEqual(['addr', 'opcode', 'p1', 'p2', 'p3', 'p4', 'p5', 'comment']);
    const [step] = db.explain('query plan select * from t where a = :a') as { detail: string }[];
    expect(step?.detail).toBe('SCAN t');
    expect(db.prepare('select count(*) from t').pluck().get()).toBe(0);
  });

  test('explain() runs nothing', () => {
    if (!has()) return;
    const db = open();
    db.exec('create table t(a)');
    db.explain('insert into t values (?)');
    db.explain('drop table t');
    expect(db.prepare('select count(*) from t').pluck().get()).toBe(0);
  });

  test('errors of explain()', () => {
    if (!has()) return;
    const db = open();
    for (const source of [undefined, null, 1, {}])
      expect(thrown(() => db.explain(source))).toEqual(typeError('Expected first argument to be a string'));
    expect(thrown(() => db.explain('nonsense'))).toEqual(sqliteError('SQLITE_ERROR', 'near "nonsense": syntax error'));
    db.close();
    expect(thrown(() => db.explain('select 1'))).toEqual(typeError('The database connection is not open'));
  });

  test('a statement as text', () => {
    if (!has()) return;
    const db = open();
    const text = (statement: Statement): string => (statement as unknown as { toString(): string }).toString();
    expect(text(db.prepare("select ?, $a, 'x'"))).toBe("select ?, $a, 'x'");
    expect(text(db.prepare("select ?, $a, 'x'").bind("it's", { a: 5n }))).toBe("select 'it''s', 5, 'x'");
    expect(text(db.prepare('select :a, :a').bind({ a: 1.5 }))).toBe('select 1.5, 1.5');
    expect(text(db.prepare('select ?').bind(Buffer.from([1, 171])))).toBe("select x'01ab'");
    const statement = db.prepare('select ?').bind(1);
    db.close();
    expect(text(statement)).toBe('select ?');
  });
});
