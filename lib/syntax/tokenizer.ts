/**
 * Splits SQL text into tokens, one on demand.
 *
 * Owns: character classes, literals, comments, and the three words (WINDOW, OVER, FILTER) whose meaning depends on neighbours.
 * Must not know: the grammar.
 * Invariants: blanks and comments are never tokens; a NUL character ends the text; `previousEnd` is the end of the token before.
 */
import { SqlError } from './sql-error';
import { FIRST_FALLBACK, Token, keywordType, mixHash } from './token';

const enum Class {
  Illegal,
  Space,
  /** A letter or underscore: may be in a keyword. */
  Letter,
  /** Identifier character that no keyword has: a digit is its own class, this is `$` and all above ASCII. */
  Other,
  Digit,
  Punctuation,
  Quote,
}

const classes = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const char = String.fromCharCode(code);
  if ('\t\n\f\r '.includes(char)) classes[code] = Class.Space;
  else if (/[a-z_]/i.test(char)) classes[code] = Class.Letter;
  else if (/[0-9]/.test(char)) classes[code] = Class.Digit;
  else if ('"\'`'.includes(char)) classes[code] = Class.Quote;
  else if ('!$%&()*+,-./:;<=>?@[|~#'.includes(char)) classes[code] = Class.Punctuation;
}

const QUOTE_SINGLE = 39;
const DIGIT_SEPARATOR = 95;

function isIdentifierCode(code: number): boolean {
  if (code > 127) return true;
  const kind = classes[code];
  return kind === Class.Letter || kind === Class.Digit || code === 36;
}

export function isDigitCode(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isHexCode(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);
}

export function isSpaceCode(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

/** The last script whose end was looked for: its statements are read one by one, and each would search all the rest for a NUL. */
let script = { sql: '', from: 0, end: 0 };

/** Where the text ends: its length, or its first NUL from `offset` on. */
function endOfText(sql: string, offset: number): number {
  if (offset > 0 && offset >= script.from && offset <= script.end && sql === script.sql) return script.end;
  const nul = sql.indexOf('\0', offset);
  const end = nul < 0 ? sql.length : nul;
  if (offset > 0) script = { sql, from: offset, end };
  return end;
}

export class Tokenizer {
  readonly sql: string;
  /** Where the text ends: its length, or its first NUL. */
  readonly limit: number;
  /** The current token. */
  type: Token = Token.End;
  start = 0;
  end = 0;
  /** End of the token before the current one. */
  previousEnd = 0;

  constructor(sql: string, offset: number) {
    this.sql = sql;
    this.limit = endOfText(sql, offset);
    this.end = offset;
    this.previousEnd = offset;
  }

  /** Reads the next token. @throws SqlError `unrecognized token: "..."`. */
  next(): void {
    const previous = this.type;
    this.previousEnd = this.end;
    this.scan();
    if (this.type >= FIRST_FALLBACK) return;
    if (this.type === Token.Window) this.type = this.windowMeaning();
    else if (this.type === Token.Over) this.type = this.overMeaning(previous);
    else if (this.type === Token.Filter) this.type = this.filterMeaning(previous);
  }

  /** WINDOW is a keyword only before `name AS`. */
  private windowMeaning(): Token {
    return this.lookAhead((first, second) => first === Token.Identifier && second === Token.As)
      ? Token.Window
      : Token.Identifier;
  }

  /** OVER is a keyword only after `)` and before `(` or a name. */
  private overMeaning(previous: Token): Token {
    if (previous !== Token.RightParen) return Token.Identifier;
    return this.lookAhead((first) => first === Token.LeftParen || first === Token.Identifier)
      ? Token.Over
      : Token.Identifier;
  }

  /** FILTER is a keyword only between `)` and `(`. */
  private filterMeaning(previous: Token): Token {
    if (previous !== Token.RightParen) return Token.Identifier;
    return this.lookAhead((first) => first === Token.LeftParen) ? Token.Filter : Token.Identifier;
  }

  /** Looks at the types of the next two tokens; whatever can be a name counts as Identifier, what is no token as End. */
  private lookAhead(test: (first: Token, second: Token) => boolean): boolean {
    const { type, start, end } = this;
    const first = this.scanForLookAhead();
    const second = first === Token.End ? Token.End : this.scanForLookAhead();
    this.type = type;
    this.start = start;
    this.end = end;
    return test(first, second);
  }

  private scanForLookAhead(): Token {
    try {
      this.scan();
    } catch (error) {
      if (error instanceof SqlError) return Token.End;
      throw error;
    }
    const type = this.type;
    const isName =
      type >= FIRST_FALLBACK ||
      type === Token.String ||
      type === Token.JoinKeyword ||
      type === Token.Window ||
      type === Token.Over;
    return isName ? Token.Identifier : type;
  }

  private scan(): void {
    const sql = this.sql;
    const limit = this.limit;
    let at = this.end;
    for (;;) {
      if (at >= limit) return this.set(Token.End, limit, limit);
      const code = sql.charCodeAt(at);
      if (code > 127) {
        if (code !== 0xfeff) return this.set(Token.Identifier, at, this.wordEnd(at + 1));
        at++;
        continue;
      }
      switch (classes[code]) {
        case Class.Space:
          while (isSpaceCode(this.codeAt(at))) at++;
          continue;
        case Class.Letter:
          return this.scanWord(at, code);
        case Class.Digit:
          return this.scanNumber(at);
        case Class.Quote:
          return this.scanQuoted(at, code);
        case Class.Punctuation: {
          const next = at + 1 < limit ? sql.charCodeAt(at + 1) : 0;
          if (code === 45 && next === 45) {
            at = this.lineCommentEnd(at + 2);
            continue;
          }
          if (code === 47 && next === 42 && at + 2 < limit) {
            at = this.blockCommentEnd(at + 2);
            continue;
          }
          return this.scanPunctuation(at, code, next);
        }
        default:
          return this.illegal(at, at + 1);
      }
    }
  }

  private set(type: Token, start: number, end: number): void {
    this.type = type;
    this.start = start;
    this.end = end;
  }

  private illegal(start: number, end: number): never {
    throw new SqlError(`unrecognized token: "${this.sql.slice(start, end)}"`, start);
  }

  private codeAt(at: number): number {
    return at < this.limit ? this.sql.charCodeAt(at) : 0;
  }

  private wordEnd(at: number): number {
    while (at < this.limit && isIdentifierCode(this.sql.charCodeAt(at))) at++;
    return at;
  }

  private lineCommentEnd(at: number): number {
    const newline = this.sql.indexOf('\n', at);
    return newline < 0 || newline > this.limit ? this.limit : newline;
  }

  /** A block comment that is never closed ends with the text. */
  private blockCommentEnd(at: number): number {
    const close = this.sql.indexOf('*/', at);
    return close < 0 || close + 2 > this.limit ? this.limit : close + 2;
  }

  private scanWord(start: number, first: number): void {
    const sql = this.sql;
    const limit = this.limit;
    if ((first | 32) === 120 && this.codeAt(start + 1) === QUOTE_SINGLE) return this.scanBlob(start);
    let hash = mixHash(0, first | 32);
    let at = start + 1;
    for (; at < limit; at++) {
      const code = sql.charCodeAt(at);
      if (code > 127) return this.set(Token.Identifier, start, this.wordEnd(at + 1));
      const kind = classes[code];
      if (kind === Class.Letter) hash = mixHash(hash, code === 95 ? code : code | 32);
      else if (kind === Class.Digit || code === 36) return this.set(Token.Identifier, start, this.wordEnd(at + 1));
      else break;
    }
    this.set(keywordType(sql, start, at, hash), start, at);
  }

  private scanQuoted(start: number, quote: number): void {
    const delimiter = this.sql[start] as string;
    let at = start + 1;
    for (;;) {
      const close = this.sql.indexOf(delimiter, at);
      if (close < 0 || close >= this.limit) return this.illegal(start, this.limit);
      if (this.codeAt(close + 1) !== quote) {
        return this.set(quote === QUOTE_SINGLE ? Token.String : Token.Identifier, start, close + 1);
      }
      at = close + 2;
    }
  }

  private scanBlob(start: number): void {
    let at = start + 2;
    while (isHexCode(this.codeAt(at))) at++;
    if (this.codeAt(at) === QUOTE_SINGLE && (at - start) % 2 === 0) return this.set(Token.Blob, start, at + 1);
    const close = this.sql.indexOf("'", at);
    this.illegal(start, close < 0 || close >= this.limit ? this.limit : close + 1);
  }

  private digitsEnd(at: number): number {
    while (isDigitCode(this.codeAt(at)) || this.codeAt(at) === DIGIT_SEPARATOR) at++;
    return at;
  }

  private scanNumber(start: number): void {
    let at = start;
    let type = Token.Integer;
    const isHex = this.codeAt(at) === 48 && (this.codeAt(at + 1) | 32) === 120 && isHexCode(this.codeAt(at + 2));
    if (isHex) {
      at += 3;
      while (isHexCode(this.codeAt(at)) || this.codeAt(at) === DIGIT_SEPARATOR) at++;
    } else {
      at = this.digitsEnd(at);
      if (this.codeAt(at) === 46) {
        type = Token.Real;
        at = this.digitsEnd(at + 1);
      }
      if ((this.codeAt(at) | 32) === 101) {
        const sign = this.codeAt(at + 1);
        const digits = sign === 43 || sign === 45 ? at + 2 : at + 1;
        if (isDigitCode(this.codeAt(digits))) {
          type = Token.Real;
          at = this.digitsEnd(digits + 1);
        }
      }
    }
    const end = this.wordEnd(at);
    if (end !== at) this.illegal(start, end);
    this.set(this.isSeparated(start, at) ? Token.SeparatedNumber : type, start, at);
  }

  private isSeparated(start: number, end: number): boolean {
    for (let at = start + 1; at < end; at++) if (this.sql.charCodeAt(at) === DIGIT_SEPARATOR) return true;
    return false;
  }

  /** `:name`, `@name`, `$name`, `#name`. */
  private scanNamedVariable(start: number): void {
    const end = this.wordEnd(start + 1);
    if (end === start + 1) this.illegal(start, end);
    this.set(Token.Variable, start, end);
  }

  private scanPunctuation(at: number, code: number, next: number): void {
    switch (code) {
      case 33: // !
        return next === 61 ? this.set(Token.NotEqual, at, at + 2) : this.illegal(at, at + 1);
      case 37: // %
        return this.set(Token.Percent, at, at + 1);
      case 38: // &
        return this.set(Token.Ampersand, at, at + 1);
      case 40: // (
        return this.set(Token.LeftParen, at, at + 1);
      case 41: // )
        return this.set(Token.RightParen, at, at + 1);
      case 42: // *
        return this.set(Token.Star, at, at + 1);
      case 43: // +
        return this.set(Token.Plus, at, at + 1);
      case 44: // ,
        return this.set(Token.Comma, at, at + 1);
      case 45: // -
        if (next !== 62) return this.set(Token.Minus, at, at + 1);
        return this.set(Token.Arrow, at, this.codeAt(at + 2) === 62 ? at + 3 : at + 2);
      case 46: // .
        return isDigitCode(next) ? this.scanNumber(at) : this.set(Token.Dot, at, at + 1);
      case 47: // /
        return this.set(Token.Slash, at, at + 1);
      case 59: // ;
        return this.set(Token.Semicolon, at, at + 1);
      case 60: // <
        if (next === 61) return this.set(Token.LessEqual, at, at + 2);
        if (next === 62) return this.set(Token.NotEqual, at, at + 2);
        return next === 60 ? this.set(Token.ShiftLeft, at, at + 2) : this.set(Token.Less, at, at + 1);
      case 61: // =
        return this.set(Token.Equal, at, next === 61 ? at + 2 : at + 1);
      case 62: // >
        if (next === 61) return this.set(Token.GreaterEqual, at, at + 2);
        return next === 62 ? this.set(Token.ShiftRight, at, at + 2) : this.set(Token.Greater, at, at + 1);
      case 63: // ?
        return this.set(Token.Variable, at, this.numberedVariableEnd(at + 1));
      case 91: // [
        return this.scanBracketed(at);
      case 124: // |
        return next === 124 ? this.set(Token.Concat, at, at + 2) : this.set(Token.Pipe, at, at + 1);
      case 126: // ~
        return this.set(Token.Tilde, at, at + 1);
      default: // : @ $ #
        return this.scanNamedVariable(at);
    }
  }

  private numberedVariableEnd(at: number): number {
    while (isDigitCode(this.codeAt(at))) at++;
    return at;
  }

  private scanBracketed(start: number): void {
    const close = this.sql.indexOf(']', start);
    if (close < 0 || close >= this.limit) this.illegal(start, this.limit);
    this.set(Token.Identifier, start, close + 1);
  }
}
