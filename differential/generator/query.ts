// Random SELECT statements: joins, grouping, compounds, CTEs, subqueries, windows' place kept for later suites.
import { ExpressionGenerator, type Scope } from './expression';
import type { Random } from './random';
import type { SchemaModel, TableModel } from './schema-model';

const AGGREGATES = ['count', 'sum', 'total', 'avg', 'min', 'max', 'group_concat', 'string_agg'];
const JOINS = ['JOIN', 'INNER JOIN', 'LEFT JOIN', 'LEFT OUTER JOIN', 'CROSS JOIN', ',', 'RIGHT JOIN', 'FULL JOIN', 'NATURAL JOIN', 'NATURAL LEFT JOIN'] as const; // prettier-ignore

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
  ) {
    this.expressions = new ExpressionGenerator(random);
  }

  /** A complete query; every column of the result is in its ORDER BY where a LIMIT would otherwise choose rows. */
  query(): string {
    const { random } = this;
    this.#aliasCounter = 0;
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

  #ordered(select: { sql: string; columnCount: number }): string {
    const { random } = this;
    if (random.oneIn(2)) return select.sql;
    const terms = random
      .subset(
        random.times(select.columnCount, (i) => i + 1),
        select.columnCount,
      )
      .map(
        (i) => `${i}${random.pick(['', '', ' ASC', ' DESC', ' DESC NULLS LAST', ' NULLS LAST', ' COLLATE NOCASE'])}`,
      );
    const limit = random.oneIn(2)
      ? ` LIMIT ${random.between(-1, 6)}${random.oneIn(2) ? ` OFFSET ${random.between(-1, 3)}` : ''}`
      : '';
    return `${select.sql} ORDER BY ${terms.join(', ')}${limit}`;
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
    if (table === undefined || (depth > 0 && random.oneIn(6))) {
      const inner = this.#select(random.between(1, 3), undefined, depth - 1, true);
      return {
        sql: `(${inner.sql}) AS ${alias}`,
        columns: random.times(inner.columnCount, (i) => `${alias}.c${i + 1}`),
      };
    }
    const columns = table.columns.map((column) => `${alias}.${column.name}`);
    if (table.hasRowid && random.oneIn(3)) columns.push(`${alias}.rowid`);
    return { sql: `${table.name} AS ${alias}`, columns };
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
      // prettier-ignore
      const right = this.#source(depth);
      const join = random.pick(JOINS);
      columns.push(...right.columns);
      const on =
        join === ',' || join.startsWith('NATURAL') || (join === 'CROSS JOIN' && random.oneIn(2))
          ? ''
          : ` ON ${random.oneIn(3) ? this.expressions.condition({ columns }, 1) : `${random.pick(columns)} = ${random.pick(right.columns)}`}`;
      sql += join === ',' ? `, ${right.sql}` : ` ${join} ${right.sql}${on}`;
    }
    return { sql, columns };
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
      ...(depth > 0 && { subquery: (count: number, inner: Scope) => this.#select(count, inner, depth - 2).sql }),
    };
    const where = random.oneIn(2) && from.sql ? ` WHERE ${expressions.condition(scope, 2)}` : '';
    const name = (i: number): string => (named ? ` AS c${i + 1}` : random.oneIn(5) ? ` AS x${i}` : '');
    const fromSql = from.sql ? ` FROM ${from.sql}` : '';
    if (from.sql && random.oneIn(4))
      return { sql: this.#aggregate(scope, columnCount, fromSql, where, name), columnCount };
    const list = random.times(columnCount, (i) => expressions.expression(scope, 2) + name(i));
    return { sql: `SELECT ${random.oneIn(6) ? 'DISTINCT ' : ''}${list.join(', ')}${fromSql}${where}`, columnCount };
  }

  #aggregateCall(scope: Scope): string {
    const { random, expressions } = this;
    const name = random.pick(AGGREGATES);
    const inner: Scope = { columns: scope.columns };
    const filter = random.oneIn(5) ? ` FILTER (WHERE ${expressions.condition(inner, 1)})` : '';
    if (name === 'count' && random.oneIn(2)) return `count(*)${filter}`;
    const argument = expressions.expression(inner, 1);
    if (name === 'string_agg') return `string_agg(${argument}, '-' ORDER BY ${argument})${filter}`;
    if (name === 'group_concat') return `group_concat(${argument} ORDER BY ${argument})${filter}`;
    return `${name}(${random.oneIn(4) ? 'DISTINCT ' : ''}${argument})${filter}`;
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

  #compound(): string {
    const { random } = this;
    const columnCount = random.between(1, 3);
    const parts = random.times(random.between(2, 4), () => this.#select(columnCount, undefined, 1).sql);
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
    return `WITH ${name}${columns} AS ${hint}(${inner}) SELECT ${this.expressions.expression(scope, 2)}, a.${first} FROM ${name} AS a JOIN ${name} AS b ON a.${first} IS b.${first} ORDER BY 1, 2`;
  }

  #recursive(): string {
    const { random } = this;
    const step = random.pick(['i + 1', 'i * 2', 'i + 3']);
    const union = random.pick(['UNION ALL', 'UNION']);
    const order = random.oneIn(3) ? ' ORDER BY 1 DESC' : '';
    return `WITH RECURSIVE r(i, t) AS (SELECT ${random.between(1, 3)}, 'x' ${union} SELECT ${step}, t || i FROM r WHERE i < ${random.between(3, 30)}${order} LIMIT 40) SELECT ${this.expressions.expression({ columns: ['i', 't'] }, 2)}, i FROM r`;
  }
}
