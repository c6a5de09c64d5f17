/**
 * The foreign keys of a CREATE TABLE text, found by its tokens alone: REFERENCES is a keyword wherever it stands, so that a table need not
 * be parsed to know which others it names.
 *
 * Owns: the finding of `REFERENCES table (column, ...)`. Must not know: any other clause.
 */
import type { Identifier } from './ast';
import { SqlError } from './sql-error';
import { Token } from './token';
import { TokenReader } from './token-reader';

export interface FoundReference {
  readonly table: Identifier;
  readonly columns: readonly Identifier[];
}

const NONE: readonly FoundReference[] = [];

/** Where the keyword may be: names in quotes, strings and comments are stepped over. */
const QUOTED = String.raw`"(?:[^"]|"")*"|'(?:[^']|'')*'|\`(?:[^\`]|\`\`)*\`|\[[^\]]*\]`;
const COMMENT = String.raw`--[^\n]*|/\*[^]*?(?:\*/|$)`;
const KEYWORD = String.raw`(?<![\w$\u0080-\uffff])references(?![\w$\u0080-\uffff])`;
const PATTERN = new RegExp(`${QUOTED}|${COMMENT}|${KEYWORD}`, 'gi');

/** In the order of the text. */
export function findReferences(sql: string): readonly FoundReference[] {
  if (!/references/i.test(sql)) return NONE;
  const found: FoundReference[] = [];
  PATTERN.lastIndex = 0;
  for (let match = PATTERN.exec(sql); match !== null; match = PATTERN.exec(sql)) {
    if ((sql.charCodeAt(match.index) | 32) !== LETTER_R) continue;
    const reference = readReference(sql, PATTERN.lastIndex);
    if (reference === null) continue;
    found.push(reference);
    PATTERN.lastIndex = reference.table.end;
  }
  return found;
}

const LETTER_R = 0x72;

/** Null when no name follows, or what is no token. */
function readReference(sql: string, offset: number): FoundReference | null {
  try {
    const reader = new TokenReader(sql, offset);
    reader.next();
    return isName(reader) ? { table: reader.takeName(), columns: columnsOf(reader) } : null;
  } catch (error) {
    if (error instanceof SqlError) return null;
    throw error;
  }
}

const isName = (reader: TokenReader): boolean => reader.isPlainName() || reader.at(Token.String);

/** The names right after `(` and commas; COLLATE and ASC may follow each. */
function columnsOf(reader: TokenReader): Identifier[] {
  const columns: Identifier[] = [];
  if (!reader.at(Token.LeftParen)) return columns;
  while (reader.accept(Token.LeftParen) || reader.accept(Token.Comma)) {
    if (!isName(reader)) break;
    columns.push(reader.takeName());
    while (!reader.at(Token.Comma) && !reader.at(Token.RightParen) && !reader.at(Token.End)) reader.next();
  }
  return columns;
}

/** The text without the names of the tables that it refers to: what other objects see of a table does not depend on these. */
export function withoutReferences(sql: string): string {
  let text = '';
  let at = 0;
  for (const { table } of findReferences(sql)) {
    text += sql.slice(at, table.start);
    at = table.end;
  }
  return text + sql.slice(at);
}
