-- Generated REAL columns are computed as whole integers that print as reals; names of the rowid in joins; REINDEX of a view; keys that do not fit.
create table s(g real, h as (g))
insert into s(g) values(5.0) returning +g, +h, coalesce(g,1), coalesce(h,1)
create table s2(g real, h real as (g+1) virtual, i real as (g+1) stored)
insert into s2(g) values(5.0) returning +g, +h, +i
select h, +h, i, +i from s2
select h, +h, i, +i from s2 order by h
select h, +h, i, +i from s2 order by +h
select distinct h, +h, i, +i from s2 order by +h
select max(h), min(+h) from s2
select h, +h from s2 group by h
select h, +h from s2 group by g
select x, y from (select h as x, +h as y from s2 limit 5)
with q as materialized (select h as x, +h as y from s2) select * from q
select h from s2 union select 1
select h from s2 union all select 1 order by 1
create table s3 as select h, +h as j from s2
select *, typeof(j) from s3
create index s2i on s2(h)
select h, +h from s2 where h>1
select h from s2 where h in (select h from s2)
select typeof(h), h||'' from s2 order by +h
select lag(h) over (order by g), h, max(h) over () from s2
select q.rowid from (s left join s2 using (g)) as q
select s.rowid, s2._rowid_ from s as a, (s left join s2 using (g))
create view v as select 1
reindex v
create table par(a unique, b)
create table ch1(x references par)
create table ch2(x references par(a))
update par set a = 1
update par set b = 1
delete from par
CREATE TABLE whole8 (c1 DATETIME, c2 DOUBLE GENERATED ALWAYS AS ((c1 > 3)), UNIQUE (c2, c1))
INSERT OR IGNORE INTO whole8 (c1) VALUES (4), (12), (7), ('%')
SELECT c2,c1 from whole8 where c1>0 order by c1+1
SELECT c2,c1 from whole8 where c2>0 order by c1+1
SELECT c2,c1 from whole8 where c2>0
create table ww(a text primary key, b, g real as (b+1)) without rowid
create index wi on ww(g)
insert into ww(a,b) values('x',1),('y',2)
select g,a from ww where g>1 order by a
select g from ww where g>1 order by +g
select max(g) from ww where g>1
select g, count(*) from ww where g>1 group by g
select distinct g from ww
select g from ww union select 7
select * from (select g as k from ww where g>1 limit 10) order by -k
