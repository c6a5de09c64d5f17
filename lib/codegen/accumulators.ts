/**
 * The accumulators of one group: registers of aggregate calls and bare columns, with the code that clears them, adds a row
 * and computes the results.
 *
 * Owns: FILTER, DISTINCT and ORDER BY inside calls; which row gives the bare columns: the first of the group, or the one
 * that a min() or max() last chose.
 */
import type { AggregateCall, Expression, Source } from '../resolve/ir';
import { equalExpressions } from '../resolve/compare';
import type { AggregateAnalysis } from './aggregate-analysis';
import { callCollation } from './call';
import { codeColumn } from './columns';
import { jumpIfFalse } from './condition';
import type { CodegenContext, KnownExpression } from './context';
import { codeDistinct, type Distinct } from './distinct';
import { codeExpression, codeExpressionList } from './expression';
import { keyFieldOf } from './sort';
import { sortCollation } from '../resolve/affinity';

interface Accumulator {
  readonly call: AggregateCall;
  readonly register: number;
  /** Seen values of a DISTINCT call; cursor -1 without. */
  readonly distinct: Distinct | null;
  /** Rows waiting for their order; null when the call takes them as they come. */
  readonly ordered: OrderedInput | null;
}

/** Arguments kept in an ephemeral index by the call's ORDER BY. */
interface OrderedInput {
  readonly cursor: number;
  /** The arguments are the key itself and not kept again. */
  readonly isKey: boolean;
  /** Equal keys are one entry (DISTINCT): no sequence number. */
  readonly isUnique: boolean;
  /** The function looks at subtypes: they are kept in fields behind all others, one an argument. */
  readonly keepsSubtypes: boolean;
}

export class Accumulators {
  readonly #ctx: CodegenContext;
  readonly #analysis: AggregateAnalysis;
  readonly #accumulators: readonly Accumulator[];
  /** Registers of bare columns, then of calls: one run, cleared together. */
  readonly #first: number;

  constructor(ctx: CodegenContext, analysis: AggregateAnalysis) {
    this.#ctx = ctx;
    this.#analysis = analysis;
    const bareCount = bareCountOf(analysis);
    this.#first = ctx.program.register(bareCount + analysis.calls.length);
    this.#accumulators = analysis.calls.map((call, i) => {
      const ordered = orderedInput(ctx, call);
      return {
        call,
        register: this.#first + bareCount + i,
        distinct:
          call.distinct && !ordered?.isUnique
            ? { cursor: ctx.program.cursor(), openAddress: -1, outcome: 'unordered' }
            : null,
        ordered,
      };
    });
  }

  /** Calls read their results from now on. */
  publish(): void {
    for (const [call, number] of this.#analysis.numbers) {
      this.#ctx.aggregateResults.set(call, this.#accumulators[number]!.register);
    }
  }

  forget(): void {
    for (const call of this.#analysis.numbers.keys()) this.#ctx.aggregateResults.delete(call);
  }

  /** Register of the call's result. */
  registerOf(number: number): number {
    return this.#accumulators[number]!.register;
  }

  /** Some min() or max() decides which row gives the bare columns; with `unfiltered`, one without FILTER. */
  hasExtreme(unfiltered = false): boolean {
    return this.#accumulators.some(
      ({ call }) => call.definition.needsCollation === true && !(unfiltered && call.filter),
    );
  }

  /** Readers of bare columns: sources read from registers after the rows. */
  readers(sources: readonly Source[]): Map<Source, Map<number, number>> {
    const readers = new Map<Source, Map<number, number>>(sources.map((source) => [source, new Map<number, number>()]));
    this.#analysis.bareColumns.forEach(({ source, column }, i) => {
      readers.get(source)!.set(column, this.#first + i);
    });
    return readers;
  }

  /** Registers of bare values that depend on null rows. */
  knownValues(): KnownExpression[] {
    const first = this.#first + this.#analysis.bareColumns.length;
    return this.#analysis.bareValues.map((expression, i) => ({
      expression,
      register: first + i,
      cursor: -1,
      field: -1,
      source: null,
    }));
  }

  /** Clears everything for a new group. */
  reset(): void {
    const { program } = this.#ctx;
    const count = bareCountOf(this.#analysis) + this.#accumulators.length;
    if (count > 0) program.loadNull(this.#first, count);
    for (const { call, distinct, ordered } of this.#accumulators) {
      if (distinct) {
        const fields = call.arguments.map((argument) => ({ collation: sortCollation(argument), flags: 0 }));
        program.emit('OpenEphemeral', distinct.cursor, fields.length, 0, program.keyInfo(fields), 0x08);
        program.explain(`USE TEMP B-TREE FOR ${call.definition.name}(DISTINCT)`);
      }
      if (ordered) openOrderedInput(this.#ctx, call, ordered);
    }
  }

  /**
   * Adds the present row. `started` is 0 for the first row of the group and 1 later (register 0: unknown, then min() or max()
   * say which row gives the bare columns).
   */
  update(started: number): void {
    const { program } = this.#ctx;
    const bareCount = bareCountOf(this.#analysis);
    let keep = 0;
    for (const accumulator of this.#accumulators) {
      const { call } = accumulator;
      const next = program.label();
      const decides = call.definition.needsCollation === true && bareCount > 0;
      if (call.filter) {
        if (decides && started > 0) {
          if (keep === 0) keep = program.register();
          program.emit('Copy', started, keep);
        }
        jumpIfFalse(this.#ctx, call.filter, next, true);
      }
      if (decides && keep === 0) keep = program.register();
      this.#step(accumulator, next, decides ? keep : 0);
      program.place(next);
    }
    if (bareCount === 0) return;
    const flag = keep > 0 ? keep : started;
    const skip = flag > 0 ? program.emit('If', flag) : -1;
    this.#analysis.bareColumns.forEach(({ source, column }, i) => {
      codeColumn(this.#ctx, source, column, this.#first + i);
    });
    this.knownValues().forEach(({ expression, register }) => {
      codeExpression(this.#ctx, expression, register);
    });
    if (skip >= 0) program.jumpHere(skip);
  }

  #step({ call, register, distinct, ordered }: Accumulator, next: number, keep: number): void {
    const ctx = this.#ctx;
    const { program } = ctx;
    const mark = program.registers.mark();
    const { mayHoist } = ctx;
    const count = call.arguments.length;
    if (ordered) {
      pushOrdered(ctx, call, ordered, distinct, next);
    } else {
      const first = count > 0 ? program.registers.temporaryRange(count) : 0;
      codeExpressionList(ctx, call.arguments, first);
      if (distinct) codeDistinct(ctx, distinct, 0, call.arguments, first, next);
      if (call.definition.needsCollation === true && keep > 0) program.emit('CollSeq', keep);
      program.emit('AggStep', 0, first, register, functionOf(ctx, call), count);
    }
    ctx.mayHoist = mayHoist;
    program.registers.releaseTo(mark);
  }

  /** Computes the results; from now on, until forget(), calls read them. */
  finalize(): void {
    const { program } = this.#ctx;
    this.publish();
    for (const { call, register, ordered } of this.#accumulators) {
      if (ordered) stepOrdered(this.#ctx, call, ordered, register);
      program.emit('AggFinal', register, call.arguments.length, 0, functionOf(this.#ctx, call));
    }
  }
}

const bareCountOf = ({ bareColumns, bareValues }: AggregateAnalysis): number => bareColumns.length + bareValues.length;

function functionOf(ctx: CodegenContext, call: AggregateCall): number {
  const { id, isHost } = call.definition;
  return ctx.program.function({ id, isHost, argumentCount: call.arguments.length, collation: callCollation(call) });
}

function orderedInput(ctx: CodegenContext, call: AggregateCall): OrderedInput | null {
  if (call.orderBy.length === 0 || call.definition.isAnyOrder === true || call.arguments.length === 0) return null;
  const [only] = call.orderBy;
  const isKey =
    call.orderBy.length === 1 && call.arguments.length === 1 && equalExpressions(only!.expression, call.arguments[0]!);
  const keepsSubtypes = call.definition.usesSubtype === true;
  return { cursor: ctx.program.cursor(), isKey, isUnique: isKey && call.distinct, keepsSubtypes };
}

/** Entry: ORDER BY values, sequence number unless unique, arguments unless they are the key, subtypes if kept. */
function openOrderedInput(ctx: CodegenContext, call: AggregateCall, ordered: OrderedInput): void {
  const { program } = ctx;
  const { cursor, isUnique } = ordered;
  const keys = call.orderBy.map(keyFieldOf);
  if (!isUnique) keys.push({ collation: 'BINARY', flags: 0 });
  const count = keys.length + payloadCount(call, ordered);
  program.emit('OpenEphemeral', cursor, count, 0, program.keyInfo(keys));
  program.explain(`USE TEMP B-TREE FOR ${call.definition.name}(ORDER BY)`);
}

const payloadCount = (call: AggregateCall, { isKey, keepsSubtypes }: OrderedInput): number =>
  call.arguments.length * ((isKey ? 0 : 1) + (keepsSubtypes ? 1 : 0));

function pushOrdered(
  ctx: CodegenContext,
  call: AggregateCall,
  ordered: OrderedInput,
  distinct: Distinct | null,
  duplicate: number,
): void {
  const { program } = ctx;
  const { cursor, isKey, isUnique } = ordered;
  const terms: readonly Expression[] = call.orderBy.map(({ expression }) => expression);
  const keyCount = terms.length + (isUnique ? 0 : 1);
  const count = keyCount + payloadCount(call, ordered);
  const first = program.registers.temporaryRange(count + 1);
  codeExpressionList(ctx, terms, first);
  if (!isUnique) program.emit('Sequence', cursor, first + terms.length);
  if (!isKey) codeExpressionList(ctx, call.arguments, first + keyCount);
  const firstArgument = isKey ? first : first + keyCount;
  if (distinct) codeDistinct(ctx, distinct, 0, call.arguments, firstArgument, duplicate);
  if (ordered.keepsSubtypes) {
    const subtypes = first + count - call.arguments.length;
    call.arguments.forEach((_, i) => program.emit('GetSubtype', firstArgument + i, subtypes + i));
  }
  program.emit('MakeRecord', first, count, first + count);
  program.emit('IdxInsert', cursor, first + count, first, count);
}

function stepOrdered(
  ctx: CodegenContext,
  call: AggregateCall,
  { cursor, isKey, isUnique, keepsSubtypes }: OrderedInput,
  register: number,
): void {
  const { program } = ctx;
  const mark = program.registers.mark();
  const count = call.arguments.length;
  const first = program.registers.temporaryRange(count);
  const empty = program.emit('Rewind', cursor);
  const offset = isKey ? 0 : call.orderBy.length + (isUnique ? 0 : 1);
  for (let i = 0; i < count; i++) program.emit('Column', cursor, offset + i, first + i);
  if (keepsSubtypes) {
    const subtypeField = call.orderBy.length + (isUnique ? 0 : 1) + (isKey ? 0 : count);
    const subtype = program.registers.temporary();
    for (let i = 0; i < count; i++) {
      program.emit('Column', cursor, subtypeField + i, subtype);
      program.emit('SetSubtype', subtype, first + i);
    }
  }
  program.emit('AggStep', 0, first, register, functionOf(ctx, call), count);
  program.emit('Next', cursor, empty + 1);
  program.jumpHere(empty);
  program.registers.releaseTo(mark);
}
