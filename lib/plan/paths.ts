/**
 * Candidate access paths of each FROM item: table scan, covering index scan, every useful prefix of every index with
 * every combination of terms, rowid lookups, skip-scans, automatic indexes, OR-unions; with SQLite's cost estimates.
 *
 * Must not know: join order (solver.ts) or bytecode.
 */
import { Affinity } from '../../spec/affinity';
import { equalExpressions } from '../resolve/compare';
import type { Expression, SortTerm } from '../resolve/ir';
import { forEachChild, someExpression, withoutHints } from '../resolve/walk';
import { constantValue } from './constant-value';
import {
  equalBelowCollate,
  forEachSource,
  implies,
  integerValue,
  sidesDecideCollation,
  valueCount,
} from './expressions';
import { fitsOuterJoin, hasTermOn, indexAffinityFits, TermScan } from './find-term';
import type { StoredValue } from '../catalog/stored-record';
import type { JoinContext, PlanSource } from './join-context';
import type { ParameterUse } from './known-parameters';
import { addEstimates, estimateOf, quantityOf, searchCost, type LogEstimate } from './log-estimate';
import { CANDIDATE_LIMIT_PER_SOURCE, OrCosts, PathList } from './path-list';
import { AccessPath, PathFlag } from './plan';
import { countsAsHeld, fieldOfColumn, ROWID_COLUMN, type PlanIndex } from './plan-index';
import { compareAffinityFits } from './row-bounds';
import {
  intersects,
  isEmptySet,
  isSubsetOf,
  NO_SOURCES,
  unionOf,
  withoutSources,
  type SourceSet,
  sourcesBefore,
  commonSources,
} from './source-set';
import { SampleEstimates } from './sample-estimates';
import { SavedDraft, truncate } from './saved-draft';
import { compareStored } from './stored-value';
import { commutedOperator, RANGE_RELATIONS, Relation, TermFlag, WhereClause, type Term } from './term';
import { addVirtualPaths } from './virtual-paths';

/**
 * What an index holds: every column that is read, the same by way of its expressions, every column though the row is
 * fetched all the same, or not all.
 */
type Coverage = 'columns' | 'expressions' | 'unused' | 'no';

/** Virtual columns are columns here. */
const isOnExpressions = ({ index }: PlanIndex): boolean => index?.columns.some(({ expr }) => expr !== null) ?? false;

/** Collects the candidates of one join. */
export class PathBuilder {
  readonly list = new PathList();
  /** The candidate being varied. */
  readonly #draft = new AccessPath();
  readonly #samples: SampleEstimates;
  /** A term turned out to be less selective than earlier paths assumed. */
  #needsSecondPass = false;

  constructor(
    private readonly join: JoinContext,
    private readonly clause: WhereClause,
    /** The wished order: the request's, or the columns of DISTINCT. */
    private readonly orderBy: readonly SortTerm[] | null,
  ) {
    this.#samples = new SampleEstimates(join.environment.parameters);
  }

  /** Offers every path of every FROM item. */
  addAll(): void {
    this.#addEverything();
    if (!this.#needsSecondPass) return;
    this.list.clear();
    this.#addEverything();
  }

  #addEverything(): void {
    let prerequisites = NO_SOURCES;
    let prior = NO_SOURCES;
    let pastRightJoin = false;
    let orderFixed = false;
    for (let position = 0; position < this.join.loopCount; position++) {
      const item = this.join.sources[position]!;
      const { join } = item;
      this.#draft.position = item.position;
      this.#draft.self = item.self;
      this.list.budget += CANDIDATE_LIMIT_PER_SOURCE;
      if (pastRightJoin || join.left || join.right || join.cross || join.leftOfRight) {
        if (join.leftOfRight || join.cross) orderFixed = true;
        prerequisites = unionOf(prerequisites, prior);
        pastRightJoin = join.right;
      } else if (item.fromExists) {
        prerequisites = unionOf(prerequisites, this.#dependencies(item));
      } else if (!orderFixed) {
        prerequisites = NO_SOURCES;
      }
      this.#addSource(item, this.clause, prerequisites, null);
      if (this.clause.hasOr) this.#addOr(item, this.clause, prerequisites, null);
      prior = unionOf(prior, item.self);
    }
  }

  /** The FROM items before `item` that its terms read: it must stay behind them. */
  #dependencies(item: PlanSource): SourceSet {
    const before = sourcesBefore(item.position);
    let set = NO_SOURCES;
    for (let i = 0; i < this.clause.baseCount; i++) {
      const { allSources } = this.clause.terms[i]!;
      if (intersects(allSources, item.self)) set = unionOf(set, commonSources(allSources, before));
    }
    return set;
  }

  #addSource(item: PlanSource, clause: WhereClause, prerequisites: SourceSet, orCosts: OrCosts | null): void {
    if (item.table?.module) this.#addVirtualTable(item, clause, prerequisites, orCosts);
    else this.#addTable(item, clause, prerequisites, orCosts);
  }

  #addVirtualTable(item: PlanSource, clause: WhereClause, prerequisites: SourceSet, orCosts: OrCosts | null): void {
    this.#startDraft(item.rowid, prerequisites);
    this.#draft.index = null;
    const wish = { prerequisites, unusable: this.#fixedInside(item), orderBy: this.orderBy };
    addVirtualPaths(clause, item, wish, this.#draft, (path) => {
      this.list.offer(path, orCosts);
    });
  }

  /** FROM items that an outer or CROSS JOIN keeps inside the loop of `item`. */
  #fixedInside(item: PlanSource): SourceSet {
    let fixed = NO_SOURCES;
    for (const { join, self } of this.join.sources.slice(item.position + 1, this.join.loopCount)) {
      if (!isEmptySet(fixed) || join.left || join.right || join.cross) fixed = unionOf(fixed, self);
    }
    return fixed;
  }

  // --- one table ----------------------------------------------------------------------------------------------------

  #addTable(item: PlanSource, clause: WhereClause, prerequisites: SourceSet, orCosts: OrCosts | null): void {
    const { source } = item;
    const indexedBy = source.kind === 'table' ? source.indexedBy : null;
    if (!orCosts) this.#addAutomaticIndexes(item, clause, prerequisites);
    let candidates: readonly PlanIndex[];
    if (indexedBy) candidates = item.indexes.filter(({ index }) => index === indexedBy);
    else if (item.table?.withoutRowid) candidates = item.indexes;
    else if (item.indexes.length === 0 || (source.kind === 'table' && source.notIndexed)) candidates = [item.rowid];
    else candidates = [item.rowid, ...item.indexes];
    const hasSamples = item.indexes.some(({ samples }) => samples !== null);
    for (let number = 0; number < candidates.length; number++) {
      const index = candidates[number]!;
      if (index.where && !this.#isPartialIndexUsable(item, clause, index.where)) continue;
      this.#startDraft(index, prerequisites);
      if (index.samples) this.#samples.start(index);
      if (index.kind === 'rowid') this.#addTableScan(item, clause, index, number + 1, orCosts, hasSamples);
      else this.#addIndexScan(item, clause, index, number + 1, orCosts);
      this.#addSeeks(item, clause, index, 0, orCosts);
    }
  }

  #startDraft(index: PlanIndex, prerequisites: SourceSet): void {
    const draft = this.#draft;
    draft.equalityCount = 0;
    draft.lowerCount = 0;
    draft.upperCount = 0;
    draft.distinctColumns = 0;
    draft.skipCount = 0;
    truncate(draft.terms, 0);
    draft.sortIndex = 0;
    draft.setupCost = 0;
    draft.prerequisites = prerequisites;
    draft.rowsOut = index.estimates[0]!;
    draft.index = index;
    draft.subqueryOrdered = false;
    draft.virtualTable = null;
  }

  #addTableScan(
    item: PlanSource,
    clause: WhereClause,
    index: PlanIndex,
    number: number,
    orCosts: OrCosts | null,
    hasSamples: boolean,
  ): void {
    const draft = this.#draft;
    const rows = index.estimates[0]!;
    draft.flags = PathFlag.byRowid;
    draft.sortIndex = this.#mayHelpOrder(item, index) ? number : 0;
    draft.runCost = rows + 16 - (hasSamples ? 2 : 0);
    this.#adjustRows(clause, draft, rows);
    if (item.facts) {
      if (item.facts.coroutine) draft.flags |= PathFlag.coroutine;
      draft.subqueryOrdered = item.facts.orderBy.length > 0;
    } else if (item.fromExists) {
      draft.rowsOut = 0;
    }
    this.list.offer(draft, orCosts);
    draft.subqueryOrdered = false;
    draft.rowsOut = rows;
  }

  #addIndexScan(
    item: PlanSource,
    clause: WhereClause,
    index: PlanIndex,
    number: number,
    orCosts: OrCosts | null,
  ): void {
    const draft = this.#draft;
    const { source } = item;
    const rows = index.estimates[0]!;
    const covers = this.#coverage(item, index);
    draft.flags = PathFlag.byIndex | (covers === 'columns' ? PathFlag.covering : 0);
    if (covers === 'expressions') draft.flags |= PathFlag.expressionCovering;
    const helpsOrder = this.#mayHelpOrder(item, index);
    const isScanWorthwhile =
      helpsOrder ||
      item.table?.withoutRowid === true ||
      index.where !== null ||
      (source.kind === 'table' && source.indexedBy !== null) ||
      (covers !== 'no' && !index.unordered && index.entrySize < item.rowSize && !this.join.request.wantsOnePass);
    if (!isScanWorthwhile) return;
    draft.sortIndex = helpsOrder ? number : 0;
    draft.runCost = rows + 1 + Math.floor((15 * index.entrySize) / item.rowSize);
    if (covers === 'no') draft.runCost = addEstimates(draft.runCost, this.#lookupCost(item, index, rows));
    this.#adjustRows(clause, draft, rows);
    if (item.fromExists) draft.rowsOut = 0;
    if (!(item.join.right && isOnExpressions(index))) this.list.offer(draft, orCosts);
    draft.rowsOut = rows;
  }

  /** Cost of fetching the table's rows for those entries that pass the terms which the index can test. */
  #lookupCost(item: PlanSource, index: PlanIndex, rows: LogEstimate): LogEstimate {
    let cost = rows + 16;
    for (const term of this.clause.terms) {
      if (!isCoveredBy(term.expression, item, index)) break;
      if (term.truth <= 0) {
        cost += term.truth;
      } else {
        cost--;
        if ((term.relation & (Relation.equal | Relation.is)) !== 0) cost -= 19;
      }
    }
    return cost;
  }

  /** Whether the index holds everything that the statement reads of the source. */
  #coverage(item: PlanSource, index: PlanIndex): Coverage {
    if (index.isTable) return 'columns';
    const { source } = item;
    for (const column of source.usedColumns) {
      if (!countsAsHeld(index, column)) {
        return index.hasExpressions && this.#isCoveredThroughExpressions(item, index) ? 'expressions' : 'no';
      }
    }
    if (item.table?.withoutRowid && !this.join.request.isSelect) return 'unused';
    return 'columns';
  }

  #isCoveredThroughExpressions(item: PlanSource, index: PlanIndex): boolean {
    const { request } = this.join;
    if (!request.usedExpressions) return false;
    const all = [...request.usedExpressions];
    if (request.where) all.push(request.where);
    for (const { expression } of this.orderBy ?? []) all.push(expression);
    return all.every((expression) => isReadFromIndex(expression, item, index));
  }

  #isPartialIndexUsable(item: PlanSource, clause: WhereClause, condition: Expression): boolean {
    const { source, join } = item;
    if (join.leftOfRight) return false;
    if (condition.kind === 'logical' && condition.operator === 'and') {
      return (
        this.#isPartialIndexUsable(item, clause, condition.left) &&
        this.#isPartialIndexUsable(item, clause, condition.right)
      );
    }
    const isOuter = join.left || join.right;
    return clause.terms.some((term) => {
      if (term.isOuterOn && term.on!.source !== source) return false;
      if (isOuter && !term.isOuterOn) return false;
      if ((term.flags & TermFlag.notNull) !== 0) return false;
      return implies(commuted(term), condition, this.#equals);
    });
  }

  /** As equalExpressions(), a parameter also with the literal that it has the value of. */
  readonly #equals = (a: Expression, b: Expression): boolean =>
    equalExpressions(a, b, ({ index }, literal) => {
      const constant = constantValue(literal, Affinity.blob);
      if (constant === undefined) return false;
      return this.join.environment.parameters.value(constantUse(index, constant)) !== undefined;
    });

  #mayHelpOrder(item: PlanSource, index: PlanIndex): boolean {
    const { orderBy } = this;
    if (index.unordered || !orderBy) return false;
    for (const { expression } of orderBy) {
      const inner = withoutHints(expression);
      if (inner.kind === 'column' && inner.source === item.source) {
        if (inner.column < 0) return true;
        const field = fieldOfColumn(index, inner.column);
        if (field >= 0 && field < index.keyColumnCount) return true;
      } else if (index.hasExpressions) {
        for (let i = 0; i < index.keyColumnCount; i++) {
          const indexed = index.columns[i]!.expression;
          if (indexed !== null && equalBelowCollate(inner, indexed)) return true;
        }
      }
    }
    return false;
  }

  // --- automatic indexes --------------------------------------------------------------------------------------------

  #addAutomaticIndexes(item: PlanSource, clause: WhereClause, prerequisites: SourceSet): void {
    const { request, environment } = this.join;
    const { source } = item;
    if (request.isRightJoinPass || request.isOrOperand || !environment.options.pragmas.automaticIndex) return;
    if (source.kind === 'table' && (source.indexedBy || source.notIndexed)) return;
    if (source.kind === 'recursive' || item.facts?.correlated || item.join.right) return;
    const draft = this.#draft;
    const searching = searchCost(item.rows);
    for (const term of clause.terms) {
      if ((term.relation & (Relation.equal | Relation.is)) === 0 || term.leftSource !== source) continue;
      if (intersects(term.rightSources, item.self) || !canDriveAutomaticIndex(term, item, NO_SOURCES)) continue;
      this.#startDraft(item.rowid, unionOf(prerequisites, term.rightSources));
      draft.index = null;
      draft.equalityCount = 1;
      draft.terms.push(term);
      draft.setupCost = Math.max(0, searching + item.rows + (item.isSubquery ? -25 : 28));
      draft.rowsOut = 43;
      draft.runCost = addEstimates(searching, draft.rowsOut);
      draft.flags = PathFlag.automaticIndex;
      this.list.offer(draft, null);
    }
  }

  // --- seeks --------------------------------------------------------------------------------------------------------

  /** Extends the draft by each term on its next index column, and each of those by the columns after it. */
  #addSeeks(
    item: PlanSource,
    clause: WhereClause,
    index: PlanIndex,
    inRows: LogEstimate,
    orCosts: OrCosts | null,
  ): void {
    const draft = this.#draft;
    const column = draft.equalityCount;
    let relations: number = draft.has(PathFlag.lowerBound)
      ? Relation.less | Relation.lessEqual
      : Relation.equal | Relation.in | RANGE_RELATIONS | Relation.isNull | Relation.is;
    if (index.unordered) relations &= ~RANGE_RELATIONS;
    const rows = index.estimates[0]!;
    const searching = searchCost(rows);
    draft.setupCost = 0;
    if (!hasTermOn(clause, item.source, index.columns[column]!.column)) {
      if (!item.fromExists && this.#maySkipColumn(index, column))
        this.#addSkipScan(item, clause, index, inRows, orCosts);
      return;
    }
    const saved = new SavedDraft(draft);
    const { known } = this.#samples;
    const scan = new TermScan(clause, item.source, column, relations, index);
    for (let term = scan.next(); term; term = scan.next()) {
      if (!this.#isTermUsable(item, index, column, term)) continue;
      saved.restore(draft);
      draft.terms.push(term);
      draft.prerequisites = withoutSources(unionOf(saved.prerequisites, term.rightSources), draft.self);
      const inValues = this.#applyTerm(index, column, term, inRows, searching, scan.isTransitive);
      if (inValues === null) continue;
      this.#estimateSeek(item, clause, index, column, term, searching, inRows, inValues, saved.rowsOut, orCosts);
      this.#samples.known = known;
    }
    saved.restore(draft);
    if (!item.fromExists && this.#maySkipColumn(index, column)) this.#addSkipScan(item, clause, index, inRows, orCosts);
  }

  #isTermUsable(item: PlanSource, index: PlanIndex, column: number, term: Term): boolean {
    const draft = this.#draft;
    if (
      (term.relation === Relation.isNull || (term.flags & TermFlag.notNull) !== 0) &&
      index.columns[column]!.notNull
    ) {
      return false;
    }
    if (intersects(term.rightSources, draft.self)) return false;
    if ((term.flags & TermFlag.likeBound) !== 0 && term.relation === Relation.less) return false;
    return fitsOuterJoin(term, item);
  }

  /** Notes what the term adds to the draft. Gives the estimated number of IN values (0 for one), null to leave the term. */
  #applyTerm(
    index: PlanIndex,
    column: number,
    term: Term,
    inRows: LogEstimate,
    searching: LogEstimate,
    isTransitive: boolean,
  ): LogEstimate | null {
    const draft = this.#draft;
    if ((term.relation & Relation.in) !== 0) return this.#applyIn(index, column, term, inRows, searching);
    if ((term.relation & (Relation.equal | Relation.is)) !== 0) {
      draft.flags |= PathFlag.equality;
      const tableColumn = index.columns[column]!.column;
      const isLast = column === index.keyColumnCount - 1;
      if (tableColumn === ROWID_COLUMN || (tableColumn >= 0 && inRows === 0 && isLast)) {
        const isUniqueKey =
          tableColumn === ROWID_COLUMN ||
          index.uniqueNotNull ||
          (index.keyColumnCount === 1 && index.unique && (term.relation & Relation.equal) !== 0);
        draft.flags |= isUniqueKey ? PathFlag.oneRow : PathFlag.uniqueWanted;
      }
      if (isTransitive) draft.flags |= PathFlag.transitive;
      return 0;
    }
    if ((term.relation & Relation.isNull) !== 0) {
      draft.flags |= PathFlag.isNull;
      return 0;
    }
    this.#applyRange(index, column, term);
    return 0;
  }

  #applyIn(
    index: PlanIndex,
    column: number,
    term: Term,
    inRows: LogEstimate,
    searching: LogEstimate,
  ): LogEstimate | null {
    const draft = this.#draft;
    const { expression } = term;
    let values: LogEstimate;
    if (expression.kind === 'in' && expression.list) {
      if (expression.list.length === 0) return null;
      values = estimateOf(expression.list.length);
    } else {
      values = 46;
      for (const other of draft.terms.slice(0, -1)) {
        if (other?.expression !== expression) continue;
        values = 0;
        if (other.field === term.field) return null;
      }
    }
    if (index.hasStatistics && searching >= 10) {
      // Is a seek for each value worth more than walking the prefix and testing?
      const gain = index.estimates[column]! + searchCost(values) + 10 - (values + searching);
      if (gain < 0) {
        if (inRows >= 2) return null;
        draft.flags |= PathFlag.inSeekScan;
      }
    }
    draft.flags |= PathFlag.in;
    return values;
  }

  #applyRange(index: PlanIndex, column: number, term: Term): void {
    const draft = this.#draft;
    const fields = rangeFields(term, index, column);
    if ((term.relation & (Relation.greater | Relation.greaterEqual)) !== 0) {
      draft.flags |= PathFlag.range | PathFlag.lowerBound;
      draft.lowerCount = fields;
      if ((term.flags & TermFlag.likeBound) !== 0) {
        draft.terms.push(term.clause.terms[term.index + 1]!);
        draft.flags |= PathFlag.upperBound;
        draft.upperCount = 1;
      }
    } else {
      draft.flags |= PathFlag.range | PathFlag.upperBound;
      draft.upperCount = fields;
    }
  }

  #estimateSeek(
    item: PlanSource,
    clause: WhereClause,
    index: PlanIndex,
    column: number,
    term: Term,
    searching: LogEstimate,
    inRows: LogEstimate,
    inValues: LogEstimate,
    rowsBefore: LogEstimate,
    orCosts: OrCosts | null,
  ): void {
    const draft = this.#draft;
    if (draft.has(PathFlag.range)) {
      this.#estimateRange(index);
    } else {
      draft.equalityCount++;
      if (term.truth <= 0 && index.columns[column]!.column >= 0) {
        draft.rowsOut += term.truth - inValues;
      } else if (!this.#estimateBySamples(index, term, inRows, inValues, rowsBefore)) {
        draft.rowsOut += (index.estimates[draft.equalityCount] ?? 0) - (index.estimates[draft.equalityCount - 1] ?? 0);
        if ((term.relation & Relation.isNull) !== 0) draft.rowsOut += 10;
      }
    }
    const rowsPerSeek = draft.rowsOut;
    const reading =
      index.kind === 'rowid' ? rowsPerSeek + 16 : rowsPerSeek + 1 + Math.floor((15 * index.entrySize) / item.rowSize);
    draft.runCost = addEstimates(searching, reading);
    if (!draft.has(PathFlag.covering | PathFlag.byRowid | PathFlag.expressionCovering)) {
      draft.runCost = addEstimates(draft.runCost, rowsPerSeek + 16);
    }
    draft.runCost += inRows + inValues;
    draft.rowsOut += inRows + inValues;
    this.#adjustRows(clause, draft, index.estimates[0]!);
    if (item.fromExists) draft.rowsOut = 0;
    this.list.offer(draft, orCosts);
    draft.rowsOut = draft.has(PathFlag.range) ? rowsBefore : rowsPerSeek;
    if (
      !draft.has(PathFlag.upperBound) &&
      draft.equalityCount < index.columns.length &&
      (draft.equalityCount < index.keyColumnCount || !index.isTable || index.kind === 'rowid')
    ) {
      this.#addSeeks(item, clause, index, inRows + inValues, orCosts);
    }
    draft.rowsOut = rowsBefore;
  }

  /** What samples say of the draft's last equality; false when they say nothing. */
  #estimateBySamples(
    index: PlanIndex,
    term: Term,
    inRows: LogEstimate,
    inValues: LogEstimate,
    rowsBefore: LogEstimate,
  ): boolean {
    if (inRows !== 0 || !index.samples) return false;
    const draft = this.#draft;
    const { expression } = term;
    let found: number | null;
    if ((term.relation & Relation.in) === 0) {
      const isNull = (term.relation & Relation.isNull) !== 0;
      found = this.#samples.equal(draft, isNull ? null : term.right!);
    } else if (expression.kind === 'in' && expression.list) {
      found = this.#samples.amongList(draft, expression.list, quantityOf(index.estimates[0]!));
    } else {
      return false;
    }
    if (!found) return false;
    draft.rowsOut = estimateOf(found);
    if (draft.equalityCount === 1 && draft.rowsOut + 10 > index.estimates[0]!) {
      term.flags |= TermFlag.unselective;
      if ((term.flags & TermFlag.assumedSelective) !== 0) this.#needsSecondPass = true;
    }
    draft.rowsOut = Math.min(draft.rowsOut, rowsBefore) - inValues;
    return true;
  }

  /** Rows of a range: by samples, or a quarter for each bound, and another quarter of that when there are both. */
  #estimateRange(index: PlanIndex): void {
    const draft = this.#draft;
    let position = draft.equalityCount;
    let lower = draft.has(PathFlag.lowerBound) ? draft.terms[position++]! : null;
    let upper = draft.has(PathFlag.upperBound) ? draft.terms[position]! : null;
    if (index.samples) {
      const found = this.#samples.between(draft, lower, upper);
      draft.rowsOut = found.rows;
      if (found.isFinal) return;
      ({ lower, upper } = found);
    }
    let rows = rangeAdjusted(upper, rangeAdjusted(lower, draft.rowsOut));
    if (lower && lower.truth > 0 && upper && upper.truth > 0) rows -= 20;
    const mostRows = draft.rowsOut - (lower ? 1 : 0) - (upper ? 1 : 0);
    draft.rowsOut = Math.min(Math.max(rows, 10), mostRows);
  }

  /** A leading column without a term has so few values that trying each of them may be worth it. */
  #maySkipColumn(index: PlanIndex, column: number): boolean {
    const draft = this.#draft;
    return (
      index.hasStatistics &&
      column === draft.skipCount &&
      column + 1 < index.keyColumnCount &&
      column === draft.terms.length &&
      !index.noSkipScan &&
      index.estimates[column + 1]! >= 42
    );
  }

  #addSkipScan(
    item: PlanSource,
    clause: WhereClause,
    index: PlanIndex,
    inRows: LogEstimate,
    orCosts: OrCosts | null,
  ): void {
    const draft = this.#draft;
    const saved = new SavedDraft(draft);
    const column = draft.equalityCount;
    draft.equalityCount++;
    draft.skipCount++;
    draft.terms.push(null);
    draft.flags |= PathFlag.skipScan;
    const distinctValues = index.estimates[column]! - index.estimates[column + 1]!;
    draft.rowsOut -= distinctValues;
    this.#addSeeks(item, clause, index, distinctValues + 5 + inRows, orCosts);
    saved.restore(draft);
  }

  /** Lowers the draft's row estimate by the terms that will be tested but are not part of the path. */
  #adjustRows(clause: WhereClause, path: AccessPath, rows: LogEstimate): void {
    const ready = unionOf(path.prerequisites, path.self);
    let reduction = 0;
    for (let i = 0; i < clause.baseCount; i++) {
      const term = clause.terms[i]!;
      if (!isSubsetOf(term.allSources, ready) || !intersects(term.allSources, path.self)) continue;
      if ((term.flags & TermFlag.virtual) !== 0) continue;
      if (isEnforcedBy(path, term)) continue;
      if (isSubsetOf(term.allSources, path.self)) {
        const { join } = this.join.sources[path.position]!;
        if ((term.relation & 0x3f) !== 0 || !(join.left || join.leftOfRight)) path.flags |= PathFlag.selfCulling;
      }
      if (term.truth <= 0) {
        path.rowsOut += term.truth;
        continue;
      }
      path.rowsOut--;
      if ((term.relation & (Relation.equal | Relation.is)) !== 0) {
        const value = term.expression.kind === 'comparison' ? integerValue(term.right!) : null;
        if ((term.flags & TermFlag.unselective) !== 0) continue;
        const assumed = value !== null && value >= -1 && value <= 1 ? 10 : 20;
        if (reduction < assumed) {
          term.flags |= TermFlag.assumedSelective;
          reduction = assumed;
        }
      } else {
        path.rowsOut -= patternReduction(term.expression);
      }
    }
    path.rowsOut = Math.min(path.rowsOut, rows - reduction);
  }

  // --- OR -----------------------------------------------------------------------------------------------------------

  #addOr(item: PlanSource, clause: WhereClause, prerequisites: SourceSet, orCosts: OrCosts | null): void {
    if (item.join.right) return;
    for (const term of clause.terms) {
      if ((term.relation & Relation.or) === 0 || !intersects(term.indexable, item.self)) continue;
      const costs = this.#costOfAlternatives(item, clause, term, prerequisites);
      const draft = this.#draft;
      for (const cost of costs?.costs ?? []) {
        this.#startDraft(item.rowid, cost.prerequisites);
        draft.index = null;
        draft.terms.push(term);
        draft.flags = PathFlag.orUnion;
        draft.runCost = cost.runCost + 1;
        draft.rowsOut = cost.rowsOut;
        this.list.offer(draft, orCosts);
      }
    }
  }

  #costOfAlternatives(item: PlanSource, clause: WhereClause, term: Term, prerequisites: SourceSet): OrCosts | null {
    let sum: OrCosts | null = null;
    for (const alternative of term.alternatives!.terms) {
      let part: WhereClause;
      if ((alternative.relation & Relation.and) !== 0) part = alternative.conjunction!;
      else if (alternative.leftSource === item.source) part = singleTermClause(alternative, clause);
      else continue;
      const costs = new OrCosts();
      this.#addSource(item, part, prerequisites, costs);
      if (part.hasOr) this.#addOr(item, part, prerequisites, costs);
      if (costs.costs.length === 0) return null;
      sum = sum ? sum.combinedWith(costs) : costs;
    }
    return sum;
  }
}

/** A value matters that is the constant in an index's condition. */
const constantUse = (index: number, constant: StoredValue): ParameterUse => ({
  index,
  purpose: `${typeof constant} ${String(constant)}`,
  usable: (given) => (given !== null && compareStored(given, constant, 'BINARY') === 0 ? given : undefined),
});

/** `2 = b` says what `b = 2` does, unless the sides decide about the collation. */
function commuted({ expression, commuted: isCommuted }: Term): Expression {
  if (!isCommuted || expression.kind !== 'comparison') return expression;
  if (sidesDecideCollation(expression)) return expression;
  const { left, right, operator } = expression;
  return { ...expression, operator: commutedOperator(operator), left: right, right: left };
}

/** The path uses the term, or one that was inferred from it. */
function isEnforcedBy(path: AccessPath, term: Term): boolean {
  for (const used of path.terms) {
    if (used !== null && (used === term || (used.parent >= 0 && used.clause.parentOf(used) === term))) return true;
  }
  return false;
}

/** A clause of just this one term, inside `outer`. */
function singleTermClause(term: Term, outer: WhereClause): WhereClause {
  const clause = new WhereClause('and', outer);
  clause.terms.push(term);
  clause.baseCount = 1;
  clause.hasOr = (term.relation & Relation.or) !== 0;
  return clause;
}

function rangeAdjusted(term: Term | null, rows: LogEstimate): LogEstimate {
  if (!term) return rows;
  if (term.truth <= 0) return rows + term.truth;
  return (term.flags & TermFlag.notNull) === 0 ? rows - 20 : rows;
}

/** Whether an automatic index could be built for the term's column. */
export function canDriveAutomaticIndex(term: Term, item: PlanSource, notReady: SourceSet): boolean {
  const { source } = item;
  if (term.leftSource !== source || (term.relation & (Relation.equal | Relation.is)) === 0) return false;
  if (!fitsOuterJoin(term, item) || intersects(term.rightSources, notReady) || term.leftColumn < 0) return false;
  if (!indexAffinityFits(term, source.columns[term.leftColumn]!.affinity)) return false;
  return isAutomaticIndexColumn(item, term.leftColumn);
}

/** No index begins with the column already, nor is it known to be selective inside one. */
function isAutomaticIndexColumn(item: PlanSource, column: number): boolean {
  for (const index of item.indexes) {
    const at = fieldOfColumn(index, column);
    if (at < 0 || at >= index.keyColumnCount) continue;
    if (at === 0 || (index.hasStatistics && index.estimates[at + 1]! > 20)) return false;
  }
  return true;
}

/** How many columns of the index a row-value bound can use. */
function rangeFields(term: Term, index: PlanIndex, column: number): number {
  const most = Math.min(valueCount(term.left!), index.columns.length - column);
  let fields = 1;
  while (fields < most && compareAffinityFits(term, index, column, fields)) fields++;
  return fields;
}

/** Every column of the source that the expression reads is in the index. */
export function isCoveredBy(expression: Expression, item: PlanSource, index: PlanIndex): boolean {
  switch (expression.kind) {
    case 'column':
      return expression.source !== item.source || fieldOfColumn(index, expression.column) >= 0;
    case 'null':
    case 'integer':
    case 'real':
    case 'string':
    case 'blob':
    case 'parameter':
      return true;
    case 'comparison':
    case 'logical':
    case 'arithmetic':
      return isCoveredBy(expression.left, item, index) && isCoveredBy(expression.right, item, index);
    default:
      return !someExpression(
        expression,
        (part) => part.kind === 'column' && part.source === item.source && fieldOfColumn(index, part.column) < 0,
        true,
      );
  }
}

function isReadFromIndex(expression: Expression, item: PlanSource, index: PlanIndex): boolean {
  if (expression.kind === 'column') {
    return expression.source !== item.source || fieldOfColumn(index, expression.column) >= 0;
  }
  if (index.columns.some((entry) => entry.expression !== null && equalExpressions(entry.expression, expression)))
    return true;
  let reads = false;
  forEachSource(expression, (source) => {
    reads ||= source === item.source;
  });
  if (!reads) return true;
  let covered = true;
  let hasChildren = false;
  forEachChild(expression, (child) => {
    hasChildren = true;
    covered &&= isReadFromIndex(child, item, index);
  });
  return hasChildren && covered;
}

/** The longer a LIKE pattern's fixed text, the fewer rows. */
function patternReduction(expression: Expression): LogEstimate {
  if (expression.kind !== 'function' || expression.arguments.length < 2) return 0;
  const { name } = expression.definition;
  if (name !== 'like' && name !== 'glob' && name !== 'match' && name !== 'regexp') return 0;
  const pattern = expression.arguments[0]!;
  if (pattern.kind !== 'string') return 0;
  const wild = name === 'like' ? /[%_]/g : /\[[^\]]*\]?|[*?]/g;
  return Buffer.byteLength(pattern.value.replace(wild, '')) * 2;
}
