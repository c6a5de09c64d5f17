// One episode: a fresh database, then calls of any member with odd and proper arguments, in an order drawn from a seed. Gives
// a line for each call, so that the lines of both packages can be compared.
//
// Invariants: which calls are made depends on the seed alone, never on what a call returned.
import { join } from 'node:path';
import { Random } from '../../differential/generator/random';
import type { DatabaseConstructor } from '../packages';
import { describe, describeError } from './describe';
import { hugeArray, type OddValue, oddValues } from './values';

type Callable = Record<string, (...args: unknown[]) => unknown>;

export interface EpisodeOptions {
  readonly Database: DatabaseConstructor;
  readonly SqliteError: unknown;
  readonly seed: number;
  readonly calls: number;
  /** An existing folder for files. */
  readonly folder: string;
}

/** An argument with the label that stands in the line. */
interface Argument {
  readonly label: string;
  readonly value: unknown;
}

const STATEMENTS = [
  'select * from t',
  'select a, b from t where a > ?',
  'select ?, ?, ?',
  'select @x as x, :y as y, $z as z',
  'select ?2, @x, ?',
  'insert into t values (?, ?)',
  'insert into t values (@x, @y) returning *',
  'update t set b = ?',
  "insert into nothing values (1, 'x')",
  'delete from t where a = @x',
  'create table if not exists made (x)',
  'pragma user_version',
  'select f(a) from t',
  'select f(?, ?)',
  'select g(a) from t group by b',
  'select g(a) over (order by a) from t',
  'select * from v',
  'select * from v(?)',
  'select * from v(?, 2) limit 2',
  'begin',
  'commit',
  'rollback',
  'savepoint s',
  'select 1; select 2',
  'syntax error',
  'select typeof(@x), length(@x)',
];

const PRAGMAS = [
  'user_version',
  'user_version = 7',
  'table_info(t)',
  'cache_size = 100',
  'nonsense',
  'foreign_keys; x',
];
const ROW_METHODS = ['run', 'get', 'all', 'iterate', 'bind'];
const MODE_METHODS = ['pluck', 'expand', 'raw', 'safeIntegers'];
const GETTERS = ['name', 'open', 'inTransaction', 'readonly', 'memory'];
const STATEMENT_GETTERS = ['reader', 'readonly', 'source', 'database', 'busy'];

class Episode {
  readonly lines: string[] = [];
  readonly #options: EpisodeOptions;
  readonly #random: Random;
  readonly #names = new Map<unknown, string>();
  #database: Callable;
  #statements: Callable[] = [];
  #iterators: Callable[] = [];
  #transactions: Callable[] = [];
  #depth = 0;

  constructor(options: EpisodeOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#names.set(globalThis, 'globalThis');
    this.#database = this.#open();
  }

  async run(): Promise<void> {
    for (let i = 0; i < this.#options.calls; i++) await this.#step();
    for (const iterator of this.#iterators) this.#note('return', () => iterator['return']?.());
    this.#note('close', () => this.#database['close']?.());
  }

  #open(): Callable {
    const database = new this.#options.Database(':memory:');
    database.exec("create table t (a, b); insert into t values (1, 'one'), (2, null), (3.5, x'00ff')");
    this.#names.set(database, 'database');
    return database as unknown as Callable;
  }

  async #step(): Promise<void> {
    const random = this.#random;
    const step = random.weighted<() => unknown>([
      [3, () => this.#construct()],
      [4, () => this.#prepare()],
      [2, () => this.#call('exec', [this.#mostly(() => random.pick(STATEMENTS))])],
      [2, () => this.#call('pragma', [this.#mostly(() => random.pick(PRAGMAS)), this.#options2(['simple'])])],
      [3, () => this.#transaction()],
      [3, () => this.#defineFunction()],
      [3, () => this.#defineAggregate()],
      [3, () => this.#defineTable()],
      [1, () => this.#call('serialize', [this.#options2(['attached'])])],
      [1, () => this.#call('loadExtension', [this.#oddNonText()])],
      [1, () => this.#call('defaultSafeIntegers', this.#toggle())],
      [1, () => this.#call('unsafeMode', this.#toggle())],
      [1, () => this.#getter()],
      [1, () => this.#inherited()],
      [1, () => this.#sqliteError()],
      [1, () => this.#close()],
      [16, () => this.#useStatement()],
      [4, () => this.#useIterator()],
      [4, () => this.#useTransaction()],
      [1, () => this.#backup()],
    ]);
    await step();
  }

  // --- arguments

  #odd(): Argument {
    return this.#make(this.#random.pick(oddValues));
  }

  #make(odd: OddValue): Argument {
    return { label: odd.label, value: odd.make({ reenter: () => this.#reenter() }) };
  }

  #oddNonText(): Argument {
    for (;;) {
      const argument = this.#odd();
      if (typeof argument.value !== 'string') return argument;
    }
  }

  #proper(value: unknown): Argument {
    return { label: describe(value, this.#names), value };
  }

  #mostly(make: () => unknown): Argument {
    return this.#random.oneIn(3) ? this.#odd() : this.#proper(make());
  }

  /** Of a toggle: none, a boolean, something odd. */
  #toggle(): Argument[] {
    if (this.#random.oneIn(3)) return [];
    return [this.#mostly(() => this.#random.oneIn(2))];
  }

  /** An options object with some of `keys`, absent or odd. */
  #options2(keys: readonly string[], proper: Readonly<Record<string, () => unknown>> = {}): Argument {
    if (this.#random.oneIn(6)) return this.#odd();
    const object: Record<string, unknown> = {};
    const labels: string[] = [];
    for (const key of keys) {
      const make = proper[key];
      if (make === undefined && !this.#random.oneIn(keys.length + 1)) continue;
      const argument = make === undefined ? this.#odd() : this.#mostly(make);
      object[key] = argument.value;
      labels.push(`${key}: ${argument.label}`);
    }
    return { label: `{${labels.join(', ')}}`, value: object };
  }

  // --- calling

  /** What odd values do when they are touched: use the database that is using them. */
  #reenter(): unknown {
    if (this.#depth > 2) return 0;
    this.#depth++;
    const database = this.#database;
    const calls: readonly [string, () => unknown][] = [
      ['prepare', () => (database['prepare']?.('select 5 as five') as Callable)['get']?.()],
      ['exec', () => database['exec']?.('insert into t values (9, 9)')],
      ['pragma', () => database['pragma']?.('user_version')],
      ['function', () => database['function']?.('f', () => 8)],
      ['get', () => this.#statements.at(-1)?.['columns']?.()],
    ];
    const [name, call] = calls[this.lines.length % calls.length] as (typeof calls)[number];
    this.#note(`(inside) ${name}`, call);
    this.#depth--;
    return 3;
  }

  #note(label: string, call: () => unknown): unknown {
    let result: unknown;
    let text: string;
    try {
      result = call();
      text = describe(result, this.#names);
    } catch (error) {
      text = describeError(error, this.#names);
    }
    this.lines.push(`${label} -> ${text}`);
    return result;
  }

  #invoke(target: Callable, on: string, method: string, args: readonly Argument[]): unknown {
    const label = `${on}.${method}(${args.map((argument) => argument.label).join(', ')})`;
    return this.#note(label, () => target[method]?.(...args.map((argument) => argument.value)));
  }

  #call(method: string, args: readonly Argument[]): unknown {
    return this.#invoke(this.#database, 'db', method, args);
  }

  // --- members of Database

  #construct(): void {
    const { Database } = this.#options;
    const callable = Database as unknown as Callable & ((...args: unknown[]) => Callable);
    const filename = this.#mostly(() =>
      this.#random.pick([':memory:', ' :memory: ', '', '/nonexistent/folder/x.db', Buffer.from('no database')]),
    );
    // Names of files would be made where the process stands.
    if (typeof filename.value === 'string' && !/^\s*(:memory:|\/.*)?\s*$/.test(filename.value)) return;
    // File descriptors, which version 12 does not know.
    if (typeof filename.value === 'number') return;
    const options = this.#options2([
      'readonly',
      'fileMustExist',
      'timeout',
      'verbose',
      'nativeBinding',
      'readOnly',
      'memory',
    ]);
    const isNew = this.#random.oneIn(2);
    const label = `${isNew ? 'new ' : ''}Database(${filename.label}, ${options.label})`;
    if (label.includes('nativeBinding')) return;
    const database = this.#note(label, () =>
      isNew ? new Database(filename.value as string, options.value as object) : callable(filename.value, options.value),
    ) as Callable | undefined;
    if (database === undefined) return;
    const use = (): unknown => (database['prepare']?.('select ? as a') as Callable)['all']?.(1);
    this.#note('its use', use);
    this.#note('its end', () => void database['close']?.());
  }

  #prepare(): void {
    const args = [this.#random.oneIn(12) ? this.#odd() : this.#proper(this.#random.pick(STATEMENTS))];
    const label = `db.prepare(${args[0]?.label ?? ''})`;
    const statement = this.#note(label, () => {
      const made = this.#database['prepare']?.(...args.map((argument) => argument.value));
      this.#names.set(made, 'statement');
      return made;
    });
    if (statement !== undefined) this.#statements.push(statement as Callable);
    if (this.#statements.length > 6) this.#statements.shift();
  }

  #transaction(): void {
    const body = this.#mostly(() => this.#body());
    const made = this.#call('transaction', [body]) as Callable | undefined;
    if (typeof made === 'function') this.#transactions.push(made);
    if (this.#transactions.length > 4) this.#transactions.shift();
  }

  /** Of a transaction. */
  #body(): (...args: unknown[]) => unknown {
    const result = this.#odd().value;
    const inner = this.#transactions.at(-1) as unknown as (() => unknown) | undefined;
    const isNested = this.#random.oneIn(2);
    return (...args: unknown[]) => {
      this.#note('(in transaction) args', () => args.length);
      this.#note('(in transaction) insert', () => this.#database['exec']?.('insert into t values (7, 7)'));
      if (isNested && this.#depth++ < 3) this.#note('(in transaction) inner', () => inner?.());
      return result;
    };
  }

  #useTransaction(): void {
    const made = this.#transactions.at(-1);
    if (made === undefined) return;
    const variant = this.#random.pick(['default', 'deferred', 'immediate', 'exclusive', 'database', 'nothing']);
    this.#depth = 0;
    this.#invoke(made, 'transaction', variant, [this.#odd()]);
    this.#depth = 0;
    this.#note('in transaction', () => this.#database['inTransaction']);
  }

  #defineFunction(): void {
    const options = this.#options2(['safeIntegers', 'deterministic', 'directOnly', 'varargs'], { varargs: () => true });
    const args = [this.#mostly(() => 'f'), options, this.#mostly(() => this.#answering())];
    if (this.#random.oneIn(3)) args.splice(1, 1);
    this.#call('function', args);
  }

  /** A function that notes what it gets and returns something odd, or calls back. */
  #answering(): (...args: unknown[]) => unknown {
    const odd = this.#odd();
    const reenters = this.#random.oneIn(3);
    return (...args: unknown[]) => {
      this.lines.push(`(in function) ${describe(args, this.#names)} gives ${odd.label}`);
      if (reenters) this.#reenter();
      return odd.value;
    };
  }

  #defineAggregate(): void {
    const options = this.#options2(
      ['start', 'step', 'inverse', 'result', 'safeIntegers', 'deterministic', 'directOnly', 'varargs'],
      {
        step: () => this.#answering(),
        ...(this.#random.oneIn(2) ? { inverse: () => this.#answering() } : {}),
        ...(this.#random.oneIn(2) ? { result: () => this.#answering() } : {}),
        varargs: () => true,
      },
    );
    this.#call('aggregate', [this.#mostly(() => 'g'), options]);
  }

  #defineTable(): void {
    const row = this.#odd();
    const columns = this.#mostly(() => ['x', 'y']);
    const definition = this.#options2(['rows', 'columns', 'parameters', 'safeIntegers', 'directOnly'], {
      columns: () => columns.value,
      rows: () =>
        function* rows(...args: unknown[]) {
          yield [args.length, 1];
          yield { x: 1, y: row.value };
          yield row.value;
        },
    });
    const second = this.#random.oneIn(4) ? this.#odd() : definition;
    this.#call('table', [this.#mostly(() => 'v'), second]);
  }

  async #backup(): Promise<void> {
    const filename = this.#mostly(() => join(this.#options.folder, 'backup.db'));
    if (typeof filename.value === 'string' && !filename.value.startsWith('/') && filename.value.trim() !== '') return;
    const options = this.#options2(['attached', 'progress']);
    let text: string;
    try {
      text = describe(await this.#database['backup']?.(filename.value, options.value), this.#names);
    } catch (error) {
      text = describeError(error, this.#names);
    }
    this.lines.push(`db.backup(${filename.label.replaceAll(this.#options.folder, '')}, ${options.label}) -> ${text}`);
  }

  #getter(): void {
    const name = this.#random.pick(GETTERS);
    const odd = this.#odd();
    const database = this.#database as Record<string, unknown>;
    this.#note(`db.${name}`, () => database[name]);
    this.#note(`db.${name} = ${odd.label}`, () => {
      'use strict';
      database[name] = odd.value;
    });
    this.#note(`delete db.${name}`, () => Reflect.deleteProperty(database, name));
  }

  /** Members without a database of their own. Which property is missing is each package's own matter. */
  #inherited(): void {
    const heir = Object.create(this.#database) as Callable;
    const method = this.#random.pick(['prepare', 'exec', 'pragma', 'close']);
    this.#note(`heir.${method}`, () => heir[method]?.('select 1'));
    this.#database = this.#reopened();
    this.#note('keys', () => Object.keys(this.#database));
    this.#note('members', () =>
      Object.keys(Object.getPrototypeOf(this.#database) as object).filter((key) => key !== 'explain'),
    );
  }

  #sqliteError(): void {
    const SqliteError = this.#options.SqliteError as new (...args: unknown[]) => unknown;
    const args = [this.#odd(), this.#mostly(() => 'SQLITE_ERROR')];
    this.#note(`new SqliteError(${args.map((argument) => argument.label).join(', ')})`, () =>
      describeError(new SqliteError(...args.map((argument) => argument.value)), this.#names),
    );
  }

  #close(): void {
    this.#call('close', [this.#odd()]);
    this.#call('prepare', [this.#proper('select 1')]);
    for (const statement of this.#statements) {
      const method = this.#random.pick([...ROW_METHODS, ...MODE_METHODS, 'columns']);
      this.#invoke(statement, 'closed statement', method, [this.#odd()]);
    }
    this.#useIterator();
    this.#useTransaction();
    this.#database = this.#reopened();
  }

  #reopened(): Callable {
    if ((this.#database as Record<string, unknown>)['open'] === true) return this.#database;
    this.#statements = [];
    this.#iterators = [];
    this.#transactions = [];
    this.#names.delete(this.#database);
    return this.#open();
  }

  // --- members of Statement and its iterator

  #useStatement(): void {
    if (this.#statements.length === 0) return this.#prepare();
    const random = this.#random;
    const statement = random.pick(this.#statements);
    switch (random.below(8)) {
      case 0:
        this.#invoke(statement, 'statement', random.pick(MODE_METHODS), this.#toggle());
        return;
      case 1:
        this.#invoke(statement, 'statement', 'columns', [this.#odd()]);
        return;
      case 2: {
        const name = random.pick(STATEMENT_GETTERS);
        this.#note(`statement.${name}`, () => statement[name]);
        this.#note(`statement.${name} = 1`, () => Reflect.set(statement, name, 1));
        return;
      }
      default:
        this.#execute(statement);
    }
  }

  #execute(statement: Callable): void {
    const random = this.#random;
    const method = random.weighted([
      [4, 'run'],
      [4, 'get'],
      [4, 'all'],
      [2, 'iterate'],
      [1, 'bind'],
    ]);
    const args = random.times(
      random.weighted([
        [3, 0],
        [4, 1],
        [3, 2],
        [2, 3],
        [1, 5],
      ]),
      () =>
        this.#mostly(() => random.pick<unknown>([1, 'x', { x: 1, y: 'two', z: null }, [1, 2], Buffer.from('b'), 5n])),
    );
    if (random.oneIn(40)) args.push(this.#make(hugeArray));
    const result = this.#invoke(statement, 'statement', method, args);
    if (method !== 'iterate' || result === undefined) return;
    this.#names.set(result, 'iterator');
    this.#iterators.push(result as Callable);
    if (this.#iterators.length <= 2) return;
    const oldest = this.#iterators.shift();
    this.#note('iterator.return()', () => oldest?.['return']?.());
  }

  #useIterator(): void {
    const iterator = this.#iterators.at(-1);
    if (iterator === undefined) return;
    const method = this.#random.pick(['next', 'next', 'next', 'return', 'throw']);
    this.#invoke(iterator, 'iterator', method, [this.#odd()]);
  }
}

/** Runs an episode on one package. */
export async function runEpisode(options: EpisodeOptions): Promise<string[]> {
  const episode = new Episode(options);
  await episode.run();
  return episode.lines;
}
