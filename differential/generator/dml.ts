// Random changes of rows: INSERT, UPSERT, UPDATE, DELETE with all their clauses.
import type { Scope } from './expression';
import { CONFLICTS, valueFor } from './literals';
import type { QueryGenerator } from './query';
import type { Random } from './random';
import { writableColumns, type ColumnModel, type SchemaModel, type TableModel } from './schema-model';

export class DmlGenerator {
  constructor(
    private readonly random: Random,
    private readonly schema: SchemaModel,
    private readonly queries: QueryGenerator,
  ) {}

  #orConflict(): string {
    return this.random.oneIn(3) ? ` OR ${this.random.pick(CONFLICTS)}` : '';
  }

  /** Mostly a table, at times a view: it may have INSTEAD OF triggers. */
  #target(): TableModel {
    return this.random.pick(this.random.oneIn(12) ? this.schema.tables : this.schema.baseTables());
  }

  #value(column: ColumnModel): string {
    const { random } = this;
    return random.oneIn(10) ? this.queries.expressions.expression({ columns: [] }, 2) : valueFor(column.type, random);
  }

  #values(columns: readonly ColumnModel[]): string {
    return `(${columns.map((column) => this.#value(column)).join(', ')})`;
  }

  #scope(table: TableModel, more: readonly string[] = []): Scope {
    return {
      columns: [...table.columns.map((column) => column.name), ...more],
      subquery: (count) => this.queries.select(count, 0),
    };
  }

  #returning(table: TableModel): string {
    const { random } = this;
    if (!random.oneIn(5)) return '';
    const item = (): string =>
      this.queries.expressions.expression({ columns: table.columns.map(({ name }) => name) }, 2);
    return ` RETURNING ${random.oneIn(2) ? '*' : random.times(random.between(1, 2), item).join(', ')}`;
  }

  #with(): string {
    if (!this.random.oneIn(25)) return '';
    return `WITH w(m, n) AS (${this.queries.select(2)}) `;
  }

  insert(): string {
    const { random } = this;
    const table = this.#target();
    const all = writableColumns(table);
    const head = random.oneIn(8) ? 'REPLACE' : `INSERT${this.#orConflict()}`;
    if (random.oneIn(25)) return `${head} INTO ${table.name} DEFAULT VALUES${this.#returning(table)}`;
    if (table.hasRowid && random.oneIn(15)) return `${head} INTO ${table.name} (rowid, ${all.map(({ name }) => name).join(', ')}) VALUES (${random.between(-2, 30)}, ${this.#values(all).slice(1)}${this.#returning(table)}`; // prettier-ignore
    const columns = random.oneIn(4) ? random.subset(all, 1) : all;
    const names = columns === all && all.length === table.columns.length ? '' : ` (${columns.map(({ name }) => name).join(', ')})`; // prettier-ignore
    const rows = random.times(random.between(1, 4), () => this.#values(columns)).join(', ');
    return `${this.#with()}${head} INTO ${table.name}${names} VALUES ${rows}${this.#returning(table)}`;
  }

  insertSelect(): string {
    const { random } = this;
    const target = this.#target();
    const source = random.pick(this.schema.tables);
    const columns = source.columns.map((column) => column.name);
    const head = `INSERT${this.#orConflict()} INTO ${target.name}`;
    if (random.oneIn(4)) return `${head} SELECT * FROM ${source.name} LIMIT 20`;
    const writable = writableColumns(target);
    const names = ` (${writable.map(({ name }) => name).join(', ')})`;
    if (random.oneIn(4)) return `${this.#with()}${head}${names} ${this.queries.select(writable.length)} LIMIT 9`;
    const list = writable.map((column) => (random.oneIn(3) ? valueFor(column.type, random) : random.pick(columns)));
    return `${head}${names} SELECT ${list.join(', ')} FROM ${source.name} WHERE ${this.queries.expressions.condition({ columns }, 1)}${this.#returning(target)}`;
  }

  upsert(): string {
    const { random } = this;
    const table = this.#target();
    const all = writableColumns(table);
    const excluded = table.columns.map((column) => `excluded.${column.name}`);
    const clause = (mayBeAny: boolean): string => {
      const key = table.uniqueKeys.length && !random.oneIn(8) ? random.pick(table.uniqueKeys) : [random.pick(all).name];
      const target = mayBeAny && random.oneIn(4) ? '' : ` (${key.join(', ')})${random.oneIn(15) ? ` WHERE ${random.pick(all).name} IS NOT NULL` : ''}`; // prettier-ignore
      if (random.oneIn(3) || target === '') return ` ON CONFLICT${target} DO NOTHING`;
      const set = this.#assignments(table, this.#scope(table, excluded));
      const where = random.oneIn(3) ? ` WHERE ${this.queries.expressions.condition({ columns: [...all.map(({ name }) => name), ...excluded] }, 1)}` : ''; // prettier-ignore
      return ` ON CONFLICT${target} DO UPDATE SET ${set}${where}`;
    };
    const clauses = (random.oneIn(5) ? clause(false) : '') + clause(true);
    const names = all.length === table.columns.length ? '' : ` (${all.map(({ name }) => name).join(', ')})`;
    const rows = random.times(random.between(1, 3), () => this.#values(all)).join(', ');
    const source = random.oneIn(8) ? `${this.queries.select(all.length)} LIMIT 3` : `VALUES ${rows}`;
    const isQuery = !source.startsWith('VALUES');
    return `INSERT${random.oneIn(10) ? this.#orConflict() : ''} INTO ${table.name}${names} ${isQuery ? `SELECT * FROM (${source}) WHERE 1` : source}${clauses}${this.#returning(table)}`;
  }

  #assignments(table: TableModel, scope: Scope): string {
    const { random } = this;
    const columns = random.oneIn(30) ? table.columns : writableColumns(table);
    const value = (column: ColumnModel): string => random.oneIn(2) ? valueFor(column.type, random) : this.queries.expressions.expression(scope, 2); // prettier-ignore
    const targets = random.subset(columns, 1).slice(0, random.between(1, 3));
    if (targets.length > 1 && random.oneIn(6)) {
      const names = `(${targets.map(({ name }) => name).join(', ')})`;
      const subquery = random.oneIn(2) && scope.subquery ? scope.subquery(targets.length, scope) : targets.map(value).join(', '); // prettier-ignore
      return `${names} = (${subquery})`;
    }
    return targets.map((column) => `${column.name} = ${value(column)}`).join(', ');
  }

  update(): string {
    const { random } = this;
    const table = this.#target();
    const head = `${this.#with()}UPDATE${this.#orConflict()} ${table.name}`;
    if (random.oneIn(10)) return this.#updateFrom(head, table);
    const scope = this.#scope(table, table.hasRowid ? ['rowid'] : []);
    const alias = random.oneIn(20) ? ' AS z' : '';
    const rowid = table.hasRowid && random.oneIn(20) ? `rowid = rowid + ${random.between(1, 50)}, ` : '';
    const where = random.oneIn(6) ? '' : ` WHERE ${this.queries.expressions.condition(scope, 2)}`;
    const limit = random.oneIn(15) ? this.#limit(table) : '';
    return `${head}${alias} SET ${rowid}${this.#assignments(table, scope)}${where}${this.#returning(table)}${limit}`;
  }

  /** At most one row of the source fits a row of the target, or which one wins would be the planner's choice. */
  #updateFrom(head: string, table: TableModel): string {
    const { random } = this;
    const inner = this.queries.select(2, 0, true);
    const column = random.pick(table.columns).name;
    const scope: Scope = { columns: [`s.a1`, `s.a2`, ...table.columns.map(({ name }) => `${table.name}.${name}`)] };
    const source = `(SELECT c1 AS a1, max(c2) AS a2 FROM (${inner}) GROUP BY c1) AS s`;
    return `${head} SET ${this.#assignments(table, scope)} FROM ${source} WHERE s.a1 IS ${table.name}.${column}${this.#returning(table)}`;
  }

  #limit(table: TableModel): string {
    const { random } = this;
    const terms = table.columns.map(({ name }) => name + random.pick(['', ' DESC'])).join(', ');
    return ` ORDER BY ${terms} LIMIT ${random.between(0, 4)}${random.oneIn(3) ? ` OFFSET ${random.between(0, 2)}` : ''}`;
  }

  delete(): string {
    const { random } = this;
    const table = this.#target();
    const where = random.oneIn(8) ? '' : ` WHERE ${this.queries.expressions.condition(this.#scope(table), 2)}`;
    const limit = random.oneIn(15) ? this.#limit(table) : '';
    return `${this.#with()}DELETE FROM ${table.name}${where}${this.#returning(table)}${limit}`;
  }

  /** INSERT of a trigger's body. */
  insertFrom(table: TableModel, scope: Scope): string {
    const { random } = this;
    const columns = writableColumns(table);
    const list = columns.map((column) => random.oneIn(2) ? this.queries.expressions.expression(scope, 1) : valueFor(column.type, random)); // prettier-ignore
    const names = columns.length === table.columns.length ? '' : ` (${columns.map(({ name }) => name).join(', ')})`;
    return `INSERT${this.#orConflict()} INTO ${table.name}${names} ${random.oneIn(3) ? `SELECT ${list.join(', ')}` : `VALUES (${list.join(', ')})`}`;
  }

  /** UPDATE of a trigger's body. */
  updateFrom(table: TableModel, scope: Scope): string {
    const { random } = this;
    const column = random.pick(writableColumns(table));
    return `UPDATE${this.#orConflict()} ${table.name} SET ${column.name} = ${this.queries.expressions.expression(scope, 1)} WHERE ${random.pick(table.columns).name} ${random.pick(['=', '>', 'IS'])} ${random.pick(scope.columns)}`;
  }
}
