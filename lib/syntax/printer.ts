/**
 * Prints a syntax tree as SQL text that parses to the same tree.
 *
 * Owns: the text of expressions and queries. Operands that are not simple are put in parentheses, so that no precedence table is needed here.
 * Must not know: schemas. Comments and the original spelling are lost.
 */
import type {
  BinaryOperator,
  Expr,
  FrameBound,
  FromClause,
  FromItem,
  Identifier,
  InExpr,
  OrderingTerm,
  QualifiedName,
  ResultColumn,
  Select,
  SelectCore,
  TableSource,
  WindowDefinition,
  WithClause,
} from './ast';

/** `name` in double quotes. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `text` as a string literal. */
export function quoteString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function printName({ name, quoting }: Identifier): string {
  switch (quoting) {
    case 'bare':
      return name;
    case 'double':
      return quoteName(name);
    case 'bracket':
      return `[${name}]`;
    case 'back':
      return `\`${name.replaceAll('`', '``')}\``;
    case 'single':
      return quoteString(name);
  }
}

export function printQualifiedName({ database, name }: QualifiedName): string {
  return database === null ? printName(name) : `${printName(database)}.${printName(name)}`;
}

function join(items: readonly string[]): string {
  return items.join(', ');
}

const operatorText: Partial<Record<BinaryOperator, string>> = { is: 'IS', isNot: 'IS NOT', and: 'AND', or: 'OR' };

/** An operand: what is not simple gets parentheses. */
function operand(expr: Expr): string {
  switch (expr.kind) {
    case 'unary':
    case 'binary':
    case 'nullTest':
    case 'pattern':
    case 'between':
    case 'in':
    case 'collate':
      return `(${printExpr(expr)})`;
    default:
      return printExpr(expr);
  }
}

/** Text of an expression. */
export function printExpr(expr: Expr): string {
  switch (expr.kind) {
    case 'null':
      return 'NULL';
    case 'integer':
    case 'real':
      return expr.text;
    case 'string':
      return quoteString(expr.value);
    case 'blob':
      return `x'${expr.hex}'`;
    case 'currentTime':
      return expr.name;
    case 'parameter':
      return expr.name ?? '?';
    case 'column':
      return [expr.database, expr.table, expr.column]
        .filter((part) => part !== null)
        .map(printName)
        .join('.');
    case 'unary':
      return `${expr.operator === 'not' ? 'NOT ' : expr.operator}${operand(expr.operand)}`;
    case 'binary':
      return `${operand(expr.left)} ${operatorText[expr.operator] ?? expr.operator} ${operand(expr.right)}`;
    case 'nullTest':
      return `${operand(expr.operand)} ${expr.negated ? 'NOTNULL' : 'ISNULL'}`;
    case 'pattern': {
      const escape = expr.escape === null ? '' : ` ESCAPE ${operand(expr.escape)}`;
      return `${operand(expr.operand)} ${not(expr.negated)}${expr.word} ${operand(expr.pattern)}${escape}`;
    }
    case 'between':
      return `${operand(expr.operand)} ${not(expr.negated)}BETWEEN ${operand(expr.low)} AND ${operand(expr.high)}`;
    case 'in':
      return `${operand(expr.operand)} ${not(expr.negated)}IN ${printInSource(expr.source)}`;
    case 'exists':
      return `EXISTS (${printSelect(expr.select)})`;
    case 'case': {
      const head = expr.operand === null ? '' : ` ${printExpr(expr.operand)}`;
      const branches = expr.branches.map(({ when, then }) => ` WHEN ${printExpr(when)} THEN ${printExpr(then)}`);
      const tail = expr.otherwise === null ? '' : ` ELSE ${printExpr(expr.otherwise)}`;
      return `CASE${head}${branches.join('')}${tail} END`;
    }
    case 'cast':
      return `CAST(${printExpr(expr.operand)} AS ${expr.type})`;
    case 'collate':
      return `${operand(expr.operand)} COLLATE ${printName(expr.collation)}`;
    case 'function':
      return printCall(expr);
    case 'row':
      return `(${join(expr.items.map(printExpr))})`;
    case 'subquery':
      return `(${printSelect(expr.select)})`;
    case 'raise':
      return expr.message === null
        ? 'RAISE(IGNORE)'
        : `RAISE(${expr.action.toUpperCase()}, ${printExpr(expr.message)})`;
  }
}

function not(negated: boolean): string {
  return negated ? 'NOT ' : '';
}

function printInSource(source: InExpr['source']): string {
  switch (source.kind) {
    case 'list':
      return `(${join(source.items.map(printExpr))})`;
    case 'select':
      return `(${printSelect(source.select)})`;
    case 'table':
      return printQualifiedName(source.table) + printArguments(source.arguments);
  }
}

function printArguments(args: readonly Expr[] | null): string {
  return args === null ? '' : `(${join(args.map(printExpr))})`;
}

function printCall(call: Extract<Expr, { kind: 'function' }>): string {
  const distinct = call.distinct ? 'DISTINCT ' : '';
  const args = call.star ? '*' : distinct + join(call.arguments.map(printExpr));
  const order = printOrderBy(call.orderBy);
  const filter = call.filter === null ? '' : ` FILTER (WHERE ${printExpr(call.filter)})`;
  return `${printName(call.name)}(${args}${order})${filter}${call.over === null ? '' : ` OVER ${printWindow(call.over)}`}`;
}

function printWindow(window: WindowDefinition): string {
  if (window.bare && window.base !== null) return printName(window.base);
  const parts: string[] = [];
  if (window.base !== null) parts.push(printName(window.base));
  if (window.partitionBy.length > 0) parts.push(`PARTITION BY ${join(window.partitionBy.map(printExpr))}`);
  if (window.orderBy.length > 0) parts.push(printOrderBy(window.orderBy).trimStart());
  if (window.frame !== null) {
    const { unit, from, to, between, exclude } = window.frame;
    const bounds = between ? `BETWEEN ${printBound(from)} AND ${printBound(to)}` : printBound(from);
    const names = { noOthers: 'NO OTHERS', currentRow: 'CURRENT ROW', group: 'GROUP', ties: 'TIES' };
    parts.push(`${unit.toUpperCase()} ${bounds}${exclude === null ? '' : ` EXCLUDE ${names[exclude]}`}`);
  }
  return `(${parts.join(' ')})`;
}

function printBound({ kind, offset }: FrameBound): string {
  switch (kind) {
    case 'unboundedPreceding':
      return 'UNBOUNDED PRECEDING';
    case 'unboundedFollowing':
      return 'UNBOUNDED FOLLOWING';
    case 'currentRow':
      return 'CURRENT ROW';
    case 'preceding':
    case 'following':
      return `${offset === null ? '' : operand(offset)} ${kind.toUpperCase()}`;
  }
}

export function printOrderingTerm({ expr, order, nulls }: OrderingTerm): string {
  return `${printExpr(expr)}${order === null ? '' : ` ${order.toUpperCase()}`}${nulls === null ? '' : ` NULLS ${nulls.toUpperCase()}`}`;
}

function printOrderBy(terms: readonly OrderingTerm[]): string {
  return terms.length === 0 ? '' : ` ORDER BY ${join(terms.map(printOrderingTerm))}`;
}

const compoundText = { union: 'UNION', unionAll: 'UNION ALL', intersect: 'INTERSECT', except: 'EXCEPT' } as const;

/** Text of a query. */
export function printSelect(select: Select): string {
  let text = select.with === null ? '' : `${printWith(select.with)} `;
  select.cores.forEach((core, i) => {
    const operator = select.operators[i - 1];
    if (operator !== undefined) text += ` ${compoundText[operator]} `;
    text += printCore(core);
  });
  text += printOrderBy(select.orderBy);
  if (select.limit !== null) text += ` LIMIT ${printExpr(select.limit)}`;
  if (select.offset !== null) text += ` OFFSET ${printExpr(select.offset)}`;
  return text;
}

function printWith({ recursive, tables }: WithClause): string {
  const items = tables.map(({ name, columns, materialized, select }) => {
    const list = columns.length === 0 ? '' : `(${join(columns.map(printName))})`;
    const hint = materialized === 'yes' ? ' MATERIALIZED' : materialized === 'no' ? ' NOT MATERIALIZED' : '';
    return `${printName(name)}${list} AS${hint} (${printSelect(select)})`;
  });
  return `WITH ${recursive ? 'RECURSIVE ' : ''}${join(items)}`;
}

function printCore(core: SelectCore): string {
  if (core.kind === 'values') return `VALUES ${join(core.rows.map((row) => `(${join(row.map(printExpr))})`))}`;
  let text = `SELECT ${core.distinct ? 'DISTINCT ' : ''}${join(core.columns.map(printResultColumn))}`;
  if (core.from !== null) text += ` FROM ${printFrom(core.from)}`;
  if (core.where !== null) text += ` WHERE ${printExpr(core.where)}`;
  if (core.groupBy.length > 0) text += ` GROUP BY ${join(core.groupBy.map(printExpr))}`;
  if (core.having !== null) text += ` HAVING ${printExpr(core.having)}`;
  if (core.windows.length > 0) {
    text += ` WINDOW ${join(core.windows.map(({ name, definition }) => `${printName(name)} AS ${printWindow(definition)}`))}`;
  }
  return text;
}

function printResultColumn(column: ResultColumn): string {
  if (column.kind === 'star') return column.table === null ? '*' : `${printName(column.table)}.*`;
  return printExpr(column.expr) + printAlias(column.alias);
}

function printAlias(alias: Identifier | null): string {
  return alias === null ? '' : ` AS ${printName(alias)}`;
}

function printFrom(items: FromClause): string {
  return items.map(printFromItem).join('');
}

function printFromItem({ source, join: operator, on, using }: FromItem): string {
  let text = '';
  if (operator !== null) {
    const natural = operator.natural ? 'NATURAL ' : '';
    text = operator.type === 'comma' ? ', ' : ` ${natural}${operator.type.toUpperCase()} JOIN `;
  }
  text += printSource(source);
  if (on !== null) text += ` ON ${printExpr(on)}`;
  if (using !== null) text += ` USING (${join(using.map(printName))})`;
  return text;
}

function printSource(source: TableSource): string {
  switch (source.kind) {
    case 'table': {
      const { name, alias, arguments: args, indexedBy } = source;
      const text = printQualifiedName(name) + printArguments(args) + printAlias(alias);
      if (indexedBy === null) return text;
      return indexedBy.name === null ? `${text} NOT INDEXED` : `${text} INDEXED BY ${printName(indexedBy.name)}`;
    }
    case 'subquery':
      return `(${printSelect(source.select)})${printAlias(source.alias)}`;
    case 'group':
      return `(${printFrom(source.items)})${printAlias(source.alias)}`;
  }
}
