/**
 * The parser's ground floor: the current token, names, and SQLite's syntax errors.
 *
 * Owns: limits of one statement (parameters, nesting) and the reading of names in all their quotings.
 * Must not know: any clause.
 */
import type { Identifier, QualifiedName, Quoting } from './ast';
import { SqlError } from './sql-error';
import { FIRST_FALLBACK, Token } from './token';
import { Tokenizer, isSpaceCode } from './tokenizer';

/** SQLite's default limits, which better-sqlite3 leaves alone. */
export const MAX_PARAMETER = 32766;
export const MAX_EXPRESSION_DEPTH = 1000;
export const MAX_COMPOUND_TERMS = 500;
export const MAX_FROM_TERMS = 200;
export const MAX_FUNCTION_ARGUMENTS = 1000;
export const MAX_COLUMNS = 2000;
/** Entries on SQLite's parser stack; ours counts nested constructs, each by the entries it takes there. */
const MAX_PARSER_DEPTH = 2500;

export class TokenReader extends Tokenizer {
  /** parameterNames[i]: name of parameter i + 1. */
  readonly parameterNames: (string | null)[] = [];
  private readonly parameterNumbers = new Map<string, number>();
  /** Queries numbered so far; see Select. */
  protected queryCount = 0;
  /** OVER clauses read so far. */
  protected windowCount = 0;
  /** What stands below the first expression of a statement there. */
  private depth = 4;
  private reported: SqlError | null = null;

  /** @throws SqlError for the current token. */
  syntaxError(): never {
    if (this.at(Token.End)) throw new SqlError('incomplete input', this.start);
    throw new SqlError(`near "${this.sql.slice(this.start, this.end)}": syntax error`, this.start);
  }

  /**
   * Notes an error in what has been parsed. As in SQLite it comes out when the current token turns out to be grammatical; a syntax error
   * at that token takes its place.
   */
  report(message: string, offset: number): void {
    this.reported = new SqlError(message, offset);
  }

  /** @throws SqlError the error reported last, if any. */
  throwReported(): void {
    if (this.reported !== null) throw this.reported;
  }

  override next(): void {
    if (this.reported !== null) throw this.reported;
    super.next();
  }

  /** Whether the current token is of this type. */
  at(type: Token): boolean {
    return this.type === type;
  }

  /** Consumes a token of this type or fails. */
  expect(type: Token): void {
    if (this.type !== type) this.syntaxError();
    this.next();
  }

  /** Consumes a token of this type if it is the current one. */
  accept(type: Token): boolean {
    if (this.type !== type) return false;
    this.next();
    return true;
  }

  /** Counts nested constructs; `entries` is how many entries of SQLite's parser stack one takes. Pair with `leave`. */
  enter(entries: number): void {
    this.depth += entries;
    if (this.depth > MAX_PARSER_DEPTH) throw new SqlError('Recursion limit', this.start);
  }

  leave(entries: number): void {
    this.depth -= entries;
  }

  /** End of the text that runs up to the current token, without blanks at its end (comments stay: SQLite keeps them in names). */
  spanEnd(start: number): number {
    let end = this.start;
    while (end > start && isSpaceCode(this.sql.charCodeAt(end - 1))) end--;
    return end;
  }

  /** ID | fallback keyword. */
  isIdentifier(): boolean {
    return this.at(Token.Identifier) || this.type >= FIRST_FALLBACK;
  }

  /** ID | INDEXED | JOIN_KW: a name that is no string. */
  isPlainName(): boolean {
    return (
      this.at(Token.Identifier) || this.type >= FIRST_FALLBACK || this.at(Token.Indexed) || this.at(Token.JoinKeyword)
    );
  }

  // nm ::= ID | INDEXED | JOIN_KW | STRING
  parseName(): Identifier {
    if (!this.isPlainName() && !this.at(Token.String)) this.syntaxError();
    return this.takeName();
  }

  /** The current token as an identifier, whatever it is. */
  takeName(): Identifier {
    const { sql, start, end } = this;
    const quoting = quotingOf(sql.charCodeAt(start));
    const name = quoting === 'bare' ? sql.slice(start, end) : unquote(sql, start, end, quoting);
    this.next();
    return { start, end, name, quoting };
  }

  // ID | STRING, as in types, aliases and COLLATE
  parseIdentifierOrString(): Identifier {
    if (!this.isIdentifier() && !this.at(Token.String)) this.syntaxError();
    return this.takeName();
  }

  // fullname ::= nm | nm DOT nm
  parseQualifiedName(): QualifiedName {
    const first = this.parseName();
    if (!this.accept(Token.Dot)) return { start: first.start, end: first.end, database: null, name: first };
    const name = this.parseName();
    return { start: first.start, end: name.end, database: first, name };
  }

  // idlist ::= nm [, nm]...
  parseNameList(): Identifier[] {
    const names = [this.parseName()];
    while (this.accept(Token.Comma)) names.push(this.parseName());
    return names;
  }

  /** Number of the parameter of this text (`?`, `?5`, `:name`); notes its name. */
  numberParameter(text: string, offset: number): number {
    const names = this.parameterNames;
    if (text === '?') return this.addParameter(null, offset);
    if (text.charCodeAt(0) !== 63) {
      return this.parameterNumbers.get(text) ?? this.addParameter(text, offset);
    }
    const number = Number(text.slice(1));
    if (!(number >= 1 && number <= MAX_PARAMETER)) {
      this.report(`variable number must be between ?1 and ?${MAX_PARAMETER}`, offset);
      return 1;
    }
    while (names.length < number) names.push(null);
    if (names[number - 1] === null) this.nameParameter(number, text);
    return number;
  }

  private addParameter(name: string | null, offset: number): number {
    this.parameterNames.push(null);
    const number = this.parameterNames.length;
    if (name !== null) this.nameParameter(number, name);
    if (number > MAX_PARAMETER) this.report('too many SQL variables', offset);
    return number;
  }

  private nameParameter(number: number, name: string): void {
    this.parameterNames[number - 1] = name;
    this.parameterNumbers.set(name, number);
  }
}

function quotingOf(code: number): Quoting {
  switch (code) {
    case 34:
      return 'double';
    case 39:
      return 'single';
    case 91:
      return 'bracket';
    case 96:
      return 'back';
    default:
      return 'bare';
  }
}

/** Contents of the quoted token sql[start, end): doubled quotes become one. Brackets have no escape. */
export function unquote(sql: string, start: number, end: number, quoting: Quoting): string {
  const inner = sql.slice(start + 1, end - 1);
  if (quoting === 'bracket') return inner;
  const quote = sql.charAt(start);
  return inner.includes(quote) ? inner.replaceAll(quote + quote, quote) : inner;
}

/** The text without the quotes that it starts with, up to where they are closed; other text as it is. */
export function dequote(text: string): string {
  const quote = text.charAt(0);
  const close = quote === '[' ? ']' : quote;
  if (text.length < 2 || !(quote === '[' || quote === '"' || quote === "'" || quote === '`')) return text;
  let value = '';
  for (let at = 1; at < text.length; at++) {
    const char = text.charAt(at);
    if (char !== close) value += char;
    else if (text.charAt(at + 1) === close) value += text.charAt(++at);
    else break;
  }
  return value;
}
