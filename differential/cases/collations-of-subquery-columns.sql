-- Columns of subqueries and views have a collation where they are compared, BINARY for want of another: also those that are constants.
CREATE TABLE t0(c0 COLLATE NOCASE)
INSERT INTO t0(c0) VALUES ('B')
create table u(a integer primary key, b text collate nocase)
insert into u values(1,'x'),(2,'B')
CREATE VIEW v0(c0, c1) AS SELECT DISTINCT t0.c0, 'a' FROM t0
SELECT count(*) FROM v0 WHERE c1 >= c0
SELECT c1>=c0, c0<=c1, c1<c0 FROM v0
SELECT * FROM v0 WHERE c1 = 'A'
SELECT * FROM v0 WHERE c0 = 'b'
select * from (select distinct a r, b||'' as s from u), t0 where s=c0
select * from (select a r, b||'' as s from u), t0 where s=c0
select * from (select a r, b||'' as s from u), t0 where c0=s
with x(s) as (select 'b' union all select 'b') select * from x,t0 where s=c0
select * from (select rowid r from u), t0 where r=c0
select * from (select rowid||x r from u, (select distinct 1 x)), t0 where r=c0
select * from (select b r from u union all select 5) , t0 where r=c0
select * from (select 5 r union all select b from u) , t0 where r=c0
select * from (select 5 r union select b from u) , t0 where r=c0
with x(s) as materialized (select 'b') select * from x,t0 where s=c0
with x(s) as materialized (select 'b') select * from x,t0 where s in (c0)
with recursive x(s,n) as (select 'b',1 union all select s,n+1 from x where n<3) select * from x,t0 where s=c0
select s, c0 from (select 'b' s union select 'c') natural join (select c0, c0 as s from t0)
select s, c0 from (select c0, c0 as s from t0) natural join (select 'b' s union select 'c') 
select * from (select 'b' s union all select 'B') group by s
select max(s) from (select distinct 'b' s, c0 from t0) where c0 > s
select (select 'b') = c0 from t0
select x=c0 from t0, (select (select 'b') x)
select x=c0 from t0, (select distinct (select 'b') x)
select x=c0 from t0, json_each('["b"]') j, (select value x from json_each('["b"]'))
select value=c0 from t0, json_each('["b"]')
select x=c0 from t0, (select distinct a x from u)
CREATE VIEW v2(a, B) AS SELECT 'a', 'B' COLLATE NOCASE FROM t0
CREATE VIEW v3(a, B) AS SELECT 'a' COLLATE BINARY, 'B' COLLATE NOCASE FROM t0
CREATE VIEW v4(a, B) AS SELECT 'a', +CAST('B' COLLATE NOCASE AS TEXT) FROM t0
CREATE VIEW v5(a, B) AS SELECT 'a', ('B' COLLATE NOCASE) || '' FROM t0
select a >= B, B < a, a <= B, B <= a, a between B and 'b', B between a and 'b', B in ('b', a), a in ('A', B) from v2
select a >= B, B < a, a <= B, B <= a, a between B and 'b', B between a and 'b', B in ('b', a), a in ('A', B) from v3
select a >= B, B < a, a <= B, B <= a, a between B and 'b', B between a and 'b', B in ('b', a), a in ('A', B) from v4
select a >= B, B < a, a <= B, B <= a, a between B and 'b', B between a and 'b', B in ('b', a), a in ('A', B) from v5
select * from v2 where B = 'b'
select B = 'b', 'b' = B, B||'' = 'b', B = 'b' collate binary, max(B, 'b'), min('a', B), nullif(B, 'b'), nullif('b', B) from v2
select case B when 'b' then 1 end, case 'b' when B then 1 end, iif(B='b', 1, 0) from v2
select B, count(*) from (select * from v2 union all select 'a', 'b') group by B
select B from v2 order by B, a
select distinct B from (select B from v2 union all select 'b')
select x.B = y.a, y.a = x.B from v2 x, (select 'b' as a) y
