// Random SELECT statements: joins, grouping, compounds, common tables, subqueries, windows, table-valued functions.
import { ExpressionGenerator, type Scope } from './expression';
import { aggregateCall, windowCall } from './functions';
import type { Random } from './random';
import type { SchemaModel, TableModel } from './schema-model';

const JOINS = ['JOIN', 'INNER JOIN', 'LEFT JOIN', 'LEFT OUTER JOIN', 'CROSS JOIN', ',', 'RIGHT JOIN', 'FULL JOIN', 'NATURAL JOIN', 'NATURAL LEFT JOIN'] as const; // prettier-ignore

/** Parts of SQL that a run may leave out. */
export interface QueryFeatures {
  readonly windows: boolean;
  readonly tableFunctions: boolean;
  readonly pragmaFunctions: boolean;
}

interface From {
  readonly sql: string;
  readonly columns: string[];
}

export class QueryGenerator {
  readonly expressions: ExpressionGenerator;
  #aliasCounter = 0;

  constructor(
    private readonly random: Random,
    private readonly schema: SchemaModel,
    private readonly features: QueryFeatures,
  ) {
    this.expressions = new ExpressionGenerator(random);
  }

  /** A complete query; every column of the result is in its ORDER BY where a LIMIT would otherwise choose rows. */
  query(): string {
    const { random } = this;
    this.reset();
    const kind = random.weighted<'select' | 'compound' | 'with' | 'recursive' | 'values'>([
      [14, 'select'],
      [3, 'compound'],
      [2, 'with'],
      [1, 'recursive'],
      [1, 'values'],
    ]);
    switch (kind) {
      case 'select':
        return this.#ordered(this.#select(random.between(1, 4), undefined, 2));
      case 'compound':
        return this.#compound();
      case 'with':
        return this.#with();
      case 'recursive':
        return this.#recursive();
      case 'values':
        return `VALUES ${random.times(random.between(1, 3), () => `(${this.expressions.expression({ columns: [] }, 1)}, ${this.expressions.expression({ columns: [] }, 2)})`).join(', ')}`;
    }
  }

  /** A query of so many columns, for INSERT, CREATE TABLE AS and views. */
  select(columnCount: number, depth = 1, named = false): string {
    this.reset();
    return this.#select(columnCount, undefined, depth, named).sql;
  }

  /** A FROM clause, for UPDATE FROM. */
  from(): From {
    this.reset();
    return this.#from(1);
  }

  reset(): void {
    this.#aliasCounter = 0;
    this.expressions.tableNames = this.schema.tables
      .filter(({ columns }) => columns.length === 1)
      .map(({ name }) => name);
  }

  #ordered(select: { sql: string; columnCount: number }): string {
    const { random } = this;
    if (random.oneIn(2)) return select.sql;
    const terms = random
      .subset(
        random.times(select.columnCount, (i) => i + 1),
        select.columnCount,
      )
      .map(
        (i) =>
          `${i}${random.pick(['', '', ' ASC', ' DESC', ' DESC NULLS LAST', ' NULLS LAST', ' ASC NULLS FIRST', ' DESC NULLS FIRST', ' COLLATE NOCASE'])}`,
      );
    const limit = random.oneIn(2) ? ` LIMIT ${this.#count()}${this.#offset()}` : '';
    return `${select.sql} ORDER BY ${terms.join(', ')}${limit}`;
  }

  #count = (): string => this.random.pick(['-1', '0', '1', '2', '3', '5', '6', '(1 + 1)', "'2'", "length('abc')"]);

  #offset(): string {
    const { random } = this;
    if (random.oneIn(2)) return '';
    return random.oneIn(4) ? `, ${random.between(0, 3)}` : ` OFFSET ${random.between(-1, 3)}`;
  }

  #alias(): string {
    return `q${++this.#aliasCounter}`;
  }

  #table(): TableModel | undefined {
    return this.schema.tables.length ? this.random.pick(this.schema.tables) : undefined;
  }

  #source(depth: number): From {
    const { random } = this;
    const alias = this.#alias();
    const table = this.#table();
    if (this.features.tableFunctions && random.oneIn(12)) return this.#tableFunction(alias);
    if (table === undefined || (depth > 0 && random.oneIn(6))) {
      if (table === undefined || random.oneIn(8)) return this.#valuesSource(alias);
      const inner = this.#select(random.between(1, 3), undefined, depth - 1, true);
      const limited = random.oneIn(10) ? `${inner.sql} ORDER BY ${random.times(inner.columnCount, (i) => i + 1).join(', ')} LIMIT ${random.between(1, 4)}` : inner.sql; // prettier-ignore
      return {
        sql: `(${limited}) AS ${alias}`,
        columns: random.times(inner.columnCount, (i) => `${alias}.c${i + 1}`),
      };
    }
    const columns = table.columns.map((column) => `${alias}.${column.name}`);
    if (table.hasRowid && random.oneIn(3)) columns.push(`${alias}.${random.pick(['rowid', '_rowid_', 'oid'])}`);
    const hint = random.oneIn(20) ? (table.indexes.length && random.oneIn(2) ? ` INDEXED BY ${random.pick(table.indexes)}` : ' NOT INDEXED') : ''; // prettier-ignore
    return { sql: `${table.name} AS ${alias}${hint}`, columns };
  }

  #valuesSource(alias: string): From {
    const { random } = this;
    const row = (): string => `(${this.expressions.expression({ columns: [] }, 0)}, ${random.between(0, 5)})`;
    const rows = random.times(random.between(1, 4), row).join(', ');
    return { sql: `(VALUES ${rows}) AS ${alias}`, columns: [`${alias}.column1`, `${alias}.column2`] };
  }

  #tableFunction(alias: string): From {
    const { random } = this;
    const json = random.pick(['\'[1,2,{"a":3}]\'', '\'{"a":[1,2],"b":null}\'', "'[]'", "'3'", 'NULL']);
    const path = random.oneIn(3) ? `, ${random.pick(["'$'", "'$.a'", "'$[2]'", "'$.x'"])}` : '';
    const table = this.#table()?.name ?? 't1';
    const columnsOf = (...names: string[]): string[] => names.map((name) => `${alias}."${name}"`);
    const makers: (() => From)[] = [
      () => ({
        sql: `${random.pick(['json_each', 'json_tree', 'jsonb_each', 'jsonb_tree'])}(${json}${path}) AS ${alias}`,
        columns: columnsOf('key', 'value', 'type', 'atom', 'parent', 'fullkey', 'path'),
      }),
    ];
    if (this.features.pragmaFunctions) {
      makers.push(
        () => ({
          sql: `pragma_table_info('${table}') AS ${alias}`,
          columns: columnsOf('cid', 'name', 'type', 'notnull', 'pk'),
        }),
        () => ({
          sql: `pragma_index_list('${table}') AS ${alias}`,
          columns: columnsOf('seq', 'name', 'unique', 'origin'),
        }),
      );
    }
    return random.pick(makers)();
  }

  #from(depth: number): From {
    const { random } = this;
    const first = this.#source(depth);
    let { sql } = first;
    const columns = [...first.columns];
    for (
      let count = random.weighted([
        [5, 0],
        [4, 1],
        [1, 2],
      ]);
      count > 0;
      count--
    ) {
      const right = random.oneIn(15) && depth > 0 ? this.#group(depth) : this.#source(depth);
      const join = random.pick(JOINS);
      columns.push(...right.columns);
      const on =
        join === ',' || join.startsWith('NATURAL') || (join === 'CROSS JOIN' && random.oneIn(2))
          ? ''
          : random.oneIn(9)
            ? ' USING (c1)'
            : ` ON ${random.oneIn(3) ? this.expressions.condition({ columns }, 1) : `${random.pick(columns)} = ${random.pick(right.columns)}`}`;
      sql += join === ',' ? `, ${right.sql}` : ` ${join} ${right.sql}${on}`;
    }
    return { sql, columns };
  }

  /** A join in parentheses. */
  #group(depth: number): From {
    const inner = this.#from(depth - 1);
    return { sql: `(${inner.sql})`, columns: inner.columns };
  }

  #select(
    columnCount: number,
    outer: Scope | undefined,
    depth: number,
    named = false,
  ): { sql: string; columnCount: number } {
    const { random, expressions } = this;
    const from = random.oneIn(12) ? { sql: '', columns: [] } : this.#from(depth - 1);
    const scope: Scope = {
      columns: outer && random.oneIn(2) ? [...from.columns, ...outer.columns] : from.columns,
      ...(depth > 0 && {
        subquery: (count: number, inner: Scope) => {
          const { sql } = this.#select(count, inner, depth - 2);
          return random.oneIn(8) ? `${sql} LIMIT 1` : sql;
        },
      }),
    };
    const where = random.oneIn(2) && from.sql ? ` WHERE ${expressions.condition(scope, 2)}` : '';
    const name = (i: number): string => (named ? ` AS c${i + 1}` : random.oneIn(5) ? ` AS x${i}` : '');
    const fromSql = from.sql ? ` FROM ${from.sql}` : '';
    if (from.sql && random.oneIn(4))
      return { sql: this.#aggregate(scope, columnCount, fromSql, where, name), columnCount };
    if (from.sql && this.features.windows && random.oneIn(6))
      return { sql: this.#windowed(scope, columnCount, fromSql, where, name), columnCount };
    const list = random.times(columnCount, (i) => expressions.expression(scope, 2) + name(i));
    const quantifier = random.oneIn(6) ? 'DISTINCT ' : random.oneIn(40) ? 'ALL ' : '';
    return { sql: `SELECT ${quantifier}${list.join(', ')}${fromSql}${where}`, columnCount };
  }

  #aggregateCall(scope: Scope): string {
    const { random, expressions } = this;
    const inner: Scope = { columns: scope.columns };
    const filter = random.oneIn(5) ? ` FILTER (WHERE ${expressions.condition(inner, 1)})` : '';
    return aggregateCall(random, () => expressions.expression(inner, 1)) + filter;
  }

  #aggregate(scope: Scope, columnCount: number, from: string, where: string, name: (i: number) => string): string {
    const { random, expressions } = this;
    const keys = random.times(random.between(0, 2), () => expressions.expression({ columns: scope.columns }, 1));
    const list = random.times(columnCount, (i) => {
      const base = keys.length && random.oneIn(2) ? random.pick(keys) : this.#aggregateCall(scope);
      return (random.oneIn(5) ? `(${base} || 'x')` : base) + name(i);
    });
    const groups = keys.filter((key) => !/^[-+]?\(?-?\d+\)?$/.test(key));
    const groupBy = groups.length ? ` GROUP BY ${groups.join(', ')}` : '';
    const having = groupBy && random.oneIn(3) ? ` HAVING ${this.#aggregateCall(scope)} ${random.pick(['>', '<', 'IS NOT'])} ${random.between(0, 3)}` : ''; // prettier-ignore
    return `SELECT ${list.join(', ')}${from}${where}${groupBy}${having}`;
  }

  /** Window functions over all columns in scope as order, so that no two orders of equal rows differ in result. */
  #windowed(scope: Scope, columnCount: number, from: string, where: string, name: (i: number) => string): string {
    const { random, expressions } = this;
    const inner: Scope = { columns: scope.columns };
    const next = (): string => expressions.expression(inner, 1);
    const order = (): string =>
      ` ORDER BY ${random
        .subset(scope.columns, scope.columns.length)
        .map((column) => column + random.pick(['', '', ' DESC', ' NULLS LAST']))
        .join(', ')}`;
    const definition = (): string => {
      const partition = random.oneIn(2) ? `PARTITION BY ${next()}` : '';
      if (random.oneIn(10)) return `(${partition})`;
      const frame = random.oneIn(2) ? ` ${this.#frame()}` : '';
      return `(${partition}${order()}${frame})`;
    };
    const isNamed = random.oneIn(4);
    const list = random.times(columnCount, (i) => {
      if (random.oneIn(3)) return expressions.expression(inner, 1) + name(i);
      const call = windowCall(random, next);
      const filter = /^(count|sum|total|avg|min|max|group_concat)/.test(call) && random.oneIn(5) ? ` FILTER (WHERE ${expressions.condition(inner, 1)})` : ''; // prettier-ignore
      const over = isNamed && random.oneIn(2) ? random.pick(['w1', '(w1)']) : definition();
      return `${call}${filter} OVER ${over}${name(i)}`;
    });
    const windows = isNamed ? ` WINDOW w1 AS ${definition()}` : '';
    return `SELECT ${list.join(', ')}${from}${where}${windows}`;
  }

  /** Bounds are numbered in the order in which they may follow each other. */
  #frame(): string {
    const { random } = this;
    const bounds = ['UNBOUNDED PRECEDING', '2 PRECEDING', '1 PRECEDING', 'CURRENT ROW', '1 FOLLOWING', '2 FOLLOWING', 'UNBOUNDED FOLLOWING']; // prettier-ignore
    const start = random.below(6);
    const end = random.oneIn(30) ? 0 : random.between(Math.max(start, 1), 6);
    const unit = random.pick(['ROWS', 'ROWS', 'RANGE', 'GROUPS']);
    const exclude = random.oneIn(3) ? ` EXCLUDE ${random.pick(['NO OTHERS', 'CURRENT ROW', 'GROUP', 'TIES'])}` : '';
    if (random.oneIn(5) && start < 4) return `${unit} ${bounds[start]}${exclude}`;
    return `${unit} BETWEEN ${bounds[start]} AND ${bounds[end]}${exclude}`;
  }

  #compound(): string {
    const { random } = this;
    const columnCount = random.between(1, 3);
    const parts = random.times(random.between(2, 4), () =>
      random.oneIn(10)
        ? `VALUES (${random.times(columnCount, () => this.expressions.expression({ columns: [] }, 1)).join(', ')})`
        : this.#select(columnCount, undefined, 1).sql,
    );
    const sql = parts.reduce(
      (left, right) => `${left} ${random.pick(['UNION', 'UNION ALL', 'INTERSECT', 'EXCEPT'])} ${right}`,
    );
    return this.#ordered({ sql, columnCount });
  }

  #with(): string {
    const { random } = this;
    const inner = this.#select(2, undefined, 1, true).sql;
    const hint = random.pick(['', '', 'MATERIALIZED ', 'NOT MATERIALIZED ']);
    const name = this.#alias();
    const columns = random.oneIn(2) ? '(m, n)' : '';
    const [first, second] = columns ? ['m', 'n'] : ['c1', 'c2'];
    const scope: Scope = { columns: [`a.${first}`, `b.${second}`, `b.${first}`] };
    const more = random.oneIn(4) ? `, z AS (SELECT ${first} AS y FROM ${name} WHERE ${first} IS NOT NULL)` : '';
    const where = more ? ` WHERE a.${first} ${random.pick(['IN', 'NOT IN'])} (SELECT y FROM z)` : '';
    return `WITH ${name}${columns} AS ${hint}(${inner})${more} SELECT ${this.expressions.expression(scope, 2)}, a.${first} FROM ${name} AS a JOIN ${name} AS b ON a.${first} IS b.${first}${where} ORDER BY 1, 2`;
  }

  #recursive(): string {
    const { random } = this;
    const step = random.pick(['i + 1', 'i * 2', 'i + 3']);
    const union = random.pick(['UNION ALL', 'UNION']);
    const order = random.oneIn(3) ? ' ORDER BY 1 DESC' : '';
    const again = random.oneIn(4) ? ` ${union} SELECT i + 5, 'y' FROM r WHERE i < 6` : '';
    return `WITH RECURSIVE r(i, t) AS (SELECT ${random.between(1, 3)}, 'x' ${union} SELECT ${step}, substr(t || i, 1, 9) FROM r WHERE i < ${random.between(3, 30)}${again}${order} LIMIT 40) SELECT ${this.expressions.expression({ columns: ['i', 't'] }, 2)}, i FROM r`;
  }
}
