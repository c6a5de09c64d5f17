// What an open iterator holds, and until when: locks that other connections meet, the connection's own guard, and what
// becomes of iterators that nobody finishes.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Database, onBothPackages, sqliteError, thrown, typeError } from './packages';

const root = join(__dirname, '..');
const BUSY = typeError('This database connection is busy executing a query');
const LOCKED = sqliteError('SQLITE_BUSY', 'database is locked');

jest.setTimeout(60_000);

onBothPackages('Iterators', (fixture) => {
  /** Two connections on a file with `rows` rows; the second does not wait for locks. */
  const open = (rows: number, journal = 'delete'): { db: Database; other: Database; write: () => unknown } => {
    const file = fixture.file();
    const db = fixture.open(file);
    db.pragma(`journal_mode = ${journal}`);
    db.exec('create table t(a)');
    const insert = db.prepare('insert into t values (?)');
    for (let i = 1; i <= rows; i++) insert.run(i);
    const other = fixture.open(file, { timeout: 0 });
    other.prepare('select * from t').all();
    return { db, other, write: () => other.prepare('insert into t values (0)').run().changes };
  };
  const drain = (iterator: Iterator<unknown>): number => {
    let count = 0;
    while (iterator.next().done !== true) count++;
    return count;
  };

  test.each([1, 2, 8, 9, 300])('the read lock is held until the end of %d rows is seen', (rows) => {
    const { db, write } = open(rows);
    const iterator = db.prepare('select * from t').iterate();
    expect(write()).toBe(1);
    for (let i = 0; i <= rows; i++) {
      expect(iterator.next().done).toBe(false);
      if (i < 3 || i > rows - 3) expect(thrown(write)).toEqual(LOCKED);
    }
    expect(iterator.next()).toEqual({ value: undefined, done: true });
    expect(write()).toBe(1);
  });

  test('return() and an error give the lock up', () => {
    const { db, write } = open(5);
    const iterator = db.prepare('select * from t').iterate();
    iterator.next();
    expect(thrown(write)).toEqual(LOCKED);
    iterator.return?.();
    expect(write()).toBe(1);
    const failing = db.prepare('select abs(case a when 2 then -9223372036854775808 else a end) from t').iterate();
    failing.next();
    expect(thrown(() => failing.next())).toEqual(sqliteError('SQLITE_ERROR', 'integer overflow'));
    expect(write()).toBe(1);
    expect(failing.next().done).toBe(true);
  });

  test('the last of several iterators gives it up', () => {
    const { db, write } = open(2);
    const first = db.prepare('select a from t').iterate();
    const second = db.prepare('select a, 2 from t').iterate();
    first.next();
    second.next();
    expect(drain(first)).toBe(1);
    expect(thrown(write)).toEqual(LOCKED);
    expect(db.prepare('select count(*) from t').pluck().get()).toBe(2);
    expect(thrown(write)).toEqual(LOCKED);
    expect(drain(second)).toBe(1);
    expect(write()).toBe(1);
  });

  test('a checkpoint waits for it', () => {
    const { db, other } = open(2, 'wal');
    const checkpoint = (): unknown => (other.pragma('wal_checkpoint(truncate)') as { busy: number }[])[0]?.busy;
    const iterator = db.prepare('select * from t').iterate();
    iterator.next();
    other.exec('insert into t values (3)');
    expect(checkpoint()).toBe(1);
    iterator.next();
    expect(checkpoint()).toBe(1);
    expect(iterator.next().done).toBe(true);
    expect(checkpoint()).toBe(0);
  });

  test('it sees its snapshot', () => {
    const { db, other } = open(20, 'wal');
    const iterator = db.prepare('select a from t').pluck().iterate();
    iterator.next();
    other.exec('delete from t');
    expect(drain(iterator)).toBe(19);
    expect(db.prepare('select count(*) from t').pluck().get()).toBe(0);
  });

  test('RETURNING commits when its end is seen', () => {
    const { db, other, write } = open(0);
    const count = (): unknown => other.prepare('select count(*) from t').pluck().get();
    const iterator = db.prepare('insert into t values (1), (2) returning a').iterate();
    expect(iterator.next().value).toEqual({ a: 1 });
    expect([thrown(write), count()]).toEqual([LOCKED, 0]);
    expect(iterator.next().value).toEqual({ a: 2 });
    expect([thrown(write), count()]).toEqual([LOCKED, 0]);
    expect(iterator.next().done).toBe(true);
    expect(count()).toBe(2);
    const returned = db.prepare('insert into t values (3), (4) returning a').iterate();
    returned.next();
    returned.return?.();
    expect(count()).toBe(4);
  });

  test('inside of a transaction the lock stays', () => {
    const { db, write } = open(2);
    db.exec('begin');
    expect(drain(db.prepare('select * from t').iterate())).toBe(2);
    expect(thrown(write)).toEqual(LOCKED);
    db.exec('commit');
    expect(write()).toBe(1);
  });

  test('the connection can read but not write', () => {
    const { db } = open(3);
    const iterator = db.prepare('select * from t').iterate();
    const insert = db.prepare('insert into t values (9)');
    for (let step = 0; step < 2; step++) {
      expect(thrown(() => insert.run())).toEqual(BUSY);
      expect(thrown(() => db.exec('select 1'))).toEqual(BUSY);
      expect(thrown(() => db.pragma('user_version'))).toEqual(BUSY);
      expect(thrown(() => db.close())).toEqual(BUSY);
      expect(thrown(() => db.serialize())).toEqual(BUSY);
      expect(thrown(() => db.function('f', () => 1))).toEqual(BUSY);
      expect(db.prepare('select count(*) from t').pluck().get()).toBe(3);
      iterator.next();
    }
    iterator.return?.();
    expect(insert.run().changes).toBe(1);
  });

  test('a statement has one iterator at a time', () => {
    const { db } = open(3);
    const statement = db.prepare('select * from t');
    const iterator = statement.iterate();
    const locked = typeError('This statement is busy executing a query');
    expect(statement.busy).toBe(true);
    for (const call of [
      () => statement.iterate(),
      () => statement.all(),
      () => statement.get(),
      () => statement.run(),
      () => statement.bind(),
      () => statement.raw(),
      () => statement.safeIntegers(),
    ])
      expect(thrown(call)).toEqual(locked);
    expect(drain(iterator)).toBe(3);
    expect(statement.busy).toBe(false);
    expect(statement.all()).toHaveLength(3);
  });

  test('in unsafe mode another database may be detached between its rows', () => {
    const rest = (sql: string): unknown => {
      const db = fixture.open();
      db.exec(`attach ':memory:' as first; attach ':memory:' as second; create table second.t(a);
        insert into second.t values (1), (2), (3)`);
      db.unsafeMode();
      const iterator = db.prepare(sql).iterate();
      iterator.next();
      db.exec('detach first');
      return [...iterator];
    };
    expect(rest('select a from second.t')).toEqual([{ a: 2 }, { a: 3 }]);
    const opensLater = 'select 0 as a union all select a from second.t';
    expect(thrown(() => rest(opensLater))).toEqual(sqliteError('SQLITE_ABORT_ROLLBACK', 'abort due to ROLLBACK'));
    // It must not crash. SQLite's own dbstat is another statement, which is ended here.
    if (fixture.packageName === 'ringlite') expect(rest("select name from dbstat('second')")).toEqual([{ name: 't' }]);
  });

  test('in unsafe mode it sees what is written between its rows', () => {
    const { db } = open(3);
    db.unsafeMode();
    const insert = db.prepare('insert into t values (?)');
    const seen: unknown[] = [];
    for (const a of db.prepare('select a from t').pluck().iterate() as Iterable<number>) {
      seen.push(a);
      if (a < 4) insert.run(a + 10);
    }
    expect(seen).toEqual([1, 2, 3, 11, 12, 13]);
  });

  test('protocol', () => {
    const { db } = open(2);
    const iterator = db.prepare('select * from t').iterate();
    expect(iterator[Symbol.iterator]()).toBe(iterator);
    expect(Object.keys(iterator)).toEqual(['statement']);
    expect([...iterator]).toHaveLength(2);
    expect([...iterator]).toEqual([]);
    expect(iterator.return?.()).toEqual({ value: undefined, done: true });
    for (const row of db.prepare('select * from t').iterate()) {
      expect(row).toEqual({ a: 1 });
      break;
    }
    expect(db.prepare('delete from t').run().changes).toBe(2);
    db.close();
    expect(iterator.next()).toEqual({ value: undefined, done: true });
  });

  test('an abandoned iterator is closed when it is collected: an addition', () => {
    if (fixture.packageName !== 'ringlite') return;
    const file = fixture.file();
    fixture.open(file).exec('create table t(a); insert into t values (1), (2), (3)');
    const script = `
      require('tsx/cjs');
      const Database = require(${JSON.stringify(join(root, 'lib/index.ts'))}).default;
      const db = new Database(${JSON.stringify(file)});
      const other = new Database(${JSON.stringify(file)}, { timeout: 0 });
      const statement = db.prepare('select * from t');
      (() => { for (let i = 0; i < 10; i++) db.prepare('select * from t where a > ' + i + ' or 1').iterate().next(); statement.iterate().next(); })();
      const before = [statement.busy];
      try { other.exec('delete from t'); } catch (error) { before.push(error.code); }
      try { db.exec('delete from t'); } catch (error) { before.push(error.message); }
      const wait = (left) => {
        gc();
        if (statement.busy && left > 0) return setTimeout(wait, 20, left - 1);
        setTimeout(() => {
          other.exec('delete from t where a = 1');
          db.exec('delete from t where a = 2');
          console.log(JSON.stringify([before, statement.busy, statement.all()]));
        }, 50);
      };
      setTimeout(wait, 10, 200);
    `;
    const { stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', '-e', script], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    const busy = 'This database connection is busy executing a query';
    expect(JSON.parse(stdout)).toEqual([[true, 'SQLITE_BUSY', busy], false, [{ a: 3 }]]);
  });
});
