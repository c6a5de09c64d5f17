-- One row of VALUES in INSERT is a list of expressions: names and tables are looked up from left to right, and its own WITH clause is lost.
CREATE TABLE t (a,b)
INSERT INTO t VALUES (nope, (SELECT 1 FROM missing))
INSERT INTO t VALUES ((SELECT 1 FROM missing), nope)
INSERT INTO t VALUES (1, (SELECT 1 FROM missing)),(nope,1)
INSERT INTO t VALUES (nope, 1),(1,(select 1 from missing))
INSERT INTO t VALUES (1,(select 1 from missing)),(nosuch(1),2)
INSERT INTO t VALUES (1,(select nope from missing))
INSERT INTO t VALUES (nope,(select 1 from t where x))
INSERT INTO t VALUES (1,2) ON CONFLICT(zz) DO UPDATE SET a=(select 1 from missing)
INSERT INTO t VALUES (nope,2) returning (select 1 from missing)
UPDATE t SET a=nope, b=(select 1 from missing)
UPDATE t SET a=nope where (select 1 from missing)
UPDATE t SET nope=(select 1 from missing)
delete from t where nope and (select 1 from missing)
select nope, (select 1 from missing) from t
select nope, (select 1 from missing)
values (nope, (select 1 from missing))
values (nope, (select 1 from missing)),(1,2)
INSERT INTO t WITH x(q) AS (select 5) VALUES ((select q from x),1)
WITH x(q) AS (select 5) INSERT INTO t VALUES ((select q from x),1)
INSERT INTO t WITH x(q) AS (select 5) VALUES ((select q from x),1),(2,3)
INSERT INTO t WITH x(q) AS (select 5) select q,q from x
INSERT INTO t WITH x(q) AS (select missing) VALUES (1,1)
create view v as select a,b from t
create trigger vt instead of insert on v begin insert into t values(nope, (select 1 from missing)); end
insert into v values (nope, (select 1 from missing))
insert into v values (1, (select 1 from missing where nope))
insert into v values (1, 2)
VALUES (max(1));
VALUES (max(1), count(*), row_number() OVER ());
SELECT * FROM (VALUES (max(x'61'), 2));
SELECT 3 UNION VALUES (sum(3));
VALUES (1) UNION ALL VALUES (group_concat(3));
VALUES (total(2)) ORDER BY 1;
CREATE TABLE rows (a);
INSERT INTO rows VALUES (max(3));
INSERT INTO rows VALUES ((VALUES (max(3))));
INSERT INTO rows VALUES (row_number() OVER ());
SELECT a IN (VALUES (max(3))) FROM rows;
SELECT * FROM rows WHERE a IN (VALUES (max(a)));
SELECT (VALUES (max(a))) FROM rows;
