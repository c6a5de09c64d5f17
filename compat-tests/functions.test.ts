import { onBothPackages, rangeError, sqliteError, thrown, typeError, type Database } from './packages';

type Loose = (...args: unknown[]) => unknown;

onBothPackages('Database#function()', (fixture) => {
  const one = (db: Database, sql: string, ...args: unknown[]): unknown =>
    db
      .prepare(sql)
      .pluck()
      .get(...args);

  test('calls the function', () => {
    const db = fixture.open();
    expect(db.function('add2', (a: unknown, b: unknown) => Number(a) + Number(b))).toBe(db);
    expect(one(db, 'select add2(12, 34)')).toBe(46);
    expect(one(db, 'select ADD2(?, ?)', 1, 2)).toBe(3);
    expect(one(db, 'select add2(add2(1, 2), add2(3, 4))')).toBe(10);
    expect(thrown(() => one(db, 'select add2(1)'))).toEqual(
      sqliteError('SQLITE_ERROR', 'wrong number of arguments to function add2()'),
    );
    expect(thrown(() => one(db, 'select add2(1, 2, 3)'))).toEqual(
      sqliteError('SQLITE_ERROR', 'wrong number of arguments to function add2()'),
    );
  });

  test('arguments and results of every type', () => {
    const db = fixture.open();
    const seen: unknown[] = [];
    db.function('echo', (value: unknown) => {
      seen.push(value);
      return value;
    });
    const values = [
      1,
      -5,
      2.5,
      'text',
      'é',
      '日本',
      '',
      Buffer.from([1, 2, 3]),
      Buffer.alloc(0),
      null,
      'x'.repeat(10_000),
      Buffer.alloc(10_000, 7),
    ];
    for (const value of values) expect(one(db, 'select echo(?)', value)).toEqual(value);
    expect(seen).toEqual(values);
    expect(
      one(
        db,
        "select typeof(echo(1)) || typeof(echo('a')) || typeof(echo(x'00')) || typeof(echo(null)) || typeof(echo(1.5))",
      ),
    ).toBe('realtextblobnullreal');
    db.function('no_result', () => undefined);
    expect(one(db, 'select typeof(no_result())')).toBe('null');
    db.function('big', () => 12345678901234567n);
    expect(db.prepare('select typeof(big()), big()').raw().safeIntegers().get()).toEqual([
      'integer',
      12345678901234567n,
    ]);
    db.function('bytes', () => new Uint16Array([1, 2]));
    expect(one(db, 'select hex(bytes())')).toBe('01000200');
    db.function('nan', () => NaN);
    expect(one(db, 'select typeof(nan())')).toBe('null');
  });

  test('results that are no values', () => {
    const db = fixture.open();
    for (const value of [{}, [], true, Symbol('x'), () => 1, new Date(), Promise.resolve(1)]) {
      db.function('bad', () => value);
      expect(thrown(() => one(db, 'select bad()'))).toEqual(
        typeError('User-defined function bad() returned an invalid value'),
      );
    }
    db.function('huge', () => 2n ** 63n);
    expect(thrown(() => one(db, 'select huge()'))).toEqual(
      rangeError('User-defined function huge() returned a bigint that was too big'),
    );
    expect(one(db, 'select 1')).toBe(1);
  });

  test('this is undefined, varargs, lengths', () => {
    const db = fixture.open();
    db.function('receiver', function (this: unknown) {
      'use strict';
      return this === undefined ? 1 : 0;
    });
    expect(one(db, 'select receiver()')).toBe(1);
    db.function('count_args', { varargs: true }, (...args: unknown[]) => args.length);
    expect(one(db, 'select count_args()')).toBe(0);
    expect(one(db, 'select count_args(1, 2, 3, 4, 5, 6)')).toBe(6);
    db.function('rest', (a: unknown, ...rest: unknown[]) => `${String(a)} ${String(rest.length)}`);
    expect(one(db, "select rest('x')")).toBe('x 0');
    db.function('overload', () => 'none');
    db.function('overload', (_a: unknown) => 'one');
    db.function('overload', (_a: unknown, _b: unknown) => 'two');
    expect(db.prepare('select overload(), overload(1), overload(1, 2)').raw().get()).toEqual(['none', 'one', 'two']);
    db.function('overload', { varargs: true }, () => 'any');
    expect(db.prepare('select overload(1), overload(1, 2, 3)').raw().get()).toEqual(['one', 'any']);
  });

  test('redefinition', () => {
    const db = fixture.open();
    db.function('f', () => 1);
    const statement = db.prepare('select f()').pluck();
    expect(statement.get()).toBe(1);
    db.function('f', () => 2);
    expect(statement.get()).toBe(2);
    db.function('abs', (_x: unknown) => 'mine');
    expect(one(db, 'select abs(-1)')).toBe('mine');
  });

  test('in every clause', () => {
    const db = fixture.open();
    db.exec('create table t(a); insert into t values (1), (2), (3), (4)');
    db.function('even', (x: unknown) => (Number(x) % 2 === 0 ? 1 : 0));
    db.function('neg', (x: unknown) => -Number(x));
    expect(db.prepare('select a from t where even(a) order by neg(a)').pluck().all()).toEqual([4, 2]);
    expect(
      db.prepare('select even(a), sum(neg(a)) from t group by even(a) having sum(neg(a)) < -4').raw().all(),
    ).toEqual([[1, -6]]);
    expect(db.prepare('update t set a = neg(a) where even(a)').run().changes).toBe(2);
    expect(db.prepare('select a from t').pluck().all()).toEqual([1, -2, 3, -4]);
    expect(db.prepare('insert into t select neg(a) from t where a > 0').run().changes).toBe(2);
    expect(db.prepare('select max(neg(a)) from t').pluck().get()).toBe(4);
    expect([...db.prepare('select neg(a) from t').pluck().iterate()]).toEqual([-1, 2, -3, 4, 1, 3]);
  });

  test('errors come through as they are and abort the statement', () => {
    const db = fixture.open();
    db.exec('create table t(a)');
    const error = new RangeError('from the function');
    let calls = 0;
    db.function('fail_at_3', (x: unknown) => {
      calls++;
      if (x === 3) throw error;
      return x as number;
    });
    const insert = db.prepare(
      'insert into t select fail_at_3(value) from (values (1), (2), (3), (4)) as v(value)'
        .replace(' as v(value)', '')
        .replace('(value)', '(column1)'),
    );
    let caught: unknown;
    try {
      insert.run();
    } catch (thrownError) {
      caught = thrownError;
    }
    expect(caught).toBe(error);
    expect(calls).toBe(3);
    expect(db.prepare('select count(*) from t').pluck().get()).toBe(0);
    expect(thrown(() => insert.run())).toEqual(rangeError('from the function'));
    expect(thrown(() => db.exec('select fail_at_3(3)'))).toEqual(rangeError('from the function'));
    const seen: unknown[] = [];
    expect(
      thrown(() => {
        for (const row of db.prepare('select fail_at_3(column1) from (values (1), (2), (3))').pluck().iterate())
          seen.push(row);
      }),
    ).toEqual(rangeError('from the function'));
    expect(seen).toEqual([1, 2]);
    for (const value of [undefined, null, 0, '', 'text', Symbol.for('x')]) {
      db.function('throw_any', () => {
        throw value as unknown as Error;
      });
      let got: unknown = 'nothing';
      try {
        one(db, 'select throw_any()');
      } catch (thrownValue) {
        got = thrownValue;
      }
      expect(got).toBe(value);
    }
  });

  test('safe integers', () => {
    const db = fixture.open();
    const kind = (x: unknown): string => typeof x;
    db.function('plain', kind);
    db.function('safe', { safeIntegers: true }, kind);
    expect(db.prepare('select plain(1), safe(1), safe(1.5)').raw().get()).toEqual(['number', 'bigint', 'number']);
    expect(db.prepare('select plain(1), safe(1)').raw().safeIntegers().get()).toEqual(['number', 'bigint']);
    db.defaultSafeIntegers();
    db.function('plain2', kind);
    db.function('unsafe', { safeIntegers: false }, kind);
    expect(db.prepare('select plain(1), plain2(1), unsafe(1)').raw().get()).toEqual(['number', 'bigint', 'number']);
  });

  test('deterministic and directOnly', () => {
    const db = fixture.open();
    db.exec('create table t(a)');
    db.function('det', { deterministic: true }, (x: unknown) => x as number);
    db.function('nondet', (x: unknown) => x as number);
    db.function('direct', { directOnly: true }, (x: unknown) => x as number);
    db.exec('create index i on t(det(a))');
    expect(thrown(() => db.exec('create index j on t(nondet(a))'))).toEqual(
      sqliteError('SQLITE_ERROR', 'non-deterministic functions prohibited in index expressions'),
    );
    expect(one(db, 'select direct(5)')).toBe(5);
    db.exec('create view v as select direct(1) as x');
    expect(thrown(() => one(db, 'select * from v'))).toEqual(sqliteError('SQLITE_ERROR', 'unsafe use of direct()'));
  });

  test('a constant deterministic call is evaluated once', () => {
    const db = fixture.open();
    let calls = 0;
    db.function('once', { deterministic: true }, () => ++calls);
    expect(db.prepare('select once() from (values (1), (2), (3))').pluck().all()).toEqual([1, 1, 1]);
    expect(calls).toBe(1);
  });

  test.each<[unknown[], string]>([
    [[], 'Expected first argument to be a string'],
    [[null, () => 1], 'Expected first argument to be a string'],
    [['f'], 'Expected last argument to be a function'],
    [['f', null], 'Expected last argument to be a function'],
    [['f', {}, {}], 'Expected last argument to be a function'],
    [['f', 123, () => 1], 'Expected second argument to be an options object'],
    [['', () => 1], 'User-defined function name cannot be an empty string'],
    [['f', { varargs: 1 }, () => 1], 'Expected the "varargs" option to be a boolean'],
    [['f', { deterministic: 1 }, () => 1], 'Expected the "deterministic" option to be a boolean'],
    [['f', { directOnly: 1 }, () => 1], 'Expected the "directOnly" option to be a boolean'],
    [['f', { safeIntegers: 1 }, () => 1], 'Expected the "safeIntegers" option to be a boolean'],
    [
      ['f', Object.defineProperty(() => 1, 'length', { value: -1 })],
      'Expected function.length to be a positive integer',
    ],
    [
      ['f', Object.defineProperty(() => 1, 'length', { value: 'x' })],
      'Expected function.length to be a positive integer',
    ],
  ])('rejects %p', (args, message) => {
    const db = fixture.open();
    expect(thrown(() => (db.function as unknown as Loose).apply(db, args))).toEqual(typeError(message));
  });

  test('at most 100 arguments', () => {
    const db = fixture.open();
    const wide = Object.defineProperty(() => 1, 'length', { value: 101 });
    expect(thrown(() => db.function('f', wide))).toEqual(
      rangeError('User-defined functions cannot have more than 100 arguments'),
    );
    db.function(
      'f',
      Object.defineProperty((...args: unknown[]) => args.length, 'length', { value: 100 }),
    );
    expect(one(db, `select f(${'1,'.repeat(99)}1)`)).toBe(100);
  });
});

onBothPackages('Database#aggregate()', (fixture) => {
  const numbers = (db: Database): Database => {
    db.exec("create table t(g, x); insert into t values ('a', 1), ('a', 2), ('b', 30), ('b', 40), ('b', 50)");
    return db;
  };
  const add = (total: number, x: number): number => total + x;

  test('start, step and result', () => {
    const db = numbers(fixture.open());
    expect(db.aggregate('add_all', { start: 0, step: add })).toBe(db);
    expect(db.prepare('select add_all(x) from t').pluck().get()).toBe(123);
    expect(db.prepare('select g, add_all(x) as s from t group by g order by g').all()).toEqual([
      { g: 'a', s: 3 },
      { g: 'b', s: 120 },
    ]);
    expect(db.prepare('select add_all(x) from t where 0').pluck().get()).toBe(0);
    db.aggregate('joined', {
      start: () => [] as unknown[],
      step: (list: unknown[], x: unknown) => {
        list.push(x);
      },
      result: (list: unknown[]) => list.join('-'),
    });
    expect(db.prepare('select joined(x), joined(g) from t').raw().get()).toEqual(['1-2-30-40-50', 'a-a-b-b-b']);
    expect(db.prepare('select joined(distinct g) from t').pluck().get()).toBe('a-b');
    expect(db.prepare('select joined(x) filter (where x > 30) from t').pluck().get()).toBe('40-50');
    expect(db.prepare('select joined(x) from t where 0').pluck().get()).toBe('');
  });

  test('step that returns undefined keeps the accumulator; the default start is null', () => {
    const db = numbers(fixture.open());
    const seen: unknown[] = [];
    db.aggregate('watch', {
      step: (total: unknown, x: unknown) => {
        seen.push([total, x]);
        return x === 30 ? undefined : x;
      },
    });
    expect(db.prepare('select watch(x) from t').pluck().get()).toBe(50);
    expect(seen).toEqual([
      [null, 1],
      [1, 2],
      [2, 30],
      [2, 40],
      [40, 50],
    ]);
  });

  test('arguments: their number comes from the longer function', () => {
    const db = numbers(fixture.open());
    db.aggregate('pairs', {
      start: '',
      step: ((s: string, a: unknown, b: unknown) => `${s}${String(a)}${String(b)} `) as never,
    });
    expect(db.prepare('select pairs(g, x) from t').pluck().get()).toBe('a1 a2 b30 b40 b50 ');
    expect(thrown(() => db.prepare('select pairs(g) from t'))).toEqual(
      sqliteError('SQLITE_ERROR', 'wrong number of arguments to function pairs()'),
    );
    db.aggregate('counted', {
      start: 0,
      varargs: true,
      step: (n: number, ...rest: unknown[]) => n + rest.length,
    });
    expect(db.prepare('select counted(), counted(1), counted(1, 2, 3) from t').raw().get()).toEqual([0, 5, 15]);
  });

  test('errors come through', () => {
    const db = numbers(fixture.open());
    const error = (text: string) => (): never => {
      throw new Error(text);
    };
    const attempt = (options: object): object => {
      db.aggregate('bad', options as never);
      return thrown(() => db.prepare('select bad(x) from t').get());
    };
    const one = (_t: unknown, _x: unknown): number => 1;
    expect(attempt({ start: error('start'), step: one })).toEqual({ name: 'Error', message: 'start' });
    expect(attempt({ step: (_t: unknown, _x: unknown) => error('step')() })).toEqual({
      name: 'Error',
      message: 'step',
    });
    expect(attempt({ step: one, result: error('result') })).toEqual({ name: 'Error', message: 'result' });
    expect(attempt({ step: one, result: () => ({}) })).toEqual(
      typeError('User-defined function bad() returned an invalid value'),
    );
    expect(attempt({ start: {}, step: (_t: unknown, _x: unknown) => undefined })).toEqual(
      typeError('User-defined function bad() returned an invalid value'),
    );
    expect(attempt({ step: one, result: () => 2n ** 64n })).toEqual(
      rangeError('User-defined function bad() returned a bigint that was too big'),
    );
    expect(db.prepare('select count(*) from t').pluck().get()).toBe(5);
  });

  test('redefinition and safe integers', () => {
    const db = numbers(fixture.open());
    db.aggregate('kind', { step: (_t: unknown, x: unknown) => typeof x });
    const statement = db.prepare('select kind(x) from t').pluck();
    expect(statement.get()).toBe('number');
    db.aggregate('kind', { safeIntegers: true, step: (_t: unknown, x: unknown) => typeof x });
    expect(statement.get()).toBe('bigint');
  });

  test.each<[unknown[], string]>([
    [[null, {}], 'Expected first argument to be a string'],
    [['f'], 'Expected second argument to be an options object'],
    [['f', null], 'Expected second argument to be an options object'],
    [['f', () => 1], 'Expected second argument to be an options object'],
    [['', { step: () => 1 }], 'User-defined function name cannot be an empty string'],
    [['f', {}], 'Missing required option "step"'],
    [['f', { step: null }], 'Missing required option "step"'],
    [['f', { step: 1 }], 'Expected the "step" option to be a function'],
    [['f', { step: () => 1, inverse: 1 }], 'Expected the "inverse" option to be a function'],
    [['f', { step: () => 1, result: 1 }], 'Expected the "result" option to be a function'],
    [['f', { step: () => 1, varargs: 1 }], 'Expected the "varargs" option to be a boolean'],
    [['f', { step: () => 1, safeIntegers: 1 }], 'Expected the "safeIntegers" option to be a boolean'],
    [['f', { step: () => 1, deterministic: 1 }], 'Expected the "deterministic" option to be a boolean'],
    [['f', { step: () => 1, directOnly: 1 }], 'Expected the "directOnly" option to be a boolean'],
  ])('rejects %p', (args, message) => {
    const db = fixture.open();
    expect(thrown(() => (db.aggregate as unknown as Loose).apply(db, args))).toEqual(typeError(message));
  });

  test('at most 100 arguments', () => {
    const step = Object.defineProperty(() => 1, 'length', { value: 102 });
    expect(thrown(() => fixture.open().aggregate('f', { step: step }))).toEqual(
      rangeError('User-defined functions cannot have more than 100 arguments'),
    );
  });
});
