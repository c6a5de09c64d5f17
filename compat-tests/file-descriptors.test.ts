// Databases opened by file descriptors, which better-sqlite3 13.2 added. Older oracles have it not: there these tests run on Ringlite
// alone, with 13.2's behaviour written down.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  openSync,
  closeSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Database, onBothPackages, oracle, sqliteError, thrown, typeError } from './packages';

const REPLACED =
  'The database file or its journal file was deleted or replaced while the database was open (the database must be reopened)';
const NO_WAL = 'journal_mode WAL is not supported for databases opened from file descriptors';

interface Pair {
  readonly file: string;
  readonly journal: string;
  readonly fd: number;
  readonly journalFd: number;
}

onBothPackages('File descriptors', (fixture) => {
  const descriptors: number[] = [];
  const openFile = (path: string, flags = 'r+'): number => {
    const descriptor = openSync(path, flags);
    descriptors.push(descriptor);
    return descriptor;
  };
  const pair = (flags = 'r+', file = fixture.file()): Pair => {
    const journal = `${file}-journal`;
    for (const path of [file, journal]) if (!existsSync(path)) writeFileSync(path, '');
    return { file, journal, fd: openFile(file, flags), journalFd: openFile(journal, flags) };
  };
  const open = (descriptor: unknown, options?: object): Database => fixture.open(descriptor as string, options);
  const openPair = ({ fd, journalFd }: Pair, options?: object): Database => open(fd, { journalFd, ...options });
  const fails = (descriptor: unknown, options?: object): object => thrown(() => open(descriptor, options));
  const has = (): boolean => {
    if (fixture.packageName === 'ringlite') return true;
    return thrown(() => open(-1)).message !== 'Expected first argument to be a string';
  };
  afterEach(() => {
    for (const descriptor of descriptors.splice(0)) {
      try {
        closeSync(descriptor);
      } catch {
        // The test has closed it.
      }
    }
  });

  test('arguments', () => {
    if (!has()) return;
    const { fd, journalFd, file } = pair();
    const notDescriptor = typeError('Expected the file descriptor to be a non-negative 32-bit integer');
    for (const value of [1.5, -1, NaN, Infinity, 2 ** 31]) expect(fails(value)).toEqual(notDescriptor);
    const required = typeError('The "journalFd" option is required when opening a database from a file descriptor');
    expect(fails(fd)).toEqual(required);
    expect(fails(fd, { journalFd: undefined })).toEqual(required);
    const notJournal = typeError('Expected the "journalFd" option to be a non-negative 32-bit integer');
    for (const value of [null, -1, 1.5, 'x', 2 ** 31, {}]) expect(fails(fd, { journalFd: value })).toEqual(notJournal);
    const only = typeError('The "journalFd" option can only be used when opening a database from a file descriptor');
    expect(fails(file, { journalFd })).toEqual(only);
    expect(fails(file, { journalFd: null })).toEqual(only);
    expect(fails(Buffer.alloc(0), { journalFd })).toEqual(only);
    expect(open(':memory:', { journalFd: undefined }).name).toBe(':memory:');
    expect(fails(fd, { readonly: 1 })).toEqual(typeError('Expected the "readonly" option to be a boolean'));
    const badTimeout = typeError('Expected the "timeout" option to be a positive integer');
    expect(fails(fd, { timeout: -1 })).toEqual(badTimeout);
    const badVerbose = typeError('Expected the "verbose" option to be a function');
    expect(fails(fd, { verbose: 1 })).toEqual(badVerbose);
  });

  test('what the descriptors must be', () => {
    if (!has()) return;
    const { fd, journalFd, file, journal } = pair();
    const cannot = (what: string): object => typeError(`Cannot open database because the ${what}`);
    const hint = 'descriptor was not opened for writing (use the "readonly" option)';
    expect(fails(9999, { journalFd })).toEqual(cannot('database file descriptor is not open'));
    expect(fails(fd, { journalFd: 9999 })).toEqual(cannot('journal file descriptor is not open'));
    expect(fails(fd, { journalFd: fd })).toEqual(
      cannot('database and journal file descriptors refer to the same file'),
    );
    const folder = openFile(join(file, '..'), 'r');
    expect(fails(folder, { journalFd })).toEqual(cannot('database file descriptor does not refer to a regular file'));
    expect(fails(fd, { journalFd: folder })).toEqual(
      cannot('journal file descriptor does not refer to a regular file'),
    );
    expect(fails(openFile(file, 'r'), { journalFd })).toEqual(cannot(`database file ${hint}`));
    expect(fails(fd, { journalFd: openFile(journal, 'r') })).toEqual(cannot(`journal file ${hint}`));
    expect(fails(openFile(file, 'a'), { journalFd })).toEqual(
      cannot('database file descriptor was not opened for reading'),
    );
    expect(fails(openFile(file, 'a+'), { journalFd })).toEqual(
      cannot('database file descriptor was opened in append mode'),
    );
    expect(fails(fd, { journalFd: openFile(journal, 'a+') })).toEqual(
      cannot('journal file descriptor was opened in append mode'),
    );
    unlinkSync(journal);
    expect(fails(fd, { journalFd })).toEqual(cannot('journal file has been deleted'));
    unlinkSync(file);
    expect(fails(fd, { journalFd })).toEqual(cannot('database file has been deleted'));
  });

  test('a database like any other', () => {
    if (!has()) return;
    const files = pair();
    const db = openPair(files);
    expect([db.name, db.memory, db.readonly, db.open]).toEqual([`fd:${String(files.fd)}`, false, false, true]);
    db.exec('create table t(a); insert into t values (1), (2)');
    const [{ file }] = db.pragma('database_list') as [{ file: string }];
    expect(file).toMatch(new RegExp(`^fd:${String(files.fd)}:\\d+$`));
    db.exec('vacuum');
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(fixture.open(db.serialize()).prepare('select count(*) from t').pluck().get()).toBe(2);
    db.close();
    expect(fixture.open(files.file).prepare('select a from t').pluck().all()).toEqual([1, 2]);
  });

  test('the journal is truncated instead of removed', () => {
    if (!has()) return;
    const files = pair();
    const db = openPair(files);
    const journalSize = (): number => statSync(files.journal).size;
    db.exec('create table t(a)');
    expect(journalSize()).toBe(0);
    db.pragma('cache_size = 2');
    db.exec(
      'begin; insert into t with recursive c(x) as (select 1 union all select x + 1 from c limit 5000) select x from c',
    );
    expect(journalSize()).toBeGreaterThan(0);
    db.exec('rollback');
    expect(journalSize()).toBe(0);
    for (const mode of ['truncate', 'persist', 'memory', 'delete']) {
      expect(db.pragma(`journal_mode = ${mode}`, { simple: true })).toBe(mode);
      db.exec('insert into t values (1)');
      expect([mode, journalSize() > 0]).toEqual([mode, mode === 'persist']);
    }
    expect(statSync(files.journal).ino).toBeGreaterThan(0);
    expect(db.prepare('select count(*) from t').pluck().get()).toBe(4);
  });

  test('what a crash left in the journal is rolled back', () => {
    if (!has()) return;
    const source = pair();
    const db = openPair(source);
    db.pragma('cache_size = 2');
    db.exec('create table t(a); insert into t values (zeroblob(9000)), (zeroblob(9000))');
    db.exec('begin; update t set a = randomblob(9000); insert into t values (zeroblob(90000))');
    const copy = fixture.file();
    writeFileSync(copy, readFileSync(source.file));
    writeFileSync(`${copy}-journal`, readFileSync(source.journal));
    expect(statSync(`${copy}-journal`).size).toBeGreaterThan(0);
    db.exec('rollback');
    const files = pair('r+', copy);
    const recovered = openPair(files);
    expect(recovered.prepare('select count(*) from t where a = zeroblob(9000)').pluck().get()).toBe(2);
    expect(statSync(files.journal).size).toBe(0);
    expect(recovered.pragma('integrity_check', { simple: true })).toBe('ok');
  });

  test('no write-ahead log', () => {
    if (!has()) return;
    const db = openPair(pair());
    for (const text of ['journal_mode = wal', 'main.journal_mode = WAL', "journal_mode('Wal')"])
      expect(thrown(() => db.prepare(`pragma ${text}`))).toEqual(sqliteError('SQLITE_ERROR', NO_WAL));
    expect(db.pragma('temp.journal_mode = wal', { simple: true })).toBe('delete');
    expect(db.pragma('journal_mode', { simple: true })).toBe('delete');
    const files = pair();
    const other = fixture.open(files.file);
    other.pragma('journal_mode = wal');
    other.exec('create table t(a)');
    other.close();
    const again = pair('r+', files.file);
    expect(thrown(() => openPair(again))).toEqual(
      typeError('Cannot open database from a file descriptor because it is in WAL mode'),
    );
  });

  test('several connections exclude each other', () => {
    if (!has()) return;
    const files = pair();
    const a = openPair(files, { timeout: 0 });
    const b = open(openFile(files.file), { journalFd: openFile(files.journal), timeout: 0 });
    a.exec('create table t(a); begin immediate; insert into t values (1)');
    expect(thrown(() => b.exec('insert into t values (2)'))).toEqual(sqliteError('SQLITE_BUSY', 'database is locked'));
    expect(b.prepare('select count(*) from t').pluck().get()).toBe(0);
    a.exec('commit');
    b.exec('insert into t values (2)');
    expect(a.prepare('select a from t').pluck().all()).toEqual([1, 2]);
  });

  test('processes that inherit the descriptors exclude each other', () => {
    if (!has()) return;
    const files = pair();
    const db = openPair(files, { timeout: 0 });
    db.exec('create table t(a); begin immediate');
    const root = join(__dirname, '..');
    const load =
      fixture.packageName === 'ringlite'
        ? `require('tsx/cjs'); const D = require(${JSON.stringify(join(root, 'lib/index.ts'))}).default;`
        : `const D = require(${JSON.stringify(oracle)});`;
    const insert = `${load} const db = new D(3, { journalFd: 4, timeout: 0 });
      try { db.exec('insert into t values (1)'); console.log('done'); } catch (error) { console.log(error.code); }`;
    const child = (): string =>
      spawnSync(process.execPath, ['-e', insert], {
        cwd: root,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit', files.fd, files.journalFd],
      }).stdout.trim();
    expect(child()).toBe('SQLITE_BUSY');
    db.exec('commit');
    expect(child()).toBe('done');
    expect(db.prepare('select count(*) from t').pluck().get()).toBe(1);
  });

  test('a connection that reads, then one that writes', () => {
    if (!has()) return;
    const files = pair();
    openPair(files).exec('create table t(a)').close();
    const reader = open(openFile(files.file, 'r'), { journalFd: openFile(files.journal, 'r'), readonly: true });
    expect(reader.prepare('select count(*) from t').pluck().get()).toBe(0);
    expect(thrown(() => reader.exec('insert into t values (1)'))).toEqual(
      sqliteError('SQLITE_READONLY', 'attempt to write a readonly database'),
    );
    const writer = openPair(files);
    writer.exec('insert into t values (1)');
    expect(reader.prepare('select count(*) from t').pluck().get()).toBe(1);
    reader.close();
    writer.exec('insert into t values (2)');
  });

  test('every connection has the same journal', () => {
    if (!has()) return;
    const files = pair();
    const first = openPair(files);
    const other = fixture.file();
    writeFileSync(other, '');
    const journalFd = openFile(other);
    expect(fails(files.fd, { journalFd })).toEqual(
      sqliteError(
        'SQLITE_CANTOPEN',
        'Cannot open database because a different journal file is already being used for this database',
      ),
    );
    first.close();
    open(files.fd, { journalFd }).exec('create table t(a)');
  });

  test('the application may close its descriptors', () => {
    if (!has()) return;
    const files = pair();
    const db = openPair(files);
    closeSync(files.fd);
    closeSync(files.journalFd);
    db.exec('create table t(a); insert into t values (1)');
    expect(db.prepare('select a from t').pluck().all()).toEqual([1]);
  });

  test('other databases are opened by path', () => {
    if (!has()) return;
    const files = pair();
    const db = openPair(files);
    const other = fixture.file();
    db.exec(`create table t(a); attach '${other}' as other; create table other.u(a)`);
    const message =
      'Transactions that write to multiple databases are not supported by databases opened from file descriptors';
    expect(thrown(() => db.exec('begin; insert into t values (1); insert into u values (1); commit'))).toEqual(
      sqliteError('SQLITE_CANTOPEN', message),
    );
    expect([
      db.inTransaction,
      db.prepare('select (select count(*) from t) + (select count(*) from u)').pluck().get(),
    ]).toEqual([false, 0]);
    db.exec('insert into u values (1)');
    const { file } = (db.pragma('database_list') as [{ file: string }])[0];
    for (const name of [`fd:${String(files.fd)}`, file])
      expect(thrown(() => db.prepare('attach ? as x').run(name))).toEqual(
        sqliteError('SQLITE_CANTOPEN', `unable to open database: ${name}`),
      );
    const copy = fixture.file();
    db.prepare('vacuum into ?').run(copy);
    expect(fixture.open(copy).prepare('select count(*) from t').pluck().get()).toBe(0);
  });

  test('files that lose their names', () => {
    if (!has()) return;
    const replaced = sqliteError('SQLITE_CANTOPEN', REPLACED);
    const files = pair();
    const db = openPair(files);
    db.exec('create table t(a)');
    renameSync(files.journal, `${files.journal}-moved`);
    db.exec('insert into t values (1)');
    renameSync(`${files.journal}-moved`, files.journal);
    db.exec('begin; select * from t');
    unlinkSync(files.journal);
    expect(thrown(() => db.exec('insert into t values (1)'))).toEqual(replaced);
    db.exec('rollback');
    expect(thrown(() => db.prepare('select * from t').all())).toEqual(replaced);
    expect(thrown(() => db.exec('begin immediate'))).toEqual(replaced);
    db.close();
    const second = pair();
    const other = openPair(second);
    other.exec('create table t(a)');
    unlinkSync(second.file);
    expect(thrown(() => other.prepare('select * from t').all())).toEqual(replaced);
  });

  test('a file that is no database', () => {
    if (!has()) return;
    const files = pair();
    writeFileSync(files.file, 'x'.repeat(2000));
    expect(thrown(() => openPair(files).prepare('select * from sqlite_schema').all())).toEqual(
      sqliteError('SQLITE_NOTADB', 'file is not a database'),
    );
  });

  test('backup of one', async () => {
    if (!has()) return;
    const db = openPair(pair());
    db.exec('create table t(a); insert into t values (1)');
    const copy = fixture.file();
    await db.backup(copy);
    expect(fixture.open(copy).prepare('select a from t').pluck().get()).toBe(1);
  });
});
