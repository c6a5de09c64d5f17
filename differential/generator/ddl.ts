// Random schema changes: tables with every kind of constraint, indexes, views, triggers, ALTER TABLE, temp and attached objects.
import type { DmlGenerator } from './dml';
import { pureCall } from './functions';
import { CONFLICTS } from './literals';
import type { QueryGenerator } from './query';
import type { Random } from './random';
import type { ColumnModel, SchemaModel, TableModel } from './schema-model';

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
const STRICT_TYPES = ['INTEGER', 'INT', 'TEXT', 'REAL', 'BLOB', 'ANY'];
const ACTIONS = ['CASCADE', 'SET NULL', 'SET DEFAULT', 'RESTRICT', 'NO ACTION'];

export interface SchemaFeatures {
  /** ALTER TABLE forms that came with SQLite 3.53. */
  readonly alterConstraints: boolean;
}

export class DdlGenerator {
  constructor(
    private readonly random: Random,
    private readonly schema: SchemaModel,
    private readonly queries: QueryGenerator,
    private readonly dml: DmlGenerator,
    private readonly features: SchemaFeatures,
  ) {}

  #onConflict(): string {
    return this.random.oneIn(4) ? ` ON CONFLICT ${this.random.pick(CONFLICTS)}` : '';
  }

  /** Where the object is made: TEMP, or a database's name before the object's. */
  #place(): { readonly temporary: string; readonly prefix: string } {
    const { random } = this;
    if (random.oneIn(12)) return { temporary: random.pick(['TEMP ', 'TEMPORARY ']), prefix: '' };
    const names = ['main.', 'temp.', ...this.schema.attached.map((name) => `${name}.`)];
    return { temporary: '', prefix: random.oneIn(10) ? random.pick(names) : '' };
  }

  createTable(): string {
    const { random } = this;
    if (random.oneIn(12)) return this.#createTableAs();
    const name = this.schema.freshName('t');
    const withoutRowid = random.oneIn(6);
    const strict = random.oneIn(8);
    const uniqueKeys: string[][] = [];
    let hasPrimaryKey = false;
    const columns = random.times(random.between(1, 6), (i): ColumnModel => ({
      name: `c${i + 1}`,
      type: random.pick(strict ? STRICT_TYPES : COLUMN_TYPES),
      ...(i > 0 && random.oneIn(12) && { isGenerated: true }),
    }));
    const definitions = columns.map((column, index) => {
      let sql = column.type ? `${column.name} ${column.type}` : column.name;
      if (column.isGenerated) return sql + this.#generated(columns.slice(0, index));
      if (!hasPrimaryKey && ((withoutRowid && index === 0) || random.oneIn(5))) {
        hasPrimaryKey = true;
        uniqueKeys.push([column.name]);
        sql +=
          random.oneIn(5) && column.type === 'INTEGER' && !withoutRowid
            ? ' PRIMARY KEY AUTOINCREMENT'
            : ` PRIMARY KEY${random.pick(['', '', '', ' DESC', ' ASC'])}${this.#onConflict()}`;
      }
      return sql + this.#columnConstraints(column, uniqueKeys);
    });
    definitions.push(...this.#tableConstraints(columns, uniqueKeys, hasPrimaryKey && !random.oneIn(20)));
    const { temporary, prefix } = this.#place();
    this.schema.tables.push({ name, columns, isView: false, hasRowid: !withoutRowid, uniqueKeys, indexes: [] });
    const options = [...(withoutRowid ? ['WITHOUT ROWID'] : []), ...(strict ? ['STRICT'] : [])].join(', ');
    return `CREATE ${temporary}TABLE ${random.oneIn(20) ? 'IF NOT EXISTS ' : ''}${prefix}${name} (${definitions.join(', ')})${options && ` ${options}`}`;
  }

  #createTableAs(): string {
    const { random } = this;
    const name = this.schema.freshName('t');
    const count = random.between(1, 3);
    const columns = random.times(count, (i): ColumnModel => ({ name: `c${i + 1}`, type: '' }));
    const sql = this.queries.select(count, 1, true);
    this.schema.tables.push({ name, columns, isView: false, hasRowid: true, uniqueKeys: [], indexes: [] });
    return `CREATE ${random.oneIn(6) ? 'TEMP ' : ''}TABLE ${name} AS ${sql}`;
  }

  #generated(before: readonly ColumnModel[]): string {
    const { random } = this;
    const column = random.pick(before).name;
    const base = random.pick([`${column} || 'g'`, `${column} + 1`, `+${column}`, pureCall(random, column), `(${column} > 3)`]); // prettier-ignore
    return `${random.oneIn(2) ? ' GENERATED ALWAYS' : ''} AS (${base})${random.pick(['', ' VIRTUAL', ' STORED', ' STORED'])}`;
  }

  #columnConstraints({ name }: ColumnModel, uniqueKeys: string[][]): string {
    const { random } = this;
    const named = random.oneIn(15) ? ` CONSTRAINT k${random.below(9)}` : '';
    let sql = '';
    if (random.oneIn(6)) sql += `${named} NOT NULL${this.#onConflict()}`;
    else if (random.oneIn(30)) sql += ' NULL';
    if (random.oneIn(7)) {
      uniqueKeys.push([name]);
      sql += ` UNIQUE${this.#onConflict()}`;
    }
    if (random.oneIn(5)) sql += ` DEFAULT ${random.pick(['0', "'x'", 'NULL', '1.5', '(1 + 2)', '-7', "x'00'", 'word', '+3', 'TRUE', "(abs(-2) || 'd')"])}`; // prettier-ignore
    if (random.oneIn(6)) sql += ` COLLATE ${random.pick(['NOCASE', 'RTRIM', 'BINARY'])}`;
    if (random.oneIn(9)) sql += `${named} CHECK (${name} ${random.pick(['IS NOT 3', "<> 'b'", 'BETWEEN -100 AND 1e9', "NOT LIKE 'z%'"])})`; // prettier-ignore
    if (random.oneIn(9)) sql += this.#references(1);
    return sql;
  }

  #references(count: number): string {
    const { random } = this;
    const parents = this.schema.baseTables();
    if (parents.length === 0) return '';
    const parent = random.pick(parents);
    const keys = parent.uniqueKeys.filter((key) => key.length === count);
    if (keys.length === 0 && !random.oneIn(20)) return '';
    const columns = keys.length && !random.oneIn(6) ? ` (${random.pick(keys).join(', ')})` : '';
    const onDelete = random.oneIn(2) ? ` ON DELETE ${random.pick(ACTIONS)}` : '';
    const onUpdate = random.oneIn(2) ? ` ON UPDATE ${random.pick(ACTIONS)}` : '';
    const deferred = random.pick(['', '', '', ' DEFERRABLE INITIALLY DEFERRED', ' NOT DEFERRABLE', ' DEFERRABLE', ' MATCH FULL']); // prettier-ignore
    return ` REFERENCES ${parent.name}${columns}${onDelete}${onUpdate}${deferred}`;
  }

  #tableConstraints(columns: readonly ColumnModel[], uniqueKeys: string[][], hasPrimaryKey: boolean): string[] {
    const { random } = this;
    const constraints: string[] = [];
    const named = random.oneIn(8) ? `CONSTRAINT k${random.below(9)} ` : '';
    if (columns.length > 1 && random.oneIn(5)) {
      const key = random.subset(columns, 2).map((column) => column.name);
      uniqueKeys.push(key);
      constraints.push(`${named}UNIQUE (${key.join(', ')})${this.#onConflict()}`);
    }
    if (!hasPrimaryKey && random.oneIn(10)) constraints.push(`PRIMARY KEY (${random.subset(columns, 1).map(({ name }) => name + random.pick(['', '', ' DESC', ' COLLATE NOCASE'])).join(', ')})`); // prettier-ignore
    if (random.oneIn(12)) constraints.push(`${named}CHECK (${random.pick(columns).name} IS NOT ${random.pick(columns).name} OR 1)`); // prettier-ignore
    if (random.oneIn(10)) {
      const key = random.subset(columns, 1).slice(0, random.between(1, 2));
      const clause = this.#references(key.length);
      if (clause) constraints.push(`FOREIGN KEY (${key.map(({ name }) => name).join(', ')})${clause}`);
    }
    return constraints;
  }

  createIndex(): string {
    const { random } = this;
    const table = random.pick(this.schema.baseTables());
    const name = this.schema.freshName('i');
    this.schema.indexes.push(name);
    table.indexes.push(name);
    const terms = random
      .subset(table.columns, 1)
      .slice(0, 3)
      .map((column) => {
        const base = random.oneIn(6)
          ? random.pick([pureCall(random, column.name), `${column.name} + 1`, `(${column.name} > 2)`])
          : column.name;
        return base + random.pick(['', '', '', ' COLLATE NOCASE']) + random.pick(['', '', '', ' DESC', ' ASC']);
      });
    const column = random.pick(table.columns).name;
    const where = random.oneIn(5)
      ? ` WHERE ${column} ${random.pick(['IS NOT NULL', '> 0', "= 'a'", 'IN (1, 2, 3)', 'IS NULL'])}`
      : '';
    return `CREATE ${random.oneIn(5) ? 'UNIQUE ' : ''}INDEX ${random.oneIn(8) ? 'IF NOT EXISTS ' : ''}${name} ON ${table.name} (${terms.join(', ')})${where}`;
  }

  createView(): string {
    const { random } = this;
    const name = this.schema.freshName('v');
    const view = (count: number, column: string): void => {
      const columns = random.times(count, (i): ColumnModel => ({ name: `${column}${i + (column === 'c' ? 1 : 0)}`, type: '' })); // prettier-ignore
      this.schema.tables.push({ name, columns, isView: true, hasRowid: false, uniqueKeys: [], indexes: [] });
    };
    const temporary = random.oneIn(15) ? 'TEMP ' : '';
    const exists = random.oneIn(20) ? 'IF NOT EXISTS ' : '';
    if (random.oneIn(3)) {
      const count = random.between(1, 3);
      const sql = this.queries.select(count, 1, true);
      view(count, 'c');
      return `CREATE ${temporary}VIEW ${exists}${name} AS ${sql}`;
    }
    const table = random.pick(this.schema.tables);
    const columns = random.subset(table.columns, 1).map((column) => column.name);
    const where = random.oneIn(2) ? ` WHERE ${this.queries.expressions.condition({ columns }, 1)}` : '';
    view(columns.length, 'k');
    return `CREATE ${temporary}VIEW ${exists}${name} (${columns.map((_column, i) => `k${i}`).join(', ')}) AS SELECT ${columns.join(', ')} FROM ${table.name}${where}`;
  }

  /** A trigger that changes another table, or the same one a little. */
  createTrigger(): string {
    const { random, queries } = this;
    const table = random.pick(this.schema.tables);
    const name = this.schema.freshName('g');
    this.schema.triggers.push(name);
    const event = random.pick(['INSERT', 'UPDATE', 'DELETE'] as const);
    const rows = [...(event === 'INSERT' ? [] : ['old']), ...(event === 'DELETE' ? [] : ['new'])];
    const columns = rows.flatMap((row) => table.columns.map((column) => `${row}.${column.name}`));
    const of = event === 'UPDATE' && random.oneIn(3) ? ` OF ${random.pick(table.columns).name}` : '';
    const time = table.isView ? 'INSTEAD OF ' : random.pick(['BEFORE ', 'AFTER ', '', 'AFTER ']);
    const when = random.oneIn(3) ? ` WHEN ${queries.expressions.condition({ columns }, 1)}` : '';
    const each = random.oneIn(3) ? ' FOR EACH ROW' : '';
    const steps = random.times(random.between(1, 2), () => this.#step(table, columns)).join('; ');
    return `CREATE ${random.oneIn(10) ? 'TEMP ' : ''}TRIGGER ${random.oneIn(20) ? 'IF NOT EXISTS ' : ''}${name} ${time}${event}${of} ON ${table.name}${each}${when} BEGIN ${steps}; END`;
  }

  #step(table: TableModel, columns: readonly string[]): string {
    const { random, queries } = this;
    const others = this.schema.baseTables().filter((other) => other !== table);
    const target = others.length > 0 && !random.oneIn(8) ? random.pick(others) : random.pick(this.schema.baseTables());
    const scope = { columns };
    const raise = random.pick([`IGNORE`, `ABORT, 'stop'`, `FAIL, 'fail ' || 1`, `ROLLBACK, 'back'`]);
    return random.weighted<() => string>([
      [3, () => this.dml.insertFrom(target, scope)],
      [3, () => this.dml.updateFrom(target, scope)],
      [2, () => `DELETE FROM ${target.name} WHERE ${random.pick(target.columns).name} ${random.pick(['=', 'IS', '<'])} ${random.pick(columns)}`],
      [1, () => `SELECT RAISE(${raise}) WHERE ${queries.expressions.condition(scope, 1)}`],
      [1, () => `SELECT ${queries.expressions.expression(scope, 1)}`],
    ])(); // prettier-ignore
  }

  alterTable(): string {
    const { random, schema } = this;
    const table = random.pick(random.oneIn(30) ? schema.tables : schema.baseTables());
    const column = random.pick(table.columns);
    const at = `ALTER TABLE ${table.name}`;
    return random.weighted<() => string>([
      [
        2,
        () => {
          const name = schema.freshName('t');
          table.name = name;
          return `${at} RENAME TO ${name}`;
        },
      ],
      [
        3,
        () => {
          const before = column.name;
          column.name = schema.freshName('d');
          for (const key of table.uniqueKeys) if (key.includes(before)) key[key.indexOf(before)] = column.name;
          return `${at} RENAME ${random.oneIn(2) ? 'COLUMN ' : ''}${before} TO ${column.name}`;
        },
      ],
      [3, () => this.#addColumn(at, table)],
      [
        2,
        () => {
          if (table.columns.length > 1) table.columns = table.columns.filter((other) => other !== column);
          return `${at} DROP ${random.oneIn(2) ? 'COLUMN ' : ''}${column.name}`;
        },
      ],
      [this.features.alterConstraints ? 3 : 0, () => at + this.#alterConstraint(column)],
    ])();
  }

  #addColumn(at: string, table: TableModel): string {
    const { random } = this;
    const name = this.schema.freshName('d');
    const type = random.pick(COLUMN_TYPES);
    const isGenerated = random.oneIn(6);
    const rest = isGenerated
      ? ` AS (${random.pick(table.columns).name} || 1)`
      : random.pick(['', ' DEFAULT 5', " DEFAULT 'd'", ' NOT NULL DEFAULT 1', ' NOT NULL', ' UNIQUE', ' CHECK (1)', ` CHECK (${name} IS NOT 9)`, ' COLLATE NOCASE', ' DEFAULT (1 + 1)', ' DEFAULT CURRENT_DATE', ' PRIMARY KEY']); // prettier-ignore
    if (!/UNIQUE|PRIMARY|CURRENT|\(1 \+ 1\)|NOT NULL$/.test(rest)) table.columns.push({ name, type, ...(isGenerated && { isGenerated }) }); // prettier-ignore
    return `${at} ADD ${random.oneIn(2) ? 'COLUMN ' : ''}${name} ${type}${rest}`;
  }

  #alterConstraint(column: ColumnModel): string {
    const { random } = this;
    return random.pick([
      ` ADD CONSTRAINT k${random.below(9)} CHECK (${column.name} IS NOT 77)`,
      ` ADD CHECK (${column.name} > 3)`,
      ` DROP CONSTRAINT k${random.below(9)}`,
      ` ALTER COLUMN ${column.name} SET NOT NULL`,
      ` ALTER ${column.name} DROP NOT NULL`,
      ` ALTER COLUMN ${column.name} SET NOT NULL ON CONFLICT REPLACE`,
    ]);
  }

  drop(): string {
    const { random, schema } = this;
    const exists = random.oneIn(3) ? 'IF EXISTS ' : '';
    if (random.oneIn(4) && schema.indexes.length) return `DROP INDEX ${exists}${random.pick(schema.indexes)}`;
    if (random.oneIn(3) && schema.triggers.length) {
      const name = random.pick(schema.triggers);
      schema.triggers.splice(schema.triggers.indexOf(name), 1);
      return `DROP TRIGGER ${exists}${name}`;
    }
    const table = random.pick(schema.tables);
    schema.drop(table.name);
    return `DROP ${table.isView ? 'VIEW' : 'TABLE'} ${exists}${table.name}`;
  }

  /** REINDEX, ANALYZE, VACUUM, ATTACH, DETACH. */
  maintenance(): string {
    const { random, schema } = this;
    const table = random.pick(schema.tables).name;
    return random.weighted<() => string>([
      [3, () => random.pick(['REINDEX', `REINDEX ${table}`, 'REINDEX NOCASE', ...schema.indexes.map((name) => `REINDEX ${name}`)])], // prettier-ignore
      [3, () => random.pick(['ANALYZE', `ANALYZE ${table}`, 'ANALYZE main', ...schema.indexes.map((name) => `ANALYZE ${name}`)])], // prettier-ignore
      [1, () => 'VACUUM'],
      [
        1,
        () => {
          if (schema.attached.length > 1) return `DETACH ${random.oneIn(2) ? 'DATABASE ' : ''}${schema.attached.pop()}`;
          const name = schema.freshName('aux');
          schema.attached.push(name);
          return `ATTACH ${random.oneIn(2) ? 'DATABASE ' : ''}':memory:' AS ${name}`;
        },
      ],
    ])();
  }
}
