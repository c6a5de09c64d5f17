// The database of the torture run.
export const ACCOUNTS = 20;
const BALANCE = 1000;
export const TOTAL = ACCOUNTS * BALANCE;

export const schema: readonly string[] = [
  'CREATE TABLE account (id INTEGER PRIMARY KEY, balance INT)',
  'CREATE TABLE ledger (worker INT, n INT, payload BLOB, PRIMARY KEY (worker, n))',
  'CREATE INDEX ledger_size ON ledger (length(payload), n)',
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ACCOUNTS}) INSERT INTO account SELECT i, ${BALANCE} FROM n`,
];
