// Random schemas for ALTER TABLE: tables whose constraints, indexes, views and triggers name each other in every way that a rename must find.
import type { Random } from '../generator/random';

const columnNames = ['a', 'b', 'c', 'd', 'A_1', '"e f"', '[g]', '`h`', 'rowid'];
const tableNames = ['t1', 't2', 't3', '"t 4"', '[t5]', 'T6'];
const newNames = ['n1', '"n 2"', "'n3'", '[n4]', '"q""x"', 'select_', 't1', 't2', 'a', 'b', '"order"', 'Z'];
const types = ['', ' INT', ' TEXT', ' INTEGER', ' REAL', ' VARCHAR(10, 2)', " 'ty pe'"];

export interface AlterTable {
  readonly database: string;
  name: string;
  columns: string[];
}

/** Writes CREATE and ALTER statements; knows the tables only as far as most statements make sense. */
export class SchemaGenerator {
  readonly tables: AlterTable[] = [];
  readonly views: string[] = [];
  #next = 1;

  constructor(private readonly random: Random) {}

  /** Statements that make a schema with rows. */
  setup(): string[] {
    const { random } = this;
    const list: string[] = [];
    for (let i = random.between(1, 4); i > 0; i--) list.push(...this.table());
    for (let i = random.between(0, 3); i > 0; i--) list.push(this.index());
    for (let i = random.between(0, 4); i > 0; i--) list.push(this.view());
    for (let i = random.between(0, 4); i > 0; i--) list.push(this.trigger());
    return list;
  }

  private fresh(prefix: string): string {
    return `${prefix}${this.#next++}`;
  }

  private pickTable(): AlterTable {
    return this.random.pick(this.tables);
  }

  private table(): string[] {
    const { random } = this;
    const database = random.weighted([
      [6, 'main'],
      [1, 'temp'],
      [1, 'aux'],
    ] as const);
    // A name that two databases share leads SQLite astray: it binds texts of main to tables of temp.
    const name = random.pick(tableNames.filter((free) => !this.tables.some((table) => table.name === free)));
    const columns = [...new Set(Array.from({ length: random.between(1, 4) }, () => random.pick(columnNames)))];
    const table: AlterTable = { database, name, columns };
    const definitions = columns.map((column, i) => this.column(table, column, i));
    for (let i = random.below(3); i > 0; i--) definitions.push(this.tableConstraint(table));
    const separator = random.pick([',', ', ', ' /* x, y */,', ',\n-- z\n']);
    const withoutRowid = random.oneIn(6);
    if (withoutRowid) definitions.push(`PRIMARY KEY(${columns[0]})`);
    const tail = `${random.pick(['', '', ' ', ' -- end\n'])})${withoutRowid ? ' WITHOUT ROWID' : ''}`;
    const create = random.oneIn(8) ? 'create  table' : 'CREATE TABLE';
    this.tables.push(table);
    const qualified = `${database}.${name}`;
    return [
      `${create} ${qualified}${random.pick(['', ' '])}(${definitions.join(separator)}${tail}`,
      `INSERT OR IGNORE INTO ${qualified} VALUES(${columns.map((_, i) => i + 1).join(', ')})`,
      `INSERT OR IGNORE INTO ${qualified} VALUES(${columns.map((_, i) => (i ? 'NULL' : 7)).join(', ')})`,
    ];
  }

  private column(table: AlterTable, name: string, number: number): string {
    const { random } = this;
    const parts = [name + random.pick(types)];
    for (let i = random.below(3); i > 0; i--) parts.push(this.columnConstraint(table, number));
    return parts.join(random.pick([' ', '  ', ' /* c */ ']));
  }

  private constraintName(): string {
    return this.random.oneIn(2) ? `CONSTRAINT ${this.random.pick(['k1', 'k2', '"k 3"', '[k4]'])} ` : '';
  }

  private columnConstraint(table: AlterTable, number: number): string {
    const { random } = this;
    const name = this.constraintName();
    const column = random.pick(table.columns);
    return random.weighted<() => string>([
      [3, () => `${name}NOT NULL${random.oneIn(3) ? ' ON CONFLICT IGNORE' : ''}`],
      [1, () => `${name}NULL`],
      [3, () => `${name}CHECK(${column} IS NOT 99${random.oneIn(2) ? ` AND ${table.name}.${column} <> 98` : ''})`],
      [2, () => `DEFAULT ${random.pick(['1', "'x'", '(1+2)', '-3', 'abc', 'CURRENT_TIME'])}`],
      [1, () => `COLLATE ${random.pick(['nocase', 'BINARY'])}`],
      [1, () => `${name}UNIQUE`],
      [number === 0 ? 2 : 0, () => `${name}PRIMARY KEY${random.oneIn(3) ? ' AUTOINCREMENT' : ''}`],
      [2, () => `${name}${this.references()}`],
      [
        number > 0 ? 1 : 0,
        () => `${random.pick(['', 'GENERATED ALWAYS '])}AS (${column}||1)${random.pick(['', ' STORED'])}`,
      ],
    ])();
  }

  private references(): string {
    const { random } = this;
    const parent = random.pick(tableNames);
    const columns = random.oneIn(2) ? `(${random.pick(columnNames)})` : '';
    const action = random.pick(['', ' ON DELETE CASCADE', ' ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED']);
    return `REFERENCES ${parent}${columns}${action}`;
  }

  private tableConstraint(table: AlterTable): string {
    const { random } = this;
    const name = this.constraintName();
    const column = random.pick(table.columns);
    return random.weighted<() => string>([
      [2, () => `${name}UNIQUE(${column}${random.pick(['', ' COLLATE nocase', ' DESC'])})`],
      [3, () => `${name}CHECK(${column} <> 97 OR (${random.pick(table.columns)} IN (1,2,3)))`],
      [2, () => `${name}FOREIGN KEY(${column}) ${this.references()}`],
    ])();
  }

  private index(): string {
    const { random } = this;
    const table = this.pickTable();
    const column = random.pick(table.columns);
    const key = random.pick([
      column,
      `${column} DESC`,
      `lower(${column})`,
      `${column}+1, ${random.pick(table.columns)}`,
      `"${column}"`,
    ]);
    const where = random.oneIn(3) ? ` WHERE ${random.pick(['', `${table.name}.`])}${column} IS NOT NULL` : '';
    return `CREATE ${random.pick(['', 'UNIQUE '])}INDEX ${table.database}.${this.fresh('i')} ON ${table.name}(${key})${where}`;
  }

  private relation(): string {
    return this.views.length > 0 && this.random.oneIn(4) ? this.random.pick(this.views) : this.pickTable().name;
  }

  private query(): string {
    const { random } = this;
    const table = this.pickTable();
    const other = this.pickTable();
    const [x, y] = [random.pick(table.columns), random.pick(other.columns)];
    const [t, o] = [table.name, other.name];
    return random.weighted<() => string>([
      [3, () => `SELECT ${x}, ${t}.${x} FROM ${t}`],
      [2, () => `SELECT * FROM ${this.relation()}`],
      [1, () => `SELECT ${t}.* FROM ${t} WHERE ${x} > 0`],
      [2, () => `SELECT x.${x}, x.* FROM ${t} AS x`],
      [2, () => `SELECT x.${x}, y.${y} FROM ${t} x, ${o} y WHERE x.${x} = y.${y} ORDER BY y.${y}, 1`],
      [2, () => `SELECT (SELECT max(${y}) FROM ${o} WHERE ${t}.${x} IS NOT NULL) AS m FROM ${t}`],
      [1, () => `SELECT ${x} FROM ${t} UNION ALL SELECT ${y} FROM ${o} ORDER BY 1`],
      [2, () => `WITH w(z) AS (SELECT ${x} FROM ${t}) SELECT z FROM w, ${o} WHERE ${o}.${y} IN (SELECT z FROM w)`],
      [1, () => `WITH w AS (SELECT ${x} FROM ${t}) SELECT ${x} FROM w`],
      [1, () => `SELECT ${x} FROM ${t} JOIN ${o} USING(${x})`],
      [1, () => `SELECT * FROM ${t} NATURAL JOIN ${o}`],
      [1, () => `SELECT count(*), ${x} FROM ${t} GROUP BY ${x} HAVING ${t}.${x} > 0 ORDER BY count(*)`],
      [1, () => `SELECT q.${x} FROM (SELECT ${x} FROM ${t}) AS q`],
      [1, () => `SELECT 1 FROM ${t} WHERE EXISTS (SELECT 1 FROM ${o} WHERE ${y} = ${t}.${x}) AND ${x} IN ${o}`],
      [1, () => `SELECT ${x} AS ${y} FROM ${t} WHERE ${y} = 1`],
      [1, () => `SELECT rowid, oid FROM ${t}`],
      [1, () => `SELECT sum(${x}) OVER (PARTITION BY ${x} ORDER BY ${x}) FROM ${t}`],
      [1, () => `SELECT nothing FROM nowhere`],
      [1, () => `SELECT ${table.database}.${t}.${x} FROM ${table.database}.${t}`],
    ])();
  }

  private view(): string {
    const name = this.fresh('v');
    this.views.push(name);
    const where = this.random.weighted([
      [5, ''],
      [2, 'TEMP '],
    ] as const);
    return `CREATE ${where}VIEW ${name}${this.random.oneIn(5) ? '(p)' : ''} AS ${this.query()}`;
  }

  private step(): string {
    const { random } = this;
    const table = this.pickTable();
    const t = table.name;
    const x = random.pick(table.columns);
    const y = random.pick(table.columns);
    const other = this.pickTable();
    const z = random.pick(other.columns);
    return random.weighted<() => string>([
      [3, () => `INSERT INTO ${t}(${x}) VALUES(${random.pick(['new', 'old'])}.${y})`],
      [1, () => `INSERT INTO ${t} ${this.query()}`],
      [
        1,
        () =>
          `INSERT INTO ${t}(${x}) VALUES(1) ON CONFLICT(${x}) DO UPDATE SET ${x} = excluded.${x}, ${y} = ${t}.${y} WHERE ${x} > 0`,
      ],
      [3, () => `UPDATE ${t} SET ${x} = ${y} + 1 WHERE ${t}.${x} = new.${y}`],
      [1, () => `UPDATE ${t} SET (${x}, ${y}) = (1, 2)`],
      [1, () => `UPDATE ${t} SET ${x} = o.${z} FROM ${other.name} AS o WHERE o.${z} = ${t}.${x}`],
      [1, () => `UPDATE ${t} SET ${x} = ${other.name}.${z} FROM ${other.name} WHERE 1`],
      [2, () => `DELETE FROM ${t} WHERE ${x} IN (SELECT ${z} FROM ${other.name})`],
      [2, () => this.query()],
      [1, () => `SELECT raise(IGNORE) WHERE new.${x} IS NULL`],
    ])();
  }

  private trigger(): string {
    const { random } = this;
    const onView = this.views.length > 0 && random.oneIn(5);
    const table = this.pickTable();
    const event = random.pick(['INSERT', 'UPDATE', 'DELETE', `UPDATE OF ${table.columns.join(', ')}`]);
    const time = onView ? 'INSTEAD OF' : random.pick(['BEFORE', 'AFTER', '']);
    const when = random.oneIn(3) ? ` WHEN ${random.pick(['new', 'old'])}.${random.pick(table.columns)} > 0` : '';
    const steps = Array.from({ length: random.between(1, 2) }, () => `${this.step()};`).join(' ');
    const temp = random.oneIn(4) ? 'TEMP ' : '';
    const place = temp !== '' && random.oneIn(2) && !onView ? `${table.database}.` : '';
    const on = onView ? random.pick(this.views) : `${place}${table.name}`;
    const home = temp === '' && table.database !== 'main' && !onView ? `${table.database}.` : '';
    return `CREATE ${temp}TRIGGER ${home}${this.fresh('r')} ${time} ${event} ON ${on}${when} BEGIN ${steps} END`;
  }

  /** One ALTER TABLE, or now and then a pragma that changes how it works. */
  alter(): string {
    const { random } = this;
    if (random.oneIn(25)) return `PRAGMA legacy_alter_table = ${random.pick(['on', 'off'])}`;
    if (random.oneIn(40)) return `PRAGMA foreign_keys = ${random.pick(['on', 'off'])}`;
    if (random.oneIn(12)) return this.random.pick([() => this.view(), () => this.trigger(), () => this.index()])();
    const table = this.pickTable();
    const target = `${random.oneIn(3) ? `${table.database}.` : ''}${random.oneIn(20) ? random.pick([...this.views, 'none', 'sqlite_schema']) : table.name}`;
    return `ALTER TABLE ${target} ${this.action(table)}`;
  }

  private action(table: AlterTable): string {
    const { random } = this;
    const column = random.oneIn(15) ? 'zz' : random.pick(table.columns);
    return random.weighted<() => string>([
      [3, () => this.renameTable(table)],
      [5, () => this.renameColumn(table, column)],
      [3, () => this.addColumn(table)],
      [3, () => `DROP ${random.pick(['', 'COLUMN '])}${column}`],
      [1, () => `DROP CONSTRAINT ${random.pick(['k1', 'k2', '"k 3"', 'k4', 'nope'])}`],
      [1, () => `ALTER ${random.pick(['', 'COLUMN '])}${column} DROP NOT NULL`],
      [1, () => `ALTER ${column} SET NOT NULL${random.pick(['', ' ON CONFLICT ROLLBACK', ' /* x */', ' -- y'])}`],
      [
        1,
        () =>
          `ADD ${this.constraintName()}CHECK(${column} ${random.pick(['> 0', 'IS NOT 55', '<> 1'])})${random.pick(['', ' /*c*/', ' ON CONFLICT FAIL'])}`,
      ],
    ])();
  }

  private renameTable(table: AlterTable): string {
    const name = this.random.pick(newNames);
    if (this.random.oneIn(2)) table.name = name.replaceAll("'", '"');
    return `RENAME TO ${name}`;
  }

  private renameColumn(table: AlterTable, column: string): string {
    const name = this.random.pick(newNames);
    if (this.random.oneIn(2))
      table.columns = table.columns.map((old) => (old === column ? name.replaceAll("'", '"') : old));
    return `RENAME ${this.random.pick(['', 'COLUMN '])}${column} TO ${name}`;
  }

  private addColumn(table: AlterTable): string {
    const name = this.random.pick(['x1', 'x2', '"x 3"', 'a']);
    const definition = `${name}${this.random.pick(types)} ${this.columnConstraint({ ...table, columns: [...table.columns, name] }, 1)}`;
    table.columns.push(name);
    return `ADD ${this.random.pick(['', 'COLUMN '])}${definition}${this.random.pick(['', ' -- c', ' /* c */ ', ' ;'])}`;
  }
}
