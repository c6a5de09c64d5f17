/**
 * Which bound queries can be coded later, when they are first run: those of which it is certain by now that planning and code generation find
 * no error in them, because all that prepare() must report was found while binding.
 *
 * Owns: that judgement; "no" is always safe. Must not know: how anything is coded.
 */
import { collationNumbers } from '../../spec/collations';
import type { Table } from '../catalog/schema';
import { canonicalCollation } from '../resolve/affinity';
import type { Core, Expression, Query, SelectCore, Source } from '../resolve/ir';
import { forEachChild } from '../resolve/walk';
import { someExpression } from '../resolve/walk';

/** More FROM items in all, and the planner may refuse them when subqueries are merged. */
const MAX_SOURCES = 60;
/** Of nested expressions and queries. Deeper ones may be too much for the stack, which prepare() has to report. */
const MAX_DEPTH = 100;

export const mayBeDeferred = (query: Query): boolean => new Judge().isCertain(query);

/** The same of an expression outside of any query. */
export const isCertainValue = (expression: Expression): boolean => new Judge().isCertainValue(expression);

const plainTables = new WeakMap<Table, boolean>();

const isKnownCollation = (name: string | null): boolean =>
  name === null || canonicalCollation(name) in collationNumbers;

/** Stored columns and indexed columns of known collations only: its description holds nothing that could be wrong. */
export function isPlain(table: Table): boolean {
  let isKnownPlain = plainTables.get(table);
  if (isKnownPlain === undefined) {
    isKnownPlain =
      table.module === null &&
      table.columns.every(({ generated, collation }) => generated === null && isKnownCollation(collation)) &&
      table.indexes.every(
        ({ where, columns }) =>
          where === null && columns.every(({ expr, collation }) => expr === null && isKnownCollation(collation)),
      );
    plainTables.set(table, isKnownPlain);
  }
  return isKnownPlain;
}

/** A number under COLLATE may make an aggregate a term of GROUP BY, where nobody computes it. */
const hasAggregate = (term: Expression): boolean => someExpression(term, ({ kind }) => kind === 'aggregate', false);

/** WHERE may reach an aggregate of its own query by a result column's alias. */
const callsAggregateOf = ({ aggregates }: SelectCore, where: Expression): boolean =>
  someExpression(where, (part) => part.kind === 'aggregate' && aggregates.includes(part), false);

class Judge {
  #sources = 0;
  #depth = 0;
  /** The core whose expressions are being judged. */
  #core: SelectCore | null = null;

  isCertain(query: Query): boolean {
    // Cores that read their own rows may not compute aggregates.
    if (query.recursion !== null && query.cores.some((core) => core.kind === 'select' && core.isAggregate))
      return false;
    if (++this.#depth > MAX_DEPTH) return false;
    const outer = this.#core;
    for (const core of query.cores) if (!this.#isCertainCore(core)) return false;
    // Of a query with one core, ORDER BY belongs to it.
    const [first] = query.cores;
    this.#core = query.cores.length === 1 && first?.kind === 'select' ? first : null;
    const isCertain =
      query.orderBy.every(({ expression }) => this.isCertainValue(expression)) &&
      this.#isCertainOrNone(query.limit) &&
      this.#isCertainOrNone(query.offset);
    this.#core = outer;
    this.#depth--;
    return isCertain;
  }

  #isCertainCore(core: Core): boolean {
    if (core.kind === 'values') {
      this.#core = null;
      return core.rows.every((row) => row.every((item) => this.isCertainValue(item)));
    }
    if (core.windowCalls.length > 0) return false;
    for (const source of core.sources) if (!this.#isCertainSource(source)) return false;
    if (core.where !== null && callsAggregateOf(core, core.where)) return false;
    this.#core = core;
    return (
      core.columns.every(({ expression }) => this.isCertainValue(expression)) &&
      core.groupBy.every((expression) => this.isCertainValue(expression) && !hasAggregate(expression)) &&
      this.#isCertainOrNone(core.where) &&
      this.#isCertainOrNone(core.having)
    );
  }

  #isCertainSource(source: Source): boolean {
    if (++this.#sources > MAX_SOURCES) return false;
    switch (source.kind) {
      case 'table':
        return source.indexedBy === null && isPlain(source.table);
      case 'subquery': {
        const outer = this.#core;
        this.#core = null;
        const isCertain = this.isCertain(source.query);
        this.#core = outer;
        return isCertain;
      }
      case 'recursive':
        return true;
      case 'row':
        return false;
    }
  }

  #isCertainOrNone(expression: Expression | null): boolean {
    return expression === null || this.isCertainValue(expression);
  }

  /** A subquery in an expression: of one value, unless only the existence of its rows counts. */
  #isCertainQuery(query: Query, isScalar: boolean): boolean {
    if (isScalar && query.columns.length !== 1) return false;
    const core = this.#core;
    const isCertain = this.isCertain(query);
    this.#core = core;
    return isCertain;
  }

  isCertainValue(expression: Expression): boolean {
    switch (expression.kind) {
      case 'null':
      case 'integer':
      case 'real':
      case 'string':
      case 'blob':
      case 'parameter':
      case 'column':
        return true;
      case 'collate':
        return isKnownCollation(expression.collation) && this.isCertainValue(expression.operand);
      case 'aggregate':
        if (expression.definition.isHost || this.#core?.isAggregate !== true) return false;
        if (expression.level !== this.#core.level) return false;
        break;
      case 'function':
        if (expression.definition.isHost) return false;
        break;
      case 'exists':
        return this.#isCertainQuery(expression.query, false);
      case 'subquery':
        return this.#isCertainQuery(expression.query, true);
      case 'in':
        if (expression.query !== null && !this.#isCertainQuery(expression.query, true)) return false;
        break;
      case 'row':
      case 'rowField':
      case 'window':
      case 'raise':
      case 'register':
      case 'ifNullRow':
        return false;
      default:
    }
    if (++this.#depth > MAX_DEPTH) return false;
    let isCertain = true;
    forEachChild(expression, (child) => {
      isCertain &&= this.isCertainValue(child);
    });
    this.#depth--;
    return isCertain;
  }
}
