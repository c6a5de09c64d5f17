// What better-sqlite3 allows after the one statement of prepare(): blanks, semicolons and comments.

/** Offset of the first character from `offset` on that is neither; the length of `sql` when there is none. */
export function skipTail(sql: string, offset: number): number {
  let at = offset;
  while (at < sql.length) {
    const code = sql.charCodeAt(at);
    if (code === 0) return sql.length;
    if (code === 0x20 || code === 0x3b || (code >= 9 && code <= 13)) at++;
    else if (sql.startsWith('/*', at)) at = after(sql, '*/', at + 2);
    else if (sql.startsWith('--', at)) at = after(sql, '\n', at + 2);
    else return at;
  }
  return at;
}

function after(sql: string, end: string, from: number): number {
  const found = sql.indexOf(end, from);
  return found < 0 ? sql.length : found + end.length;
}
