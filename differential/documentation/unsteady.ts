// Statements whose results no two runs or builds share.

const isVolatile = (sql: string): boolean =>
  /\brandom(?:blob)?\s*\(|sqlite_version|sqlite_source_id|'now'|\bcurrent_(?:time|date|timestamp)\b|subsec|unixepoch\(\)|julianday\(\)|datetime\(\)|\bdate\(\)|\btime\(\)|strftime\('[^']*'\)/i.test(
    sql,
  );

/** Lists of what a build holds. */
const isInventory = (sql: string): boolean => /^\s*pragma\s+(?:compile_options|function_list|module_list)/i.test(sql);

const isProgramListing = (sql: string): boolean => /^\s*explain\s+(?!query\s+plan)/i.test(sql);

export const isPlan = (sql: string): boolean => /^\s*explain\s+query\s+plan/i.test(sql);

/** Rows that depend on chance, the clock, the build, or are a program of one of the engines. */
export const isUnsteady = (sql: string): boolean => isProgramListing(sql) || isVolatile(sql) || isInventory(sql);
