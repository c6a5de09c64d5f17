/**
 * Edits of a CREATE TABLE text token by token: where constraints begin and end, how one is taken out or put in.
 *
 * Owns: the places of the edits, which SQLite finds without parsing: blanks and comments around them come out as SQLite leaves them.
 * Must not know: what constraints mean.
 */
import { sameName } from '../catalog/names';
import { SqlError } from '../syntax/sql-error';
import { Token } from '../syntax/token';
import { Tokenizer } from '../syntax/tokenizer';
import { dequote } from '../syntax/token-reader';

interface PlacedToken {
  /** Token.End also for what is no token. */
  readonly type: Token;
  readonly start: number;
  readonly end: number;
}

/** Offsets into the text; end is exclusive. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** The next token after blanks and comments. */
function tokenAt(sql: string, at: number): PlacedToken {
  const tokenizer = new Tokenizer(sql, at);
  try {
    tokenizer.next();
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return { type: Token.End, start: at, end: sql.length };
  }
  const { type, start, end } = tokenizer;
  return { type, start, end };
}

/** The next token; one that opens a parenthesis comes with all up to where it is closed. */
function unitAt(sql: string, at: number): PlacedToken {
  const first = tokenAt(sql, at);
  if (first.type !== Token.LeftParen) return first;
  let { end } = first;
  for (let depth = 1; depth > 0;) {
    const token = tokenAt(sql, end);
    end = token.end;
    if (token.type === Token.LeftParen) depth++;
    else if (token.type === Token.RightParen) depth--;
    else if (token.type === Token.End) return { type: Token.End, start: first.start, end };
  }
  return { type: Token.LeftParen, start: first.start, end };
}

/** Where the list of columns starts: after the first parenthesis. */
function listStart(sql: string): number {
  let at = 0;
  for (;;) {
    const { type, end } = tokenAt(sql, at);
    if (type === Token.LeftParen) return end;
    if (type === Token.End) throw new SqlError('database disk image is malformed', -1, 'SQLITE_CORRUPT');
    at = end;
  }
}

/** Offset of the comma after the column definition that starts at `at`. */
export function definitionEnd(sql: string, at: number): number {
  for (let from = at; ;) {
    const { type, start, end } = unitAt(sql, from);
    if (type === Token.Comma || type === Token.End) return start;
    from = end;
  }
}

/** Tokens before which a constraint ends. */
const CONSTRAINT_ENDS: ReadonlySet<Token> = new Set([
  Token.Constraint,
  Token.Primary,
  Token.Not,
  Token.Unique,
  Token.Check,
  Token.Default,
  Token.Collate,
  Token.References,
  Token.Foreign,
  Token.RightParen,
  Token.Comma,
  Token.End,
  Token.As,
  Token.Generated,
]);

/** After a constraint's name these say that the constraint is nothing but its name. */
const BARE_NAME_ENDS: ReadonlySet<Token> = new Set([
  Token.Constraint,
  Token.Default,
  Token.Collate,
  Token.Comma,
  Token.RightParen,
  Token.Generated,
  Token.As,
]);

/** Where the constraint ends whose inside starts at `at`. */
function constraintEnd(sql: string, at: number): number {
  for (let from = at; ;) {
    const unit = unitAt(sql, from);
    if (CONSTRAINT_ENDS.has(unit.type)) return from;
    from = unit.end;
  }
}

/** What to look for: the constraint of a name, or the NOT NULL of a column (numbered from 0). */
type Wanted = { readonly name: string } | { readonly column: number };

const hasName = (sql: string, { type, start, end }: PlacedToken, name: string): boolean =>
  type !== Token.End && sameName(dequote(sql.slice(start, end)), name);

/**
 * The constraint, from its first word (CONSTRAINT or NOT), or null.
 * @throws SqlError when the name is that of a constraint that is neither NOT NULL nor CHECK
 */
function findConstraint(sql: string, wanted: Wanted): Range | null {
  let at = listStart(sql);
  let column = 0;
  for (;;) {
    const start = at;
    const { type, end } = unitAt(sql, at);
    at = end;
    if (type === Token.RightParen || type === Token.End) return null;
    if (type === Token.Comma) column++;
    const isOfColumn = 'column' in wanted && wanted.column === column;
    if (type === Token.Not && isOfColumn) return { start, end: constraintEnd(sql, at) };
    if (type !== Token.Constraint || !('name' in wanted || isOfColumn)) continue;
    const named = namedConstraint(sql, at);
    at = named.end;
    if ('name' in wanted ? !hasName(sql, named.name, wanted.name) : named.type !== Token.Not) continue;
    if (named.type !== Token.Not && named.type !== Token.Check) {
      throw new SqlError(`constraint may not be dropped: ${'name' in wanted ? wanted.name : ''}`);
    }
    return { start, end: at };
  }
}

/** What follows the word CONSTRAINT: the name, the first word of the constraint (CHECK when there is none), and its end. */
function namedConstraint(sql: string, at: number): { name: PlacedToken; type: Token; end: number } {
  const name = unitAt(sql, at);
  const first = unitAt(sql, name.end);
  if (BARE_NAME_ENDS.has(first.type)) return { name, type: Token.Check, end: name.end };
  return { name, type: first.type, end: constraintEnd(sql, first.end) };
}

/** A constraint of this name is written anywhere in the text. */
export function hasConstraint(sql: string, name: string): boolean {
  for (let at = listStart(sql); ;) {
    const { type, end } = unitAt(sql, at);
    if (type === Token.End) return false;
    at = end;
    if (type !== Token.Constraint) continue;
    const word = unitAt(sql, at);
    if (hasName(sql, word, name)) return true;
    at = word.end;
  }
}

/**
 * The text without the constraint.
 * @throws SqlError when there is none of that name; a column without NOT NULL is fine
 */
export function withoutConstraint(sql: string, wanted: Wanted): string {
  const found = findConstraint(sql, wanted);
  if (found === null) {
    if ('name' in wanted) throw new SqlError(`no such constraint: ${wanted.name}`);
    return sql;
  }
  const next = tokenAt(sql, found.end);
  const isLast = next.type === Token.RightParen || next.type === Token.Comma;
  const start = isLast && sql.charAt(found.start - 1) === ',' ? found.start - 1 : found.start;
  return sql.slice(0, start) + (isLast ? '' : ' ') + sql.slice(next.start);
}

/** The text with a constraint added to a column's definition, or to the table when `column` is null. */
export function withConstraint(sql: string, constraint: string, column: number | null): string {
  let at = listStart(sql);
  let last = Token.LeftParen;
  for (let number = 0; column === null ? last !== Token.RightParen : number <= column; number++) {
    at = unitAt(sql, at).end;
    for (;;) {
      const unit = unitAt(sql, at);
      last = unit.type;
      if (last === Token.Comma || last === Token.RightParen) break;
      if (last === Token.End) throw new SqlError('database disk image is malformed', -1, 'SQLITE_CORRUPT');
      at = unit.end;
    }
  }
  at = tokenAt(sql, at).start;
  return `${sql.slice(0, at)}${column === null ? ', ' : ' '}${constraint}${sql.slice(at)}`;
}

const BLANKS_AND_COMMENTS = /[ \t\n\f\r]+|--[^\n]*\n?|(\/\*(?:[^*]|\*(?!\/))*(?:\*\/)?)/y;

/**
 * The text of a constraint from its first word, with the block comments that follow its last one.
 * @param lastEnd end of its last token
 * @param limit where the statement ends
 */
export function constraintText(sql: string, start: number, lastEnd: number, limit: number): string {
  let end = lastEnd;
  BLANKS_AND_COMMENTS.lastIndex = lastEnd;
  while (BLANKS_AND_COMMENTS.lastIndex < limit) {
    const match = BLANKS_AND_COMMENTS.exec(sql);
    if (match === null) break;
    if (match[1] !== undefined) end = BLANKS_AND_COMMENTS.lastIndex;
  }
  return sql.slice(start, Math.min(end, limit));
}
