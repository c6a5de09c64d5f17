import { onBothPackages, sqliteError, thrown, typeError } from './packages';

onBothPackages('Database#exec()', (fixture) => {
  test('runs every statement', () => {
    const db = fixture.open();
    expect(db.exec('create table t(a); insert into t values (1);; insert into t select a + 1 from t; -- done')).toBe(
      db,
    );
    expect(db.prepare('select a from t').pluck().all()).toEqual([1, 2]);
    for (const sql of ['', ' ', ';', '-- x', '/* x */', '\n;;\n', 'select 1', 'select * from t; select 2'])
      expect(db.exec(sql)).toBe(db);
  });

  test('stops at the first error, what came before stays', () => {
    const db = fixture.open();
    expect(
      thrown(() =>
        db.exec(
          'create table t(a unique); insert into t values (1); insert into t values (1); insert into t values (2)',
        ),
      ),
    ).toEqual(sqliteError('SQLITE_CONSTRAINT_UNIQUE', 'UNIQUE constraint failed: t.a'));
    expect(db.prepare('select a from t').pluck().all()).toEqual([1]);
    expect(thrown(() => db.exec('insert into t values (5); nonsense; insert into t values (6)'))).toEqual(
      sqliteError('SQLITE_ERROR', 'near "nonsense": syntax error'),
    );
    expect(db.prepare('select a from t').pluck().all()).toEqual([1, 5]);
  });

  test('parameters are NULL', () => {
    const db = fixture.open();
    db.exec('create table t(a, b); insert into t values (?, $x)');
    expect(db.prepare('select * from t').get()).toEqual({ a: null, b: null });
  });

  test('a later statement sees what an earlier one made', () => {
    const db = fixture.open();
    db.exec(
      'create table t(a); create view v as select a from t; insert into t values (7); create table u as select * from v',
    );
    expect(db.prepare('select * from u').all()).toEqual([{ a: 7 }]);
  });

  test.each([[undefined], [null], [1], [{}], [['select 1']]])('rejects %p', (sql) => {
    expect(thrown(() => fixture.open().exec(sql as unknown as string))).toEqual(
      typeError('Expected first argument to be a string'),
    );
  });
});

onBothPackages('Database#pragma()', (fixture) => {
  test('rows and simple values', () => {
    const db = fixture.open();
    expect(db.pragma('user_version')).toEqual([{ user_version: 0 }]);
    expect(db.pragma('user_version', { simple: true })).toBe(0);
    expect(db.pragma('user_version = 42')).toEqual([]);
    expect(db.pragma('user_version = 43', { simple: true })).toBeUndefined();
    expect(db.pragma('user_version', { simple: true })).toBe(43);
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
    expect(db.pragma('cache_size', { simple: true })).toBe(-16000);
    expect(db.pragma('encoding', { simple: true })).toBe('UTF-8');
    expect(db.pragma('not_a_pragma')).toEqual([]);
    expect(db.pragma('not_a_pragma', { simple: true })).toBeUndefined();
    db.exec('create table t(a int not null, b text default 5)');
    expect(db.pragma('table_info(t)')).toEqual([
      { cid: 0, name: 'a', type: 'INT', notnull: 1, dflt_value: null, pk: 0 },
      { cid: 1, name: 'b', type: 'TEXT', notnull: 0, dflt_value: '5', pk: 0 },
    ]);
    expect(db.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  });

  test('journal modes', () => {
    const db = fixture.open(fixture.file());
    expect(db.pragma('journal_mode', { simple: true })).toBe('delete');
    expect(db.pragma('journal_mode = WAL')).toEqual([{ journal_mode: 'wal' }]);
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    expect(db.pragma('journal_mode = truncate', { simple: true })).toBe('truncate');
    expect(fixture.open().pragma('journal_mode', { simple: true })).toBe('memory');
  });

  test('arguments', () => {
    const db = fixture.open();
    for (const source of [undefined, null, 1, {}])
      expect(thrown(() => db.pragma(source as string))).toEqual(typeError('Expected first argument to be a string'));
    expect(thrown(() => db.pragma('user_version', 'simple' as unknown as object))).toEqual(
      typeError('Expected second argument to be an options object'),
    );
    for (const simple of [undefined, null, 1])
      expect(thrown(() => db.pragma('user_version', { simple: simple as unknown as boolean }))).toEqual(
        typeError('Expected the "simple" option to be a boolean'),
      );
    expect(thrown(() => db.pragma(''))).toEqual(sqliteError('SQLITE_ERROR', 'incomplete input'));
  });
});

onBothPackages('verbose', (fixture) => {
  const logged = (): [messages: unknown[], log: (...args: unknown[]) => void] => {
    const messages: unknown[] = [];
    return [messages, (...args) => messages.push(args)];
  };

  test('the statements with their values', () => {
    const [messages, verbose] = logged();
    const db = fixture.open(':memory:', { verbose });
    db.exec('create table t(a, b); ; insert into t values (1, 2)');
    db.prepare('insert into t values (?, ?)').run(3, "it's");
    db.prepare('insert into t values ($x, :y) -- c').run({ x: null, y: Buffer.from([0, 171]) });
    db.prepare('select ?, ?, ?').get(2.5, 10n, 1e100);
    db.prepare('select \'?\', ?1, ?1 as "?"').get({ 1: 'é' });
    db.prepare('select 5;  ').all();
    const statement = db.prepare('select a from t');
    const iterator = statement.iterate();
    expect(messages).toHaveLength(7);
    iterator.next();
    iterator.next();
    iterator.return?.();
    db.transaction(() => 1)();
    db.pragma('user_version');
    expect(messages).toEqual([
      ['create table t(a, b);'],
      ['insert into t values (1, 2)'],
      ["insert into t values (3.0, 'it''s')"],
      ["insert into t values (NULL, x'00ab') -- c"],
      ['select 2.5, 10, 1.0e+100'],
      ["select '?', 'é', 'é' as \"?\""],
      ['select 5;'],
      ['select a from t'],
      ['BEGIN'],
      ['COMMIT'],
      ['PRAGMA user_version'],
    ]);
  });

  test('its errors come through before anything ran', () => {
    let fail = false;
    const db = fixture.open(':memory:', {
      verbose: () => {
        if (fail) throw new Error('logger');
      },
    });
    db.exec('create table t(a)');
    const insert = db.prepare('insert into t values (?)');
    const select = db.prepare('select * from t');
    fail = true;
    const error = { name: 'Error', message: 'logger' };
    expect(thrown(() => insert.run(1))).toEqual(error);
    expect(thrown(() => select.all())).toEqual(error);
    expect(thrown(() => db.exec('insert into t values (2)'))).toEqual(error);
    expect(thrown(() => select.iterate().next())).toEqual(error);
    fail = false;
    expect(select.all()).toEqual([]);
    expect(select.busy).toBe(false);
  });

  test('the connection is busy meanwhile', () => {
    const errors: object[] = [];
    const db = fixture.open(':memory:', { verbose: () => errors.push(thrown(() => db.prepare('select 2'))) });
    db.prepare('select 1').get();
    expect(errors).toEqual([typeError('This database connection is busy executing a query')]);
  });
});
