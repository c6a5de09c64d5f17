// Database#backup: arguments, progress, changes of the source in the middle, destinations of every kind.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BackupMetadata } from 'better-sqlite3';
import type Ringlite from '../lib/types/index.cjs';
import { type Database, onBothPackages, sqliteError, typeError } from './packages';

jest.setTimeout(60_000);

/** With `attached`, which @types/better-sqlite3 leaves out. */
type BackupOptions = Ringlite.BackupOptions;

onBothPackages('Database#backup', (fixture) => {
  const fill = (db: Database, rows: number): void => {
    db.exec('create table if not exists t(a)');
    db.prepare(
      'insert into t with recursive c(x) as (select 1 union all select x + 1 from c where x < ?) select zeroblob(400) from c',
    ).run(rows);
  };
  const open = (rows = 0): Database => {
    const db = fixture.open(fixture.file());
    fill(db, rows);
    return db;
  };
  const rejected = async (promise: Promise<unknown>): Promise<unknown> => {
    try {
      await promise;
    } catch (error) {
      // Errors come from another realm than the test's.
      if (!Object.hasOwn(error as object, 'message')) return error;
      const { name, message, code } = error as Error & { code?: string };
      return code === undefined ? { name, message } : { name, message, code };
    }
    throw new Error('expected a rejection');
  };
  const copy = (db: Database, file: string, options?: BackupOptions): Promise<BackupMetadata> =>
    (db as unknown as Ringlite.Database).backup(file, options);
  const count = (file: string): unknown => {
    const db = fixture.open(file, { fileMustExist: true });
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    return db.prepare('select count(*) from t').pluck().get();
  };
  /** Runs a backup, calling `onProgress` with the number of the call; gives all figures. */
  const record = async (
    db: Database,
    file: string,
    onProgress: (call: number) => number | undefined,
    options: Omit<BackupOptions, 'progress'> = {},
  ): Promise<[number, number][]> => {
    const figures: [number, number][] = [];
    const progress = ({ totalPages, remainingPages }: BackupMetadata): number => {
      figures.push([totalPages, remainingPages]);
      return onProgress(figures.length) as number;
    };
    const { totalPages, remainingPages } = await copy(db, file, { ...options, progress });
    figures.push([totalPages, remainingPages]);
    return figures;
  };

  test('arguments', async () => {
    const db = fixture.open();
    const backup = (...args: unknown[]): Promise<unknown> =>
      rejected((db.backup as unknown as (...args: unknown[]) => Promise<unknown>).apply(db, args));
    for (const name of [undefined, null, 0, {}, Buffer.from('x')])
      expect(await backup(name)).toEqual(typeError('Expected first argument to be a string'));
    for (const options of [1, 'x', true, () => 1])
      expect(await backup('x.db', options)).toEqual(typeError('Expected second argument to be an options object'));
    for (const name of ['', ' ', '\t\n'])
      expect(await backup(name)).toEqual(typeError('Backup filename cannot be an empty string'));
    expect(await backup(' :memory: ')).toEqual(typeError('Invalid backup filename ":memory:"'));
    for (const attached of [undefined, null, 1])
      expect(await backup('x.db', { attached })).toEqual(typeError('Expected the "attached" option to be a string'));
    expect(await backup('x.db', { attached: '' })).toEqual(
      typeError('The "attached" option cannot be an empty string'),
    );
    for (const progress of [1, 'x', {}])
      expect(await backup('x.db', { progress })).toEqual(typeError('Expected the "progress" option to be a function'));
    expect(await backup(join(dirname(fixture.file()), 'none', 'x.db'))).toEqual(
      typeError('Cannot save backup because the directory does not exist'),
    );
  });

  test('a failing check is a rejection, never a throw', async () => {
    const db = fixture.open();
    const promise = copy(db, undefined as unknown as string);
    expect(promise).toBeInstanceOf(Promise);
    await expect(promise).rejects.toThrow(TypeError);
    db.close();
    await expect(copy(db, fixture.file())).rejects.toThrow('The database connection is not open');
  });

  test('copies everything and reports pages', async () => {
    const db = open(100);
    const pages = db.pragma('page_count', { simple: true });
    const file = fixture.file();
    expect(await copy(db, file)).toEqual({ totalPages: pages, remainingPages: 0 });
    expect(count(file)).toBe(100);
    expect(statSync(file).size).toBe(statSync(db.name).size);
  });

  test('blanks around the name are dropped; null and undefined are no options and no callback', async () => {
    const db = open(1);
    const file = fixture.file();
    await copy(db, `  ${file}\n`, null as unknown as BackupOptions);
    await copy(db, file, { progress: null } as unknown as BackupOptions);
    await copy(db, file, { progress: undefined });
    expect(count(file)).toBe(1);
  });

  test('an empty database becomes an empty database', async () => {
    const file = fixture.file();
    expect(await copy(fixture.open(), file)).toEqual({ totalPages: 0, remainingPages: 0 });
    expect(statSync(file).size).toBe(4096);
    const other = open(5).name;
    expect(await copy(fixture.open(), other)).toEqual({ totalPages: 0, remainingPages: 0 });
    expect(statSync(other).size).toBe(4096);
    expect(fixture.open(other).prepare('select count(*) from sqlite_master').pluck().get()).toBe(0);
  });

  test('progress is called after each step but the last', async () => {
    const db = open(5000);
    const total = db.pragma('page_count', { simple: true }) as number;
    const figures = await record(db, fixture.file(), () => undefined);
    const expected: [number, number][] = [[total, total]];
    for (let left = total - 100; left > 0; left -= 100) expected.push([total, left]);
    expect(figures).toEqual([...expected, [total, 0]]);
  });

  test('progress sets the pages of the next steps; 0 pauses', async () => {
    const db = open(3000);
    const total = db.pragma('page_count', { simple: true }) as number;
    const answers = [10, 0, 0, 20, -5, 1.6, undefined, Infinity];
    const left = (await record(db, fixture.file(), (call) => answers[call - 1])).map((figure) => figure[1]);
    const at = (...copied: number[]): number[] => copied.map((pages) => total - pages);
    expect(left).toEqual([...at(0, 10, 10, 10, 30, 30, 32, 34), 0]);
  });

  test.each([[NaN], ['1'], [null], [true], [1n], [{}]])('progress that returns %p', async (answer) => {
    const db = open(1000);
    const file = fixture.file();
    const error = await rejected(copy(db, file, { progress: () => answer as number }));
    expect(error).toEqual(typeError('Expected progress callback to return a number or undefined'));
    expect(existsSync(file)).toBe(false);
  });

  test('progress that throws ends the backup; an existing file keeps its content', async () => {
    const db = open(1000);
    const fresh = fixture.file();
    const thrown = { any: 'value' };
    const progress = (): number => {
      throw thrown as unknown as Error;
    };
    expect(await rejected(copy(db, fresh, { progress }))).toBe(thrown);
    expect(existsSync(fresh)).toBe(false);
    const existing = open(7).name;
    expect(await rejected(copy(db, existing, { progress }))).toBe(thrown);
    expect(count(existing)).toBe(7);
  });

  test('the event loop goes on', async () => {
    const db = open(3000);
    let ticks = 0;
    const timer = setInterval(() => ticks++, 0);
    await copy(db, fixture.file(), { progress: () => 1 });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(2);
  });

  test('what this connection writes meanwhile is in the copy, which goes on', async () => {
    const db = open(5000);
    const total = db.pragma('page_count', { simple: true }) as number;
    const update = db.prepare('update t set a = ? where rowid = ?');
    const file = fixture.file();
    const figures = await record(db, file, (call) => {
      if (call <= 3) update.run(`row ${String(call)}`, call * 100);
      return 200;
    });
    expect(figures).toEqual([
      [total, total],
      [total, total - 200],
      [total, total - 400],
      [total, 0],
    ]);
    const rows = fixture.open(file).prepare('select rowid, a from t where typeof(a) = ?').raw();
    expect(rows.all('text')).toEqual([
      [100, 'row 1'],
      [200, 'row 2'],
      [300, 'row 3'],
    ]);
    expect(count(file)).toBe(5000);
  });

  test('what another connection writes starts the copy over', async () => {
    const db = open(5000);
    const total = db.pragma('page_count', { simple: true }) as number;
    const other = fixture.open(db.name);
    const file = fixture.file();
    const figures = await record(db, file, (call) => {
      if (call === 2 || call === 3) other.exec(`update t set a = 'new ${String(call)}' where rowid = 1`);
      return 300;
    });
    expect(figures).toEqual([
      [total, total],
      [total, total - 300],
      [total, total - 300],
      [total, total - 300],
      [total, 0],
    ]);
    expect(fixture.open(file).prepare('select a from t where rowid = 1').pluck().get()).toBe('new 3');
  });

  test('a database without a file starts over when it is written', async () => {
    const db = fixture.open();
    fill(db, 3000);
    const total = db.pragma('page_count', { simple: true }) as number;
    const file = fixture.file();
    const figures = await record(db, file, (call) => {
      if (call === 2) db.exec("update t set a = 'new' where rowid = 2");
      return 200;
    });
    expect(figures).toEqual([
      [total, total],
      [total, total - 200],
      [total, total - 200],
      [total, 0],
    ]);
    expect(fixture.open(file).prepare('select a from t where rowid = 2').pluck().get()).toBe('new');
  });

  test('it waits for the end of a write transaction of this connection', async () => {
    const db = open(3000);
    const total = db.pragma('page_count', { simple: true }) as number;
    const file = fixture.file();
    const figures = await record(db, file, (call) => {
      if (call === 2) db.exec("begin; update t set a = 'draft'");
      if (call === 4) db.exec('rollback');
      return 200;
    });
    expect(figures).toEqual([
      [total, total],
      [total, total - 200],
      [total, total - 200],
      [total, total - 200],
      [total, 0],
    ]);
    expect(fixture.open(file).prepare("select count(*) from t where a = 'draft'").pluck().get()).toBe(0);
  });

  test('it waits for an exclusive lock of another connection, with the timeout once', async () => {
    const db = fixture.open(open(3000).name, { timeout: 50 });
    const other = fixture.open(db.name);
    const started = Date.now();
    const figures = await record(db, fixture.file(), (call) => {
      if (call === 2) other.exec('begin exclusive');
      if (call === 30) other.exec('commit');
      return 200;
    });
    expect(figures).toHaveLength(31);
    expect(Date.now() - started).toBeLessThan(1500);
    expect(count(fixture.open(db.name).name)).toBe(3000);
  });

  test('a destination that is locked from the start gets nothing', async () => {
    const db = open(10);
    const other = open(3);
    other.exec('begin immediate');
    expect(await copy(db, other.name)).toEqual({ totalPages: 0, remainingPages: 0 });
    other.exec('rollback');
    expect(count(other.name)).toBe(3);
    expect(await copy(db, db.name)).toEqual({ totalPages: 0, remainingPages: 0 });
    expect(count(db.name)).toBe(10);
  });

  test('while an iterator is open', async () => {
    const db = open(500);
    const rows = db.prepare('select * from t').iterate();
    rows.next();
    const file = fixture.file();
    await copy(db, file);
    rows.return?.();
    expect(count(file)).toBe(500);
  });

  test('several backups at once', async () => {
    const db = open(2000);
    const files = [fixture.file(), fixture.file(), fixture.file()];
    await Promise.all(files.map((file, index) => copy(db, file, { progress: () => 10 + index })));
    for (const file of files) expect(count(file)).toBe(2000);
  });

  test('errors of the destination', async () => {
    const db = open(10);
    const folder = fixture.file();
    mkdirSync(folder);
    expect(await rejected(copy(db, folder))).toEqual(sqliteError('SQLITE_CANTOPEN', 'unable to open database file'));
    const text = fixture.file();
    writeFileSync(text, 'no database '.repeat(400));
    expect(await rejected(copy(db, text))).toEqual(sqliteError('SQLITE_NOTADB', 'file is not a database'));
    expect(readFileSync(text, 'utf8')).toBe('no database '.repeat(400));
  });

  test('attached databases, temp and unknown names', async () => {
    const db = open(1);
    const second = open(20).name;
    db.exec(`attach '${second}' as second; create temp table only_here(a)`);
    const file = fixture.file();
    await copy(db, file, { attached: 'second' });
    expect(count(file)).toBe(20);
    await copy(db, file, { attached: 'SECOND' });
    await copy(db, file, { attached: 'temp' });
    expect(fixture.open(file).prepare('select name from sqlite_master').pluck().all()).toEqual(['only_here']);
    const unknown = fixture.file();
    expect(await rejected(copy(db, unknown, { attached: 'third' }))).toEqual(
      sqliteError('SQLITE_ERROR', 'unknown database third'),
    );
    expect(statSync(unknown).size).toBe(0);
  });

  test('a database in backup cannot be detached', async () => {
    const db = open(1);
    db.exec(`attach '${open(2000).name}' as second`);
    const errors: unknown[] = [];
    await copy(db, fixture.file(), {
      attached: 'second',
      progress: () => {
        try {
          db.exec('detach second');
        } catch (error) {
          errors.push((error as Error).message);
        }
        return 1000;
      },
    });
    expect(errors).toEqual(['database second is locked']);
    db.exec('detach second');
  });

  test('closing the connection in the middle', async () => {
    const db = open(2000);
    const file = fixture.file();
    const error = await rejected(
      copy(db, file, {
        progress: () => {
          db.close();
          return 1;
        },
      }),
    );
    expect(error).toEqual(typeError('The database connection is not open'));
    expect(existsSync(file)).toBe(false);
  });

  test.each([512, 1024, 8192, 65536])('over a database with pages of %d bytes', async (pageSize) => {
    const db = open(1001);
    const target = fixture.open(fixture.file());
    target.pragma(`page_size = ${String(pageSize)}`);
    fill(target, 4000);
    target.close();
    await copy(db, target.name);
    expect(statSync(target.name).size).toBe(statSync(db.name).size);
    expect(count(target.name)).toBe(1001);
  });

  test('from and over databases in WAL mode', async () => {
    const db = open(50);
    const wal = open(5);
    wal.pragma('journal_mode = wal');
    await copy(db, wal.name);
    expect(wal.prepare('select count(*) from t').pluck().get()).toBe(50);
    expect(wal.pragma('journal_mode', { simple: true })).toBe('wal');
    const file = fixture.file();
    await copy(wal, file);
    expect([...readFileSync(file).subarray(18, 20)]).toEqual([2, 2]);
    expect(count(file)).toBe(50);
    const small = fixture.open(fixture.file());
    small.pragma('page_size = 1024');
    small.pragma('journal_mode = wal');
    small.exec('create table z(a)');
    expect(await rejected(copy(db, small.name))).toEqual(
      sqliteError('SQLITE_READONLY', 'attempt to write a readonly database'),
    );
  });

  test('the change counter of an overwritten file goes on, so that its other users notice', async () => {
    const db = open(50);
    const target = open(3);
    const counter = (file: string): number => readFileSync(file).readUInt32BE(24);
    expect(target.prepare('select count(*) from t').pluck().get()).toBe(3);
    const before = counter(target.name);
    await copy(db, target.name);
    expect(counter(target.name)).toBe(before + 1);
    expect(target.prepare('select count(*) from t').pluck().get()).toBe(50);
    target.exec('vacuum');
    expect(counter(target.name)).toBe(before + 2);
    const fresh = fixture.file();
    await copy(db, fresh);
    expect(counter(fresh)).toBe(1);
  });

  test('inside of a user function', async () => {
    const db = open(1);
    let promise: Promise<unknown> | undefined;
    db.function('f', () => {
      promise = rejected(copy(db, fixture.file()));
      return 1;
    });
    db.prepare('select f()').get();
    // The check comes after the directory was looked at, and by then the function has returned.
    await expect(promise).rejects.toThrow('expected a rejection');
  });
});
