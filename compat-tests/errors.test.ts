import { onBothPackages, sqliteError, thrown, typeError } from './packages';

onBothPackages('SqliteError', (fixture) => {
  test('the class', () => {
    const { SqliteError } = fixture.Database as unknown as {
      SqliteError: new (...args: unknown[]) => Error & { code: string };
    };
    const error = new SqliteError('text', 'SQLITE_X');
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(SqliteError);
    expect([error.name, error.message, error.code]).toEqual(['SqliteError', 'text', 'SQLITE_X']);
    expect(Object.keys(error)).toEqual(['code']);
    expect(Object.getOwnPropertyDescriptor(error, 'message')).toEqual({
      value: 'text',
      writable: true,
      enumerable: false,
      configurable: true,
    });
    expect(error.stack).toContain('text');
    expect(String(error)).toBe('SqliteError: text');
    expect(SqliteError.name).toBe('SqliteError');
    expect(SqliteError.length).toBe(2);
    expect(Object.getPrototypeOf(SqliteError)).toBe(Object.getPrototypeOf(TypeError));
    for (const code of [undefined, null, 1, {}])
      expect(thrown(() => new SqliteError('text', code))).toEqual(typeError('Expected second argument to be a string'));
    expect(new SqliteError(123, 'X').message).toBe('123');
    expect(new SqliteError(undefined, 'X').message).toBe('undefined');
    const plain = SqliteError as unknown as (...args: unknown[]) => unknown;
    if (fixture.isVersion12) expect(plain('a', 'b')).toBeInstanceOf(SqliteError);
  });

  test('what statements throw', () => {
    const db = fixture.open();
    let error: unknown;
    try {
      db.prepare('nonsense');
    } catch (thrownError) {
      error = thrownError;
    }
    // Not instanceof: better-sqlite3's addon keeps the class of the first realm that loaded it, and jest makes many.
    expect((error as Error).constructor.name).toBe('SqliteError');
    expect(Object.keys(error as object)).toEqual(['code']);
  });

  test('constraints', () => {
    const db = fixture.open();
    db.exec(`create table p(id integer primary key);
      create table t(id integer primary key, u unique, n not null, c check (c > 0), named constraint positive check (named > 0), p references p);
      create table w(a, b, primary key (a, b)) without rowid; create unique index expr on t(u || n);
      create table s(i int, t text) strict;
      insert into t values (1, 'u', 'n', 1, 1, null); insert into w values (1, 2)`);
    const failure = (sql: string): object => thrown(() => db.exec(sql));
    expect(failure('insert into t(id, n) values (1, 1)')).toEqual(
      sqliteError('SQLITE_CONSTRAINT_PRIMARYKEY', 'UNIQUE constraint failed: t.id'),
    );
    expect(failure("insert into t(u, n) values ('u', 1)")).toEqual(
      sqliteError('SQLITE_CONSTRAINT_UNIQUE', 'UNIQUE constraint failed: t.u'),
    );
    expect(failure("insert into t(u) values ('v')")).toEqual(
      sqliteError('SQLITE_CONSTRAINT_NOTNULL', 'NOT NULL constraint failed: t.n'),
    );
    expect(failure('insert into t(n, c) values (1, 0)')).toEqual(
      sqliteError('SQLITE_CONSTRAINT_CHECK', 'CHECK constraint failed: c > 0'),
    );
    expect(failure('insert into t(n, named) values (1, 0)')).toEqual(
      sqliteError('SQLITE_CONSTRAINT_CHECK', 'CHECK constraint failed: positive'),
    );
    expect(failure('insert into t(n, p) values (1, 99)')).toEqual(
      sqliteError('SQLITE_CONSTRAINT_FOREIGNKEY', 'FOREIGN KEY constraint failed'),
    );
    expect(failure('insert into w values (1, 2)')).toEqual(
      sqliteError('SQLITE_CONSTRAINT_PRIMARYKEY', 'UNIQUE constraint failed: w.a, w.b'),
    );
    expect(failure('insert into w values (1, null)')).toEqual(
      sqliteError('SQLITE_CONSTRAINT_NOTNULL', 'NOT NULL constraint failed: w.b'),
    );
    expect(failure("insert into s values ('x', 'y')")).toEqual(
      sqliteError('SQLITE_CONSTRAINT_DATATYPE', 'cannot store TEXT value in INT column s.i'),
    );
    expect(
      failure(
        "create trigger tr before insert on p begin select raise(abort, 'no way'); end; insert into p values (1)",
      ),
    ).toEqual(sqliteError('SQLITE_CONSTRAINT_TRIGGER', 'no way'));
    expect(failure('create table t(a)')).toEqual(sqliteError('SQLITE_ERROR', 'table t already exists'));
    expect(failure('drop table missing')).toEqual(sqliteError('SQLITE_ERROR', 'no such table: missing'));
    expect(failure('insert into sqlite_schema values (1, 2, 3, 4, 5)')).toEqual(
      sqliteError('SQLITE_ERROR', 'table sqlite_master may not be modified'),
    );
  });
});
