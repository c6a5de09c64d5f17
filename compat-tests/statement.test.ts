import { onBothPackages, sqliteError, thrown, typeError, type Database } from './packages';

function people(db: Database): Database {
  db.exec(`create table people(id integer primary key, name text, age int, photo blob);
    insert into people values (1, 'ann', 30, x'00ff'), (2, 'bob', null, null), (3, 'cy', 1.5, x'')`);
  return db;
}

onBothPackages('Statement#run()', (fixture) => {
  test('changes and lastInsertRowid', () => {
    const db = fixture.open();
    expect(db.prepare('create table t(a)').run()).toEqual({ changes: 0, lastInsertRowid: 0 });
    const insert = db.prepare('insert into t values (?)');
    expect(insert.run(1)).toEqual({ changes: 1, lastInsertRowid: 1 });
    expect(insert.run(1)).toEqual({ changes: 1, lastInsertRowid: 2 });
    expect(db.prepare('insert into t values (5), (6), (7)').run()).toEqual({ changes: 3, lastInsertRowid: 5 });
    expect(db.prepare('update t set a = a + 1').run()).toEqual({ changes: 5, lastInsertRowid: 5 });
    expect(db.prepare('update t set a = 0 where a > 100').run()).toEqual({ changes: 0, lastInsertRowid: 5 });
    expect(db.prepare('delete from t where a = 2').run()).toEqual({ changes: 2, lastInsertRowid: 5 });
    expect(db.prepare('create table u(a)').run()).toEqual({ changes: 0, lastInsertRowid: 5 });
    expect(db.prepare('delete from t').run()).toEqual({ changes: 3, lastInsertRowid: 5 });
    expect(Object.keys(insert.run(1))).toEqual(['changes', 'lastInsertRowid']);
  });

  test('on statements that return rows', () => {
    const db = people(fixture.open());
    expect(db.prepare('select * from people').run()).toEqual({ changes: 0, lastInsertRowid: 3 });
    expect(db.prepare('insert into people(name) values (?), (?) returning id').run('x', 'y')).toEqual({
      changes: 2,
      lastInsertRowid: 5,
    });
    expect(db.prepare('pragma user_version = 3').run()).toEqual({ changes: 0, lastInsertRowid: 5 });
    expect(db.pragma('user_version', { simple: true })).toBe(3);
  });

  test('explicit rowids, without rowid, insert or ignore', () => {
    const db = fixture.open();
    db.exec('create table t(id integer primary key, u unique); create table w(k primary key) without rowid');
    expect(db.prepare('insert into t values (-7, 1)').run()).toEqual({ changes: 1, lastInsertRowid: -7 });
    expect(db.prepare('insert or ignore into t values (9, 1)').run()).toEqual({ changes: 0, lastInsertRowid: -7 });
    expect(db.prepare('insert or replace into t values (9, 1)').run()).toEqual({ changes: 1, lastInsertRowid: 9 });
    expect(db.prepare('insert into w values (1)').run()).toEqual({ changes: 1, lastInsertRowid: 9 });
  });

  test('big rowids', () => {
    const db = fixture.open();
    db.exec('create table t(id integer primary key)');
    const insert = db.prepare('insert into t values (?)');
    expect(insert.run(9007199254740993n).lastInsertRowid).toBe(9007199254740992);
    expect(insert.safeIntegers().run(9007199254740995n)).toEqual({
      changes: 1,
      lastInsertRowid: 9007199254740995n,
    });
    expect(insert.safeIntegers(false).run(5).lastInsertRowid).toBe(5);
  });

  test('errors leave nothing behind', () => {
    const db = people(fixture.open());
    const insert = db.prepare('insert into people(id) values (?)');
    expect(thrown(() => insert.run(1))).toEqual(
      sqliteError('SQLITE_CONSTRAINT_PRIMARYKEY', 'UNIQUE constraint failed: people.id'),
    );
    expect(insert.run(4)).toEqual({ changes: 1, lastInsertRowid: 4 });
    expect(thrown(() => insert.run('text'))).toEqual(sqliteError('SQLITE_MISMATCH', 'datatype mismatch'));
  });
});

onBothPackages('Statement#get() and #all()', (fixture) => {
  test('rows', () => {
    const db = people(fixture.open());
    expect(db.prepare('select * from people where id = ?').get(1)).toEqual({
      id: 1,
      name: 'ann',
      age: 30,
      photo: Buffer.from([0, 255]),
    });
    expect(db.prepare('select * from people where id = 9').get()).toBeUndefined();
    expect(db.prepare('select * from people where id = 9').all()).toEqual([]);
    expect(db.prepare('select * from people order by id').all()).toEqual([
      { id: 1, name: 'ann', age: 30, photo: Buffer.from([0, 255]) },
      { id: 2, name: 'bob', age: null, photo: null },
      { id: 3, name: 'cy', age: 1.5, photo: Buffer.alloc(0) },
    ]);
  });

  test('rows are plain objects with ordinary properties', () => {
    const db = people(fixture.open());
    for (const row of [db.prepare('select * from people').get(), db.prepare('select * from people').all()[2]]) {
      expect(Object.getPrototypeOf(row)).toBe(Object.getPrototypeOf(db.prepare('select 1').get()));
      expect(Object.keys(row as object)).toEqual(['id', 'name', 'age', 'photo']);
      expect(Object.getOwnPropertyDescriptor(row, 'id')).toMatchObject({
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
  });

  test('many rows', () => {
    const db = fixture.open();
    const statement = db.prepare(
      "with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000) select i, 'row ' || i as t, i * 0.5 as r from n",
    );
    const rows = statement.all() as { i: number; t: string; r: number }[];
    expect(rows).toHaveLength(5000);
    rows.forEach((row, i) => {
      if (row.i !== i + 1 || row.t !== `row ${String(i + 1)}` || row.r !== (i + 1) / 2)
        throw new Error(`row ${String(i)}: ${JSON.stringify(row)}`);
    });
    expect(statement.all()).toEqual(rows);
    expect([...statement.iterate()]).toEqual(rows);
  });

  test('many columns', () => {
    const db = fixture.open();
    const names = Array.from({ length: 1500 }, (_, i) => `c${String(i)}`);
    const row = db.prepare(`select ${names.map((name, i) => `${String(i)} as ${name}`).join()}`).get();
    expect(row).toEqual(Object.fromEntries(names.map((name, i) => [name, i])));
    const raw = db
      .prepare(`select ${names.join()} from (select ${names.map((name, i) => `'${String(i)}' as ${name}`).join()})`)
      .raw();
    expect(raw.all()).toEqual([names.map((_, i) => String(i))]);
  });

  test('returning', () => {
    const db = people(fixture.open());
    expect(db.prepare("insert into people(name) values ('d'), ('e') returning id, name").all()).toEqual([
      { id: 4, name: 'd' },
      { id: 5, name: 'e' },
    ]);
    expect(db.prepare('update people set age = 1 where id > 3 returning id').get()).toEqual({ id: 4 });
    expect(db.prepare('select sum(age) from people where id > 3').pluck().get()).toBe(2);
    expect(db.prepare('delete from people where id = ? returning *').get(5)).toMatchObject({ id: 5, name: 'e' });
  });

  test('on statements without rows', () => {
    const db = people(fixture.open());
    const message = 'This statement does not return data. Use run() instead';
    const statement = db.prepare('delete from people');
    expect(thrown(() => statement.get())).toEqual(typeError(message));
    expect(thrown(() => statement.all())).toEqual(typeError(message));
    expect(thrown(() => statement.iterate())).toEqual(typeError(message));
    expect(db.prepare('select count(*) from people').pluck().get()).toBe(3);
  });

  test('runtime errors', () => {
    const db = fixture.open();
    expect(thrown(() => db.prepare('select abs(-9223372036854775807 - 1)').get())).toEqual(
      sqliteError('SQLITE_ERROR', 'integer overflow'),
    );
    const late = db.prepare(
      'with recursive n(i) as (select 1 union all select i + 1 from n where i < 9) select abs(case when i = 5 then -9223372036854775807 - 1 else i end) as a from n',
    );
    expect(late.get()).toEqual({ a: 1 });
    expect(thrown(() => late.all())).toEqual(sqliteError('SQLITE_ERROR', 'integer overflow'));
    const seen: unknown[] = [];
    expect(
      thrown(() => {
        for (const row of late.pluck().iterate()) seen.push(row);
      }),
    ).toEqual(sqliteError('SQLITE_ERROR', 'integer overflow'));
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(late.busy).toBe(false);
  });
});

onBothPackages('Row shapes', (fixture) => {
  test('pluck, raw, expand and back', () => {
    const db = people(fixture.open());
    const statement = db.prepare('select id, name from people order by id');
    expect(statement.pluck()).toBe(statement);
    expect([statement.get(), statement.all(), [...statement.iterate()]]).toEqual([1, [1, 2, 3], [1, 2, 3]]);
    expect(statement.raw().get()).toEqual([1, 'ann']);
    expect(statement.all()).toEqual([
      [1, 'ann'],
      [2, 'bob'],
      [3, 'cy'],
    ]);
    expect(statement.expand().get()).toEqual({ people: { id: 1, name: 'ann' } });
    expect(statement.pluck(false).get()).toEqual({ people: { id: 1, name: 'ann' } });
    expect(statement.expand(false).get()).toEqual({ id: 1, name: 'ann' });
    expect(statement.raw(true).raw(false).get()).toEqual({ id: 1, name: 'ann' });
  });

  test('expand', () => {
    const db = people(fixture.open());
    db.exec("create table pets(id integer primary key, owner int, name text); insert into pets values (10, 1, 'rex')");
    expect(
      db
        .prepare(
          'select *, people.id + pets.id, 7 as seven from people as p2, pets join people on owner = people.id where p2.id = 2',
        )
        .expand()
        .all(),
    ).toEqual([
      {
        people: { id: 1, name: 'ann', age: 30, photo: Buffer.from([0, 255]) },
        pets: { id: 10, owner: 1, name: 'rex' },
        $: { 'people.id + pets.id': 11, seven: 7 },
      },
    ]);
  });

  test('duplicate column names: the last one wins in the place of the first', () => {
    const db = fixture.open();
    const statement = db.prepare('select 1 as a, 2 as b, 3 as a, 4 as c');
    expect(Object.entries(statement.get() as object)).toEqual([
      ['a', 3],
      ['b', 2],
      ['c', 4],
    ]);
    expect(Object.entries(statement.all()[0] as object)).toEqual([
      ['a', 3],
      ['b', 2],
      ['c', 4],
    ]);
    expect(statement.raw().get()).toEqual([1, 2, 3, 4]);
    expect(statement.expand().get()).toEqual({ $: { a: 3, b: 2, c: 4 } });
  });

  test('odd column names', () => {
    const db = fixture.open();
    const names = [
      '',
      ' ',
      'a b',
      'constructor',
      'toString',
      '1',
      '01',
      'é',
      '🙂',
      "it's",
      'a\\b',
      'a\nb',
      'length',
      '`',
    ];
    const statement = db.prepare(`select ${names.map((name, i) => `${String(i)} as "${name}"`).join()}`);
    const row = statement.get() as Record<string, number>;
    for (const [i, name] of names.entries()) expect([name, row[name]]).toEqual([name, i]);
    expect(Object.keys(row)).toHaveLength(names.length);
    expect(statement.all()[0]).toEqual(row);
  });

  test('integer-like names come first, as in any object', () => {
    const db = fixture.open();
    expect(Object.keys(db.prepare('select 1 as b, 2 as "5", 3 as "0", 4 as a').get() as object)).toEqual([
      '0',
      '5',
      'b',
      'a',
    ]);
  });

  test('misuse', () => {
    const db = people(fixture.open());
    const statement = db.prepare('select 1');
    for (const method of ['pluck', 'raw', 'expand', 'safeIntegers'] as const) {
      for (const value of [undefined, null, 1, 'true', {}])
        expect(thrown(() => statement[method](value as boolean))).toEqual(
          typeError('Expected first argument to be a boolean'),
        );
    }
    const writer = db.prepare('delete from people');
    for (const method of ['pluck', 'raw', 'expand'] as const)
      expect(thrown(() => writer[method]())).toEqual(
        typeError(`The ${method}() method is only for statements that return data`),
      );
    expect(writer.safeIntegers()).toBe(writer);
  });
});

onBothPackages('Statement#iterate()', (fixture) => {
  test('the protocol', () => {
    const db = people(fixture.open());
    const statement = db.prepare('select id from people order by id');
    const iterator = statement.iterate();
    expect(Object.keys(iterator)).toEqual(['statement']);
    expect((iterator as unknown as { statement: unknown }).statement).toBe(statement);
    expect(iterator[Symbol.iterator]()).toBe(iterator);
    expect(iterator.next()).toEqual({ value: { id: 1 }, done: false });
    expect(iterator.next()).toEqual({ value: { id: 2 }, done: false });
    expect(iterator.next()).toEqual({ value: { id: 3 }, done: false });
    expect(iterator.next()).toEqual({ value: undefined, done: true });
    expect(iterator.next()).toEqual({ value: undefined, done: true });
    expect(iterator.return?.()).toEqual({ value: undefined, done: true });
  });

  test('break, return and throw close it', () => {
    const db = people(fixture.open());
    const statement = db.prepare('select id from people');
    for (const _row of statement.iterate()) break;
    expect(statement.busy).toBe(false);
    const iterator = statement.iterate();
    expect(iterator.return?.()).toEqual({ value: undefined, done: true });
    expect(iterator.next()).toEqual({ value: undefined, done: true });
    expect(() => {
      for (const _row of statement.iterate()) throw new Error('stop');
    }).toThrow('stop');
    expect(statement.busy).toBe(false);
    db.exec('delete from people');
    expect([...statement.iterate()]).toEqual([]);
  });

  test('iterators of one text are independent', () => {
    const db = people(fixture.open());
    const a = db.prepare('select id from people order by id').pluck().iterate();
    const b = db.prepare('select id from people order by id').pluck().iterate();
    expect([a.next().value, a.next().value, b.next().value, a.next().value, b.next().value]).toEqual([1, 2, 1, 3, 2]);
    a.return?.();
    b.return?.();
  });

  test('iterators cannot be made otherwise', () => {
    const db = fixture.open();
    const iterator = db.prepare('select 1').iterate();
    const Iterator = iterator.constructor as new () => unknown;
    expect(thrown(() => new Iterator())).toEqual(typeError('Disabled constructor'));
    iterator.return?.();
  });

  test('the shape is fixed when iteration starts', () => {
    const db = people(fixture.open());
    const statement = db.prepare('select id from people order by id').pluck();
    const iterator = statement.iterate();
    expect(thrown(() => statement.pluck(false))).toEqual(typeError('This statement is busy executing a query'));
    expect([...iterator]).toEqual([1, 2, 3]);
  });
});

onBothPackages('Busy statements and connections', (fixture) => {
  const busy = typeError('This database connection is busy executing a query');
  const locked = typeError('This statement is busy executing a query');

  test('while an iterator is open, only reading is allowed', () => {
    const db = people(fixture.open());
    const statement = db.prepare('select id from people order by id');
    const other = db.prepare('select name from people order by id').pluck();
    const writer = db.prepare('insert into people(name) values (?)');
    const iterator = statement.iterate();
    for (const state of ['before the first row', 'after it']) {
      expect([state, statement.busy]).toEqual([state, true]);
      for (const call of [
        () => statement.get(),
        () => statement.all(),
        () => statement.iterate(),
        () => statement.bind(),
        () => statement.pluck(),
        () => statement.raw(),
        () => statement.expand(),
        () => statement.safeIntegers(),
        () => statement.run(),
      ])
        expect(thrown(call)).toEqual(locked);
      for (const call of [
        () => db.exec('select 1'),
        () => db.pragma('cache_size'),
        () => db.close(),
        () => db.function('f', () => 1),
        () => db.aggregate('f', { step: () => 1 }),
        () => writer.run('x'),
        () => other.run(),
      ])
        expect(thrown(call)).toEqual(busy);
      expect(db.prepare('select 5 as five').get()).toEqual({ five: 5 });
      expect(other.all()).toEqual(['ann', 'bob', 'cy']);
      expect(statement.columns()).toHaveLength(1);
      if (state === 'before the first row') iterator.next();
    }
    expect(db.open).toBe(true);
    iterator.return?.();
    expect(statement.busy).toBe(false);
    expect(writer.run('x').changes).toBe(1);
  });

  test('unsafe mode', () => {
    const db = people(fixture.open());
    expect(db.unsafeMode()).toBe(db);
    const seen: unknown[] = [];
    for (const id of db.prepare('select id from people order by id').pluck().iterate()) {
      seen.push(id);
      db.prepare('update people set age = 99 where id = ?').run(id);
      db.exec('select 1');
      expect(db.pragma('user_version', { simple: true })).toBe(0);
      expect(thrown(() => db.close())).toEqual(busy);
    }
    expect(seen).toEqual([1, 2, 3]);
    expect(db.prepare('select sum(age) from people').pluck().get()).toBe(297);
    expect(db.unsafeMode(false)).toBe(db);
    for (const value of [undefined, null, 1, 'x'])
      expect(thrown(() => db.unsafeMode(value as unknown as boolean))).toEqual(
        typeError('Expected first argument to be a boolean'),
      );
  });

  test('inside of user functions', () => {
    const db = people(fixture.open());
    const select = db.prepare('select 1');
    const errors: unknown[] = [];
    db.function('probe', () => {
      for (const call of [
        () => select.get(),
        () => select.all(),
        () => select.run(),
        () => select.iterate(),
        () => select.pluck(),
        () => select.bind(),
        () => select.columns(),
        () => db.prepare('select 2'),
        () => db.exec('select 1'),
        () => db.close(),
        () => db.function('g', () => 1),
      ])
        errors.push(thrown(call));
      return 5;
    });
    expect(db.prepare('select probe() as p').all()).toEqual([{ p: 5 }]);
    expect(errors).toHaveLength(11);
    for (const error of errors) expect(error).toEqual(busy);
  });

  test('inside of user functions another connection is free', () => {
    const db = people(fixture.open());
    const other = people(fixture.open());
    const names = other.prepare('select name from people where id = ?').pluck();
    db.function('other_name', (id: unknown) => names.get(id));
    expect(db.prepare("select id, other_name(id) as n, name || '!' as m from people order by id").all()).toEqual([
      { id: 1, n: 'ann', m: 'ann!' },
      { id: 2, n: 'bob', m: 'bob!' },
      { id: 3, n: 'cy', m: 'cy!' },
    ]);
  });
});

onBothPackages('Columns named __proto__', (fixture) => {
  test('are set as any property is: only objects and null take effect, on the prototype', () => {
    const db = fixture.open();
    const plain = Object.getPrototypeOf(db.prepare('select 1').get()) as unknown;
    const prototypeOf = (sql: string): unknown => Object.getPrototypeOf(db.prepare(sql).get());
    expect(prototypeOf('select 1 as "__proto__", 2 as a')).toBe(plain);
    expect(prototypeOf('select \'text\' as "__proto__"')).toBe(plain);
    expect(prototypeOf('select null as "__proto__", 2 as a')).toBe(null);
    expect(Buffer.isBuffer(prototypeOf('select x\'00\' as "__proto__"'))).toBe(true);
    expect(Object.keys(db.prepare('select 1 as "__proto__", 2 as a').get() as object)).toEqual(['a']);
    expect(db.prepare('select 1 as "__proto__"').raw().get()).toEqual([1]);
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  test('expanded rows', () => {
    const db = fixture.open();
    db.exec('create table "__proto__"(a, b); insert into "__proto__" values (1, 2)');
    const row = db.prepare('select *, 3 as c from "__proto__"').expand().get() as object;
    expect(Object.keys(row)).toEqual(['$']);
    expect(Object.entries(Object.getPrototypeOf(row) as object)).toEqual([['b', 2]]);
  });
});
