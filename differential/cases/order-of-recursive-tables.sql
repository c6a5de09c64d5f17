-- ORDER BY of a recursive table goes by the collation of the first core that has one for the column.
create table tree(id,parentid,payload)
insert into tree values(1,null,'a'),(2,null,'B'),(3,1,'c'),(4,1,'D'),(5,2,'b'),(6,2,'A')
WITH flat(fid, depth, p) AS (SELECT id, 1, ('/' || payload) FROM tree WHERE parentid IS NULL UNION ALL SELECT id, depth+1, (p||'/'||payload) COLLATE nocase FROM flat, tree WHERE parentid=fid ORDER BY 2, 3) SELECT p FROM flat
WITH flat(fid, depth, p) AS (SELECT id, 1, ('/' || payload) FROM tree WHERE parentid IS NULL UNION ALL SELECT id, depth+1, (p||'/'||payload) FROM flat, tree WHERE parentid=fid ORDER BY 2, 3 collate nocase desc) SELECT p FROM flat
WITH flat(fid, depth, p) AS (SELECT id, 1, ('/' || payload) collate binary FROM tree WHERE parentid IS NULL UNION ALL SELECT id, depth+1, (p||'/'||payload) COLLATE nocase FROM flat, tree WHERE parentid=fid ORDER BY 2, 3) SELECT p FROM flat
WITH flat(fid, p) AS (SELECT id, payload FROM tree WHERE parentid IS NULL UNION SELECT id, payload COLLATE nocase FROM flat, tree WHERE parentid=fid ORDER BY 2) SELECT p FROM flat
-- `*` without tables, in a common table.
WITH RECURSIVE c(i) AS (SELECT * UNION ALL SELECT i+1 FROM c WHERE i<10) SELECT i FROM c
WITH RECURSIVE c(i) AS (SELECT 5,* UNION ALL SELECT i+1 FROM c WHERE i<10) SELECT i FROM c
WITH c(i) AS (SELECT 5,* UNION ALL SELECT 1) SELECT i FROM c
-- DO UPDATE: what is wrong with SET comes before what is wrong with WHERE.
create table t1(a integer primary key,b,c)
WITH nx(a,b) AS (VALUES(1,8)) INSERT INTO t1 AS t2(a,b) SELECT a, b FROM nx WHERE true ON CONFLICT(a) DO UPDATE SET b=excluded.b, c=t1.c+1 WHERE t1.b<excluded.b
insert into t1(a,b) values(1,8) on conflict(a) do update set b=zz, c=t1.c where t3.b
