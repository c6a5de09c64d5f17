// Methods on what is no database, statement or iterator of the package, constructors that are not for applications, and the names that
// functions and messages show. On Ringlite these tests run on lib/ and on a minified bundle, which has other names inside.
import type { Statement } from 'better-sqlite3';
import { buildSync } from 'esbuild';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { type DatabaseConstructor, onBothPackages, thrown, typeError } from './packages';

type Callable = (...args: unknown[]) => unknown;
type Class = new (...args: unknown[]) => object;

const root = join(__dirname, '..');

/** lib/ as scripts/build.ts bundles it. */
function loadMinified(): DatabaseConstructor {
  const outfile = join(root, `build/receivers-${String(process.pid)}.cjs`);
  buildSync({
    entryPoints: [join(root, 'lib/index.ts')],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20.9',
    format: 'cjs',
    packages: 'external',
  });
  try {
    return (require(outfile) as { default: DatabaseConstructor }).default;
  } finally {
    rmSync(outfile);
  }
}

onBothPackages('Receivers and names', (fixture) => {
  const builds: [string, () => DatabaseConstructor][] = [['as it is', () => fixture.Database]];
  if (fixture.packageName === 'ringlite') builds.push(['minified', loadMinified]);

  describe.each(builds)('%s', (_name, load) => {
    let Database: DatabaseConstructor;
    let db: InstanceType<DatabaseConstructor>;
    let statement: Statement;
    let iterator: Iterator<unknown>;
    beforeAll(() => {
      Database = load();
    });
    beforeEach(() => {
      db = new Database(':memory:');
      statement = db.prepare('select 1');
      iterator = statement.iterate();
      iterator.return?.();
    });
    afterEach(() => {
      db.close();
    });

    const method = (object: object, key: PropertyKey): Callable => (object as Record<PropertyKey, Callable>)[key]!;
    const reading = (of: unknown, key: string): object =>
      typeError(`Cannot read properties of ${String(of)} (reading '${key}')`);

    test('methods of a database', () => {
      const cases: [string, unknown[], string?][] = [
        ['prepare', ['select 1']],
        ['exec', ['select 1']],
        ['pragma', ['user_version'], 'prepare'],
        ['close', []],
        ['serialize', []],
        ['loadExtension', ['x']],
        ['defaultSafeIntegers', []],
        ['unsafeMode', []],
        ['transaction', [() => 1], 'prepare'],
        ['function', ['f', () => 1]],
        ['aggregate', ['f', { step: () => 1 }]],
        ['table', ['t', { columns: ['a'], *rows() {} }]],
      ];
      for (const [name, args, key = name] of cases) {
        const call = method(Database.prototype, name);
        for (const receiver of [{}, 5, statement, Database.prototype])
          expect([name, thrown(() => call.apply(receiver, args))]).toEqual([name, reading(undefined, key)]);
        for (const receiver of [null, undefined])
          expect([name, thrown(() => call.apply(receiver, args))]).toEqual([name, reading(receiver, 'Symbol()')]);
      }
      const opened = Object.getOwnPropertyDescriptor(db, 'open') as { get: () => boolean };
      expect(thrown(() => opened.get.call({}))).toEqual(reading(undefined, 'open'));
    });

    test('backup', async () => {
      const call = method(Database.prototype, 'backup');
      await expect(call.call({}, fixture.file())).rejects.toMatchObject(reading(undefined, 'backup'));
    });

    test('methods of statements and iterators', () => {
      const illegal = typeError('Illegal invocation');
      const names = ['run', 'get', 'all', 'iterate', 'bind', 'pluck', 'expand', 'raw', 'safeIntegers', 'columns'];
      const prototype = Object.getPrototypeOf(statement) as object;
      for (const name of names)
        for (const receiver of [{}, null, undefined, 5, iterator, db, prototype])
          expect([name, thrown(() => method(prototype, name).call(receiver))]).toEqual([name, illegal]);
      for (const name of ['next', 'return', Symbol.iterator])
        for (const receiver of [{}, null, statement, Object.getPrototypeOf(iterator)])
          expect(thrown(() => method(iterator, name).call(receiver))).toEqual(illegal);
    });

    test('constructors', () => {
      const refused = typeError('Statements can only be constructed by the db.prepare() method');
      const disabled = typeError('Disabled constructor');
      const StatementClass = statement.constructor as Class;
      const IteratorClass = iterator.constructor as Class;
      expect([StatementClass.name, StatementClass.length, IteratorClass.name, IteratorClass.length]).toEqual([
        'Statement',
        0,
        'StatementIterator',
        0,
      ]);
      expect(statement).toBeInstanceOf(StatementClass);
      expect(thrown(() => new StatementClass())).toEqual(refused);
      expect(thrown(() => new StatementClass(1, 2, 3))).toEqual(refused);
      expect(thrown(() => new IteratorClass())).toEqual(disabled);
      class Derived extends StatementClass {}
      expect(thrown(() => new Derived())).toEqual(refused);
      // Version 13 says for all classes that they need new.
      if (!fixture.isVersion12) return;
      expect(thrown(() => (StatementClass as unknown as Callable)())).toEqual(refused);
      expect(thrown(() => (IteratorClass as unknown as Callable)())).toEqual(disabled);
    });

    test('names of functions', () => {
      const shown = ['prepare', 'transaction', 'pragma', 'backup', 'serialize', 'function', 'aggregate', 'table'];
      expect(
        shown.map((name) => [method(Database.prototype, name).name, method(Database.prototype, name).length]),
      ).toEqual([
        ['prepare', 1],
        ['transaction', 1],
        ['pragma', 2],
        ['backup', 2],
        ['serialize', 1],
        ['defineFunction', 3],
        ['defineAggregate', 2],
        ['defineTable', 2],
      ]);
      const transaction = db.transaction(() => 1);
      expect([transaction.name, transaction.immediate.name]).toEqual(['sqliteTransaction', 'sqliteTransaction']);
      expect(Object.getOwnPropertyNames(transaction)).toEqual([
        'length',
        'name',
        'prototype',
        'default',
        'deferred',
        'immediate',
        'exclusive',
        'database',
      ]);
      expect([Database.name, Database.SqliteError.name]).toEqual(['Database', 'SqliteError']);
      expect(inspect(db)).toMatch(/^Database \{/);
      expect(inspect(statement)).toMatch(/^Statement \{/);
      expect(inspect(iterator)).toMatch(/^StatementIterator \{/);
    });

    test('this of a transaction', () => {
      const transaction = db.transaction(function (this: unknown) {
        return [this];
      });
      expect(transaction()).toEqual([undefined]);
      expect(transaction.immediate()).toEqual([transaction]);
      expect(transaction.call(5 as never)).toEqual([5]);
    });

    test('text with a NUL is logged up to there', () => {
      const log: unknown[] = [];
      const logged = new Database(':memory:', { verbose: (text) => log.push(text) });
      logged.prepare('select ?, ?').get('a\0b', `${'x'.repeat(10)}\0${'y'.repeat(40)}`);
      logged.close();
      expect(log).toEqual(["select 'a', 'xxxxxxxxxx'/*+19 bytes*/"]);
    });
  });
});
