import { literalTemplate } from './literal-template';

const cut = (sql: string): [string, ...unknown[]] | null => {
  const template = literalTemplate(sql);
  return template && [template.text.replaceAll(':__literal', '#'), ...template.literals];
};

test('literals of comparisons, IN lists, VALUES and SET are taken out', () => {
  expect(cut("SELECT a FROM t WHERE a = 17 AND b <> 'it''s' OR c >= 1.5")).toEqual(['SELECT a FROM t WHERE a = #0 AND b <> #1 OR c >= #2', 17n, "it's", 1.5]); // prettier-ignore
  expect(cut('DELETE FROM t WHERE a IN (2, 3,?)')).toEqual(['DELETE FROM t WHERE a IN (#0, #1,?)', 2n, 3n]);
  expect(cut("INSERT INTO t VALUES (1, 'x'), (2, NULL)")).toEqual([
    'INSERT INTO t VALUES (#0, #1), (#2, NULL)',
    1n,
    'x',
    2n,
  ]);
  expect(cut("UPDATE t SET a = 5, b = 'y' WHERE id = 99")).toEqual(['UPDATE t SET a = #0, b = #1 WHERE id = #2', 5n, 'y', 99n]); // prettier-ignore
  expect(cut('SELECT * FROM t JOIN (SELECT a FROM u WHERE b > 7) ON x = 8')).toEqual(['SELECT * FROM t JOIN (SELECT a FROM u WHERE b > #0) ON x = #1', 7n, 8n]); // prettier-ignore
});

test('quoted names are read over', () => {
  expect(cut('SELECT "a = 5" FROM "t" WHERE `b` = 7')).toEqual(['SELECT "a = 5" FROM "t" WHERE `b` = #0', 7n]);
});

test.each([
  ['SELECT 5, a = 7 FROM t', 'names of result columns'],
  ['SELECT (SELECT a FROM t WHERE b = 9) FROM u', 'names of result columns'],
  ['SELECT a FROM t ORDER BY 2 LIMIT 10', 'ordinals and limits'],
  ["SELECT a FROM t WHERE a LIKE 'x%'", 'patterns'],
  ['SELECT a FROM t WHERE a = 1', 'small integers, which estimates look at'],
  ['SELECT a FROM t WHERE a = 5 + 6', 'parts of an expression'],
  ["SELECT a FROM t WHERE a = 'x' COLLATE NOCASE", 'operands with a collation'],
  ["SELECT a FROM t WHERE a ->> 'x'", 'arrows'],
  ['SELECT a FROM t WHERE a << 9', 'shifts'],
  ['SELECT a FROM t WHERE abs(9)', 'function arguments'],
  ['SELECT a FROM t WHERE a = 9223372036854775808', 'long numbers'],
  ['SELECT a FROM t WHERE a = 0x10 AND b = 1e5', 'other numbers'],
  ["SELECT a FROM t WHERE a = x'31'", 'blobs'],
  ['SELECT a FROM t WHERE a = ?2 AND b = 7', 'texts with numbered parameters'],
  ['SELECT a FROM [t] WHERE b = 7', 'texts with names in brackets'],
  ['SELECT a FROM t WHERE b = 7 -- why', 'texts with comments'],
  ["SELECT a FROM t WHERE b = 'x", 'strings without an end'],
  ['CREATE TABLE t (a DEFAULT 7)', 'other statements'],
])('%s stays: %s', (sql) => {
  expect(literalTemplate(sql)).toBeNull();
});
