import { onBothPackages, rangeError, sqliteError, thrown, typeError } from './packages';

onBothPackages('Database#prepare()', (fixture) => {
  test('properties of the statement', () => {
    const db = fixture.open();
    db.exec('create table t(a)');
    const reader = db.prepare('select * from t');
    expect([reader.reader, reader.readonly, reader.source, reader.database, reader.busy]).toEqual([
      true,
      true,
      'select * from t',
      db,
      false,
    ]);
    const writer = db.prepare('insert into t values (1)');
    expect([writer.reader, writer.readonly]).toEqual([false, false]);
    const both = db.prepare('insert into t values (1) returning a');
    expect([both.reader, both.readonly]).toEqual([true, false]);
    const begin = db.prepare('begin');
    expect([begin.reader, begin.readonly]).toEqual([false, true]);
    const immediate = db.prepare('begin immediate');
    expect([immediate.reader, immediate.readonly]).toEqual([false, false]);
    const commit = db.prepare('commit');
    expect([commit.reader, commit.readonly]).toEqual([false, true]);
    const create = db.prepare('create table u(a)');
    expect([create.reader, create.readonly]).toEqual([false, false]);
    const pragma = db.prepare('pragma user_version');
    expect([pragma.reader, pragma.readonly]).toEqual([true, true]);
    const explain = db.prepare('explain insert into t values (1)');
    expect([explain.reader, explain.readonly]).toEqual([true, false]);
  });

  test('properties are own, enumerable and frozen', () => {
    const statement = fixture.open().prepare('select 1');
    expect(new Set(Object.keys(statement))).toEqual(new Set(['reader', 'readonly', 'source', 'database', 'busy']));
    for (const key of ['reader', 'readonly', 'source', 'database'])
      expect(Object.getOwnPropertyDescriptor(statement, key)).toMatchObject({
        writable: false,
        configurable: false,
        enumerable: true,
      });
    expect(() => {
      (statement as { source: string }).source = '';
    }).toThrow(TypeError);
  });

  test.each([[''], [';'], ['  ;; '], ['-- nothing'], ['/* nothing */'], [' /* open'], ['\0select 1']])(
    'no statement in %p',
    (sql) => {
      expect(thrown(() => fixture.open().prepare(sql))).toEqual(
        rangeError('The supplied SQL string contains no statements'),
      );
    },
  );

  test.each([['select 1; select 2'], ['select 1;\n-- x\n select 2'], ['select 1; x'], ['select 1;/**/-- a\nb']])(
    'more than one statement in %p',
    (sql) => {
      expect(thrown(() => fixture.open().prepare(sql))).toEqual(
        rangeError('The supplied SQL string contains more than one statement'),
      );
    },
  );

  test.each([
    ['select 1;'],
    ['select 1; ; \n'],
    ['select 1; -- done'],
    ['select 1 /* a */; /* b */ -- c'],
    ['select 1; /* open'],
    ['\n\tselect 1'],
    ['/* a */ -- b\n select 1'],
    ['select 1\0; select 2'],
  ])('one statement in %p', (sql) => {
    const statement = fixture.open().prepare(sql);
    expect(statement.source).toBe(sql);
    expect(statement.pluck().get()).toBe(1);
  });

  test.each([[undefined], [null], [123], [{}], [['select 1']], [Buffer.from('select 1')]])('rejects %p', (sql) => {
    expect(thrown(() => fixture.open().prepare(sql as unknown as string))).toEqual(
      typeError('Expected first argument to be a string'),
    );
  });

  test.each([
    ['select', 'incomplete input'],
    ['select * from', 'incomplete input'],
    ['selec 1', 'near "selec": syntax error'],
    ['select 1 1', 'near "1": syntax error'],
    ['select * from missing', 'no such table: missing'],
    ['select missing', 'no such column: missing'],
    ['select "missing"', 'no such column: "missing" - should this be a string literal in single-quotes?'],
    ['select missing()', 'no such function: missing'],
    ['select abs(1, 2)', 'wrong number of arguments to function abs()'],
    ["select 'open", 'unrecognized token: "\'open"'],
    ['insert into missing values(1)', 'no such table: missing'],
    [
      'select 1 union select 1, 2',
      'SELECTs to the left and right of UNION do not have the same number of result columns',
    ],
  ])('error of %p', (sql, message) => {
    expect(thrown(() => fixture.open().prepare(sql))).toEqual(sqliteError('SQLITE_ERROR', message));
  });

  test('statements cannot be made otherwise', () => {
    const statement = fixture.open().prepare('select 1');
    const Statement = statement.constructor as new (...args: unknown[]) => unknown;
    expect(thrown(() => new Statement('select 1'))).toEqual(
      typeError('Statements can only be constructed by the db.prepare() method'),
    );
  });

  test('a statement survives schema changes', () => {
    const db = fixture.open();
    db.exec('create table t(a, b); insert into t values (1, 2)');
    const all = db.prepare('select * from t');
    expect(all.all()).toEqual([{ a: 1, b: 2 }]);
    db.exec('create table u(x)');
    expect(all.all()).toEqual([{ a: 1, b: 2 }]);
    db.exec('drop table t; create table t(c); insert into t values (3)');
    expect(all.all()).toEqual([{ c: 3 }]);
    expect(all.columns().map((column) => column.name)).toEqual(['c']);
    db.exec('drop table t');
    expect(thrown(() => all.all())).toEqual(sqliteError('SQLITE_ERROR', 'no such table: t'));
    db.exec('create table t(d)');
    expect(all.all()).toEqual([]);
  });

  test('a statement survives schema changes of another connection', () => {
    const file = fixture.file();
    const first = fixture.open(file);
    const second = fixture.open(file);
    first.exec('create table t(a); insert into t values (1)');
    const statement = second.prepare('select * from t');
    expect(statement.get()).toEqual({ a: 1 });
    first.exec('drop table t; create table t(x, y); insert into t values (2, 3)');
    expect(statement.get()).toEqual({ x: 2, y: 3 });
    first.exec('create table u(z)');
    second.prepare('insert into u values (4)').run();
    expect(first.prepare('select z from u').pluck().get()).toBe(4);
  });

  test('the same text twice gives independent statements', () => {
    const db = fixture.open();
    const a = db.prepare('select ? as x');
    const b = db.prepare('select ? as x');
    expect(a).not.toBe(b);
    a.pluck();
    expect([a.get(1), b.get(2)]).toEqual([1, { x: 2 }]);
    const iterator = a.iterate(5);
    expect(b.get(6)).toEqual({ x: 6 });
    expect([...iterator]).toEqual([5]);
  });
});

onBothPackages('Statement#columns()', (fixture) => {
  test('origins', () => {
    const db = fixture.open();
    db.exec(
      'create table t(id integer primary key, "Name" varchar(20), x, y decimal(5, 2)); attach \':memory:\' as other; create table other.o(q blob)',
    );
    expect(db.prepare('select *, id + 1, "Name" as n, count(*) from t').columns()).toEqual([
      { name: 'id', column: 'id', table: 't', database: 'main', type: 'INTEGER' },
      { name: 'Name', column: 'Name', table: 't', database: 'main', type: 'varchar(20)' },
      { name: 'x', column: 'x', table: 't', database: 'main', type: null },
      { name: 'y', column: 'y', table: 't', database: 'main', type: 'decimal(5, 2)' },
      { name: 'id + 1', column: null, table: null, database: null, type: null },
      { name: 'n', column: 'Name', table: 't', database: 'main', type: 'varchar(20)' },
      { name: 'count(*)', column: null, table: null, database: null, type: null },
    ]);
    expect(db.prepare('select s.q, t.rowid from o as s, t').columns()).toEqual([
      { name: 'q', column: 'q', table: 'o', database: 'other', type: 'BLOB' },
      { name: 'id', column: 'id', table: 't', database: 'main', type: 'INTEGER' },
    ]);
    expect(db.prepare('select x as b from (select id as x from t)').columns()).toEqual([
      { name: 'b', column: 'id', table: 't', database: 'main', type: 'INTEGER' },
    ]);
  });

  test('a comment behind a result column is part of its name', () => {
    const db = fixture.open();
    db.exec('create table t(a)');
    const names = (sql: string): string[] =>
      db
        .prepare(sql)
        .columns()
        .map(({ name }) => name);
    expect(names('select 1 -- one')).toEqual(['1 -- one']);
    expect(names('select 1 /* a */, 2 from t')).toEqual(['1 /* a */', '2']);
    expect(names("select 'a'/*y*/ from t where a = 5")).toEqual(["'a'/*y*/"]);
    expect(names('select 1 --x\n as y, 7 /* open')).toEqual(['y', '7 /* open']);
    expect(names('insert into t values (1) returning -7 --z')).toEqual(['-7 --z']);
  });

  test('misuse', () => {
    const db = fixture.open();
    db.exec('create table t(a)');
    expect(thrown(() => db.prepare('delete from t').columns())).toEqual(
      typeError('The columns() method is only for statements that return data'),
    );
    const iterator = db.prepare('select 1').iterate();
    expect(db.prepare('select 2 as z').columns()).toHaveLength(1);
    iterator.return?.();
  });
});
