// Random statements of every delivered kind: schema changes, writes with conflict clauses, transactions, pragmas, queries.
import { valueFor, literal } from './literals';
import { QueryGenerator } from './query';
import type { Random } from './random';
import { SchemaModel, type ColumnModel, type TableModel } from './schema-model';

const COLUMN_TYPES = [
  'INTEGER',
  'INT',
  'TEXT',
  'VARCHAR(20)',
  'REAL',
  'DOUBLE',
  'BLOB',
  'NUMERIC',
  'DECIMAL(10,2)',
  'BOOLEAN',
  '',
  'DATETIME',
];
const CONFLICTS = ['ROLLBACK', 'ABORT', 'FAIL', 'IGNORE', 'REPLACE'];

/** Kinds of statements with their weights; a suite may leave some out. */
export type StatementKind =
  | 'createTable' | 'createIndex' | 'createView' | 'drop' | 'insert' | 'insertSelect' | 'upsert' | 'update' | 'delete' | 'query' | 'transaction' | 'pragma' | 'wrong'; // prettier-ignore

const WEIGHTS: readonly (readonly [number, StatementKind])[] = [
  [3, 'createTable'],
  [3, 'createIndex'],
  [1, 'createView'],
  [1, 'drop'],
  [14, 'insert'],
  [3, 'insertSelect'],
  [3, 'upsert'],
  [6, 'update'],
  [3, 'delete'],
  [50, 'query'],
  [3, 'transaction'],
  [2, 'pragma'],
  [3, 'wrong'],
];

export class StatementGenerator {
  readonly schema = new SchemaModel();
  readonly #queries: QueryGenerator;

  constructor(private readonly random: Random) {
    this.#queries = new QueryGenerator(random, this.schema);
  }

  /** The next statement. */
  next(): string {
    const { random } = this;
    if (this.schema.baseTables().length < 2) return this.#createTable();
    const kind = random.weighted(WEIGHTS);
    switch (kind) {
      case 'createTable':
        return this.schema.tables.length > 6 ? this.#drop() : this.#createTable();
      case 'createIndex':
        return this.#createIndex();
      case 'createView':
        return this.#createView();
      case 'drop':
        return this.#drop();
      case 'insert':
        return this.#insert();
      case 'insertSelect':
        return this.#insertSelect();
      case 'upsert':
        return this.#upsert();
      case 'update':
        return this.#update();
      case 'delete':
        return this.#delete();
      case 'query':
        return this.#queries.query();
      case 'transaction':
        return random.pick(['BEGIN', 'COMMIT', 'ROLLBACK', 'SAVEPOINT s1', 'RELEASE s1', 'ROLLBACK TO s1', 'BEGIN IMMEDIATE', 'END', 'SAVEPOINT s2', 'ROLLBACK TO s2']); // prettier-ignore
      case 'pragma':
        return this.#pragma();
      case 'wrong':
        return this.#wrong();
    }
  }

  #column(table: TableModel): ColumnModel {
    return this.random.pick(table.columns);
  }

  #orConflict(): string {
    return this.random.oneIn(3) ? ` OR ${this.random.pick(CONFLICTS)}` : '';
  }

  #onConflict(): string {
    return this.random.oneIn(4) ? ` ON CONFLICT ${this.random.pick(CONFLICTS)}` : '';
  }

  #createTable(): string {
    const { random } = this;
    const name = this.schema.freshName('t');
    const columns = random.times(random.between(1, 6), (i): ColumnModel => ({
      name: `c${i + 1}`,
      type: random.pick(COLUMN_TYPES),
    }));
    const uniqueKeys: string[][] = [];
    const withoutRowid = random.oneIn(6);
    let hasPrimaryKey = false;
    const definitions = columns.map((column, index) => {
      let sql = column.type ? `${column.name} ${column.type}` : column.name;
      if (!hasPrimaryKey && ((withoutRowid && index === 0) || random.oneIn(5))) {
        hasPrimaryKey = true;
        uniqueKeys.push([column.name]);
        sql +=
          random.oneIn(5) && column.type === 'INTEGER' && !withoutRowid
            ? ' PRIMARY KEY AUTOINCREMENT'
            : ` PRIMARY KEY${this.#onConflict()}`;
      }
      if (random.oneIn(6)) sql += ` NOT NULL${this.#onConflict()}`;
      if (random.oneIn(7)) {
        uniqueKeys.push([column.name]);
        sql += ` UNIQUE${this.#onConflict()}`;
      }
      if (random.oneIn(5)) sql += ` DEFAULT ${random.pick(['0', "'x'", 'NULL', '1.5', '(1 + 2)', '-7', "x'00'"])}`;
      if (random.oneIn(6)) sql += ` COLLATE ${random.pick(['NOCASE', 'RTRIM', 'BINARY'])}`;
      if (random.oneIn(9))
        sql += ` CHECK (${column.name} ${random.pick(['IS NOT 3', "<> 'b'", 'BETWEEN -100 AND 1e9', "NOT LIKE 'z%'"])})`;
      return sql;
    });
    if (columns.length > 1 && random.oneIn(5)) {
      const key = random.subset(columns, 2).map((column) => column.name);
      uniqueKeys.push(key);
      definitions.push(`UNIQUE (${key.join(', ')})${this.#onConflict()}`);
    }
    this.schema.tables.push({ name, columns, isView: false, hasRowid: !withoutRowid, uniqueKeys });
    return `CREATE TABLE ${name} (${definitions.join(', ')})${withoutRowid ? ' WITHOUT ROWID' : ''}`;
  }

  #createIndex(): string {
    const { random } = this;
    const table = random.pick(this.schema.baseTables());
    const name = this.schema.freshName('i');
    this.schema.indexes.push(name);
    const unique = random.oneIn(5);
    const terms = random
      .subset(table.columns, 1)
      .slice(0, 3)
      .map((column) => {
        const base = random.oneIn(6)
          ? random.pick([`lower(${column.name})`, `${column.name} + 1`, `abs(${column.name})`])
          : column.name;
        return base + random.pick(['', '', '', ' DESC', ' COLLATE NOCASE']);
      });
    const where = random.oneIn(6)
      ? ` WHERE ${this.#column(table).name} ${random.pick(['IS NOT NULL', '> 0', "= 'a'"])}`
      : '';
    return `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${random.oneIn(8) ? 'IF NOT EXISTS ' : ''}${name} ON ${table.name} (${terms.join(', ')})${where}`;
  }

  #createView(): string {
    const { random } = this;
    const name = this.schema.freshName('v');
    const table = random.pick(this.schema.tables);
    const columns = random.subset(table.columns, 1).map((column) => column.name);
    this.schema.tables.push({ name, columns: columns.map((_column, i) => ({ name: `k${i}`, type: '' })), isView: true, hasRowid: false, uniqueKeys: [] }); // prettier-ignore
    const where = random.oneIn(2) ? ` WHERE ${this.#queries.expressions.condition({ columns }, 1)}` : '';
    return `CREATE VIEW ${name} (${columns.map((_column, i) => `k${i}`).join(', ')}) AS SELECT ${columns.join(', ')} FROM ${table.name}${where}`;
  }

  #drop(): string {
    const { random } = this;
    if (random.oneIn(3) && this.schema.indexes.length)
      return `DROP INDEX ${random.oneIn(2) ? 'IF EXISTS ' : ''}${random.pick(this.schema.indexes)}`;
    const table = random.pick(this.schema.tables);
    this.schema.drop(table.name);
    return `DROP ${table.isView ? 'VIEW' : 'TABLE'} ${random.oneIn(3) ? 'IF EXISTS ' : ''}${table.name}`;
  }

  #values(columns: readonly ColumnModel[]): string {
    const { random } = this;
    return `(${columns.map((column) => (random.oneIn(10) ? this.#queries.expressions.expression({ columns: [] }, 2) : valueFor(column.type, random))).join(', ')})`;
  }

  #returning(table: TableModel): string {
    const { random } = this;
    if (!random.oneIn(5)) return '';
    const columns = table.columns.map((column) => column.name);
    return ` RETURNING ${random.oneIn(2) ? '*' : this.#queries.expressions.expression({ columns }, 2)}`;
  }

  #insert(): string {
    const { random } = this;
    const table = random.pick(this.schema.baseTables());
    const verb = random.oneIn(8) ? 'REPLACE' : `INSERT${this.#orConflict()}`;
    if (random.oneIn(20)) return `${verb} INTO ${table.name} DEFAULT VALUES${this.#returning(table)}`;
    const columns = random.oneIn(3) ? random.subset(table.columns, 1) : table.columns;
    const list = columns === table.columns ? '' : ` (${columns.map((column) => column.name).join(', ')})`;
    const rows = random.times(random.oneIn(3) ? random.between(2, 8) : 1, () => this.#values(columns));
    return `${verb} INTO ${table.name}${list} VALUES ${rows.join(', ')}${this.#returning(table)}`;
  }

  #insertSelect(): string {
    const { random } = this;
    const target = random.pick(this.schema.baseTables());
    const source = random.pick(this.schema.tables);
    const columns = source.columns.map((column) => column.name);
    const list = target.columns.map((column) =>
      random.oneIn(3) ? valueFor(column.type, random) : random.pick(columns),
    );
    if (random.oneIn(3)) return `INSERT${this.#orConflict()} INTO ${target.name} SELECT * FROM ${source.name}`;
    return `INSERT${this.#orConflict()} INTO ${target.name} SELECT ${list.join(', ')} FROM ${source.name} WHERE ${this.#queries.expressions.condition({ columns }, 1)}`;
  }

  #upsert(): string {
    const { random } = this;
    const table = random.pick(this.schema.baseTables());
    const key =
      table.uniqueKeys.length && !random.oneIn(8) ? random.pick(table.uniqueKeys) : [this.#column(table).name];
    const target = random.oneIn(4) ? '' : ` (${key.join(', ')})`;
    const columns = [
      ...table.columns.map((column) => column.name),
      ...table.columns.map((column) => `excluded.${column.name}`),
    ];
    const set = `${this.#column(table).name} = ${this.#queries.expressions.expression({ columns }, 1)}`;
    const action =
      random.oneIn(3) || target === ''
        ? 'NOTHING'
        : `UPDATE SET ${set}${random.oneIn(3) ? ` WHERE ${this.#queries.expressions.condition({ columns }, 1)}` : ''}`;
    return `INSERT INTO ${table.name} VALUES ${this.#values(table.columns)} ON CONFLICT${target} DO ${action}${this.#returning(table)}`;
  }

  #update(): string {
    const { random } = this;
    const table = random.pick(this.schema.baseTables());
    const columns = table.columns.map((column) => column.name);
    const targets = random.subset(table.columns, 1).slice(0, random.between(1, 3));
    const set = targets.map(
      (column) =>
        `${column.name} = ${random.oneIn(2) ? valueFor(column.type, random) : this.#queries.expressions.expression({ columns }, 2)}`,
    );
    const where = random.oneIn(6) ? '' : ` WHERE ${this.#queries.expressions.condition({ columns }, 2)}`;
    return `UPDATE${this.#orConflict()} ${table.name} SET ${set.join(', ')}${where}${this.#returning(table)}`;
  }

  #delete(): string {
    const { random } = this;
    const table = random.pick(this.schema.baseTables());
    const columns = table.columns.map((column) => column.name);
    const where = random.oneIn(8) ? '' : ` WHERE ${this.#queries.expressions.condition({ columns }, 2)}`;
    return `DELETE FROM ${table.name}${where}${this.#returning(table)}`;
  }

  #pragma(): string {
    const { random } = this;
    const table = random.pick(this.schema.tables).name;
    return random.pick([
      `PRAGMA table_info(${table})`, `PRAGMA table_xinfo(${table})`, `PRAGMA index_list(${table})`, `PRAGMA foreign_key_list(${table})`, 'PRAGMA database_list',
      'PRAGMA user_version', 'PRAGMA user_version = 7', 'PRAGMA application_id', 'PRAGMA page_size', 'PRAGMA encoding', 'PRAGMA foreign_keys', 'PRAGMA synchronous',
      'PRAGMA integrity_check', 'PRAGMA quick_check', 'PRAGMA no_such_pragma', 'PRAGMA cache_size', 'PRAGMA journal_mode', 'PRAGMA auto_vacuum', 'PRAGMA collation_list',
      ...(this.schema.indexes.length ? [`PRAGMA index_info(${random.pick(this.schema.indexes)})`, `PRAGMA index_xinfo(${random.pick(this.schema.indexes)})`] : []),
    ]); // prettier-ignore
  }

  /** Statements that must fail, with SQLite's message. */
  #wrong(): string {
    const { random } = this;
    const table = random.pick(this.schema.tables);
    const column = this.#column(table).name;
    return random.pick([
      `SELECT nope FROM ${table.name}`,
      'SELECT * FROM missing',
      `SELECT ${column} FROM ${table.name} AS a, ${table.name} AS b`,
      `SELECT sum(sum(${column})) FROM ${table.name}`,
      `SELECT * FROM ${table.name} WHERE count(*) > 1`,
      'SELECT nofunction(1)',
      'SELECT abs(1, 2)',
      `INSERT INTO ${table.name} (nope) VALUES (1)`,
      `INSERT INTO ${table.name} VALUES (1, 2, 3, 4, 5, 6, 7, 8, 9)`,
      `UPDATE ${table.name} SET nope = 1`,
      `CREATE TABLE ${table.name} (a)`,
      'CREATE TABLE dup (a, A)',
      'CREATE TABLE sqlite_x (a)',
      `CREATE INDEX ix ON ${table.name} (nope)`,
      'DROP TABLE missing',
      'DROP INDEX missing',
      'SELECT 1 UNION SELECT 1, 2',
      'SELECT 1 ORDER BY 2',
      `SELECT ${column} FROM ${table.name} GROUP BY 9`,
      'SELECT (SELECT 1, 2)',
      'SELECT 1 IN (SELECT 1, 2)',
      'SELECT FROM x',
      'SELEC 1',
      'SELECT 1 +',
      "SELECT 'abc",
      'SELECT (1, 2) = (1, 2, 3)',
      'SELECT "dq"',
      `SELECT max(${column}) FROM ${table.name} HAVING 1`,
      'SELECT abs(-9223372036854775808)',
      `SELECT * FROM ${table.name} NATURAL JOIN ${table.name} ON 1`,
      'SELECT * FROM (SELECT 1) LIMIT 1.5',
      `SELECT ${literal(random)} LIKE 'a' ESCAPE 'bc'`,
      'RELEASE nosuch',
      'SELECT 1; SELECT 2',
      'VALUES (1), (1, 2)',
      'SELECT *',
    ]);
  }
}
