/**
 * Nested loops over the FROM items of a query or of an UPDATE or DELETE: the code around each row.
 *
 * `beginLoops` plans the join, opens the cursors and emits everything up to the point where the columns of one joined
 * row can be read. The caller emits the code for that row (it leaves the row by a jump to `continueLabel`, the whole
 * join by a jump to `breakLabel`) and then calls `end()`, which emits the loop ends, the rows of NULLs of outer joins and
 * the second pass of right joins. In between, column references of the sources resolve through `ctx.columnReaders`.
 */
import type { Label } from '../bytecode/program-builder';
import { levelText } from '../plan/explain';
import { isDeterministic } from '../plan/expressions';
import type { OrderPurpose, PlanEnvironment, SubqueryFacts } from '../plan/join-context';
import { estimateOf, type LogEstimate } from '../plan/log-estimate';
import { PathFlag, type DistinctOutcome, type Plan } from '../plan/plan';
import { DEFAULT_ROWS, fieldOfColumn } from '../plan/plan-index';
import { planJoin } from '../plan/planner';
import { ALL_SOURCES, isEmptySet, withoutSources, type SourceSet } from '../plan/source-set';
import { TermFlag } from '../plan/term';
import { Binder } from '../resolve/binder';
import type { Expression, SortTerm, Source, TableSource } from '../resolve/ir';
import { SqlError } from '../syntax/sql-error';
import type { ColumnReader, CodegenContext, IndexReader } from './context';
import { buildAutomaticIndex, buildBloomFilters } from './loop-filter';
import { codeLevelEnd } from './loop-end';
import { hasRowid, LoopLevel, type LoopState } from './loop-level';
import { startOrUnion } from './loop-or';
import { noteMatch, openRightJoin, runRightJoinPass } from './loop-right';
import { startCoroutine, startIndexWalk, startRowidLookup, startRowidRange, startScan } from './loop-start';
import { codeOuterJoinTerms, codeReadyTerms, testTerm } from './loop-terms';
import { openVirtualTable, startVirtualScan } from './loop-virtual';
import { openIndex, openTable } from './table-access';

/** SQLite's limit, by the bits of its sets of tables. */
const MAX_JOINED_TABLES = 64;

export type { OrderPurpose };

/** One join to run. */
export interface LoopRequest {
  /** FROM items in written order; subqueries are already materialized or set up as coroutines. */
  readonly sources: readonly Source[];
  /** WHERE and ON clauses as one conjunction; ON terms are marked with their join. */
  readonly where: Expression | null;
  /** The order wanted: ORDER BY, GROUP BY or DISTINCT terms (see `orderPurpose`); null: none. */
  readonly orderBy?: readonly SortTerm[] | null;
  readonly orderPurpose?: OrderPurpose;
  /** Group terms must also arrive in the order of ORDER BY, as they replace it. */
  readonly sortByGroup?: boolean;
  /** Result columns, given when the query is DISTINCT and could profit. */
  readonly distinctColumns?: readonly Expression[] | null;
  /** LIMIT + OFFSET, when known: makes cheap starts worthwhile. Given only together with `orderBy`. */
  readonly limit?: number;
  /** Number of result columns: what a sorter would have to carry. */
  readonly resultWidth?: number;
  /** All expressions the caller will evaluate for each row: lets left joins be dropped that nothing reads. */
  readonly usedExpressions?: readonly Expression[];
  /** UPDATE and DELETE: do without a list of keys. 'single': only when at most one row; 'multiple': for any number. */
  readonly onePass?: 'single' | 'multiple';
  /** UPDATE and DELETE: the cursor to use for the target, and the cursor of its first index for one-pass mode. */
  readonly targetCursors?: { readonly table: number; readonly firstIndex: number };
  /** Rows may be visited more than once. */
  readonly duplicatesAllowed?: boolean;
  /** No left join may be dropped though nothing reads it. */
  readonly keepAllJoins?: boolean;
}

/** The open loops. Valid until `end()`. */
export interface Loops {
  readonly plan: Plan;
  /** Jump here to go on with the next row. */
  readonly continueLabel: Label;
  /** Jump here to leave all loops. */
  readonly breakLabel: Label;
  /** Where to jump when a LIMIT is reached and the rest of the innermost loop cannot matter. */
  readonly limitLabel: Label;
  /** Number of leading `orderBy` terms delivered in order. */
  readonly orderedTerms: number;
  /** The rows come sorted, not just grouped. */
  readonly sorted: boolean;
  readonly distinct: DistinctOutcome;
  readonly rowsOut: LogEstimate;
  /** How the target may be changed inside the loops. `off`: collect the keys first. */
  readonly onePass: 'off' | 'single' | 'multiple';
  /** One-pass: the cursors already open for writing (table, one index) or -1. */
  readonly onePassCursors: readonly [number, number];
  /** A seek of a table cursor may be outstanding: emit FinishSeek before writing through it. */
  readonly deferredSeek: boolean;
  /** min() and max() by index: after the first usable row, jumps out where the rest cannot matter. */
  earlyOut(): void;
  /** Emits the loop ends. */
  end(): void;
}

/** Opens the loops of `request`; see the file header. */
export function beginLoops(ctx: CodegenContext, request: LoopRequest): Loops {
  if (request.sources.length > MAX_JOINED_TABLES) {
    throw new SqlError(`at most ${MAX_JOINED_TABLES} tables in a join`);
  }
  return begin(ctx, request, null);
}

/** Loops inside the loop of one source: an operand of OR, or the second pass of a right join. */
export interface NestedRequest {
  readonly sources: readonly Source[];
  readonly where: Expression | null;
  readonly tableCursor: number;
  /** Cursor for whatever index is used; -1: a new one. */
  readonly indexCursor: number;
  readonly isOrOperand: boolean;
  /** An operand of an OR in a SELECT. */
  readonly isSelect?: boolean;
}

export interface NestedLoops extends Loops {
  readonly state: LoopState;
}

export function beginNestedLoops(ctx: CodegenContext, nested: NestedRequest): NestedLoops {
  return begin(ctx, { sources: nested.sources, where: nested.where }, nested);
}

/** What the planner asks about the schema and about subqueries. */
export function planEnvironment(ctx: CodegenContext): PlanEnvironment {
  return {
    schema: ctx.schema,
    options: ctx.options,
    parameters: ctx.statement.parameters,
    bindIndex: (source, index) => {
      const binder = new Binder(ctx.schema, ctx.options, '');
      return {
        expressions: index.columns.map(({ expr }) =>
          expr ? binder.bindTableExpression(expr, source, 'index', index.sql) : null,
        ),
        where: index.where ? binder.bindTableExpression(index.where, source, 'partial-index', index.sql) : null,
      };
    },
    subqueryFacts: (source) => subqueryFacts(ctx, source),
  };
}

function subqueryFacts(ctx: CodegenContext, source: Source): SubqueryFacts {
  const rows = ctx.subqueryRows.get(source);
  const query = source.kind === 'subquery' ? source.query : null;
  return {
    rows: rows?.rows ?? DEFAULT_ROWS,
    coroutine: rows?.kind === 'coroutine',
    correlated: query !== null && query.outerSources.size > 0,
    orderBy: query && !query.recursion ? query.orderBy : [],
  };
}

interface OnePass {
  readonly mode: 'off' | 'single' | 'multiple';
  readonly table: number;
  readonly index: number;
}

function begin(ctx: CodegenContext, request: LoopRequest, nested: NestedRequest | null): NestedLoops {
  const { program } = ctx;
  const isOrOperand = nested !== null && nested.isOrOperand;
  const { plan, join } = planJoin(
    {
      sources: request.sources,
      where: request.where,
      orderBy: request.orderBy && request.orderBy.length > 0 ? request.orderBy : null,
      purpose: request.orderPurpose ?? 'order-by',
      sortByGroup: request.sortByGroup ?? false,
      distinctColumns: request.distinctColumns ?? null,
      resultWidth: request.resultWidth ?? 1,
      limit: request.limit === undefined ? null : estimateOf(request.limit),
      usedExpressions: request.usedExpressions ?? null,
      keepAllJoins: request.keepAllJoins ?? false,
      isSelect: nested === null ? request.onePass === undefined : nested.isSelect === true,
      wantsOnePass: request.onePass !== undefined,
      isOrOperand,
      isRightJoinPass: nested !== null && !isOrOperand,
      outerRows: 0,
    },
    planEnvironment(ctx),
  );
  const state: LoopState = {
    ctx,
    join,
    plan,
    levels: plan.levels.map((level) => new LoopLevel(level, ctx)),
    breakLabel: program.label(),
    hasUntestedTerms: false,
    deferredSeek: false,
    isOrOperand,
    isRightJoinPass: nested !== null && !isOrOperand,
    duplicatesAllowed: request.duplicatesAllowed ?? false,
    extreme: request.orderPurpose === 'minimum' || request.orderPurpose === 'maximum',
  };
  if (plan.levels.length === 0 && !nested) program.explain('SCAN CONSTANT ROW');
  testConstantTerms(state);
  const outerReaders = state.levels.map(({ source }) => ctx.columnReaders.get(source));
  const knownBefore = ctx.knownExpressions;
  const onePass = openCursors(state, request, nested);
  let distinct = plan.distinct;
  let orderedTerms = plan.orderedTerms;
  if (state.levels.some(({ rightJoin }) => rightJoin !== null)) {
    orderedTerms = 0;
    if (distinct !== 'unneeded') distinct = 'unordered';
  }
  startLevels(state);
  if (onePass.mode !== 'off') readThroughTable(state);
  const last = state.levels[state.levels.length - 1];
  return {
    state,
    plan,
    continueLabel: last ? last.continueLabel : state.breakLabel,
    breakLabel: state.breakLabel,
    limitLabel: limitLabel(state, last),
    orderedTerms,
    sorted: plan.sorted,
    distinct,
    rowsOut: plan.rowsOut,
    onePass: onePass.mode,
    onePassCursors: [onePass.table, onePass.index],
    deferredSeek: state.deferredSeek,
    earlyOut: () => {
      codeEarlyOut(state);
    },
    end: () => {
      end(state, distinct);
      state.levels.forEach(({ source }, i) => {
        restoreReader(ctx, source, outerReaders[i]);
      });
      ctx.knownExpressions = knownBefore;
    },
  };
}

function restoreReader(ctx: CodegenContext, source: Source, reader: ColumnReader | undefined): void {
  if (reader) ctx.columnReaders.set(source, reader);
  else ctx.columnReaders.delete(source);
}

/** Terms that read no row are tested once, before anything is opened. */
function testConstantTerms(state: LoopState): void {
  const { ctx, plan, join } = state;
  const firstJoin = join.request.sources[0]?.join;
  for (let i = 0; i < plan.clause.baseCount; i++) {
    const term = plan.clause.terms[i]!;
    if ((term.flags & (TermFlag.virtual | TermFlag.coded)) !== 0 || !isEmptySet(term.allSources)) continue;
    if (plan.levels.length > 0 && !isDeterministic(term.expression)) continue;
    if (term.on && !term.on.outer && firstJoin?.leftOfRight) continue;
    testTerm(ctx, term, state.breakLabel);
    term.flags |= TermFlag.coded;
  }
}

// --- cursors --------------------------------------------------------------------------------------------------------

function decideOnePass(state: LoopState, request: LoopRequest): OnePass['mode'] {
  const [first] = state.levels;
  if (!request.onePass || !first) return 'off';
  const { path } = first;
  const isOneRow = path.has(PathFlag.oneRow);
  if (isOneRow) return 'single';
  if (request.onePass !== 'multiple') return 'off';
  if (path.has(PathFlag.orUnion) && !state.duplicatesAllowed) return 'off';
  return 'multiple';
}

function openCursors(state: LoopState, request: LoopRequest, nested: NestedRequest | null): OnePass {
  const { ctx, levels } = state;
  const { program } = ctx;
  const mode = decideOnePass(state, request);
  let indexOpened = -1;
  let tableOpened = -1;
  levels.forEach((level, number) => {
    const { source, path } = level;
    if (mode !== 'off' && number === 0 && hasRowid(source)) path.flags &= ~PathFlag.covering;
    chainHaltLabel(levels, number);
    level.tableCursor = tableCursorOf(ctx, level, number, request, nested);
    if (source.kind === 'table' && source.table.module) {
      if (path.has(PathFlag.virtualTable)) openVirtualTable(ctx, level.tableCursor, source.table);
    } else if (source.kind === 'table') {
      const needsTable = !path.has(PathFlag.covering) || source.join.right || source.join.leftOfRight;
      if (needsTable && !nested) {
        openTable(ctx, mode === 'off' ? 'OpenRead' : 'OpenWrite', level.tableCursor, source.table);
        if (mode !== 'off') tableOpened = level.tableCursor;
      }
      if (path.has(PathFlag.byIndex) && path.index!.index) {
        indexOpened = openLevelIndex(state, level, source, mode, request, nested);
      }
    }
    if (source.join.right && !nested) {
      openRightJoin(state, level);
      path.flags &= ~PathFlag.covering;
    }
    if (
      number >= 2 &&
      source.kind === 'table' &&
      !source.table.module &&
      !source.join.left &&
      !source.join.leftOfRight &&
      !path.has(PathFlag.covering)
    ) {
      if (level.haltLabel === levels[0]!.haltLabel) program.emit('IfEmpty', level.tableCursor, state.breakLabel);
    }
  });
  return { mode, table: tableOpened, index: indexOpened };
}

/** An empty table ends its own loop; that of an inner join ends the loops around it as well. */
function chainHaltLabel(levels: readonly LoopLevel[], number: number): void {
  const level = levels[number]!;
  const outer = levels[number - 1];
  if (!outer || level.source.join.left) return;
  level.haltLabel = outer.rightJoin ? outer.breakLabel : outer.haltLabel;
}

function tableCursorOf(
  ctx: CodegenContext,
  level: LoopLevel,
  number: number,
  request: LoopRequest,
  nested: NestedRequest | null,
): number {
  if (nested) return nested.tableCursor;
  if (number === 0 && request.targetCursors && level.plan.position === 0) return request.targetCursors.table;
  const { source } = level;
  if (source.kind === 'table') return ctx.program.cursor();
  const rows = ctx.subqueryRows.get(source);
  return rows?.kind === 'table' ? rows.cursor : -1;
}

/** Opens the index of a level. Gives the cursor when it is one the caller will write through, else -1. */
function openLevelIndex(
  state: LoopState,
  level: LoopLevel,
  source: TableSource,
  mode: OnePass['mode'],
  request: LoopRequest,
  nested: NestedRequest | null,
): number {
  const { ctx } = state;
  const index = level.path.index!.index!;
  if (index.isTable && nested?.isOrOperand) {
    level.indexCursor = level.tableCursor;
    return -1;
  }
  if (mode !== 'off') {
    const { firstIndex } = request.targetCursors!;
    level.indexCursor = firstIndex + source.table.indexes.indexOf(index);
    openIndex(ctx, 'OpenWrite', level.indexCursor, index);
    return level.indexCursor;
  }
  if (nested && nested.indexCursor >= 0) {
    level.indexCursor = nested.indexCursor;
    openIndex(ctx, 'ReopenIdx', level.indexCursor, index);
    return -1;
  }
  level.indexCursor = ctx.program.cursor();
  openIndex(ctx, 'OpenRead', level.indexCursor, index);
  return -1;
}

// --- levels ---------------------------------------------------------------------------------------------------------

function startLevels(state: LoopState): void {
  const { ctx, levels } = state;
  let notReady: SourceSet = ALL_SOURCES;
  levels.forEach((level, number) => {
    const { path } = level;
    setReader(ctx, level);
    fillTable(ctx, level.source);
    if (path.has(PathFlag.automaticIndex)) buildAutomaticIndex(state, level, notReady);
    else if (path.has(PathFlag.bloomFilter)) buildBloomFilters(state, number, notReady);
    if (ctx.program.isExplained && !path.has(PathFlag.orUnion) && !state.isOrOperand) {
      ctx.program.explain(levelText(level.plan, state.extreme, !state.isRightJoinPass), path.runCost);
    }
    level.notReady = withoutSources(notReady, path.self);
    state.ctx.statement.throwQueryProblem();
    startLevel(state, level, number);
    notReady = level.notReady;
  });
}

/** Fills the table of a FROM subquery. */
function fillTable({ program, subqueryRows }: CodegenContext, source: Source): void {
  const rows = subqueryRows.get(source);
  if (rows?.kind !== 'table' || !rows.routine) return;
  const { returnRegister, entry, isFixed } = rows.routine;
  const skip = isFixed ? program.emit('Once') : -1;
  program.emit('Gosub', returnRegister, entry);
  if (skip >= 0) program.jumpHere(skip);
}

function startLevel(state: LoopState, level: LoopLevel, number: number): void {
  const { ctx } = state;
  const { program } = ctx;
  const { path, source } = level;
  level.continueLabel = program.label();
  if (source.join.left && level.plan.position > 0 && !state.isRightJoinPass) {
    level.leftJoinRegister = program.register();
    program.emit('Integer', 0, level.leftJoinRegister);
  }
  const rows = ctx.subqueryRows.get(source);
  setReader(ctx, level);
  if (rows?.kind === 'coroutine' && !path.has(PathFlag.automaticIndex)) {
    startCoroutine(state, level, rows.yieldRegister, rows.entry);
  } else if (path.has(PathFlag.virtualTable)) {
    startVirtualScan(state, level);
  } else if (path.has(PathFlag.byRowid) && path.has(PathFlag.equality | PathFlag.in)) {
    startRowidLookup(state, level, number);
  } else if (path.has(PathFlag.byRowid) && path.has(PathFlag.range)) {
    startRowidRange(state, level);
  } else if (path.has(PathFlag.byIndex)) {
    startIndexWalk(state, level, number);
  } else if (path.has(PathFlag.orUnion)) {
    startOrUnion(state, level, number);
  } else if (source.kind !== 'recursive') {
    startScan(state, level);
  }
  addIndexedExpressions(ctx, level, source);
  codeReadyTerms(state, level);
  if (level.rightJoin) noteMatch(state, level);
  if (level.leftJoinRegister !== 0) {
    level.firstAddress = program.here;
    program.emit('Integer', 1, level.leftJoinRegister);
  }
  if (level.rightJoin) {
    program.emit('BeginSubrtn', 0, level.rightJoin.returnRegister);
    level.rightJoin.subroutineStart = program.here;
  }
  if (level.leftJoinRegister !== 0 || level.rightJoin) codeOuterJoinTerms(state, level);
}

/** Says where the columns of the level's source are found. Recursive sources have their reader already. */
function setReader(ctx: CodegenContext, level: LoopLevel): void {
  const { source, path, tableCursor } = level;
  if (source.kind === 'recursive' || source.kind === 'row') return;
  const rows = ctx.subqueryRows.get(source);
  if (rows?.kind === 'coroutine' && !(path.has(PathFlag.automaticIndex) && path.index)) {
    ctx.columnReaders.set(source, { kind: 'registers', first: rows.first, rowid: 0, needsRealAffinity: true });
    return;
  }
  ctx.columnReaders.set(source, { kind: 'cursor', cursor: tableCursor, index: indexReader(level) });
}

function indexReader(level: LoopLevel): IndexReader | null {
  const { path, indexCursor } = level;
  const { index } = path;
  if (!path.has(PathFlag.byIndex) || !index || indexCursor < 0 || level.rightJoin) return null;
  return {
    cursor: indexCursor,
    covering: path.has(PathFlag.covering),
    fieldOf: (column) => fieldOfColumn(index, column),
  };
}

/** While an index on expressions is open, its expressions need not be evaluated. */
function addIndexedExpressions(ctx: CodegenContext, level: LoopLevel, source: Source): void {
  const { index } = level.path;
  if (!level.path.has(PathFlag.byIndex) || !index?.hasExpressions || level.rightJoin) return;
  const known = [...ctx.knownExpressions];
  index.columns.forEach(({ expression }, field) => {
    if (expression) known.unshift({ expression, register: 0, cursor: level.indexCursor, field, source });
  });
  ctx.knownExpressions = known;
}

/** One-pass changes move the index: columns are read from the table. */
function readThroughTable(state: LoopState): void {
  const [level] = state.levels;
  if (!level || !hasRowid(level.source)) return;
  state.ctx.columnReaders.set(level.source, { kind: 'cursor', cursor: level.tableCursor, index: null });
  state.ctx.knownExpressions = state.ctx.knownExpressions.filter(({ source }) => source !== level.source);
}

function limitLabel(state: LoopState, last: LoopLevel | undefined): Label {
  if (!last) return state.breakLabel;
  if (!state.plan.orderedInnerLoop || last.rightJoin) return last.continueLabel;
  return last.nextLabel;
}

function codeEarlyOut(state: LoopState): void {
  const { plan, levels, ctx } = state;
  if (!plan.orderedInnerLoop || plan.orderedTerms === 0) return;
  for (let i = levels.length - 1; i >= 0; i--) {
    const level = levels[i]!;
    if (level.path.has(PathFlag.in)) {
      ctx.program.goto(level.nextLabel);
      return;
    }
  }
  ctx.program.goto(state.breakLabel);
}

function end(state: LoopState, distinct: DistinctOutcome): void {
  const { levels, ctx } = state;
  for (let i = levels.length - 1; i >= 0; i--) codeLevelEnd(state, i, distinct);
  levels.forEach((level, number) => {
    if (level.rightJoin) runRightJoinPass(state, number);
  });
  ctx.program.place(state.breakLabel);
}
