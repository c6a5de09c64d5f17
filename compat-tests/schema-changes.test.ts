import type { Statement } from 'better-sqlite3';
import { onBothPackages, sqliteError, thrown, type Database } from './packages';

/** How a connection sees the schema: what the names mean to a statement that is prepared now. */
function columnsOf(db: Database, table: string): string[] | string {
  try {
    return db
      .prepare(`select * from ${table}`)
      .columns()
      .map(({ name }) => name);
  } catch (error) {
    return (error as Error).message;
  }
}

onBothPackages('schema changes', (fixture) => {
  test('are seen at once, and undone by a rollback', () => {
    const db = fixture.open();
    db.exec('create table a(x); create table b(y); begin; create table c(z); alter table a rename to a2; drop table b');
    expect(['a', 'a2', 'b', 'c'].map((name) => columnsOf(db, name))).toEqual([
      'no such table: a',
      ['x'],
      'no such table: b',
      ['z'],
    ]);
    db.exec('rollback');
    expect(['a', 'a2', 'b', 'c'].map((name) => columnsOf(db, name))).toEqual([
      ['x'],
      'no such table: a2',
      ['y'],
      'no such table: c',
    ]);
  });

  test('are undone up to a savepoint', () => {
    const db = fixture.open();
    db.exec(
      'begin; create table a(x); savepoint s; alter table a add column y; create index i on a(y); create view v as select y from a',
    );
    expect([columnsOf(db, 'a'), columnsOf(db, 'v')]).toEqual([['x', 'y'], ['y']]);
    db.exec('rollback to s');
    expect([columnsOf(db, 'a'), columnsOf(db, 'v')]).toEqual([['x'], 'no such table: v']);
    db.exec('create index i on a(x); commit');
    expect(db.pragma('index_list(a)', { simple: false })).toMatchObject([{ name: 'i' }]);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  });

  test('of a statement that fails leave nothing behind', () => {
    const db = fixture.open();
    db.exec('create table a(x); insert into a values (1), (1)');
    expect(thrown(() => db.exec('create unique index i on a(x)'))).toMatchObject({
      message: 'UNIQUE constraint failed: a.x',
    });
    expect(db.pragma('index_list(a)')).toEqual([]);
    db.exec('create index i on a(x)');
    expect(db.pragma('index_list(a)')).toMatchObject([{ name: 'i', unique: 0 }]);
  });

  test('of another connection are seen together with own ones', () => {
    const file = fixture.file();
    const [one, two] = [fixture.open(file), fixture.open(file)];
    one.exec('create table a(x)');
    expect(columnsOf(two, 'a')).toEqual(['x']);
    one.exec('create table b(y); alter table a rename column x to x1');
    two.exec('create table c(z)');
    expect(['a', 'b', 'c'].map((name) => columnsOf(two, name))).toEqual([['x1'], ['y'], ['z']]);
    expect(['a', 'b', 'c'].map((name) => columnsOf(one, name))).toEqual([['x1'], ['y'], ['z']]);
    two.exec('begin; drop table b; create table d(w); rollback');
    one.exec('drop table c; alter table b add column y2');
    expect(['a', 'b', 'c', 'd'].map((name) => columnsOf(two, name))).toEqual([
      ['x1'],
      ['y', 'y2'],
      'no such table: c',
      'no such table: d',
    ]);
  });

  test('reach foreign keys, indexes and triggers that were looked at before', () => {
    const db = fixture.open();
    db.exec(`pragma foreign_keys = on; create table p(id integer primary key);
      create table c1(p references "p" on delete cascade); insert into p values (1), (2), (3); insert into c1 values (1), (2)`);
    db.exec('delete from p where id = 1');
    db.exec(
      'create table c2(p /* hidden */ references /* here */ p on delete set null); insert into c2 values (2), (3)',
    );
    db.exec('delete from p where id = 2');
    expect([db.prepare('select * from c1').all(), db.prepare('select p from c2').pluck().all()]).toEqual([
      [],
      [null, 3],
    ]);
    db.exec(
      'drop table c2; create table log(t); create trigger r after delete on p begin insert into log values (old.id); end',
    );
    db.exec('delete from p where id = 3');
    db.exec('drop trigger r; insert into p values (4); delete from p');
    expect(db.prepare('select t from log').pluck().all()).toEqual([3]);
  });

  test('of the temp database go with it', () => {
    const db = fixture.open();
    db.exec('create table t(a); create temp table t(b)');
    expect([columnsOf(db, 't'), columnsOf(db, 'main.t')]).toEqual([['b'], ['a']]);
    db.exec('drop table t');
    expect(columnsOf(db, 't')).toEqual(['a']);
  });

  test('of hundreds of rows at once are all seen', () => {
    const db = fixture.open();
    db.exec('begin');
    for (let i = 0; i < 3000; i++) db.exec(`create table t${i}(a, b unique)`);
    db.exec('rollback');
    expect([columnsOf(db, 't0'), columnsOf(db, 't2999')]).toEqual(['no such table: t0', 'no such table: t2999']);
    db.exec('create table t2999(c)');
    expect(columnsOf(db, 't2999')).toEqual(['c']);
  });

  test('are seen by a statement, not by others with its text, when it runs', () => {
    const db = fixture.open();
    db.exec('create table t(a); insert into t values (1)');
    const texts = ['select * from t', 'select *, 1 as x from t', 'select *, 2 as y from t where a = 1'];
    const prepare = (): Statement<unknown[]>[] => texts.map((text) => db.prepare(text));
    const columns = (statements: Statement<unknown[]>[]): string[] =>
      statements.map((statement) =>
        statement
          .columns()
          .map(({ name, type }) => `${name}:${String(type)}`)
          .join(' '),
      );
    const first = prepare();
    const before = ['a:null', 'a:null x:null', 'a:null y:null'];
    const after = ['a:null b:INTEGER', 'a:null b:INTEGER x:null', 'a:null b:INTEGER y:null'];
    db.exec('alter table t add b integer');
    expect(columns(first)).toEqual(before);
    const second = prepare();
    expect([columns(first), columns(second)]).toEqual([before, after]);
    for (const statement of first) expect(statement.pluck().get()).toBe(1);
    expect(columns(first)).toEqual(after);
    db.exec('alter table t add c text');
    second[0]?.all();
    expect([columns(first), columns(second)]).toEqual([after, ['a:null b:INTEGER c:TEXT', ...after.slice(1)]]);
    const iterator = second[1]?.iterate();
    expect(columns(second)[1]).toBe('a:null b:INTEGER x:null');
    iterator?.next();
    expect(columns(second)[1]).toBe('a:null b:INTEGER c:TEXT x:null');
    iterator?.return?.();
    db.exec('drop table t');
    expect(thrown(() => second[2]?.all())).toEqual(sqliteError('SQLITE_ERROR', 'no such table: t'));
    expect(columns(second)[2]).toBe('a:null b:INTEGER y:null');
  });
});
