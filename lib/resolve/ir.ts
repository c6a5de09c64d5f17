/**
 * The bound tree: a query after every name has been given its meaning.
 *
 * Owns: the shape that resolve produces, plan reads and codegen turns into bytecode. Holds no cursor, register or label:
 * where a column is found at run time is the code generation context's knowledge.
 *
 * Invariants
 * - A Source object is one FROM item (or DML target, or OLD/NEW/excluded row); column references hold it by identity.
 * - Expression nodes are shared, never changed after binding. Whoever needs another tree builds one (rewrite.ts).
 * - `Query.outerSources` names every Source that the query reads but does not own, however deep inside it.
 */
import type { Affinity } from '../../spec/affinity';
import type { FunctionDeclaration } from '../../spec/functions';
import type { CollationName } from '../../spec/collations';
import type { Index, Table, View } from '../catalog/schema';
import type { Select as SelectSyntax } from '../syntax/ast';

// ---------------------------------------------------------------------------------------------------------------------
// Sources

/** How a FROM item is joined to those before it. */
export interface JoinKind {
  /** Rows of the left side without a match are kept, this source all NULL (LEFT, FULL). */
  readonly left: boolean;
  /** Rows of this source without a match are kept, the left side all NULL (RIGHT, FULL). */
  readonly right: boolean;
  /** CROSS: may not be moved before the sources on its left. */
  readonly cross: boolean;
  /** A RIGHT or FULL join stands further right, so this source may be NULL-extended by it (SQLite's JT_LTORJ). */
  readonly leftOfRight: boolean;
}

/** A column that a source offers. */
export interface SourceColumn {
  readonly name: string;
  readonly affinity: Affinity;
  /** As declared (the name may be unknown to us); null: an expression without collation. */
  readonly collation: string | null;
  /** Left out of `*`. */
  readonly hidden: boolean;
  readonly notNull: boolean;
  readonly origin: ColumnOrigin | null;
  readonly declaredType: string | null;
  /** For a column of a parenthesized join: where it came from, as names inside the parentheses still find it. */
  readonly nested: NestedName | null;
}

/** How a column of `(a JOIN b)` is found from outside the parentheses. */
export interface NestedName {
  /** Null for the merged column of a USING clause. */
  readonly database: string | null;
  readonly table: string | null;
  readonly column: string;
  readonly isRowid: boolean;
  /** Merged by USING: found without a table name, and first. */
  readonly isUsing: boolean;
  /** Left out of `*`, as the merged column stands for it. */
  readonly noExpand: boolean;
}

/** The table column that a result column shows, for columns(). */
export interface ColumnOrigin {
  readonly database: string;
  readonly table: string;
  readonly column: string;
}

interface SourceBase {
  /** Unique in the statement. */
  readonly id: number;
  /** The table's name, the view's or common table's name, '' for a bare subquery. */
  readonly name: string;
  /** AS name, null without. */
  readonly alias: string | null;
  readonly columns: readonly SourceColumn[];
  join: JoinKind;
  /** Column numbers that the statement reads, without -1. Only grows. */
  readonly usedColumns: Set<number>;
  /** The rowid is read. */
  usesRowid: boolean;
}

/** A table of a database, or a virtual table (then the arguments of a table-valued function are terms of WHERE). */
export interface TableSource extends SourceBase {
  readonly kind: 'table';
  readonly table: Table;
  /** Number of the database: 0 main, 1 temp, 2.. attached. */
  readonly database: number;
  /** INDEXED BY. */
  readonly indexedBy: Index | null;
  readonly notIndexed: boolean;
  /** It was the table of an EXISTS: one match is enough. */
  fromExists?: boolean;
}

/** A subquery, view or common table. */
export interface SubquerySource extends SourceBase {
  readonly kind: 'subquery';
  /** Exchanged only by substitute.ts, when what it reads of an enclosing query changes. */
  query: Query;
  /** Shared by all uses of one common table; null for others. */
  readonly commonTable: CommonTableUse | null;
  /** It was a view. */
  readonly view: View | null;
  /** It is a parenthesized join. */
  readonly isJoinGroup: boolean;
  /** Rows of constants that are read without a query around them. */
  isInline?: boolean;
}

/** The recursive reference inside a recursive common table: the one row taken from the queue. */
export interface RecursiveSource extends SourceBase {
  readonly kind: 'recursive';
  readonly recursion: RecursiveMark;
}

/** A row held by registers or trigger parameters: OLD, NEW, excluded, or a row being written. */
export interface RowSource extends SourceBase {
  readonly kind: 'row';
  readonly table: Table;
  readonly database: number;
}

export type Source = TableSource | SubquerySource | RecursiveSource | RowSource;

/** One common table of a WITH clause, counted over all its uses. */
export interface CommonTableUse {
  readonly name: string;
  readonly materialized: 'yes' | 'no' | 'any';
  uses: number;
}

/** Ties a recursive common table's Query to the RecursiveSource that reads its queue. */
export interface RecursiveMark {
  readonly name: string;
}

// ---------------------------------------------------------------------------------------------------------------------
// Queries

/** A result column. */
export interface ResultColumn {
  readonly expression: Expression;
  readonly name: string;
  /** The name was written (AS), not derived: what an alias in WHERE or ORDER BY may refer to. */
  readonly isAlias: boolean;
  readonly origin: ColumnOrigin | null;
  readonly declaredType: string | null;
}

/** One term of ORDER BY, or of an order wished for. */
export interface SortTerm {
  readonly expression: Expression;
  readonly descending: boolean;
  /** NULLs sort at the other end than they would by themselves (NULLS LAST for ASC, NULLS FIRST for DESC). */
  readonly bigNulls: boolean;
  /** Index of the result column that this term names or equals, -1 for none. */
  readonly resultColumn: number;
}

export type CompoundOperator = 'union' | 'unionAll' | 'intersect' | 'except';

/** A SELECT: one core, or several with operators between them (left-associative). */
export interface Query {
  /** What EXPLAIN QUERY PLAN calls it by: see Select in the syntax. */
  readonly id: number;
  readonly cores: readonly Core[];
  /** operators[i] stands between cores[i] and cores[i + 1]. */
  readonly operators: readonly CompoundOperator[];
  readonly orderBy: readonly SortTerm[];
  readonly limit: Expression | null;
  readonly offset: Expression | null;
  /** The result columns as others see them: names, origins and types of the first core. */
  readonly columns: readonly ResultColumn[];
  /** Sources of enclosing queries that this one reads. Empty: uncorrelated. */
  readonly outerSources: Set<Source>;
  /** Set when this is the body of a recursive common table: cores from `firstRecursive` on read its queue. */
  readonly recursion: { readonly mark: RecursiveMark; readonly firstRecursive: number } | null;
  readonly syntax: SelectSyntax;
  /** A side of a compound query that is merged: its order is that of result columns, which SQLite does not compare with GROUP BY. */
  readonly isMergeSide?: boolean;
  /** Part of a compound query that is coded by itself. */
  readonly isPart?: boolean;
}

export type Core = SelectCore | ValuesCore;

export interface SelectCore {
  readonly kind: 'select';
  /** The number by which its aggregate calls know it. */
  readonly level: number;
  /** The level of the query around it, 0 without. */
  readonly outerLevel: number;
  readonly distinct: boolean;
  readonly columns: readonly ResultColumn[];
  /** FROM items in written order (join groups flattened where that changes nothing, else subqueries). */
  readonly sources: readonly Source[];
  /** WHERE and all ON and USING terms as one conjunction; the latter marked by `on`. */
  readonly where: Expression | null;
  readonly groupBy: readonly Expression[];
  readonly having: Expression | null;
  /** Aggregate calls of this query level, also those written inside subqueries of it. */
  readonly aggregates: readonly AggregateCall[];
  /** There is a GROUP BY, an aggregate or a HAVING. */
  readonly isAggregate: boolean;
  /** Window function calls of this level. */
  readonly windowCalls: readonly WindowCall[];
  /** Finds the rows and the values of an UPDATE ... FROM. */
  readonly isUpdateFrom?: boolean;
}

export interface ValuesCore {
  readonly kind: 'values';
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly Expression[])[];
  /** The row whose expressions give an operand its affinities and collations. */
  readonly operandRow: number;
}

// ---------------------------------------------------------------------------------------------------------------------
// Expressions

/** Marks a conjunct as coming from an ON or USING clause. */
export interface OnMark {
  /** The right-hand source of the join. */
  readonly source: Source;
  /** LEFT, RIGHT or FULL: the term must not filter rows out of the join's left side. */
  readonly outer: boolean;
  /** It is no condition but an argument of the table-valued function `source`. */
  readonly isArgument?: true;
}

interface ExpressionBase {
  /** Offset into the SQL text, for error offsets; -1 for made-up nodes. */
  readonly start: number;
  /** Set on the root of each conjunct of an ON or USING clause, null elsewhere. */
  readonly on: OnMark | null;
}

export interface NullLiteral extends ExpressionBase {
  readonly kind: 'null';
}

/** An integer that fits 64 bits. TRUE and FALSE are 1 and 0. */
export interface IntegerLiteral extends ExpressionBase {
  readonly kind: 'integer';
  readonly value: bigint;
}

export interface RealLiteral extends ExpressionBase {
  readonly kind: 'real';
  /** With its sign. */
  readonly text: string;
}

export interface StringLiteral extends ExpressionBase {
  readonly kind: 'string';
  readonly value: string;
}

export interface BlobLiteral extends ExpressionBase {
  readonly kind: 'blob';
  readonly bytes: Uint8Array;
}

export interface Parameter extends ExpressionBase {
  readonly kind: 'parameter';
  /** From 1. */
  readonly index: number;
}

export interface ColumnReference extends ExpressionBase {
  readonly kind: 'column';
  readonly source: Source;
  /** Number in source.columns; -1 is the rowid. An INTEGER PRIMARY KEY column is -1 too. */
  readonly column: number;
  /** The constant that WHERE makes it equal to: then it is read instead, after the column's affinity. */
  readonly fixed?: Expression;
}

export interface UnaryExpression extends ExpressionBase {
  readonly kind: 'unary';
  readonly operator: '-' | '+' | '~' | 'not';
  readonly operand: Expression;
}

export type ComparisonOperator = '=' | '<>' | 'is' | 'isNot' | '<' | '<=' | '>' | '>=';
export type ArithmeticOperator = '&' | '|' | '<<' | '>>' | '+' | '-' | '*' | '/' | '%' | '||';

export interface LogicalExpression extends ExpressionBase {
  readonly kind: 'logical';
  readonly operator: 'and' | 'or';
  readonly left: Expression;
  readonly right: Expression;
  /** Made of a BETWEEN: the operands are evaluated as they stand, whether they contain subqueries or not. */
  readonly isBetween?: boolean;
}

/** Operands may be rows of one size (`row` or `subquery` nodes). */
export interface ComparisonExpression extends ExpressionBase {
  readonly kind: 'comparison';
  readonly operator: ComparisonOperator;
  readonly left: Expression;
  readonly right: Expression;
  /** As in LogicalExpression. */
  readonly isBetween?: boolean;
}

export interface ArithmeticExpression extends ExpressionBase {
  readonly kind: 'arithmetic';
  readonly operator: ArithmeticOperator;
  readonly left: Expression;
  readonly right: Expression;
}

/** IS NULL (negated false), IS NOT NULL. */
export interface NullTest extends ExpressionBase {
  readonly kind: 'nullTest';
  readonly operand: Expression;
  readonly negated: boolean;
}

/** x IS [NOT] TRUE, x IS [NOT] FALSE. */
export interface TruthTest extends ExpressionBase {
  readonly kind: 'truthTest';
  readonly operand: Expression;
  readonly value: boolean;
  readonly negated: boolean;
}

export interface BetweenExpression extends ExpressionBase {
  readonly kind: 'between';
  readonly operand: Expression;
  readonly low: Expression;
  readonly high: Expression;
}

/** NOT IN is `not` of this. Exactly one of list and query is set. */
export interface InExpression extends ExpressionBase {
  readonly kind: 'in';
  readonly operand: Expression;
  readonly list: readonly Expression[] | null;
  readonly query: Query | null;
}

export interface ExistsExpression extends ExpressionBase {
  readonly kind: 'exists';
  readonly query: Query;
}

/** A subquery as a value: one column, or a row where rows are allowed. */
export interface SubqueryExpression extends ExpressionBase {
  readonly kind: 'subquery';
  readonly query: Query;
}

/** Two or more values as one. */
export interface RowExpression extends ExpressionBase {
  readonly kind: 'row';
  readonly items: readonly Expression[];
}

/** Column `index` of a row-valued subquery that is evaluated once for all its columns. */
export interface RowField extends ExpressionBase {
  readonly kind: 'rowField';
  readonly row: SubqueryExpression;
  readonly index: number;
}

export interface CaseExpression extends ExpressionBase {
  readonly kind: 'case';
  readonly operand: Expression | null;
  readonly branches: readonly { readonly when: Expression; readonly then: Expression }[];
  readonly otherwise: Expression | null;
}

export interface CastExpression extends ExpressionBase {
  readonly kind: 'cast';
  readonly operand: Expression;
  readonly affinity: Affinity;
}

export interface CollateExpression extends ExpressionBase {
  readonly kind: 'collate';
  readonly operand: Expression;
  /** A known name in upper case; an unknown one as written, which only fails where something is compared by it. */
  readonly collation: string;
  /** False where it only keeps the collation that a column of a flattened subquery had: weaker than a written one. */
  readonly isExplicit: boolean;
}

/** A function as a call names it: the declaration of spec/functions (or one made for a host function) and its number. */
export interface FunctionDefinition extends FunctionDeclaration {
  /** Built-in id of spec/functions, or index of the host function. */
  readonly id: number;
  readonly isHost: boolean;
  /** May be called with OVER. */
  readonly mayBeWindow: boolean;
}

/** A scalar function. LIKE, GLOB, REGEXP, MATCH, -> and ->> are such calls too. */
export interface FunctionCall extends ExpressionBase {
  readonly kind: 'function';
  readonly definition: FunctionDefinition;
  readonly arguments: readonly Expression[];
  /** coalesce() made for a USING column: has the affinity and collation of its first argument. */
  readonly isUsingColumn: boolean;
  /** Where a date function must not see the clock (p1 of PureFunc): 1 index, 2 CHECK, 3 generated column; 0 it may. */
  readonly purePlace: number;
}

/** An aggregate function call; its owner's core lists it. */
export interface AggregateCall extends ExpressionBase {
  readonly kind: 'aggregate';
  /** The function's name as written. */
  readonly name: string;
  readonly definition: FunctionDefinition;
  readonly arguments: readonly Expression[];
  readonly distinct: boolean;
  readonly filter: Expression | null;
  readonly orderBy: readonly SortTerm[];
  /** Id of the scope (query level) that owns the call; equal numbers belong together. */
  readonly level: number;
}

export interface WindowCall extends ExpressionBase {
  readonly kind: 'window';
  readonly definition: FunctionDefinition;
  readonly arguments: readonly Expression[];
  readonly filter: Expression | null;
  readonly window: BoundWindow;
}

export interface BoundWindow {
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortTerm[];
  readonly frame: BoundFrame;
}

export type FrameBoundKind = 'unboundedPreceding' | 'preceding' | 'currentRow' | 'following' | 'unboundedFollowing';

export interface BoundFrame {
  readonly unit: 'range' | 'rows' | 'groups';
  readonly from: { readonly kind: FrameBoundKind; readonly offset: Expression | null };
  readonly to: { readonly kind: FrameBoundKind; readonly offset: Expression | null };
  /** Null when nothing is written: as NO OTHERS, but not the same window, and computed in another way. */
  readonly exclude: 'noOthers' | 'currentRow' | 'group' | 'ties' | null;
}

export interface RaiseExpression extends ExpressionBase {
  readonly kind: 'raise';
  readonly action: 'ignore' | 'rollback' | 'abort' | 'fail';
  readonly message: Expression | null;
}

/** A value that code generation already holds in a register. */
export interface RegisterExpression extends ExpressionBase {
  readonly kind: 'register';
  readonly register: number;
  readonly affinity: Affinity;
  readonly collation: CollationName | null;
  readonly explicitCollation: boolean;
}

/** NULL when `source` stands on a null row, else the operand: a column of a flattened subquery right of a LEFT JOIN. */
export interface IfNullRow extends ExpressionBase {
  readonly kind: 'ifNullRow';
  readonly source: Source;
  readonly operand: Expression;
}

export type Expression =
  | NullLiteral
  | IntegerLiteral
  | RealLiteral
  | StringLiteral
  | BlobLiteral
  | Parameter
  | ColumnReference
  | UnaryExpression
  | LogicalExpression
  | ComparisonExpression
  | ArithmeticExpression
  | NullTest
  | TruthTest
  | BetweenExpression
  | InExpression
  | ExistsExpression
  | SubqueryExpression
  | RowExpression
  | RowField
  | CaseExpression
  | CastExpression
  | CollateExpression
  | FunctionCall
  | AggregateCall
  | WindowCall
  | RaiseExpression
  | RegisterExpression
  | IfNullRow;

/** Constructors of the nodes that other phases make. */
export const makeColumn = (source: Source, column: number, start = -1): ColumnReference => ({
  kind: 'column',
  start,
  on: null,
  source,
  column,
});

export const makeInteger = (value: number | bigint): IntegerLiteral => ({
  kind: 'integer',
  start: -1,
  on: null,
  value: BigInt(value),
});

export const makeNull = (): NullLiteral => ({ kind: 'null', start: -1, on: null });

export const makeRegister = (
  register: number,
  affinity: Affinity,
  collation: CollationName | null = null,
): RegisterExpression => ({
  kind: 'register',
  start: -1,
  on: null,
  register,
  affinity,
  collation,
  explicitCollation: false,
});

export const makeComparison = (
  operator: ComparisonOperator,
  left: Expression,
  right: Expression,
  on: OnMark | null = null,
): ComparisonExpression => ({ kind: 'comparison', start: left.start, on, operator, left, right });

export const makeNot = (operand: Expression): UnaryExpression => ({
  kind: 'unary',
  start: operand.start,
  on: operand.on,
  operator: 'not',
  operand,
});

/** The conjunction of both; a missing side is left out. */
export const makeAnd = (left: Expression | null, right: Expression | null): Expression | null => {
  if (!left || !right) return left ?? right;
  return { kind: 'logical', start: left.start, on: null, operator: 'and', left, right };
};
