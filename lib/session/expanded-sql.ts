// The text of a statement with its parameters' values written in, as loggers and Statement#toString() show it.
import { roundedRealText } from '../catalog/real-text';
import { Token } from '../syntax/token';
import { Tokenizer } from '../syntax/tokenizer';
import { bytesOf } from './bytes';
import type { ParameterList, SqlInput } from './parameters';

/** What of a program is needed. */
interface Expandable {
  readonly sql: string;
  readonly parameters: ParameterList;
}

export function expandSql({ sql, parameters }: Expandable, values: readonly SqlInput[]): string {
  if (parameters.count === 0) return sql;
  const tokenizer = new Tokenizer(sql, 0);
  let expanded = '';
  let copied = 0;
  let last = -1;
  for (tokenizer.next(); tokenizer.type !== Token.End; tokenizer.next()) {
    if (tokenizer.type !== Token.Variable) continue;
    const name = sql.slice(tokenizer.start, tokenizer.end);
    const index = parameterIndex(name, last, parameters);
    if (index > last) last = index;
    expanded += sql.slice(copied, tokenizer.start) + literal(values[index]);
    copied = tokenizer.end;
  }
  return expanded + sql.slice(copied);
}

/** A plain `?` is the one after the highest so far. */
function parameterIndex(name: string, last: number, parameters: ParameterList): number {
  if (name === '?') return last + 1;
  if (name.startsWith('?')) return Number(name.slice(1)) - 1;
  return parameters.names.indexOf(name);
}

function literal(value: SqlInput): string {
  switch (typeof value) {
    case 'number':
      return Number.isNaN(value) ? 'NULL' : roundedRealText(value);
    case 'bigint':
      return value.toString();
    case 'string':
      return textLiteral(value);
    case 'object':
      if (value === null) return 'NULL';
      return blobLiteral(bytesOf(value));
    default:
      return 'NULL';
  }
}

/** Longer text and blobs are cut: SQLITE_TRACE_SIZE_LIMIT of better-sqlite3's build, in bytes. */
const MAX_LITERAL_BYTES = 32;

function textLiteral(text: string): string {
  let shown = text;
  let rest = '';
  if (Buffer.byteLength(text) > MAX_LITERAL_BYTES) {
    const bytes = Buffer.from(text);
    let end = MAX_LITERAL_BYTES;
    // Whole characters only.
    while (end < bytes.length && (bytes[end]! & 0xc0) === 0x80) end++;
    shown = bytes.toString('utf8', 0, end);
    if (end < bytes.length) rest = `/*+${String(bytes.length - end)} bytes*/`;
  }
  // What follows a NUL is not shown, but counted.
  const end = shown.indexOf('\0');
  if (end >= 0) shown = shown.slice(0, end);
  return `'${shown.replaceAll("'", "''")}'${rest}`;
}

function blobLiteral(bytes: Buffer): string {
  const shown = bytes.toString('hex', 0, MAX_LITERAL_BYTES);
  const more = bytes.length - MAX_LITERAL_BYTES;
  return `x'${shown}'${more > 0 ? `/*+${String(more)} bytes*/` : ''}`;
}
