import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { onBothPackages, rangeError, sqliteError, thrown, typeError, type DatabaseConstructor } from './packages';

type Loose = (...args: unknown[]) => unknown;

onBothPackages('new Database()', (fixture) => {
  const construct = (...args: unknown[]): unknown => {
    const Any = fixture.Database as unknown as new (...args: unknown[]) => { close(): void };
    const database = new Any(...args);
    database.close();
    return database;
  };

  test('opens an in-memory database', () => {
    const db = fixture.open(':memory:');
    expect(db.name).toBe(':memory:');
    expect(db.memory).toBe(true);
    expect(db.readonly).toBe(false);
    expect(db.open).toBe(true);
    expect(db.inTransaction).toBe(false);
    expect(existsSync(':memory:')).toBe(false);
  });

  test.each([[''], [undefined], [null]])('opens a temporary database for %p', (name) => {
    const db = new fixture.Database(name as string);
    expect([db.name, db.memory]).toEqual(['', true]);
    expect(db.prepare('select 1 as x').get()).toEqual({ x: 1 });
    db.close();
  });

  test('creates a file on first write', () => {
    const file = fixture.file();
    const db = fixture.open(file);
    expect([db.name, db.memory, db.readonly]).toEqual([file, false, false]);
    db.exec('create table t(a); insert into t values(1)');
    db.close();
    expect(readFileSync(file).subarray(0, 16).toString('latin1')).toBe('SQLite format 3\0');
    expect(fixture.open(file).prepare('select a from t').pluck().get()).toBe(1);
  });

  test('keeps the given name but opens the trimmed one', () => {
    const file = fixture.file();
    const db = fixture.open(`  ${file} `);
    db.exec('create table t(a)');
    expect(db.name).toBe(`  ${file} `);
    db.close();
    expect(existsSync(file)).toBe(true);
  });

  test('works without new and for subclasses', () => {
    const call = fixture.Database as unknown as Loose;
    const db = call(':memory:') as InstanceType<DatabaseConstructor>;
    expect(db).toBeInstanceOf(fixture.Database);
    db.close();
    class Sub extends (fixture.Database as unknown as new (name: string) => InstanceType<DatabaseConstructor>) {
      answer(): unknown {
        return this.prepare('select 42').pluck().get();
      }
    }
    const sub = new Sub(':memory:');
    expect(sub.answer()).toBe(42);
    expect(sub).toBeInstanceOf(Sub);
    sub.close();
  });

  test('properties are own, enumerable and read-only', () => {
    const db = fixture.open();
    expect(Object.keys(db)).toEqual(['name', 'open', 'inTransaction', 'readonly', 'memory']);
    expect(() => {
      'use strict';
      (db as { name: string }).name = 'x';
    }).toThrow(TypeError);
    expect(Reflect.has(db, 'SqliteError')).toBe(false);
    expect(fixture.Database).toHaveProperty('SqliteError');
  });

  test('a missing folder', () => {
    expect(thrown(() => construct('/nonexistent-folder/x.db'))).toEqual(
      typeError('Cannot open database because the directory does not exist'),
    );
  });

  test.each([
    [[true, {}], 'Expected first argument to be a string'],
    [[0n], 'Expected first argument to be a string'],
    [[{}], 'Expected first argument to be a string'],
    [[new Uint8Array(4)], 'Expected first argument to be a string'],
    [[':memory:', 'readonly'], 'Expected second argument to be an options object'],
    [[':memory:', () => 1], 'Expected second argument to be an options object'],
    [[':memory:', { readOnly: true }], 'Misspelled option "readOnly" should be "readonly"'],
    [[':memory:', { memory: true }], 'Option "memory" was removed in v7.0.0 (use ":memory:" filename instead)'],
    [[':memory:', { readonly: 1 }], 'Expected the "readonly" option to be a boolean'],
    [[':memory:', { readonly: undefined }], 'Expected the "readonly" option to be a boolean'],
    [[':memory:', { fileMustExist: 'yes' }], 'Expected the "fileMustExist" option to be a boolean'],
    [[':memory:', { readonly: true }], 'In-memory/temporary databases cannot be readonly'],
    [['', { readonly: true }], 'In-memory/temporary databases cannot be readonly'],
    [[':memory:', { timeout: -1 }], 'Expected the "timeout" option to be a positive integer'],
    [[':memory:', { timeout: 1.5 }], 'Expected the "timeout" option to be a positive integer'],
    [[':memory:', { timeout: '5' }], 'Expected the "timeout" option to be a positive integer'],
    [[':memory:', { timeout: undefined }], 'Expected the "timeout" option to be a positive integer'],
    [[':memory:', { verbose: 'log' }], 'Expected the "verbose" option to be a function'],
    [[':memory:', { nativeBinding: 5 }], 'Expected the "nativeBinding" option to be a string or addon object'],
  ])('rejects %p', (args, message) => {
    // Since version 13.2 numbers are file descriptors.
    if (typeof args[0] === 'number' && !fixture.isVersion12) return;
    expect(thrown(() => construct(...args))).toEqual(typeError(message));
  });

  test('rejects a timeout beyond int32', () => {
    expect(thrown(() => construct(':memory:', { timeout: 0x80000000 }))).toEqual(
      rangeError('Option "timeout" cannot be greater than 2147483647'),
    );
    expect(construct(':memory:', { timeout: 0x7fffffff })).toBeDefined();
    expect(construct(':memory:', { verbose: undefined, nativeBinding: null })).toBeDefined();
  });

  test('timeout is the busy_timeout', () => {
    expect(fixture.open().pragma('busy_timeout', { simple: true })).toBe(5000);
    expect(fixture.open(':memory:', { timeout: 17 }).pragma('busy_timeout', { simple: true })).toBe(17);
  });

  test('fileMustExist', () => {
    const file = fixture.file();
    expect(thrown(() => construct(file, { fileMustExist: true }))).toEqual(
      sqliteError('SQLITE_CANTOPEN', 'unable to open database file'),
    );
    expect(existsSync(file)).toBe(false);
    fixture.open(file).exec('create table t(a)');
    expect(construct(file, { fileMustExist: true })).toBeDefined();
  });

  test('readonly', () => {
    const file = fixture.file();
    expect(thrown(() => construct(file, { readonly: true }))).toEqual(
      sqliteError('SQLITE_CANTOPEN', 'unable to open database file'),
    );
    fixture.open(file).exec('create table t(a); insert into t values(5)');
    const db = fixture.open(file, { readonly: true });
    expect(db.readonly).toBe(true);
    expect(db.prepare('select a from t').pluck().get()).toBe(5);
    expect(thrown(() => db.prepare('insert into t values(6)').run())).toEqual(
      sqliteError('SQLITE_READONLY', 'attempt to write a readonly database'),
    );
    expect(thrown(() => db.exec('create table u(a)'))).toEqual(
      sqliteError('SQLITE_READONLY', 'attempt to write a readonly database'),
    );
    expect(db.prepare('select count(*) from t').pluck().get()).toBe(1);
  });

  test('a folder and a file that is no database', () => {
    const text = fixture.file('text.db');
    writeFileSync(text, 'this is a text file, long enough to be more than a header. '.repeat(20));
    expect(thrown(() => fixture.open(text).exec('select * from sqlite_schema'))).toEqual(
      sqliteError('SQLITE_NOTADB', 'file is not a database'),
    );
    expect(thrown(() => fixture.open('/tmp').exec('create table t(a)')).code).toBe('SQLITE_CANTOPEN');
  });

  test('close()', () => {
    const db = fixture.open();
    const statement = db.prepare('select 1');
    expect(db.close()).toBe(db);
    expect(db.open).toBe(false);
    expect(db.inTransaction).toBe(false);
    expect(db.close()).toBe(db);
    const closed = typeError('The database connection is not open');
    expect(thrown(() => db.prepare('select 1'))).toEqual(closed);
    expect(thrown(() => db.exec('select 1'))).toEqual(closed);
    expect(thrown(() => db.pragma('cache_size'))).toEqual(closed);
    expect(thrown(() => db.transaction(() => 1))).toEqual(closed);
    expect(thrown(() => db.function('f', () => 1))).toEqual(closed);
    expect(thrown(() => db.aggregate('f', { step: () => 1 }))).toEqual(closed);
    expect(thrown(() => statement.get())).toEqual(closed);
    expect(thrown(() => statement.all())).toEqual(closed);
    expect(thrown(() => statement.run())).toEqual(closed);
    expect(thrown(() => statement.iterate())).toEqual(closed);
    expect(thrown(() => statement.columns())).toEqual(closed);
    expect(thrown(() => statement.bind())).toEqual(closed);
    expect(statement.busy).toBe(false);
    expect(statement.pluck()).toBe(statement);
  });

  test('close() rolls back what is open', () => {
    const file = fixture.file();
    const db = fixture.open(file);
    db.exec('create table t(a); begin; insert into t values(1)');
    expect(db.inTransaction).toBe(true);
    db.close();
    expect(fixture.open(file).prepare('select count(*) from t').pluck().get()).toBe(0);
  });
});
