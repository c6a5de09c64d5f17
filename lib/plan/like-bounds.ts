/**
 * LIKE and GLOB with a constant prefix as a range: x LIKE 'abc%' keeps 'ABC' <= x < 'abd' under NOCASE, x GLOB 'abc*' keeps
 * 'abc' <= x < 'abd' under BINARY. The pattern itself stays a term unless the range says all of it.
 */
import { Affinity } from '../../spec/affinity';
import { affinityOf } from '../resolve/affinity';
import { makeComparison, type Expression, type FunctionCall, type StringLiteral } from '../resolve/ir';
import { withoutHints } from '../resolve/walk';
import { analyzeTerm, makeChild } from './analyze';
import type { JoinContext } from './join-context';
import type { ParameterUse } from './known-parameters';
import { fieldOfColumn } from './plan-index';
import { TermFlag, type Term } from './term';

/** The wildcards of a pattern function. */
interface Wildcards {
  readonly all: string;
  readonly one: string;
  readonly set: string;
  readonly escape: string;
  readonly ignoresCase: boolean;
}

export function analyzeLike(join: JoinContext, term: Term, call: FunctionCall): void {
  const wildcards = wildcardsOf(join, call);
  if (!wildcards) return;
  const operand = call.arguments[1]!;
  const pattern = call.arguments[0]!;
  const inner = pattern.kind === 'collate' ? withoutHints(pattern) : pattern;
  const text = patternOf(join, inner, wildcards, operand);
  if (text === null) return;
  const prefix = prefixOf(join, text, wildcards, operand);
  if (!prefix) return;
  addBounds(join, term, operand, prefix, wildcards.ignoresCase);
}

/** The pattern where it is known. */
function patternOf(join: JoinContext, pattern: Expression, wildcards: Wildcards, operand: Expression): string | null {
  if (pattern.kind === 'string') return pattern.value;
  if (pattern.kind !== 'parameter' || !mayBeSearched(join, operand)) return null;
  const value = join.environment.parameters.value(patternUse(pattern.index, wildcards));
  return typeof value === 'string' ? value : null;
}

/** A pattern matters by its prefix. */
const patternUse = (index: number, { all, one, set }: Wildcards): ParameterUse => ({
  index,
  purpose: `pattern ${all}`,
  usable: (text) =>
    typeof text === 'string' && text !== '' && ![all, one, set].includes(text.charAt(0)) ? text : undefined,
});

/** Some index may hold what the pattern is compared with: bounds are of no use otherwise. */
function mayBeSearched(join: JoinContext, operand: Expression): boolean {
  const column = withoutHints(operand);
  if (join.hasExpressionIndex || join.hasVirtualTable || join.sources.length > 1) return true;
  if (column.kind !== 'column') return false;
  return join.sources.some(
    ({ source, indexes }) =>
      source === column.source && indexes.some((index) => fieldOfColumn(index, column.column) >= 0),
  );
}

function wildcardsOf(join: JoinContext, call: FunctionCall): Wildcards | null {
  const { definition } = call;
  if (definition.isHost || call.arguments.length < 2) return null;
  if (definition.name === 'glob') {
    return call.arguments.length === 2 ? { all: '*', one: '?', set: '[', escape: '', ignoresCase: false } : null;
  }
  if (definition.name !== 'like') return null;
  let escape = '';
  if (call.arguments.length === 3) {
    const argument = call.arguments[2]!;
    if (argument.kind !== 'string' || argument.value.length !== 1) return null;
    if (argument.value.charCodeAt(0) >= 0x80 || argument.value === '%' || argument.value === '_') return null;
    escape = argument.value;
  }
  return { all: '%', one: '_', set: '', escape, ignoresCase: !join.environment.options.pragmas.caseSensitiveLike };
}

interface Prefix {
  readonly text: string;
  /** The pattern is the prefix and one final "anything". */
  readonly isComplete: boolean;
}

/** The constant start of a pattern, null when there is none that may be used. */
function prefixOf(join: JoinContext, pattern: string, wildcards: Wildcards, operand: Expression): Prefix | null {
  let at = 0;
  let text = '';
  while (at < pattern.length) {
    const character = pattern.charAt(at);
    if (character === wildcards.all || character === wildcards.one) break;
    if (wildcards.set !== '' && character === wildcards.set) break;
    if (character === '\0') break;
    const following = pattern.charCodeAt(at + 1);
    if (wildcards.escape !== '' && character === wildcards.escape && following > 0 && following < 0x80) {
      text += pattern.charAt(at + 1);
      at += 2;
      continue;
    }
    const code = pattern.codePointAt(at)!;
    if (code >= 0x80 && (isIllFormed(code) || isLittleEndian(join))) break;
    const length = code > 0xffff ? 2 : 1;
    text += pattern.slice(at, at + length);
    at += length;
  }
  if (at === 0 || (at === 1 && pattern.charAt(0) === wildcards.escape)) return null;
  const isComplete = pattern.charAt(at) === wildcards.all && at + 1 === pattern.length && !isLittleEndian(join);
  if (!isTextColumn(operand) && looksLikeNumber(text)) return null;
  return { text, isComplete };
}

const isIllFormed = (code: number): boolean => code === 0xfffd || (code >= 0xd800 && code <= 0xdfff);

const isLittleEndian = (join: JoinContext): boolean => join.environment.schema.databases[0]?.encoding === 'UTF-16le';

function isTextColumn(operand: Expression): boolean {
  return (
    operand.kind === 'column' &&
    affinityOf(operand) === Affinity.text &&
    !(operand.source.kind === 'table' && operand.source.table.module !== null)
  );
}

/** A number, or what becomes one when its last character is raised: such texts might be stored as numbers. */
function looksLikeNumber(text: string): boolean {
  if (isNumber(text) || text === '-') return true;
  const last = text.length - 1;
  return isNumber(text.slice(0, last) + String.fromCharCode(text.charCodeAt(last) + 1));
}

const isNumber = (text: string): boolean => /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text);

function addBounds(join: JoinContext, term: Term, operand: Expression, prefix: Prefix, ignoresCase: boolean): void {
  let { isComplete } = prefix;
  let low = prefix.text;
  let high = prefix.text;
  if (ignoresCase) {
    term.flags |= TermFlag.like;
    low = low.replace(/[a-z]/g, (letter) => letter.toUpperCase());
    high = high.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
    // '@' is followed by 'A', which NOCASE sorts as 'a': more than the prefix lies below the bound.
    if (high.endsWith('@')) isComplete = false;
  }
  const collation = ignoresCase ? 'NOCASE' : 'BINARY';
  const left: Expression = { kind: 'collate', start: -1, on: null, operand, collation, isExplicit: true };
  const flags = TermFlag.likeBound | TermFlag.virtual;
  const { clause } = term;
  const lower = clause.add(makeComparison('>=', left, text(low), term.on), flags);
  const upper = clause.add(makeComparison('<', left, text(raised(high)), term.on), flags);
  analyzeTerm(join, lower);
  analyzeTerm(join, upper);
  if (isComplete) {
    makeChild(lower, term);
    makeChild(upper, term);
  }
}

const text = (value: string): StringLiteral => ({ kind: 'string', start: -1, on: null, value });

/** The smallest text above all that start with `prefix`: its last character raised by one. */
function raised(prefix: string): string {
  const points = Array.from(prefix, (character) => character.codePointAt(0)!);
  for (let i = points.length - 1; i >= 0; i--) {
    let next = points[i]! + 1;
    if (next >= 0xd800 && next <= 0xdfff) next = 0xe000;
    if (next <= 0x10ffff) return String.fromCodePoint(...points.slice(0, i), next);
  }
  return prefix;
}
