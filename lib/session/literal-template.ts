// Statements that differ in literals only share one program: literals where the compiler cannot see their value anyway become
// parameters, and the text without them is the key under which the program is found.
//
// Owns: which literals may be taken out. A literal is, when it is a whole operand of a comparison or an element of an IN list in a WHERE
// or ON clause, a whole value in VALUES, or a whole value after SET. Not where the value shapes the program or its names: the select list, LIMIT, ORDER
// BY, function arguments, LIKE patterns; not 0 and 1 in comparisons, which the planner's estimates look at.
// Must not know: schemas. A schema with partial indexes forbids templates for their tables (Compiler).
import type { SqlInput } from './parameters';

export interface LiteralTemplate {
  /** The text with `:__literal0`, `:__literal1`... in place of the literals. */
  readonly text: string;
  readonly literals: readonly SqlInput[];
}

export const LITERAL_PREFIX = ':__literal';

const MAX_LENGTH = 4000;
const MAX_LITERALS = 200;
/** Longer numbers may not be exact as a double or as a 64-bit integer. */
const MAX_DIGITS = 15;

/** What the scanner is in, at one depth of parentheses. */
const enum Clause {
  /** Literals stay. */
  Frozen,
  /** Inside parentheses in a frozen clause: literals stay, whatever clauses there are. */
  Sealed,
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
}

const enum Before {
  Other,
  Comparison,
  /** `(` or `,` */
  ListStart,
  In,
}

const clauseWords = new Map<string, Clause>([
  ['SELECT', Clause.Frozen],
  ['FROM', Clause.From],
  ['JOIN', Clause.From],
  ['WHERE', Clause.Where],
  ['ON', Clause.Where],
  ['VALUES', Clause.Values],
  ['SET', Clause.Set],
  ['GROUP', Clause.Frozen],
  ['HAVING', Clause.Frozen],
  ['ORDER', Clause.Frozen],
  ['LIMIT', Clause.Frozen],
  ['WINDOW', Clause.Frozen],
  ['RETURNING', Clause.Frozen],
  ['UNION', Clause.Frozen],
  ['EXCEPT', Clause.Frozen],
  ['INTERSECT', Clause.Frozen],
]);
/** Words that end an operand. */
const endWords = new Set(['AND', 'OR', 'GROUP', 'ORDER', 'LIMIT', 'WHERE', 'RETURNING', 'HAVING', 'UNION', 'EXCEPT', 'INTERSECT']); // prettier-ignore

const Char = {
  Quote: 0x27,
  LeftParen: 0x28,
  RightParen: 0x29,
  Comma: 0x2c,
  Minus: 0x2d,
  Dot: 0x2e,
  Slash: 0x2f,
  Semicolon: 0x3b,
  Less: 0x3c,
  Equal: 0x3d,
  Greater: 0x3e,
  Question: 0x3f,
  DoubleQuote: 0x22,
  Star: 0x2a,
  LeftBracket: 0x5b,
  BackQuote: 0x60,
} as const;

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isSpace = (code: number): boolean => code === 0x20 || (code >= 9 && code <= 13);
const isWord = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || isDigit(code) || code === 0x5f || code > 127;

const isCandidate = /^\s*(?:select|insert|update|delete|replace)\b/i;

/** The template of a text and the literals taken out; null when nothing may be. */
export function literalTemplate(sql: string): LiteralTemplate | null {
  if (sql.length > MAX_LENGTH || !isCandidate.test(sql) || sql.includes(LITERAL_PREFIX)) return null;
  return new Scanner(sql).scan();
}

class Scanner {
  readonly #literals: SqlInput[] = [];
  readonly #outer: Clause[] = [];
  #clause = Clause.Frozen;
  #before = Before.Other;
  #at = 0;
  #text = '';
  #copied = 0;

  constructor(private readonly sql: string) {}

  scan(): LiteralTemplate | null {
    const { sql } = this;
    while (this.#at < sql.length) {
      const code = sql.charCodeAt(this.#at);
      if (isSpace(code)) this.#at++;
      else if (isDigit(code)) this.#number();
      else if (isWord(code)) this.#word();
      else if (code === Char.Quote) this.#string();
      else if (!this.#punctuation(code)) return null;
    }
    if (this.#literals.length === 0 || this.#literals.length > MAX_LITERALS) return null;
    return { text: this.#text + sql.slice(this.#copied), literals: this.#literals };
  }

  /** False for what this scanner doesn't read: comments, names in brackets, numbered parameters, several statements. */
  #punctuation(code: number): boolean {
    const { sql } = this;
    const next = sql.charCodeAt(this.#at + 1);
    switch (code) {
      case Char.LeftParen:
        this.#outer.push(this.#clause);
        this.#clause = this.#clauseInParentheses();
        this.#before = Before.ListStart;
        break;
      case Char.RightParen: {
        const clause = this.#outer.pop();
        if (clause === undefined) return false;
        this.#clause = clause;
        this.#before = Before.Other;
        break;
      }
      case Char.Comma:
        this.#before = Before.ListStart;
        break;
      case Char.Less:
      case Char.Greater:
      case Char.Equal:
        this.#before = this.#comparison(code, next);
        break;
      case Char.Minus:
      case Char.Slash:
        if (next === code || (code === Char.Slash && next === Char.Star)) return false;
        this.#before = Before.Other;
        break;
      case Char.Question:
        if (isDigit(next)) return false;
        this.#before = Before.Other;
        break;
      case Char.DoubleQuote:
      case Char.BackQuote:
        this.#skipQuoted(code);
        this.#before = Before.Other;
        return true;
      case Char.Semicolon:
      case Char.LeftBracket:
      case 0:
        return false;
      default:
        this.#before = Before.Other;
    }
    this.#at++;
    return true;
  }

  /** After `<`, `>` or `=`; reads over the second character of `<=`, `==`, `<>`. Shifts and arrows are no comparison. */
  #comparison(code: number, next: number): Before {
    if (next === Char.Equal || (code === Char.Less && next === Char.Greater)) {
      this.#at++;
      return Before.Comparison;
    }
    const previous = this.sql.charCodeAt(this.#at - 1);
    const isOther = next === Char.Less || next === Char.Greater || previous === Char.Minus || previous === code;
    return isOther || (code === Char.Greater && previous === Char.Greater) ? Before.Other : Before.Comparison;
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

  #word(): void {
    const { sql } = this;
    const start = this.#at;
    while (this.#at < sql.length && isWord(sql.charCodeAt(this.#at))) this.#at++;
    // x'..' is left alone.
    if (sql.charCodeAt(this.#at) === Char.Quote) {
      this.#skipQuoted(Char.Quote);
      this.#before = Before.Other;
      return;
    }
    const length = this.#at - start;
    this.#before = Before.Other;
    if (length < 2 || length > 9) return;
    const word = sql.slice(start, this.#at).toUpperCase();
    const clause = clauseWords.get(word);
    if (clause !== undefined) {
      if (this.#clause !== Clause.Sealed) this.#clause = clause;
    } else if (word === 'IN') this.#before = Before.In;
  }

  #number(): void {
    const { sql } = this;
    const start = this.#at;
    let digits = 0;
    let isReal = false;
    for (; this.#at < sql.length; this.#at++) {
      const code = sql.charCodeAt(this.#at);
      if (isDigit(code)) digits++;
      else if (code === Char.Dot && !isReal) isReal = true;
      else break;
    }
    const isPlain = !isWord(sql.charCodeAt(this.#at)) && sql.charCodeAt(this.#at) !== Char.Dot;
    while (isWord(sql.charCodeAt(this.#at))) this.#at++;
    const text = sql.slice(start, this.#at);
    if (isPlain && digits <= MAX_DIGITS && this.#isFree(!isReal && Number(text) <= 1))
      this.#take(start, isReal ? Number(text) : BigInt(text));
    this.#before = Before.Other;
  }

  #string(): void {
    const start = this.#at;
    this.#skipQuoted(Char.Quote);
    if (this.#isFree(false)) this.#take(start, this.sql.slice(start + 1, this.#at - 1).replaceAll("''", "'"));
    this.#before = Before.Other;
  }

  #skipQuoted(quote: number): void {
    const { sql } = this;
    for (this.#at++; this.#at < sql.length; this.#at++) {
      if (sql.charCodeAt(this.#at) !== quote) continue;
      if (sql.charCodeAt(this.#at + 1) !== quote) break;
      this.#at++;
    }
    this.#at++;
  }

  /** Whether the literal that ends here stands where its value doesn't matter to the compiler. */
  #isFree(isSmall: boolean): boolean {
    if (this.#at > this.sql.length) return false; // a string without its end
    switch (this.#clause) {
      case Clause.Where:
        return this.#before === Before.Comparison && !isSmall && this.#isAtEnd();
      case Clause.InList:
      case Clause.ValuesRow:
        return this.#before === Before.ListStart && this.#isAtEnd();
      case Clause.Set:
        return this.#before === Before.Comparison && this.#isAtEnd();
      default:
        return false;
    }
  }

  /** The operand ends here. */
  #isAtEnd(): boolean {
    const { sql } = this;
    let at = this.#at;
    while (at < sql.length && isSpace(sql.charCodeAt(at))) at++;
    const code = sql.charCodeAt(at);
    if (at >= sql.length || code === Char.Comma || code === Char.RightParen) return true;
    if (!isWord(code)) return false;
    let end = at;
    while (end < sql.length && isWord(sql.charCodeAt(end))) end++;
    return endWords.has(sql.slice(at, end).toUpperCase());
  }

  #take(start: number, value: SqlInput): void {
    this.#text += this.sql.slice(this.#copied, start) + LITERAL_PREFIX + String(this.#literals.length);
    this.#literals.push(value);
    this.#copied = this.#at;
  }
}
