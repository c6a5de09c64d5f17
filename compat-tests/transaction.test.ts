import { onBothPackages, sqliteError, thrown, typeError, type Database } from './packages';

onBothPackages('Database#transaction()', (fixture) => {
  const table = (db: Database): Database => {
    db.exec('create table t(a integer primary key)');
    return db;
  };
  const values = (db: Database): unknown[] => db.prepare('select a from t order by a').pluck().all();

  test('commits what succeeds', () => {
    const db = table(fixture.open());
    const insert = db.prepare('insert into t values (?)');
    const add = db.transaction((from: number, to: number) => {
      expect(db.inTransaction).toBe(true);
      for (let i = from; i <= to; i++) insert.run(i);
      return 'result';
    });
    expect(db.inTransaction).toBe(false);
    expect(add(1, 3)).toBe('result');
    expect(db.inTransaction).toBe(false);
    expect(values(db)).toEqual([1, 2, 3]);
  });

  test('rolls back what throws, with the same error', () => {
    const db = table(fixture.open());
    const insert = db.prepare('insert into t values (?)');
    const error = new Error('stop');
    const fail = db.transaction(() => {
      insert.run(1);
      throw error;
    });
    let caught: unknown;
    try {
      fail();
    } catch (thrownError) {
      caught = thrownError;
    }
    expect(caught).toBe(error);
    expect([values(db), db.inTransaction]).toEqual([[], false]);
    const constraint = db.transaction(() => {
      insert.run(1);
      insert.run(1);
    });
    expect(thrown(() => constraint())).toEqual(
      sqliteError('SQLITE_CONSTRAINT_PRIMARYKEY', 'UNIQUE constraint failed: t.a'),
    );
    expect([values(db), db.inTransaction]).toEqual([[], false]);
  });

  test('nested transactions are savepoints', () => {
    const db = table(fixture.open());
    const insert = db.prepare('insert into t values (?)');
    const inner = db.transaction((value: number, fail: boolean) => {
      insert.run(value);
      if (fail) throw new Error('inner');
    });
    const outer = db.transaction(() => {
      insert.run(1);
      inner(2, false);
      expect(() => {
        inner(3, true);
      }).toThrow('inner');
      expect(db.inTransaction).toBe(true);
      insert.run(4);
    });
    outer();
    expect(values(db)).toEqual([1, 2, 4]);
    const all = db.transaction(() => {
      inner(5, false);
      inner(6, true);
    });
    expect(() => {
      all();
    }).toThrow('inner');
    expect(values(db)).toEqual([1, 2, 4]);
    db.exec('begin');
    inner(7, false);
    expect(db.inTransaction).toBe(true);
    db.exec('rollback');
    expect(values(db)).toEqual([1, 2, 4]);
  });

  test('deep recursion', () => {
    const db = table(fixture.open());
    const insert = db.prepare('insert into t values (?)');
    const nest = db.transaction((depth: number): void => {
      insert.run(depth);
      if (depth < 50) nest(depth + 1);
      else throw new Error('bottom');
    });
    expect(() => {
      nest(1);
    }).toThrow('bottom');
    expect(values(db)).toEqual([]);
    const swallow = db.transaction((depth: number): void => {
      insert.run(depth);
      try {
        if (depth < 10) swallow(depth + 1);
        else throw new Error('bottom');
      } catch {
        // Only the innermost savepoint is undone.
      }
    });
    swallow(1);
    expect(values(db)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('this, arguments and properties', () => {
    const db = fixture.open();
    const fn = db.transaction(function (this: unknown, ...args: unknown[]) {
      return [this, args];
    });
    const self = {};
    expect(fn.call(self, 1, 'b')).toEqual([self, [1, 'b']]);
    expect(fn.length).toBe(0);
    const properties = fn as unknown as Record<string, unknown>;
    expect(Object.keys(fn)).toEqual(['database']);
    expect(properties['database']).toBe(db);
    expect(properties['default']).toBe(fn);
    for (const variant of ['deferred', 'immediate', 'exclusive'] as const) {
      const wrapped = properties[variant] as Record<string, unknown>;
      expect(wrapped).not.toBe(fn);
      expect(wrapped['default']).toBe(fn);
      expect(wrapped[variant]).toBe(properties[variant]);
      expect(wrapped['database']).toBe(db);
    }
  });

  test('the variants take their locks', () => {
    const file = fixture.file();
    const db = table(fixture.open(file, { timeout: 0 }));
    const other = fixture.open(file, { timeout: 0 });
    const locks = (): string => {
      const probe = (sql: string): boolean => {
        try {
          other.exec(sql);
          return true;
        } catch {
          return false;
        }
      };
      if (!probe('select * from t')) return 'exclusive';
      return probe('begin immediate; rollback') ? 'none' : 'reserved';
    };
    const fn = db.transaction(() => locks());
    expect([fn(), fn.deferred(), fn.immediate(), fn.exclusive()]).toEqual(['none', 'none', 'reserved', 'exclusive']);
  });

  test('nested variants begin no second transaction', () => {
    const db = table(fixture.open());
    const insert = db.transaction((value: number) => db.prepare('insert into t values (?)').run(value).changes);
    const outer = db.transaction(() => [insert.immediate(1), insert.exclusive(2), insert.deferred(3)]);
    expect(outer()).toEqual([1, 1, 1]);
    expect(values(db)).toEqual([1, 2, 3]);
  });

  test('promises are refused and rolled back', async () => {
    const db = table(fixture.open());
    let after: Promise<unknown> | undefined;
    const asynchronous = db.transaction(() => {
      db.prepare('insert into t values (1)').run();
      after = Promise.resolve();
      return after;
    });
    expect(thrown(() => asynchronous())).toEqual(typeError('Transaction function cannot return a promise'));
    await after;
    expect([values(db), db.inTransaction]).toEqual([[], false]);
    const thenable = db.transaction(() => ({ then: () => 1 }));
    expect(thrown(() => thenable())).toEqual(typeError('Transaction function cannot return a promise'));
    expect(db.transaction(() => ({ then: 1 }))()).toEqual({ then: 1 });
  });

  test('a transaction that the function ended itself', () => {
    const db = table(fixture.open());
    const commit = db.transaction(() => {
      db.prepare('insert into t values (1)').run();
      db.exec('commit');
    });
    expect(thrown(() => commit())).toEqual(sqliteError('SQLITE_ERROR', 'cannot commit - no transaction is active'));
    expect(values(db)).toEqual([1]);
    const rollback = db.transaction(() => {
      db.prepare('insert into t values (2)').run();
      db.exec('rollback');
      throw new Error('own');
    });
    expect(() => {
      rollback();
    }).toThrow('own');
    expect([values(db), db.inTransaction]).toEqual([[1], false]);
  });

  test('ON CONFLICT ROLLBACK inside', () => {
    const db = table(fixture.open());
    const fn = db.transaction(() => {
      db.prepare('insert into t values (1)').run();
      db.prepare('insert or rollback into t values (1)').run();
    });
    expect(thrown(() => fn())).toEqual(sqliteError('SQLITE_CONSTRAINT_PRIMARYKEY', 'UNIQUE constraint failed: t.a'));
    expect([values(db), db.inTransaction]).toEqual([[], false]);
  });

  test('a deferred foreign key fails the commit', () => {
    const db = fixture.open();
    db.exec('create table p(id integer primary key); create table c(p references p deferrable initially deferred)');
    const fn = db.transaction((fix: boolean) => {
      db.prepare('insert into c values (5)').run();
      if (fix) db.prepare('insert into p values (5)').run();
    });
    expect(
      thrown(() => {
        fn(false);
      }),
    ).toEqual(sqliteError('SQLITE_CONSTRAINT_FOREIGNKEY', 'FOREIGN KEY constraint failed'));
    expect(db.inTransaction).toBe(false);
    fn(true);
    expect(db.prepare('select count(*) from c').pluck().get()).toBe(1);
  });

  test.each([[undefined], [null], [1], ['begin'], [{}]])('rejects %p', (value) => {
    expect(thrown(() => fixture.open().transaction(value as unknown as () => void))).toEqual(
      typeError('Expected first argument to be a function'),
    );
  });

  test('an open iterator forbids beginning and ending', () => {
    const db = table(fixture.open());
    db.exec('insert into t values (1), (2)');
    const busy = typeError('This database connection is busy executing a query');
    const fn = db.transaction(() => 1);
    for (const _row of db.prepare('select * from t').iterate()) expect(thrown(() => fn())).toEqual(busy);
    expect(fn()).toBe(1);
  });
});

onBothPackages('Transactions in SQL', (fixture) => {
  test('inTransaction follows', () => {
    const db = fixture.open();
    db.exec('create table t(a)');
    const states: boolean[] = [];
    for (const sql of [
      'begin',
      'insert into t values (1)',
      'savepoint x',
      'release x',
      'commit',
      'savepoint y',
      'release y',
      'begin exclusive',
      'rollback',
    ]) {
      db.prepare(sql).run();
      states.push(db.inTransaction);
    }
    expect(states).toEqual([true, true, true, true, false, true, false, true, false]);
  });

  test('errors', () => {
    const db = fixture.open();
    expect(thrown(() => db.exec('commit'))).toEqual(
      sqliteError('SQLITE_ERROR', 'cannot commit - no transaction is active'),
    );
    expect(thrown(() => db.exec('rollback'))).toEqual(
      sqliteError('SQLITE_ERROR', 'cannot rollback - no transaction is active'),
    );
    expect(thrown(() => db.exec('release x'))).toEqual(sqliteError('SQLITE_ERROR', 'no such savepoint: x'));
    db.exec('begin');
    expect(thrown(() => db.exec('begin'))).toEqual(
      sqliteError('SQLITE_ERROR', 'cannot start a transaction within a transaction'),
    );
    expect(db.inTransaction).toBe(true);
  });

  test('schema changes roll back', () => {
    const db = fixture.open();
    db.exec('create table t(a)');
    const select = db.prepare('select * from t');
    db.exec('begin; drop table t; create table t(a, b); create table u(x); insert into t values (1, 2)');
    expect(select.get()).toEqual({ a: 1, b: 2 });
    db.exec('rollback');
    expect(select.all()).toEqual([]);
    expect(select.columns().map(({ name }) => name)).toEqual(['a']);
    expect(thrown(() => db.prepare('select * from u'))).toEqual(sqliteError('SQLITE_ERROR', 'no such table: u'));
    db.exec('savepoint s; create table u(y); rollback to s; release s');
    expect(thrown(() => db.prepare('select * from u'))).toEqual(sqliteError('SQLITE_ERROR', 'no such table: u'));
  });

  test('locked by another connection', () => {
    const file = fixture.file();
    const a = fixture.open(file, { timeout: 0 });
    const b = fixture.open(file, { timeout: 0 });
    a.exec('create table t(a)');
    a.exec('begin immediate; insert into t values (1)');
    expect(thrown(() => b.exec('insert into t values (2)'))).toEqual(sqliteError('SQLITE_BUSY', 'database is locked'));
    expect(thrown(() => b.exec('begin immediate'))).toEqual(sqliteError('SQLITE_BUSY', 'database is locked'));
    expect(b.inTransaction).toBe(false);
    expect(b.prepare('select count(*) from t').pluck().get()).toBe(0);
    a.exec('commit');
    b.exec('insert into t values (2)');
    expect(a.prepare('select count(*) from t').pluck().get()).toBe(2);
  });

  test('the timeout is waited for', () => {
    const file = fixture.file();
    const a = fixture.open(file);
    const b = fixture.open(file, { timeout: 150 });
    a.exec('create table t(a); begin exclusive');
    const start = Date.now();
    expect(thrown(() => b.exec('insert into t values (2)')).code).toBe('SQLITE_BUSY');
    const waited = Date.now() - start;
    expect(waited).toBeGreaterThanOrEqual(100);
    expect(waited).toBeLessThan(2000);
    a.exec('rollback');
  });
});
