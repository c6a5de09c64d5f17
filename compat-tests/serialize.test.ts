import { readFileSync, writeFileSync } from 'node:fs';
import { onBothPackages, sqliteError, thrown, typeError } from './packages';

onBothPackages('Database#serialize() and databases from buffers', (fixture) => {
  test('round trip', () => {
    const db = fixture.open();
    db.exec("create table t(a, b); insert into t values (1, 'x'), (2, 'y')");
    const image = db.serialize();
    expect(Buffer.isBuffer(image)).toBe(true);
    expect(image.subarray(0, 16).toString('latin1')).toBe('SQLite format 3\0');
    const copy = fixture.open(image);
    expect([copy.name, copy.memory, copy.readonly]).toEqual([':memory:', true, false]);
    expect(copy.prepare('select * from t').all()).toEqual([
      { a: 1, b: 'x' },
      { a: 2, b: 'y' },
    ]);
    copy.exec('insert into t values (3, null); create index i on t(a)');
    expect(copy.prepare('select count(*) from t').pluck().get()).toBe(3);
    expect(db.prepare('select count(*) from t').pluck().get()).toBe(2);
    expect(copy.pragma('integrity_check', { simple: true })).toBe('ok');
  });

  test('is the file', () => {
    const file = fixture.file();
    const db = fixture.open(file);
    db.pragma('page_size = 1024');
    db.exec('create table t(a)');
    const insert = db.prepare('insert into t values (?)');
    db.exec('begin');
    for (let i = 0; i < 500; i++) insert.run(`row ${String(i)}`);
    db.exec('commit');
    expect(db.serialize().equals(readFileSync(file))).toBe(true);
    const copy = fixture.open(readFileSync(file));
    expect(copy.prepare('select count(*) from t').pluck().get()).toBe(500);
    expect(copy.pragma('page_size', { simple: true })).toBe(1024);
    const written = fixture.file();
    writeFileSync(written, copy.serialize());
    expect(fixture.open(written).pragma('integrity_check', { simple: true })).toBe('ok');
  });

  test('empty databases', () => {
    expect(fixture.open().serialize()).toHaveLength(4096);
    const db = fixture.open(Buffer.alloc(0));
    db.exec('create table t(a)');
    expect(db.prepare('select * from t').all()).toEqual([]);
  });

  test('attached databases', () => {
    const db = fixture.open();
    db.exec("attach ':memory:' as other; create table other.t(a); insert into other.t values (5)");
    const copy = fixture.open(db.serialize({ attached: 'other' }));
    expect(copy.prepare('select a from t').pluck().get()).toBe(5);
    expect(thrown(() => db.serialize({ attached: 'missing' }))).toEqual({ name: 'Error', message: 'Out of memory' });
  });

  test('readonly', () => {
    const source = fixture.open();
    source.exec('create table t(a)');
    const db = fixture.open(source.serialize(), { readonly: true });
    expect(db.readonly).toBe(true);
    expect(thrown(() => db.exec('insert into t values (1)'))).toEqual(
      sqliteError('SQLITE_READONLY', 'attempt to write a readonly database'),
    );
  });

  test('what is no database', () => {
    const db = fixture.open(Buffer.from('not a database, but long enough to have a header '.repeat(10)));
    expect(thrown(() => db.prepare('select * from sqlite_schema'))).toEqual(
      sqliteError('SQLITE_NOTADB', 'file is not a database'),
    );
  });

  test('arguments', () => {
    const db = fixture.open();
    const serialize = Reflect.get(db, 'serialize') as (options: unknown) => Buffer;
    expect(thrown(() => serialize.call(db, 'main'))).toEqual(
      typeError('Expected first argument to be an options object'),
    );
    expect(thrown(() => serialize.call(db, { attached: 5 }))).toEqual(
      typeError('Expected the "attached" option to be a string'),
    );
    expect(thrown(() => serialize.call(db, { attached: '' }))).toEqual(
      typeError('The "attached" option cannot be an empty string'),
    );
    db.close();
    expect(thrown(() => db.serialize())).toEqual(typeError('The database connection is not open'));
  });
});
