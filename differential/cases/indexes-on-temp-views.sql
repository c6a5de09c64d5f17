-- An index without a database belongs to temp when its table, or view, does.
CREATE TEMP VIEW v18 AS SELECT 1
CREATE INDEX ix ON v18 (nope)
CREATE INDEX main.ix ON v18 (nope)
CREATE INDEX temp.ix ON v18 (nope)
