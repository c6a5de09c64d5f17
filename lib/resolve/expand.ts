/**
 * What SQLite finds wrong while it expands a statement, before it gives any name a meaning: missing tables and common tables that
 * cannot be, joins by columns that are not there, stars that stand for nothing. Looked up when something is wrong with a statement,
 * as what is found here is reported first.
 *
 * Owns: SQLite's order. Compounds from right to left; in each core FROM, the joins and stars, then subqueries in expressions, then what
 * windows and arguments of table-valued functions read. Of columns only the names are known. After an ambiguous name in USING, a wrong
 * star or what is wrong inside of a view whose columns it knows, SQLite goes on to the next FROM clause, but finds no common tables any more; what is wrong there is reported instead.
 */
import { foldName, sameName } from '../catalog/names';
import type { View } from '../catalog/schema';
import type * as Ast from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import {
  bindView,
  checkReference,
  findRelation,
  firstRecursiveCore,
  flattenLeadingGroup,
  notAFunction,
  withinView,
} from './bind-from';
import { containsCall, isEmptyIn, isFalseSyntax, tableSelect } from './bind-expression';
import type { Binder } from './binder';
import type { WithFrame } from './common-tables';
import { offeredNames } from './result-columns';
import { tableSource } from './sources';

/** The error for what expanding the query would find, or null. */
export function expansionProblem(binder: Binder, select: Ast.Select): SqlError | null {
  const expansion = new Expansion(binder);
  try {
    expansion.select(select, tablesOfFrame(binder.withFrame));
    return expansion.pending;
  } catch (error) {
    if (error instanceof SqlError) return error;
    throw error;
  }
}

/** As expansionProblem(), of `SELECT columns FROM items WHERE where`. */
export function joinProblem(
  binder: Binder,
  items: readonly Ast.FromItem[],
  columns: readonly Ast.Expr[],
  where: Ast.Expr | null,
): SqlError | null {
  const span = { start: -1, end: -1 };
  const core: Ast.QueryCore = {
    ...span,
    kind: 'query',
    distinct: false,
    columns: columns.map((expr) => ({ ...span, kind: 'expr', expr, alias: null })),
    from: items,
    where,
    groupBy: [],
    having: null,
    windows: [],
  };
  const nothing = { with: null, operators: [], orderBy: [], limit: null, offset: null };
  return expansionProblem(binder, { ...span, ...nothing, kind: 'select', number: 0, cores: [core] });
}

/** Number of a core's columns as far as it is written; null with a star. */
export function columnCount(core: Ast.SelectCore): number | null {
  if (core.kind === 'values') return core.rows[0]!.length;
  return core.columns.some(({ kind }) => kind === 'star') ? null : core.columns.length;
}

/** Common tables by folded name. */
type CommonTables = ReadonlyMap<string, CommonTableInSight>;

interface CommonTableInSight {
  readonly table: Ast.CommonTable;
  readonly inSight: CommonTables;
  /** Set while it is being visited: what a reference to it from inside means. */
  problem: string | null;
  /** Names in FROM that are its recursive references. */
  recursive: ReadonlySet<Ast.QualifiedName>;
  /** Its columns, once they are known. */
  names: readonly string[];
}

/** A column that FROM offers. */
interface OfferedColumn {
  readonly name: string;
  readonly isHidden: boolean;
  /** Merged by a USING clause inside parentheses: `*` has it already. */
  readonly isMerged: boolean;
}

interface OfferedTable {
  /** The names that it answers to: for a parenthesized join those of the tables inside. */
  readonly labels: readonly string[];
  readonly columns: readonly OfferedColumn[];
  readonly isGroup: boolean;
}

const NO_NAMES: ReadonlySet<Ast.QualifiedName> = new Set();

function tablesOfFrame(frame: WithFrame | null): CommonTables {
  if (!frame) return new Map();
  return withTables(
    tablesOfFrame(frame.parent),
    [...frame.tables.values()].map(({ syntax }) => syntax),
  );
}

/** All tables of one WITH clause see each other. */
function withTables(outer: CommonTables, tables: readonly Ast.CommonTable[]): CommonTables {
  const inSight = new Map(outer);
  for (const table of tables) {
    const entry = { table, inSight, problem: null, recursive: NO_NAMES, names: [] };
    inSight.set(foldName(table.name.name), entry);
  }
  return inSight;
}

const plainColumn = (name: string): OfferedColumn => ({ name, isHidden: false, isMerged: false });

const tableOf = (label: string, names: readonly string[]): OfferedTable => ({
  labels: [label],
  columns: names.map(plainColumn),
  isGroup: false,
});

const hasColumn = ({ columns }: OfferedTable, name: string, seesHidden: boolean): boolean =>
  columns.some((column) => sameName(column.name, name) && (seesHidden || !column.isHidden));

const includesName = (names: readonly string[] | null, name: string): boolean =>
  names?.some((other) => sameName(other, name)) ?? false;

class Expansion {
  /** What was found that doesn't end the search. */
  pending: SqlError | null = null;

  constructor(private readonly binder: Binder) {}

  /** Gives the names of the columns. */
  select(select: Ast.Select, outer: CommonTables): string[] {
    const common = select.with ? withTables(outer, select.with.tables) : outer;
    let names: string[] = [];
    select.cores.toReversed().forEach((core, fromRight) => {
      names = this.#core(core, fromRight === 0 ? select : null, common);
    });
    return names;
  }

  /** `last`: the query whose ORDER BY and LIMIT are of this core. */
  #core(core: Ast.SelectCore, last: Ast.Select | null, common: CommonTables): string[] {
    const go = (expression: Ast.Expr | null | undefined): void => {
      if (expression) this.#expression(expression, common);
    };
    if (core.kind === 'values') {
      this.#throwPending();
      core.rows.flat().forEach(go);
      return core.rows[0]!.map((_, i) => `column${i + 1}`);
    }
    const items = flattenLeadingGroup(core.from ?? []);
    const { tables, using } = this.#from(items, common);
    const names = this.#columnNames(core.columns, tables, using);
    for (const column of core.columns) if (column.kind === 'expr') go(column.expr);
    go(core.where);
    for (const { on } of items) go(on);
    core.groupBy.forEach(go);
    go(core.having);
    for (const term of last?.orderBy ?? []) go(term.expr);
    go(last?.limit);
    go(last?.offset);
    for (const { definition } of core.windows) this.#window(definition, common);
    for (const { source } of items) if (source.kind === 'table') source.arguments?.forEach(go);
    return names;
  }

  #throwPending(): void {
    if (this.pending) throw this.pending;
  }

  // --- FROM -----------------------------------------------------------------------------------------------------------

  /** The tables, and the names by which each is joined to those before. */
  #from(items: readonly Ast.FromItem[], common: CommonTables) {
    const tables = items.map((item) => this.#item(item, common));
    this.#throwPending();
    const hasRight = items.some(({ join }) => join?.type === 'right' || join?.type === 'full');
    const using: (readonly string[] | null)[] = [];
    items.forEach((item, i) => {
      const names = joinNames(item, tables[i]!, tables.slice(0, i));
      if (item.join?.natural) this.#throwPending();
      if (names) this.#checkUsing(item, names, tables, i, hasRight, using);
      using.push(names);
    });
    return { tables, using };
  }

  #checkUsing(
    { join }: Ast.FromItem,
    names: readonly string[],
    tables: readonly OfferedTable[],
    position: number,
    hasRight: boolean,
    using: readonly (readonly string[] | null)[],
  ): void {
    const seesHidden = join?.natural !== true;
    for (const name of names) {
      const holders = using.map((_, i) => i).filter((i) => hasColumn(tables[i]!, name, seesHidden));
      if (!hasColumn(tables[position]!, name, true) || holders.length === 0) {
        throw new SqlError(`cannot join using column ${name} - column not present in both tables`, -1);
      }
      if (hasRight && !this.pending && holders.slice(1).some((i) => !includesName(using[i]!, name))) {
        this.pending = new SqlError(`ambiguous reference to ${name} in USING()`);
      }
    }
  }

  #item(item: Ast.FromItem, common: CommonTables): OfferedTable {
    const { source } = item;
    switch (source.kind) {
      case 'table':
        return this.#table(source, common);
      case 'subquery': {
        const names = this.select(source.select, common);
        this.#throwPending();
        return tableOf(source.alias?.name ?? '', names);
      }
      case 'group':
        return this.#group(source, common);
    }
  }

  /** `(a JOIN b)` is a subquery of all columns. */
  #group(group: Ast.JoinGroup, common: CommonTables): OfferedTable {
    const items = flattenLeadingGroup(group.items);
    const { tables, using } = this.#from(items, common);
    const columns: OfferedColumn[] = [];
    tables.forEach((table, i) => {
      const next = using[i + 1] ?? null;
      columns.push(...(next ?? []).map(plainColumn));
      for (const column of table.columns) {
        if (column.isHidden) continue;
        const isMerged = column.isMerged || includesName(using[i]!, column.name) || includesName(next, column.name);
        columns.push({ ...column, isMerged });
      }
    });
    for (const { on } of items) if (on) this.#expression(on, common);
    this.#throwPending();
    return { labels: tables.flatMap(({ labels }) => labels), columns, isGroup: true };
  }

  #table(reference: Ast.TableReference, common: CommonTables): OfferedTable {
    const { binder } = this;
    const { name } = reference;
    const label = reference.alias?.name ?? name.name.name;
    const found = name.database === null ? common.get(foldName(name.name.name)) : undefined;
    const known = this.pending && !found?.recursive.has(name) ? undefined : found;
    if (known) return tableOf(label, this.#commonTable(known, reference));
    const relation = findRelation(binder, name);
    checkReference(relation, reference);
    if (relation.kind === 'view') return tableOf(label, this.#viewNames(relation));
    const offered = tableSource(relation, null).columns.map((column): OfferedColumn => ({
      name: column.name,
      isHidden: column.hidden,
      isMerged: false,
    }));
    return { labels: [label], columns: offered, isGroup: false };
  }

  /**
   * SQLite needs to know the view's columns: whatever is wrong with its query comes out now, but what is wrong with names when something
   * else is wrong already. When the columns are known it only expands the query, and goes on.
   */
  #viewNames(view: View): readonly string[] {
    const { binder } = this;
    const known = view.database.viewColumns(view);
    if (known === null && !this.pending) return bindView(binder, view, null).columns.map(({ name }) => name);
    const problem = withinView(binder, view, () => expansionProblem(binder, view.select));
    if (problem) this.pending = problem.elsewhere();
    if (known === null) this.#throwPending();
    return (known ?? []).map(({ name }) => name);
  }

  /** As bindCommonTable() does it: first the cores that may not read the table itself, then those that do. Gives the column names. */
  #commonTable(common: CommonTableInSight, reference: Ast.TableReference): readonly string[] {
    if (common.recursive.has(reference.name)) return common.names;
    const { name, columns, select } = common.table;
    if (common.problem !== null) throw new SqlError(`${common.problem}: ${name.name}`, reference.start);
    if (reference.arguments) throw notAFunction(name.name, reference.start);
    if (reference.indexedBy?.name) throw new SqlError(`no such index: "${reference.indexedBy.name.name}"`);
    const references = new Set<Ast.FromItem>();
    const first = firstRecursiveCore(common.table, references);
    common.problem = 'circular reference';
    const initial = { ...select, cores: select.cores.slice(0, first), orderBy: [], limit: null, offset: null };
    const own = this.select(first < 0 ? select : initial, common.inSight);
    // Without any, a star is wrong.
    if (columns.length > 0 && own.length > 0 && own.length !== columns.length) {
      throw new SqlError(`table ${name.name} has ${own.length} values for ${columns.length} columns`);
    }
    common.names = columns.length > 0 ? columns.map((column) => column.name) : own;
    if (first >= 0) {
      common.problem = 'multiple recursive references';
      common.recursive = tableNames(references);
      this.select({ ...select, cores: select.cores.slice(first) }, common.inSight);
    }
    common.problem = null;
    common.recursive = NO_NAMES;
    return common.names;
  }

  // --- result columns ---------------------------------------------------------------------------------------------------

  #columnNames(
    columns: readonly Ast.ResultColumn[],
    tables: readonly OfferedTable[],
    using: readonly (readonly string[] | null)[],
  ): string[] {
    const names: string[] = [];
    for (const column of columns) {
      if (column.kind === 'expr') names.push(this.#writtenName(column));
      else names.push(...this.#starNames(column, tables, using));
    }
    if (names.length > this.binder.options.limits.columns) throw new SqlError('too many columns in result set');
    return offeredNames(names);
  }

  #writtenName({ alias, expr, start, end }: Ast.ResultExpr): string {
    if (alias) return alias.name;
    let inner = expr;
    while (inner.kind === 'collate') inner = inner.operand;
    return inner.kind === 'column' ? inner.column.name : this.binder.textBetween(start, end).trim();
  }

  #starNames(
    star: Ast.ResultStar,
    tables: readonly OfferedTable[],
    using: readonly (readonly string[] | null)[],
  ): string[] {
    const names: string[] = [];
    let isSeen = false;
    tables.forEach(({ labels, columns }, i) => {
      if (star.table && !includesName(labels, star.table.name)) return;
      for (const { name, isHidden, isMerged } of columns) {
        if (isHidden || (isMerged && !star.table)) continue;
        isSeen = true;
        if (i > 0 && !star.table && includesName(using[i]!, name)) continue;
        names.push(name);
      }
    });
    if (!isSeen) {
      this.pending = new SqlError(star.table ? `no such table: ${star.table.name}` : 'no tables specified', star.start);
    }
    return names;
  }

  // --- expressions ------------------------------------------------------------------------------------------------------

  #window({ orderBy, partitionBy, frame }: Ast.WindowDefinition, common: CommonTables): void {
    const expressions = [...orderBy.map(({ expr }) => expr), ...partitionBy, frame?.from.offset, frame?.to.offset];
    for (const expression of expressions) if (expression) this.#expression(expression, common);
  }

  #expression(expression: Ast.Expr, common: CommonTables): void {
    const go = (child: Ast.Expr | null): void => {
      if (child) this.#expression(child, common);
    };
    switch (expression.kind) {
      case 'unary':
      case 'cast':
      case 'collate':
      case 'nullTest':
        go(expression.operand);
        return;
      case 'binary':
        // SQLite's parser has thrown it away already.
        if (isFalseSyntax(expression)) return;
        go(expression.left);
        go(expression.right);
        return;
      case 'pattern':
        go(expression.operand);
        go(expression.pattern);
        go(expression.escape);
        return;
      case 'between':
        go(expression.operand);
        go(expression.low);
        go(expression.high);
        return;
      case 'in':
        if (isEmptyIn(expression) && !containsCall(expression.operand)) return;
        go(expression.operand);
        if (expression.source.kind === 'list') expression.source.items.forEach(go);
        else if (expression.source.kind === 'select') this.select(expression.source.select, common);
        else this.select(tableSelect(expression.source), common);
        return;
      case 'exists':
      case 'subquery':
        this.select(expression.select, common);
        return;
      case 'case':
        go(expression.operand);
        for (const { when, then } of expression.branches) {
          go(when);
          go(then);
        }
        go(expression.otherwise);
        return;
      case 'function':
        for (const term of expression.orderBy) go(term.expr);
        expression.arguments.forEach(go);
        if (expression.over) this.#window(expression.over, common);
        go(expression.filter);
        return;
      case 'row':
        expression.items.forEach(go);
        return;
      default:
    }
  }
}

/** Names that NATURAL or USING compares, null without. */
function joinNames(
  { join, on, using, start }: Ast.FromItem,
  table: OfferedTable,
  left: readonly OfferedTable[],
): readonly string[] | null {
  if (!join?.natural) return using && using.map(({ name }) => name);
  if (on || using) throw new SqlError('a NATURAL join may not have an ON or USING clause', start);
  const names = table.columns
    .filter(({ name, isHidden }) => !isHidden && left.some((other) => hasColumn(other, name, false)))
    .map(({ name }) => name);
  return names.length > 0 ? names : null;
}

function tableNames(items: Iterable<Ast.FromItem>): ReadonlySet<Ast.QualifiedName> {
  const names = new Set<Ast.QualifiedName>();
  for (const { source } of items) if (source.kind === 'table') names.add(source.name);
  return names;
}
