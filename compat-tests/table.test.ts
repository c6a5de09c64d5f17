import { onBothPackages, rangeError, sqliteError, thrown, typeError, type Database } from './packages';

type Loose = (...args: unknown[]) => unknown;
type Rows = (...args: any[]) => Generator; // eslint-disable-line @typescript-eslint/no-explicit-any -- better-sqlite3's own type

const all = (db: Database, sql: string, ...args: unknown[]): unknown[] =>
  db
    .prepare(sql)
    .raw()
    .all(...args);

const define = (db: Database, name: string, rows: Rows, more: object = {}): Database =>
  db.table(name, { columns: ['x'], rows, ...more });

onBothPackages('Database#table()', (fixture) => {
  test('rows as arrays and as objects', () => {
    const db = fixture.open();
    const returned = db.table('v', {
      columns: ['a', 'b'],
      *rows() {
        yield [1, 'x'];
        yield { b: null, a: 2.5 };
        yield [10n, Buffer.from('ab')];
        yield [undefined, new Uint8Array([1, 2])];
      },
    });
    expect(returned).toBe(db);
    expect(all(db, 'select *, rowid, typeof(a), hex(b) from v')).toEqual([
      [1, 'x', 1, 'real', '78'],
      [2.5, null, 2, 'real', ''],
      [10, Buffer.from('ab'), 3, 'integer', '6162'],
      [null, Buffer.from([1, 2]), 4, 'null', '0102'],
    ]);
    expect(db.prepare('select * from V').columns()).toEqual([
      { name: 'a', column: 'a', table: 'v', database: 'main', type: null },
      { name: 'b', column: 'b', table: 'v', database: 'main', type: null },
    ]);
    expect(all(db, "select name, hidden from pragma_table_xinfo('v')")).toEqual([
      ['a', 0],
      ['b', 0],
    ]);
  });

  test('parameters are hidden columns', () => {
    const db = fixture.open();
    const seen: unknown[] = [];
    const rows = function* (p: unknown, q: unknown): Generator {
      seen.push([p, q]);
      yield [p ?? -1];
      yield [q ?? -2];
    };
    define(db, 'f', rows, { parameters: ['p', 'q'] });
    expect(all(db, 'select x, p, q, typeof(p) from f(5, ?)', 's')).toEqual([
      [5, 5, 's', 'real'],
      ['s', 5, 's', 'real'],
    ]);
    expect(all(db, 'select x, p, q from f(5)')).toEqual([
      [5, 5, null],
      [-2, 5, null],
    ]);
    expect(all(db, 'select x from f where q = 3')).toEqual([[-1], [3]]);
    expect(all(db, 'select x from f where p in (1, 2)')).toEqual([[1], [-2], [2], [-2]]);
    expect(all(db, 'select * from f(1)')).toEqual([[1], [-2]]);
    expect(all(db, "select name, hidden from pragma_table_xinfo('f')")).toEqual([
      ['p', 1],
      ['q', 1],
      ['x', 0],
    ]);
    expect(seen).toEqual([
      [5, 's'],
      [5, undefined],
      [undefined, 3],
      [1, undefined],
      [2, undefined],
      [1, undefined],
    ]);
  });

  test('a NULL argument means no rows', () => {
    const db = fixture.open();
    let calls = 0;
    define(db, 'f', function* (a, b) {
      calls++;
      yield [a ?? b];
    });
    expect(all(db, 'select x from f(null)')).toEqual([]);
    expect(all(db, 'select x from f(1, null)')).toEqual([]);
    expect(calls).toBe(0);
  });

  test('parameters are named after their positions by default', () => {
    const db = fixture.open();
    define(db, 'f', function* (a, b) {
      yield [Number(a) + Number(b)];
    });
    expect(all(db, 'select x, "$1", "$2" from f(1, 2)')).toEqual([[3, 1, 2]]);
    expect(all(db, 'select x from f where "$1" = 4 and "$2" = 6')).toEqual([[10]]);
  });

  test('32 parameters', () => {
    const db = fixture.open();
    const parameters = Array.from({ length: 32 }, (_, i) => `p${String(i)}`);
    define(db, 'm', function* (...args) { yield [args.map((arg) => arg ?? '-').join('')]; }, { parameters }); // prettier-ignore
    expect(all(db, `select x from m(${parameters.map((_, i) => String(i % 10)).join()})`)).toEqual([
      ['01234567890123456789012345678901'],
    ]);
    expect(all(db, 'select x from m where p31 = 9 and p0 = 1')).toEqual([[`1${'-'.repeat(30)}9`]]);
  });

  test('only = constrains a parameter', () => {
    const db = fixture.open();
    define(db, 'f', function* (p) { yield [p]; }, { parameters: ['p'] }); // prettier-ignore
    for (const condition of ['p > 3', "p like 'a%'", 'p is 3', 'p <> 3', 'p is not null', 'p is null', "p glob 'a'"])
      expect(thrown(() => db.prepare(`select x from f where ${condition}`))).toEqual(
        sqliteError('SQLITE_ERROR', `virtual table parameter "p" can only be constrained by the '=' operator`),
      );
    expect(thrown(() => db.prepare('select * from f(1, 2)'))).toEqual(
      sqliteError('SQLITE_ERROR', 'too many arguments on f() - max 1'),
    );
  });

  test('in joins and subqueries', () => {
    const db = fixture.open();
    define(db, 'span', function* (from, to) {
      for (let i = Number(from); i <= Number(to); i++) yield [i];
    });
    db.exec('create table t(n); insert into t values (1), (3), (0)');
    expect(all(db, 'select n, x from t, span(1, n)')).toEqual([[1, 1], [3, 1], [3, 2], [3, 3]]); // prettier-ignore
    expect(all(db, 'select n, x from span(1, n), t')).toEqual([[1, 1], [3, 1], [3, 2], [3, 3]]); // prettier-ignore
    expect(all(db, 'select n, x from t left join span(2, n)')).toEqual([[1, null], [3, 2], [3, 3], [0, null]]); // prettier-ignore
    expect(all(db, 'select n, x from t right join span(1, 2) on x = n')).toEqual([[1, 1], [null, 2]]); // prettier-ignore
    expect(all(db, 'select n, (select sum(x) from span(1, n)) from t')).toEqual([[1, 1], [3, 6], [0, null]]); // prettier-ignore
    expect(all(db, 'select a.x, b.x from span(1, 3) a, span(a.x, 2) b')).toEqual([[1, 1], [1, 2], [2, 2]]); // prettier-ignore
    expect(all(db, 'with c as (select x from span(1, 3)) select sum(a.x * b.x) from c a, c b')).toEqual([[36]]);
    expect(all(db, 'select x from span(1, 5) order by x desc limit 2')).toEqual([[5], [4]]);
    expect(all(db, 'select count(*), sum(x) from span(1, 1000)')).toEqual([[1000, 500500]]);
    expect(all(db, 'select x from span(1, 2) union all select x from span(2, 3)')).toEqual([[1], [2], [2], [3]]);
    expect(all(db, 'select * from span(t.n) cross join t')).toEqual([]);
  });

  test.each([
    ['5', `something that isn't a valid row object`],
    ['null', `something that isn't a valid row object`],
    ['[1]', 'a row with an incorrect number of columns'],
    ['[1, 2, 3]', 'a row with an incorrect number of columns'],
    ['({ a: 1 })', 'a row with missing columns'],
    ['({ a: 1, b: 2, c: 3 })', 'a row with an undeclared column "c"'],
  ])('the row %s is refused and the generator closed', (source, problem) => {
    const db = fixture.open();
    let closed = 0;
    const rows = function* (): Generator {
      try {
        yield (0, eval)(source);
      } finally {
        closed++;
      }
    };
    define(db, 'v', rows, { columns: ['a', 'b'] });
    expect(thrown(() => all(db, 'select count(*) from v'))).toEqual(
      typeError(`Virtual table module "v" yielded ${problem}`),
    );
    expect(closed).toBe(1);
  });

  test('a value that is none fails when it is read', () => {
    const db = fixture.open();
    const values: unknown[] = [{}, () => 1, Symbol('s'), true];
    for (const value of values) {
      define(db, 'v', function* () { yield [1, value]; }, { columns: ['a', 'b'] }); // prettier-ignore
      expect(all(db, 'select a from v')).toEqual([[1]]);
      expect(thrown(() => all(db, 'select * from v'))).toEqual(
        typeError('Virtual table module "v" yielded an invalid value'),
      );
    }
    define(db, 'v', function* () { yield [2n ** 63n]; }); // prettier-ignore
    expect(all(db, 'select count(*) from v')).toEqual([[1]]);
    expect(thrown(() => all(db, 'select x from v'))).toEqual(
      rangeError('Virtual table module "v" yielded a bigint that was too big'),
    );
  });

  test('what a generator throws reaches the caller', () => {
    const db = fixture.open();
    const problem = { any: 'value' };
    define(db, 'v', function* () {
      yield [1];
      throw problem; // eslint-disable-line @typescript-eslint/only-throw-error -- any value may be thrown
    });
    let caught: unknown;
    try {
      all(db, 'select x from v');
    } catch (error) {
      caught = error;
    }
    expect(caught).toBe(problem);
    expect(db.prepare('select x from v').pluck().get()).toBe(1);
    const seen: unknown[] = [];
    expect(() => {
      for (const row of db.prepare('select x from v').pluck().iterate()) seen.push(row);
    }).toThrow();
    expect(seen).toEqual([1]);
    db.exec('create table t(x)');
    expect(() => db.exec('insert into t select x from v')).toThrow();
    expect(all(db, 'select * from t')).toEqual([]);
  });

  test('the generator runs as far as rows are asked for, and is not closed', () => {
    const db = fixture.open();
    const log: string[] = [];
    define(db, 'v', function* () {
      try {
        for (let i = 0; ; i++) {
          log.push(String(i));
          yield [i];
        }
      } finally {
        log.push('closed');
      }
    });
    expect(all(db, 'select x from v limit 2')).toEqual([[0], [1]]);
    expect(db.prepare('select x from v').pluck().get()).toBe(0);
    for (const x of db.prepare('select x from v').pluck().iterate()) if (x === 1) break;
    expect(log).toEqual(['0', '1', '0', '0', '1']);
  });

  test('the connection is busy while a generator runs', () => {
    const db = fixture.open();
    const busy = typeError('This database connection is busy executing a query');
    const problems: unknown[] = [];
    define(db, 'v', function* () {
      problems.push(thrown(() => db.prepare('select 1')));
      problems.push(thrown(() => db.exec('select 1')));
      problems.push(thrown(() => define(db, 'w', function* () {}))); // prettier-ignore
      problems.push(thrown(() => db.close()));
      yield [1];
    });
    expect(all(db, 'select x from v')).toEqual([[1]]);
    expect(problems).toEqual([busy, busy, busy, busy]);
    const iterator = db.prepare('select x from v').iterate();
    iterator.next();
    expect(thrown(() => define(db, 'w', function* () {}))).toEqual(busy); // prettier-ignore
    iterator.return?.();
    expect(define(db, 'w', function* () {})).toBe(db); // prettier-ignore
  });

  test('safeIntegers', () => {
    const db = fixture.open();
    const seen: string[] = [];
    const rows = function* (value: unknown): Generator {
      seen.push(typeof value);
      yield [value];
    };
    define(db, 'plain', rows);
    define(db, 'safe', rows, { safeIntegers: true });
    define(db, 'unsafe', rows, { safeIntegers: false });
    db.prepare('select * from plain(1)').all();
    db.defaultSafeIntegers();
    define(db, 'later', rows);
    for (const name of ['plain', 'safe', 'unsafe', 'later']) db.prepare(`select * from ${name}(1)`).all();
    expect(seen).toEqual(['number', 'number', 'bigint', 'number', 'bigint']);
    expect(all(db, 'select x, typeof(x) from safe(1)')).toEqual([[1n, 'integer']]);
  });

  test('directOnly', () => {
    const db = fixture.open();
    const rows = function* (): Generator {
      yield [1];
    };
    define(db, 'direct', rows, { directOnly: true });
    define(db, 'open', rows);
    db.exec('create view dv as select * from direct; create view ov as select * from open; create table t(x)');
    db.exec('create trigger tr after insert on t begin insert into t select x from direct; end');
    const unsafe = sqliteError('SQLITE_ERROR', 'unsafe use of virtual table "direct"');
    expect(all(db, 'with c as (select * from direct) select * from c')).toEqual([[1]]);
    expect(all(db, 'select * from ov')).toEqual([[1]]);
    expect(thrown(() => db.prepare('select * from dv'))).toEqual(unsafe);
    expect(thrown(() => db.exec('insert into t values (1)'))).toEqual(unsafe);
    db.pragma('trusted_schema = 0');
    expect(thrown(() => db.prepare('select * from ov'))).toEqual(
      sqliteError('SQLITE_ERROR', 'unsafe use of virtual table "open"'),
    );
  });

  test('a table cannot be changed', () => {
    const db = fixture.open();
    define(db, 'v', function* () {}); // prettier-ignore
    for (const sql of ['insert into v values (1)', 'update v set x = 1', 'delete from v'])
      expect(thrown(() => db.prepare(sql))).toEqual(sqliteError('SQLITE_ERROR', 'table v may not be modified'));
    expect(thrown(() => db.prepare('drop table v'))).toEqual(sqliteError('SQLITE_ERROR', 'table v may not be dropped'));
    expect(thrown(() => db.prepare('create index i on v(x)'))).toEqual(
      sqliteError('SQLITE_ERROR', 'virtual tables may not be indexed'),
    );
    expect(thrown(() => db.exec('create virtual table w using v'))).toEqual(
      sqliteError('SQLITE_ERROR', 'no such module: v'),
    );
  });

  test('statements that are prepared keep their table when it is defined anew', () => {
    const db = fixture.open();
    define(db, 'v', function* () { yield [1]; }); // prettier-ignore
    const before = db.prepare('select * from v');
    expect(before.all()).toEqual([{ x: 1 }]);
    define(db, 'v', function* () { yield [2, 3]; }, { columns: ['y', 'z'] }); // prettier-ignore
    expect(before.all()).toEqual([{ x: 1 }]);
    expect(db.prepare('select * from v').all()).toEqual([{ y: 2, z: 3 }]);
  });

  test('long and odd values', () => {
    const db = fixture.open();
    db.table('v', {
      columns: ['t', 'b'],
      *rows() {
        yield ['a'.repeat(50_000), Buffer.alloc(70_000, 1)];
        yield ['é'.repeat(30_000), ''];
        yield [Number.NaN, -0];
      },
    });
    expect(all(db, 'select length(t), length(b), substr(t, 1, 2), typeof(t) from v')).toEqual([
      [50_000, 70_000, 'aa', 'text'],
      [30_000, 0, 'éé', 'text'],
      [null, 3, null, 'null'],
    ]);
  });

  test('buffers that the generator changes', () => {
    const db = fixture.open();
    define(db, 'v', function* (buffer: Buffer) {
      buffer[0] = 0;
      yield [buffer];
    });
    expect(all(db, 'select hex(x), hex("$1") from v(?)', Buffer.from([1, 2]))).toEqual([['0002', '0102']]);
  });

  test('a module may take the place of a built-in table', () => {
    const db = fixture.open();
    define(db, 'json_each', function* () { yield ['mine']; }); // prettier-ignore
    expect(all(db, 'select * from json_each')).toEqual([['mine']]);
    db.exec("create table v(a); insert into v values ('table')");
    define(db, 'v', function* () { yield ['module']; }); // prettier-ignore
    expect(all(db, 'select * from v')).toEqual([['table']]);
  });
});

onBothPackages('Database#table() with a factory', (fixture) => {
  const factoryOf = (db: Database, name: string, factory: unknown): Database => db.table(name, factory as never);

  test('makes tables', () => {
    const db = fixture.open();
    const calls: unknown[] = [];
    factoryOf(db, 'mod', function (this: object, ...args: string[]) {
      calls.push([{ ...this }, args]);
      const columns = args.length > 0 ? args.map((_, i) => `c${String(i)}`) : ['z'];
      return {
        columns,
        *rows() {
          yield args.length > 0 ? args : ['none'];
        },
      };
    });
    expect(thrown(() => db.prepare('select * from mod'))).toEqual(sqliteError('SQLITE_ERROR', 'no such table: mod'));
    db.exec('create virtual table m1 using mod');
    db.exec("create virtual table temp.m2 using Mod(a b, 'c,d', (e, f))");
    db.exec('create virtual table if not exists m1 using mod');
    expect(db.prepare('select * from m1').all()).toEqual([{ z: 'none' }]);
    expect(all(db, 'select * from m2')).toEqual([['a b', "'c,d'", '(e, f)']]);
    expect(all(db, 'select type, name, tbl_name, rootpage, sql from sqlite_schema')).toEqual([
      ['table', 'm1', 'm1', 0, 'CREATE VIRTUAL TABLE m1 using mod'],
    ]);
    expect(calls).toEqual([
      [{ module: 'mod', database: 'main', table: 'm1' }, []],
      [{ module: 'Mod', database: 'temp', table: 'm2' }, ['a b', "'c,d'", '(e, f)']],
    ]);
    expect(thrown(() => db.exec('create virtual table m1 using mod'))).toEqual(
      sqliteError('SQLITE_ERROR', 'table m1 already exists'),
    );
    for (const sql of ['insert into m1 values (1)', 'update m1 set z = 1', 'delete from m1'])
      expect(thrown(() => db.prepare(sql))).toEqual(sqliteError('SQLITE_ERROR', 'table m1 may not be modified'));
    db.exec('drop table m1');
    expect(thrown(() => db.prepare('select * from m1'))).toEqual(sqliteError('SQLITE_ERROR', 'no such table: m1'));
    db.exec('begin; create virtual table m3 using mod; rollback');
    expect(thrown(() => db.prepare('select * from m3'))).toEqual(sqliteError('SQLITE_ERROR', 'no such table: m3'));
  });

  test('a file with a table whose module is not there', () => {
    const file = fixture.file();
    const before = fixture.open(file);
    factoryOf(before, 'mod', () => ({ columns: ['a'], *rows() { yield [1]; } })); // prettier-ignore
    before.exec('create table plain(x); create virtual table v using mod; create view w as select * from v');
    before.close();
    const db = fixture.open(file);
    const missing = sqliteError('SQLITE_ERROR', 'no such module: mod');
    for (const sql of ['select * from v', 'insert into v values (1)', 'select * from w', 'drop table v'])
      expect(thrown(() => db.prepare(sql))).toEqual(missing);
    expect(all(db, 'select * from plain')).toEqual([]);
    db.exec('insert into plain values (1); create table more(x)');
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.exec('vacuum');
    expect(all(db, "select name, type, ncol from pragma_table_list where name = 'v'")).toEqual([['v', 'virtual', 0]]);
    factoryOf(db, 'mod', () => ({ columns: ['a', 'b'], *rows() { yield [1, 2]; } })); // prettier-ignore
    expect(all(db, 'select * from v')).toEqual([[1, 2]]);
    db.exec('drop view w; drop table v');
    expect(all(db, 'select name from sqlite_schema order by 1')).toEqual([['more'], ['plain']]);
  });

  test('errors', () => {
    const db = fixture.open();
    const problem = new Error('factory');
    const failing: [unknown, object][] = [
      [() => 5, typeError('Virtual table module "m" did not return a table definition object')],
      [() => null, typeError('Virtual table module "m" did not return a table definition object')],
      [() => ({}), typeError('Virtual table module "m" returned a table definition without a "rows" property')],
      [
        () => ({ columns: ['a'], rows: () => 1 }),
        typeError(
          'Virtual table module "m" returned a table definition with an invalid "rows" property (should be a generator function)',
        ),
      ],
      [
        () => {
          throw problem;
        },
        { name: 'Error', message: 'factory' },
      ],
    ];
    for (const [factory, error] of failing) {
      factoryOf(db, 'm', factory);
      expect(thrown(() => db.exec('create virtual table q using m'))).toEqual(error);
      expect(thrown(() => db.prepare('select * from q'))).toEqual(sqliteError('SQLITE_ERROR', 'no such table: q'));
    }
    expect(all(db, 'select * from sqlite_schema')).toEqual([]);
    for (const name of ['nosuch', 'json_each', 'pragma_table_info'])
      expect(thrown(() => db.prepare(`create virtual table q using ${name}`).run())).toEqual(
        sqliteError('SQLITE_ERROR', `no such module: ${name}`),
      );
  });
});

onBothPackages('Database#table(): its arguments', (fixture) => {
  const rows = function* (): Generator {}; // prettier-ignore
  const columns = ['a'];
  const prefix = 'Virtual table module "x" used a table definition';
  const cases: [unknown, object][] = [
    [undefined, typeError('Expected second argument to be a function or a table definition object')],
    [null, typeError('Expected second argument to be a function or a table definition object')],
    ['x', typeError('Expected second argument to be a function or a table definition object')],
    [{}, typeError(`${prefix} without a "rows" property`)],
    [{ rows }, typeError(`${prefix} without a "columns" property`)],
    [Object.create({ rows, columns }), typeError(`${prefix} without a "rows" property`)],
    [
      { rows: () => 1, columns },
      typeError(`${prefix} with an invalid "rows" property (should be a generator function)`),
    ],
    [
      { rows: async function* () {}, columns },
      typeError(`${prefix} with an invalid "rows" property (should be a generator function)`),
    ],
    [{ rows, columns: 'a' }, typeError(`${prefix} with an invalid "columns" property (should be an array of strings)`)],
    [
      { rows, columns: ['a', 1] },
      typeError(`${prefix} with an invalid "columns" property (should be an array of strings)`),
    ],
    [{ rows, columns: ['a', 'a'] }, typeError(`${prefix} with duplicate column names`)],
    [{ rows, columns: [] }, rangeError(`${prefix} with zero columns`)],
    [
      { rows, columns, parameters: 'p' },
      typeError(`${prefix} with an invalid "parameters" property (should be an array of strings)`),
    ],
    [{ rows, columns, parameters: ['p', 'p'] }, typeError(`${prefix} with duplicate parameter names`)],
    [
      { rows, columns, parameters: Array.from({ length: 33 }, (_, i) => `p${String(i)}`) },
      rangeError(`${prefix} with more than the maximum number of 32 parameters`),
    ],
    [
      { rows, columns, parameters: ['a'] },
      typeError(`${prefix} with column "a" which was ambiguously defined as both a column and parameter`),
    ],
    [
      { rows, columns, safeIntegers: 1 },
      typeError(`${prefix} with an invalid "safeIntegers" property (should be a boolean)`),
    ],
    [
      { rows, columns, directOnly: 1 },
      typeError(`${prefix} with an invalid "directOnly" property (should be a boolean)`),
    ],
  ];

  test.each(cases.map(([definition, error], i) => ({ i, definition, error })))(
    'definition $i: $error.message',
    ({ definition, error }) => {
      const db = fixture.open();
      expect(thrown(() => (db.table as Loose)('x', definition))).toEqual(error);
    },
  );

  test('names', () => {
    const db = fixture.open();
    const table = db.table.bind(db) as Loose;
    expect(thrown(() => table())).toEqual(typeError('Expected first argument to be a string'));
    expect(thrown(() => table(1, { rows, columns }))).toEqual(typeError('Expected first argument to be a string'));
    expect(thrown(() => table('', { rows, columns }))).toEqual(
      typeError('Virtual table module name cannot be an empty string'),
    );
    expect(table('select', { rows, columns: ['select', 'a"b', ''] })).toBe(db);
    expect(
      db
        .prepare('select * from "select"')
        .columns()
        .map(({ name }) => name),
    ).toEqual(['select', 'a"b', '']);
    expect(table('x', { rows, columns: ['a', 'A'] })).toBe(db);
    expect(thrown(() => db.prepare('select * from x'))).toEqual(
      sqliteError('SQLITE_ERROR', 'failed to declare virtual table "x"'),
    );
    db.close();
    expect(thrown(() => table('x', { rows, columns }))).toEqual(typeError('The database connection is not open'));
  });
});
