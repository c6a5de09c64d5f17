import { onBothPackages, rangeError, sqliteError, thrown, typeError, type Database } from './packages';
import { createContext, runInContext } from 'node:vm';

const tooFew = rangeError('Too few parameter values were provided');
const tooMany = rangeError('Too many parameter values were provided');
const missingNamed = typeError('Missing named parameters');
const notBindable = typeError('SQLite3 can only bind numbers, strings, bigints, buffers, and null');
const tooBig = rangeError('The bound string, buffer, or bigint is too big');

onBothPackages('Binding parameters', (fixture) => {
  const ask = (sql: string, ...args: unknown[]): unknown =>
    fixture
      .open()
      .prepare(sql)
      .raw()
      .get(...args);
  const failure = (sql: string, ...args: unknown[]): object => thrown(() => ask(sql, ...args));

  test('positional', () => {
    expect(ask('select ?, ?, ?', 1, 'b', null)).toEqual([1, 'b', null]);
    expect(ask('select ?, ?, ?', [1, 'b', null])).toEqual([1, 'b', null]);
    expect(ask('select ?, ?, ?', 1, ['b', null])).toEqual([1, 'b', null]);
    expect(ask('select ?, ?, ?', [1], [], ['b', null])).toEqual([1, 'b', null]);
    expect(ask('select ?', undefined)).toEqual([null]);
    expect(ask('select ?', [undefined])).toEqual([null]);
    expect(ask('select 1')).toEqual([1]);
    expect(ask('select 1', [])).toEqual([1]);
    expect(ask('select 1', {})).toEqual([1]);
    expect(ask('select ?, ?', [1], 2, {})).toEqual([1, 2]);
  });

  test('sparse arrays are null', () => {
    const sparse = new Array<unknown>(3);
    sparse[1] = 5;
    expect(ask('select ?, ?, ?', sparse)).toEqual([null, 5, null]);
  });

  test('wrong numbers', () => {
    expect(failure('select ?, ?', 1)).toEqual(tooFew);
    expect(failure('select ?, ?')).toEqual(tooFew);
    expect(failure('select ?, ?', [1])).toEqual(tooFew);
    expect(failure('select ?, ?', [1], [])).toEqual(tooFew);
    expect(failure('select ?, ?', {})).toEqual(tooFew);
    expect(failure('select ?', 1, 2)).toEqual(tooMany);
    expect(failure('select ?', [1, 2])).toEqual(tooMany);
    expect(failure('select 1', 1)).toEqual(tooMany);
    expect(failure('select 1', undefined)).toEqual(tooMany);
    expect(failure('select 1', null)).toEqual(tooMany);
    expect(failure('select ?', 1, undefined)).toEqual(tooMany);
  });

  test('numbered', () => {
    expect(ask('select ?2, ?1', { 1: 'a', 2: 'b' })).toEqual(['b', 'a']);
    expect(ask('select ?3, ?', { 3: 'c' }, 1, 2, 'd')).toEqual(['c', 'd']);
    expect(failure('select ?2, ?1', 'a', 'b')).toEqual(tooMany);
    expect(failure('select ?3', { 3: 'c' })).toEqual(tooFew);
    expect(ask('select ?3', 'a', 'b', { 3: 'c' })).toEqual(['c']);
  });

  test('named', () => {
    expect(ask('select $a, @b, :c', { a: 1, b: 2, c: 3 })).toEqual([1, 2, 3]);
    expect(ask('select $a, $a, @a', { a: 1 })).toEqual([1, 1, 1]);
    expect(ask('select $a', { a: undefined })).toEqual([null]);
    expect(ask('select $a', { a: 1, extra: Symbol('unused') })).toEqual([1]);
    expect(ask('select $a, ?, @b, ?', { a: 1, b: 2 }, 'x', 'y')).toEqual([1, 'x', 2, 'y']);
    expect(ask('select $a, ?, @b, ?', ['x'], { a: 1, b: 2 }, 'y')).toEqual([1, 'x', 2, 'y']);
    expect(failure('select $a::b(c)', { 'a::b(c)': 7 })).toEqual(
      sqliteError('SQLITE_ERROR', 'unrecognized token: ":"'),
    );
    expect(ask('select $é, :_1x', { é: 7, _1x: 8 })).toEqual([7, 8]);
    expect(ask('select $a', Object.assign(Object.create(null) as object, { a: 1 }))).toEqual([1]);
    expect(failure('select $a')).toEqual(missingNamed);
    expect(failure('select $a, $b', { a: 1 })).toEqual(rangeError('Missing named parameter "b"'));
    expect(failure('select $a', Object.create({ a: 1 }) as object)).toEqual(
      typeError('Named parameters can only be passed within plain objects'),
    );
    expect(failure('select $toString', {})).toEqual(rangeError('Missing named parameter "toString"'));
    expect(failure('select $a', 1)).toEqual(tooMany);
    expect(failure('select $a, ?')).toEqual(missingNamed);
    expect(failure('select $a, ?', 1)).toEqual(missingNamed);
    expect(failure('select $a, ?', { a: 1 })).toEqual(tooFew);
    expect(failure('select $a, ?', { a: 1 }, 1, 2)).toEqual(tooMany);
    expect(failure('select $a', { a: 1 }, { a: 1 })).toEqual(
      typeError('You cannot specify named parameters in two different objects'),
    );
    expect(failure('select ?', {}, {})).toEqual(
      typeError('You cannot specify named parameters in two different objects'),
    );
  });

  test('objects that are not plain', () => {
    class Named {
      a = 1;
    }
    const plainOnly = typeError('Named parameters can only be passed within plain objects');
    for (const value of [new Named(), new Map(), new Date(), () => 1, new Proxy({ a: 1 }, {}).constructor, /x/])
      expect(failure('select $a', value)).toEqual(plainOnly);
    for (const value of [new Named(), new Map(), new Date(), () => 1, /x/, new Number(1), new String('x')])
      expect(failure('select ?', value)).toEqual(notBindable);
    expect(ask('select $a', new Proxy({ a: 1 }, {}))).toEqual([1]);
  });

  test('plain objects of another realm', () => {
    const foreign = runInContext('({ a: 5 })', createContext()) as object;
    expect(ask('select $a', foreign)).toEqual([5]);
    const array = runInContext('[1, 2]', createContext()) as unknown[];
    expect(ask('select ?, ?', array)).toEqual([1, 2]);
  });

  test('values that cannot be bound', () => {
    for (const value of [true, false, Symbol('x'), {}, () => 1, new Date(), /x/, new ArrayBuffer(4)]) {
      if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) continue;
      expect(failure('select ?', value)).toEqual(notBindable);
      expect(failure('select ?', [value])).toEqual(notBindable);
      expect(failure('select $a', { a: value })).toEqual(notBindable);
    }
    expect(failure('select ?', [{}])).toEqual(notBindable);
    expect(failure('select ?', [[1]])).toEqual(notBindable);
    expect(failure('select $a', { a: {} })).toEqual(notBindable);
    expect(failure('select $a', { a: [] })).toEqual(notBindable);
  });

  test('which mistake is reported first', () => {
    expect(failure('select ?', 1, true)).toEqual(notBindable);
    expect(failure('select ?', 1, 2, true)).toEqual(tooMany);
    expect(failure('select ?, ?', true)).toEqual(notBindable);
    expect(failure('select $a, $b', { b: true })).toEqual(rangeError('Missing named parameter "a"'));
    expect(failure('select $a, $b', { a: true })).toEqual(notBindable);
    expect(failure('select ?', 2n ** 63n, true)).toEqual(tooBig);
  });

  test('errors of getters come through, and nothing stays bound', () => {
    const db = fixture.open();
    const statement = db.prepare('select $a as a, $b as b');
    const getter = {
      a: 1,
      get b(): never {
        throw new Error('from the getter');
      },
    };
    expect(thrown(() => statement.get(getter))).toEqual({ name: 'Error', message: 'from the getter' });
    expect(statement.get({ a: 3, b: 4 })).toEqual({ a: 3, b: 4 });
    const array = [1, 2];
    Object.defineProperty(array, 1, {
      get(): never {
        throw new RangeError('from the array');
      },
    });
    expect(thrown(() => db.prepare('select ?, ?').get(array))).toEqual(rangeError('from the array'));
  });

  test('getters may use the database', () => {
    const db = fixture.open();
    const inner = db.prepare('select ? || ? as x').pluck();
    const source = {
      get a(): unknown {
        return inner.get('in', 'ner');
      },
      b: 'outer',
      get c(): unknown {
        return inner.all('la', 'st')[0];
      },
    };
    expect(db.prepare('select $b, $a, $c').raw().get(source)).toEqual(['outer', 'inner', 'last']);
  });

  test('many parameters', () => {
    const values = Array.from({ length: 5000 }, (_, i) => (i % 3 === 0 ? `text ${String(i)}` : i));
    const select = fixture.open().prepare(`values ${values.map(() => '(?)').join()}`);
    expect(select.pluck().all(values)).toEqual(values);
  });
});

onBothPackages('Values', (fixture) => {
  const echo = (value: unknown): unknown => fixture.open().prepare('select ?').pluck().get(value);
  const typed = (value: unknown): unknown => fixture.open().prepare('select typeof(?1), ?1').raw().get({ 1: value });

  test('numbers are REAL', () => {
    for (const value of [0, 1, -1, 0.1, 1e300, -1e-300, 5e-324, 2 ** 53, 2 ** 31, -(2 ** 31), Infinity, -Infinity])
      expect(typed(value)).toEqual(['real', value]);
    expect(typed(NaN)).toEqual(['null', null]);
    expect(Object.is(echo(-0), -0)).toBe(true);
    expect(typed(new Float64Array(new BigUint64Array([0xfff8000100000001n]).buffer)[0])).toEqual(['null', null]);
  });

  test('columns with affinity make them integers', () => {
    const db = fixture.open();
    db.exec('create table t(i integer, t text, n numeric, b, r real)');
    db.prepare('insert into t values (?, ?, ?, ?, ?)').run(5, 5, 5, 5, 5);
    expect(db.prepare('select typeof(i), typeof(t), typeof(n), typeof(b), typeof(r), t from t').raw().get()).toEqual([
      'integer',
      'text',
      'integer',
      'real',
      'real',
      '5.0',
    ]);
  });

  test('bigints are INTEGER', () => {
    for (const value of [0n, 1n, -1n, 2n ** 31n, 2n ** 53n, -(2n ** 53n)])
      expect(typed(value)).toEqual(['integer', Number(value)]);
    expect(
      fixture
        .open()
        .prepare('select ?')
        .pluck()
        .safeIntegers()
        .get(2n ** 63n - 1n),
    ).toBe(2n ** 63n - 1n);
    expect(
      fixture
        .open()
        .prepare('select ?')
        .pluck()
        .safeIntegers()
        .get(-(2n ** 63n)),
    ).toBe(-(2n ** 63n));
    for (const value of [2n ** 63n, -(2n ** 63n) - 1n, 2n ** 64n, 10n ** 40n])
      expect(thrown(() => echo(value))).toEqual(tooBig);
  });

  test('integers as numbers lose precision beyond 2^53', () => {
    const db = fixture.open();
    expect(db.prepare('select 9007199254740993').pluck().get()).toBe(9007199254740992);
    expect(db.prepare('select 9223372036854775807').pluck().get()).toBe(9223372036854775808);
    expect(db.prepare('select -9223372036854775808').pluck().get()).toBe(-9223372036854775808);
    expect(db.prepare('select 2147483647, 2147483648, -2147483648, -2147483649').raw().get()).toEqual([
      2147483647, 2147483648, -2147483648, -2147483649,
    ]);
  });

  test('safe integers', () => {
    const db = fixture.open();
    const statement = db.prepare("select 1 as a, 2.5 as b, 'c' as c, null as d, 3000000000 as e, -5 as f");
    const safe = { a: 1n, b: 2.5, c: 'c', d: null, e: 3000000000n, f: -5n };
    const unsafe = { a: 1, b: 2.5, c: 'c', d: null, e: 3000000000, f: -5 };
    expect(statement.get()).toEqual(unsafe);
    expect(statement.safeIntegers().get()).toEqual(safe);
    expect([statement.all(), [...statement.iterate()]]).toEqual([[safe], [safe]]);
    expect(statement.safeIntegers(false).get()).toEqual(unsafe);
    expect(db.defaultSafeIntegers()).toBe(db);
    expect(statement.get()).toEqual(unsafe);
    expect(db.prepare('select 1 as a').get()).toEqual({ a: 1n });
    expect(db.prepare('create table t(a)').run().lastInsertRowid).toBe(0n);
    expect(db.prepare('select 7').safeIntegers(false).pluck().get()).toBe(7);
    expect(db.pragma('user_version', { simple: true })).toBe(0n);
    db.defaultSafeIntegers(false);
    expect(db.prepare('select 1 as a').get()).toEqual({ a: 1 });
    expect(thrown(() => db.defaultSafeIntegers(1 as unknown as boolean))).toEqual(
      typeError('Expected first argument to be a boolean'),
    );
  });

  const texts = [
    '',
    'a',
    'short ascii',
    'é',
    'naïve café',
    'ÿ',
    'Ā',
    '日本語',
    '🙂 emoji 🙃',
    'nul\0inside',
    '\0',
    '\u{10ffff}',
    '\ufeffbom',
    '\r\n\t\x1b',
    'x'.repeat(15),
    'x'.repeat(16),
    'é'.repeat(100),
    'x'.repeat(4095),
    'x'.repeat(4096),
    'x'.repeat(4097),
    'ü'.repeat(5000),
    '🙂'.repeat(3000),
    'x'.repeat(100_000),
    `${'x'.repeat(70_000)}é`,
    `${'x'.repeat(70_000)}日`,
  ];

  test('text', () => {
    const db = fixture.open();
    const statement = db.prepare('select ?1, typeof(?1), length(cast(?1 as blob))').raw();
    for (const text of texts) expect(statement.get({ 1: text })).toEqual([text, 'text', Buffer.byteLength(text)]);
  });

  test('text of all sizes in one row and in many', () => {
    const db = fixture.open();
    expect(
      db
        .prepare(`select ${texts.map(() => '?').join()}`)
        .raw()
        .get(texts),
    ).toEqual(texts);
    db.exec('create table t(id integer primary key, a, b)');
    const insert = db.prepare('insert into t values (?, ?, ?)');
    texts.forEach((text, i) => insert.run(i, text, texts[texts.length - 1 - i]));
    const expected = texts.map((text, i) => ({ id: i, a: text, b: texts[texts.length - 1 - i] }));
    const select = db.prepare('select * from t order by id');
    expect(select.all()).toEqual(expected);
    expect([...select.iterate()]).toEqual(expected);
    expect(texts.map((_, i) => db.prepare('select * from t where id = ?').get(i))).toEqual(expected);
  });

  test('lone surrogates are stored as three bytes, which are no UTF-8 when they come back', () => {
    // Version 13 stores U+FFFD.
    if (!fixture.isVersion12) return;
    const db = fixture.open();
    const bytes = db.prepare('select hex(cast(? as blob))').pluck();
    expect([bytes.get('\ud800'), bytes.get('a\udc00b'), bytes.get('\udc00\ud83d\ude00')]).toEqual([
      'EDA080',
      '61EDB08062',
      'EDB080F09F9880',
    ]);
    expect(echo('\ud800')).toBe('\ufffd\ufffd\ufffd');
    expect(echo(`${'x'.repeat(50)}\udc00${'y'.repeat(5000)}`)).toBe(
      `${'x'.repeat(50)}\ufffd\ufffd\ufffd${'y'.repeat(5000)}`,
    );
  });

  test('text that is not UTF-8', () => {
    const db = fixture.open();
    for (const hex of [
      'ff',
      '61ff62',
      'c3',
      'e282',
      'f09f99',
      'c080',
      'eda080',
      'f8888080',
      '80',
      '41c328',
      'fe'.repeat(20),
      '61'.repeat(6000) + 'ff',
    ]) {
      const text = Buffer.from(hex, 'hex').toString('utf8');
      expect(db.prepare(`select cast(x'${hex}' as text)`).pluck().get()).toBe(text);
      expect(db.prepare(`select cast(x'${hex}' as text) as a, 'é' as b`).all()).toEqual([{ a: text, b: 'é' }]);
    }
  });

  test('blobs', () => {
    for (const size of [0, 1, 7, 8, 100, 4095, 4096, 4097, 10_000, 100_000]) {
      const bytes = Buffer.from(Array.from({ length: size }, (_, i) => i & 255));
      const result = echo(bytes) as Buffer;
      expect(Buffer.isBuffer(result)).toBe(true);
      expect(result.equals(bytes)).toBe(true);
      expect(result.buffer.byteLength).toBe(size);
    }
    expect(typed(Buffer.alloc(3))).toEqual(['blob', Buffer.alloc(3)]);
  });

  test('every kind of view is a blob', () => {
    const source = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]).buffer;
    expect(echo(new Uint8Array(source, 2, 3))).toEqual(Buffer.from([3, 4, 5]));
    expect(echo(new Uint16Array(source, 2, 2))).toEqual(Buffer.from([3, 4, 5, 6]));
    expect(echo(new Float64Array(source, 8, 1))).toEqual(Buffer.from([9, 10, 11, 12, 13, 14, 15, 16]));
    // Version 13 takes no DataView.
    if (fixture.isVersion12) expect(echo(new DataView(source, 1, 2))).toEqual(Buffer.from([2, 3]));
    expect(echo(new BigInt64Array(source, 0, 1))).toEqual(Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]));
  });

  test('results are copies', () => {
    const db = fixture.open();
    db.exec("create table t(a); insert into t values (x'010203')");
    const statement = db.prepare('select a from t').pluck();
    const first = statement.get() as Buffer;
    first[0] = 99;
    expect(statement.get()).toEqual(Buffer.from([1, 2, 3]));
    const rows = db.prepare("select x'0a0b' as a union all select x'0c'").pluck().all() as Buffer[];
    rows[0]?.fill(0);
    expect(rows).toEqual([Buffer.from([0, 0]), Buffer.from([12])]);
  });

  test('zeroblob', () => {
    expect(fixture.open().prepare('select zeroblob(5), zeroblob(9000)').raw().get()).toEqual([
      Buffer.alloc(5),
      Buffer.alloc(9000),
    ]);
  });
});

onBothPackages('Statement#bind()', (fixture) => {
  const numbers = (db: Database): Database => {
    db.exec('create table t(a, b)');
    return db;
  };

  test('binds for good', () => {
    const db = numbers(fixture.open());
    const insert = db.prepare('insert into t values (?, ?)');
    expect(insert.bind(1, 'x')).toBe(insert);
    insert.run();
    insert.run();
    expect(thrown(() => insert.run(1, 2))).toEqual(typeError('This statement already has bound parameters'));
    expect(thrown(() => insert.bind(1, 2))).toEqual(
      typeError('The bind() method can only be invoked once per statement object'),
    );
    expect(thrown(() => insert.bind())).toEqual(
      typeError('The bind() method can only be invoked once per statement object'),
    );
    const select = db.prepare('select * from t where b = $b').bind({ b: 'x' });
    expect(select.get()).toEqual({ a: 1, b: 'x' });
    expect(select.all()).toHaveLength(2);
    expect([...select.iterate()]).toHaveLength(2);
    expect(thrown(() => select.get({ b: 'x' }))).toEqual(typeError('This statement already has bound parameters'));
    expect(thrown(() => select.all(undefined))).toEqual(typeError('This statement already has bound parameters'));
  });

  test('a failed bind can be repeated', () => {
    const db = fixture.open();
    const statement = db.prepare('select ?, ?').raw();
    expect(thrown(() => statement.bind(1))).toEqual(tooFew);
    expect(thrown(() => statement.bind(1, 2, 3))).toEqual(tooMany);
    expect(thrown(() => statement.bind(true, 2))).toEqual(notBindable);
    expect(statement.bind(1, 2).get()).toEqual([1, 2]);
  });

  test('a statement without parameters', () => {
    const statement = fixture.open().prepare('select 1').pluck();
    expect(thrown(() => statement.bind(1))).toEqual(tooMany);
    expect(statement.bind().get()).toBe(1);
    expect(thrown(() => statement.bind())).toEqual(
      typeError('The bind() method can only be invoked once per statement object'),
    );
  });

  test('keeps copies of buffers', () => {
    const bytes = Buffer.from([1, 2, 3]);
    const statement = fixture.open().prepare('select ?').pluck().bind(bytes);
    bytes.fill(9);
    expect(statement.get()).toEqual(Buffer.from([1, 2, 3]));
  });

  test('parameters of an earlier execution do not stay', () => {
    const db = numbers(fixture.open());
    const insert = db.prepare('insert into t values (?, ?)');
    insert.run('text that is long enough', Buffer.alloc(50));
    expect(thrown(() => insert.run(1))).toEqual(tooFew);
    insert.run(null, undefined);
    expect(db.prepare('select a, b from t').raw().all()[1]).toEqual([null, null]);
  });

  test('errors of constraints keep the binding', () => {
    const db = fixture.open();
    db.exec('create table t(a unique)');
    const insert = db.prepare('insert into t values (?)').bind('x');
    insert.run();
    expect(thrown(() => insert.run())).toEqual(
      sqliteError('SQLITE_CONSTRAINT_UNIQUE', 'UNIQUE constraint failed: t.a'),
    );
    db.exec('delete from t');
    expect(insert.run().changes).toBe(1);
  });
});
