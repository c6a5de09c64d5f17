// Statements that differ in literals and names of result columns only share one program: what the compiler does not look at is taken
// out of the text, and the text without it is the key under which the program is found.
//
// Owns: what may be taken out.
// - A literal, as a parameter: a whole operand of a comparison or BETWEEN or an element of an IN list in a WHERE or ON clause, a whole
//   value in VALUES or after SET, a whole result column of a query that neither sorts nor groups. Not where the value shapes the program:
//   ORDER BY, function arguments, LIKE patterns; not -1, 0 and 1 after `=`, which the planner's estimates look at.
//   Where there is an OR these stay everywhere, and equal literals are one parameter: `x > 2 OR x = 2` is planned as `x >= 2`.
// - LIMIT and OFFSET of the statement's query; the planner knows the rows of LIMIT as an estimate, so that is part of the key.
// - An alias of a result column that is named nowhere else.
// Must not know: schemas. Some indexes forbid templates for their tables (Compiler).
import { estimateOf } from '../plan/log-estimate';
import { SqlError } from '../syntax/sql-error';
import { Token } from '../syntax/token';
import { Tokenizer } from '../syntax/tokenizer';
import type { SqlInput } from './parameters';

export interface LiteralTemplate {
  /** Texts with the same key have the same program. */
  readonly key: string;
  /** The text with `:__literal0`, `__alias1`... in place of what was taken out. */
  readonly text: string;
  /** By number of what was taken out: the literal's value, null for an alias. */
  readonly values: readonly SqlInput[];
  /** By number: the literal as written, the alias as it is called. */
  readonly names: readonly string[];
  /** The parameter in the place of LIMIT, and its estimate. */
  readonly limit: { readonly parameter: string; readonly rows: number } | null;
}

export const LITERAL_PREFIX = ':__literal';
export const ALIAS_PREFIX = '__alias';

const MAX_LENGTH = 4000;
const MAX_PARTS = 200;
/** Longer numbers may not be exact as a double or as a 64-bit integer. */
const MAX_DIGITS = 15;
/** Longer limits may be beyond the 32 bits up to which the planner looks at them. */
const MAX_LIMIT_DIGITS = 9;

/** What the scanner is in, at one depth of parentheses. */
const enum Clause {
  /** Literals stay. */
  Frozen,
  /** Inside parentheses in a frozen clause: literals stay, whatever clauses there are. */
  Sealed,
  /** The outermost select list, or RETURNING. */
  Result,
  /** FROM: subqueries in parentheses have clauses of their own. */
  From,
  Where,
  /** Directly inside the parentheses of IN. */
  InList,
  /** After VALUES, outside of its parentheses. */
  Values,
  /** A row of VALUES. */
  ValuesRow,
  Set,
  /** LIMIT of the statement's query. */
  Limit,
  /** Marks words that change no clause. */
  None,
}

const enum Before {
  Other,
  Equality,
  Comparison,
  /** `(` or `,`, or SELECT */
  ListStart,
  In,
  As,
  Between,
  Limit,
  Offset,
}

const enum Part {
  Literal,
  /** A result column, which stays where the query sorts or groups. */
  ResultLiteral,
  Limit,
  Offset,
  Alias,
}

const TOKENS = 256;
const clauseOf = new Uint8Array(TOKENS).fill(Clause.None);
for (const [token, clause] of [
  [Token.Select, Clause.Frozen],
  [Token.With, Clause.From],
  [Token.From, Clause.From],
  [Token.Join, Clause.From],
  [Token.Where, Clause.Where],
  [Token.On, Clause.Where],
  [Token.Values, Clause.Values],
  [Token.Set, Clause.Set],
  [Token.Group, Clause.Frozen],
  [Token.Having, Clause.Frozen],
  [Token.Order, Clause.Frozen],
  [Token.Limit, Clause.Frozen],
  [Token.Window, Clause.Frozen],
  [Token.Returning, Clause.Frozen],
  [Token.Union, Clause.Frozen],
  [Token.Except, Clause.Frozen],
  [Token.Intersect, Clause.Frozen],
] as const)
  clauseOf[token] = clause;

/** Tokens after which an operand is complete. */
const endsOperand = new Uint8Array(TOKENS);
for (const token of [
  Token.End,
  Token.Semicolon,
  Token.Comma,
  Token.RightParen,
  Token.And,
  Token.Or,
  Token.Where,
  Token.Group,
  Token.Order,
  Token.Limit,
  Token.Having,
  Token.Union,
  Token.Except,
  Token.Intersect,
  Token.Returning,
  Token.From,
  Token.Join,
  Token.JoinKeyword,
])
  // prettier-ignore
  endsOperand[token] = 1;

/** Tokens after which a result column is complete, or named. */
const endsColumn = new Uint8Array(TOKENS);
for (const token of [Token.End, Token.Semicolon, Token.Comma, Token.From, Token.Where, Token.As]) endsColumn[token] = 1; // prettier-ignore

/** Words that make values of result columns matter. */
const sortsOrGroups = new Uint8Array(TOKENS);
for (const token of [
  Token.Distinct,
  Token.Group,
  Token.Having,
  Token.Order,
  Token.Union,
  Token.Except,
  Token.Intersect,
])
  // prettier-ignore
  sortsOrGroups[token] = 1;

const isFirst = new Uint8Array(TOKENS);
for (const token of [Token.Select, Token.With, Token.Insert, Token.Replace, Token.Update, Token.Delete]) isFirst[token] = 1; // prettier-ignore

const isPlainNumber = /^\d+(?:\.\d+)?$/;
const isPlainAlias = /^[\w ]+$/;

/** The template of a text and what was taken out; null when nothing may be. */
export function literalTemplate(sql: string): LiteralTemplate | null {
  return sql.length > MAX_LENGTH ? null : scanOrNull(new Scanner(sql));
}

/** Semicolons looked at for the end of a statement: those before it are inside of its literals. */
const MAX_SEMICOLONS = 4;

/**
 * The first statement of a script from `offset` on, up to its semicolon or the script's end, and its template; null when it has none, or
 * when its end is not found soon.
 */
export function firstLiteralTemplate(
  script: string,
  offset: number,
): { readonly statement: string; readonly template: LiteralTemplate } | null {
  let end = offset;
  for (let i = 0; i < MAX_SEMICOLONS; i++) {
    const semicolon = script.indexOf(';', end);
    end = semicolon < 0 ? script.length : semicolon + 1;
    if (end - offset > MAX_LENGTH) return null;
    const statement = script.slice(offset, end);
    const scanner = new Scanner(statement);
    const template = scanOrNull(scanner);
    // A semicolon that is a token ends the statement: none of those that have templates contains another one.
    if (scanner.isClosed || semicolon < 0) return template && { statement, template };
    if (!scanner.isOfInterest) return null;
  }
  return null;
}

function scanOrNull(scanner: Scanner): LiteralTemplate | null {
  try {
    return scanner.scan();
  } catch (error) {
    if (error instanceof SqlError) return null;
    throw error;
  }
}

class Scanner {
  /** The text begins as statements do that have templates. */
  isOfInterest = false;
  /** The text ends with a semicolon. */
  isClosed = false;
  readonly #sql: string;
  readonly #tokenizer: Tokenizer;
  /** Of the enclosing parentheses: clause, and BETWEENs without their AND. */
  readonly #outer: number[] = [];
  #clause = Clause.Frozen;
  #before = Before.Other;
  #openBetweens = 0;
  #isQuery = false;
  #hasSorting = false;
  #hasOr = false;

  // What may be taken out, in order.
  readonly #kinds: Part[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #values: SqlInput[] = [];

  // The literal just read, which goes when the next token ends its operand: its place, -1 without.
  #literalStart = -1;
  #literalEnd = 0;
  #literalType = Token.End;
  #literalPart = Part.Literal;
  #isLookedAt = false;
  #isInList = false;
  /** Start of a minus sign before the token, -1 without. */
  #sign = -1;

  constructor(sql: string) {
    this.#sql = sql;
    this.#tokenizer = new Tokenizer(sql, 0);
  }

  scan(): LiteralTemplate | null {
    const tokenizer = this.#tokenizer;
    tokenizer.next();
    if (isFirst[tokenizer.type] === 0) return null;
    this.isOfInterest = true;
    this.#isQuery = tokenizer.type === Token.Select;
    for (; ; tokenizer.next()) {
      const { type } = tokenizer;
      if (this.#literalStart >= 0) this.#endLiteral(type);
      if (type === Token.End) break;
      if (!this.#token(type)) return null;
    }
    if (this.#outer.length > 0 || tokenizer.limit < this.#sql.length) return null;
    return this.#assemble();
  }

  /** False for texts that have no template: several statements, numbered parameters. */
  #token(type: Token): boolean {
    const sign = this.#sign;
    this.#sign = -1;
    switch (type) {
      case Token.LeftParen:
        this.#outer.push(this.#clause, this.#openBetweens);
        this.#clause = this.#clauseInParentheses();
        this.#before = Before.ListStart;
        this.#openBetweens = 0;
        return true;
      case Token.RightParen:
        if (this.#outer.length === 0) return false;
        this.#openBetweens = this.#outer.pop()!;
        this.#clause = this.#outer.pop()!;
        this.#before = Before.Other;
        return true;
      case Token.Integer:
      case Token.Real:
      case Token.String:
        // A negated text is an expression.
        if (type !== Token.String || sign < 0) this.#literal(type, sign);
        this.#before = Before.Other;
        return true;
      case Token.Minus:
        // The operand goes on: `before` stays.
        this.#sign = this.#before === Before.Other ? -1 : this.#tokenizer.start;
        if (sign >= 0) this.#before = Before.Other;
        return true;
      case Token.Identifier:
        if (this.#before === Before.As) this.#alias();
        this.#before = Before.Other;
        return true;
      case Token.Variable:
        this.#before = Before.Other;
        return this.#tokenizer.end - this.#tokenizer.start === 1 || this.#isNamedVariable();
      case Token.Semicolon:
        this.isClosed = this.#tokenizer.end === this.#sql.length;
        return this.isClosed;
      default:
        this.#before = this.#beforeNext(type);
        return true;
    }
  }

  #beforeNext(type: Token): Before {
    switch (type) {
      case Token.Comma:
        // `LIMIT offset, limit` stays.
        if (this.#clause === Clause.Limit) this.#clause = Clause.Frozen;
        return Before.ListStart;
      case Token.Less:
      case Token.LessEqual:
      case Token.Greater:
      case Token.GreaterEqual:
      case Token.NotEqual:
        return Before.Comparison;
      case Token.Equal:
        return Before.Equality;
      case Token.Or:
        this.#hasOr = true;
        return Before.Other;
      case Token.In:
        return Before.In;
      case Token.As:
        return Before.As;
      case Token.Between:
        this.#openBetweens++;
        return Before.Between;
      case Token.And:
        if (this.#openBetweens === 0) return Before.Other;
        this.#openBetweens--;
        return Before.Comparison;
      case Token.Offset:
        return this.#clause === Clause.Limit ? Before.Offset : Before.Other;
      case Token.All:
        // SELECT ALL
        return this.#before;
      default:
        return this.#enterClause(type);
    }
  }

  #enterClause(type: Token): Before {
    if (this.#outer.length === 0 && sortsOrGroups[type] === 1) this.#hasSorting = true;
    // The types of several VALUES rows decide about the columns of a subquery.
    const clause = type === Token.Values && this.#outer.length > 0 ? Clause.Frozen : (clauseOf[type] as Clause);
    if (clause === Clause.None || this.#clause === Clause.Sealed) return Before.Other;
    this.#clause = clause;
    this.#openBetweens = 0;
    if (this.#outer.length > 0) return Before.Other;
    if (type === Token.Select || type === Token.Returning) {
      this.#clause = Clause.Result;
      return Before.ListStart;
    }
    if (type !== Token.Limit || !this.#isQuery) return Before.Other;
    this.#clause = Clause.Limit;
    return Before.Limit;
  }

  #clauseInParentheses(): Clause {
    switch (this.#clause) {
      case Clause.Where:
        return this.#before === Before.In ? Clause.InList : Clause.Where;
      case Clause.Values:
        return Clause.ValuesRow;
      case Clause.From:
        return Clause.From;
      default:
        return Clause.Sealed;
    }
  }

  #isNamedVariable(): boolean {
    const { start } = this.#tokenizer;
    return this.#sql.charCodeAt(start) !== 0x3f && !this.#sql.startsWith(LITERAL_PREFIX, start);
  }

  /** Notes a literal that may go if its operand ends here. */
  #literal(type: Token, sign: number): void {
    const part = this.#partOfLiteral();
    if (part === null) return;
    this.#literalStart = sign >= 0 ? sign : this.#tokenizer.start;
    this.#literalEnd = this.#tokenizer.end;
    this.#literalType = type;
    this.#literalPart = part;
    this.#isInList = this.#clause === Clause.InList || this.#clause === Clause.ValuesRow;
    // A list of one is an equality, too.
    this.#isLookedAt =
      this.#clause === Clause.InList || (this.#clause === Clause.Where && this.#before === Before.Equality);
  }

  #partOfLiteral(): Part | null {
    const before = this.#before;
    switch (this.#clause) {
      case Clause.Where:
        return before === Before.Comparison || before === Before.Between || before === Before.Equality
          ? Part.Literal
          : null;
      case Clause.InList:
      case Clause.ValuesRow:
        return before === Before.ListStart ? Part.Literal : null;
      case Clause.Set:
        return before === Before.Equality ? Part.Literal : null;
      case Clause.Result:
        return before === Before.ListStart ? Part.ResultLiteral : null;
      case Clause.Limit:
        return before === Before.Limit ? Part.Limit : before === Before.Offset ? Part.Offset : null;
      default:
        return null;
    }
  }

  /** Takes the noted literal out unless `next` goes on with its operand. */
  #endLiteral(next: Token): void {
    const start = this.#literalStart;
    this.#literalStart = -1;
    const part = this.#literalPart;
    if (!this.#isOperandEnd(part, next)) return;
    const value = this.#valueOf(start);
    if (value === null) return;
    if (part === Part.Limit && (value as bigint) <= 0n) return;
    this.#take(part, start, this.#literalEnd, value);
  }

  #isOperandEnd(part: Part, next: Token): boolean {
    switch (part) {
      case Part.Limit:
      case Part.Offset:
        return next === Token.End || next === Token.Semicolon || next === Token.Offset;
      case Part.ResultLiteral:
        return endsColumn[next] === 1 && (next === Token.As || this.#isFollowedByBlanks());
      default:
        // In a list only whole elements: `IN (5 AND a)` is another matter.
        if (next === Token.And || next === Token.Or) return !this.#isInList;
        return endsOperand[next] === 1;
    }
  }

  /** A comment behind a result column is part of its name. */
  #isFollowedByBlanks(): boolean {
    return this.#sql.slice(this.#literalEnd, this.#tokenizer.start).trim() === '';
  }

  /** The value of the noted literal; null when it must stay. */
  #valueOf(start: number): SqlInput {
    const sql = this.#sql;
    const end = this.#literalEnd;
    if (this.#literalType === Token.String) {
      const text = sql.slice(start + 1, end - 1);
      return text.includes("'") ? text.replaceAll("''", "'") : text;
    }
    const isNegative = sql.charCodeAt(start) === 0x2d;
    const text = isNegative ? sql.slice(start + 1, end).trimStart() : sql.slice(start, end);
    if (text.length > MAX_DIGITS || !isPlainNumber.test(text)) return null;
    const isInteger = this.#literalType === Token.Integer;
    const value = isNegative ? -Number(text) : Number(text);
    switch (this.#literalPart) {
      case Part.Limit:
      case Part.Offset:
        return isInteger && !isNegative && text.length <= MAX_LIMIT_DIGITS ? BigInt(text) : null;
      default:
        if (!isInteger) return value === 0 ? null : value;
        return this.#isLookedAt && staysAfterEquality(BigInt(value)) ? null : BigInt(value);
    }
  }

  #alias(): void {
    if (this.#clause !== Clause.Result || this.#outer.length > 0) return;
    const { start, end } = this.#tokenizer;
    this.#take(Part.Alias, start, end, null);
  }

  /** The texts without the parts that go. */
  #assemble(): LiteralTemplate | null {
    const sql = this.#sql;
    let folded = '';
    let text = '';
    let copied = 0;
    let parameter: string | null = null;
    let rows = 0;
    const values: SqlInput[] = [];
    const names: string[] = [];
    for (let i = 0; i < this.#kinds.length; i++) {
      const kind = this.#kinds[i]!;
      const [start, end, value] = [this.#starts[i]!, this.#ends[i]!, this.#values[i]];
      let name = sql.slice(start, end);
      if (kind === Part.Alias) {
        name = aliasName(name);
        if (folded === '') folded = sql.toLowerCase();
        if (!isPlainAlias.test(name) || !occursOnce(folded, name.toLowerCase())) continue;
      } else if (kind === Part.ResultLiteral && this.#hasSorting) continue;
      if (kind === Part.Literal && this.#hasOr && staysAfterEquality(value)) continue;
      const known = kind === Part.Literal && this.#hasOr ? values.indexOf(value) : -1;
      const mark = `${kind === Part.Alias ? ALIAS_PREFIX : LITERAL_PREFIX}${String(known >= 0 ? known : values.length)}`;
      if (kind === Part.Limit) {
        parameter = mark;
        rows = Number(value);
      }
      text += `${sql.slice(copied, start)}${separator(sql, start - 1)}${mark}${separator(sql, end)}`;
      copied = end;
      if (known >= 0) continue;
      values.push(value);
      names.push(name);
    }
    if (values.length === 0 || values.length > MAX_PARTS || sql.includes(ALIAS_PREFIX)) return null;
    text += sql.slice(copied);
    if (parameter === null) return { key: text, text, values, names, limit: null };
    const estimate = estimateOf(rows);
    return { key: `${text}\0${String(estimate)}`, text, values, names, limit: { parameter, rows: estimate } };
  }

  #take(kind: Part, start: number, end: number, value: SqlInput): void {
    this.#kinds.push(kind);
    this.#starts.push(start);
    this.#ends.push(end);
    this.#values.push(value);
  }
}

/** Integers that the planner's estimates look at. */
const staysAfterEquality = (value: SqlInput): boolean => typeof value === 'bigint' && value >= -1n && value <= 1n;

const aliasName = (written: string): string => (/^\w/.test(written) ? written : written.slice(1, -1));

function occursOnce(text: string, part: string): boolean {
  return text.indexOf(part, text.indexOf(part) + 1) < 0;
}

/** Keeps the neighbour at `at` from becoming part of the mark: nothing where it is a blank, `(`, `)`, `,`, `;` or no character. */
function separator(sql: string, at: number): string {
  const code = sql.charCodeAt(at);
  return at >= sql.length || code === 0x20 || code === 0x28 || code === 0x29 || code === 0x2c || code === 0x3b
    ? ''
    : ' ';
}
