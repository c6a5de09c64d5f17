-- Rows of VALUES that call window functions are queries of their own; aggregates are misused in rows that are not.
VALUES(count(*)OVER())
VALUES(count(*)OVER()),(2)
VALUES(2),(3),(count(*)OVER()),(4),(5)
values(count(*)),(2)
values(1),(max(3))
values(max(3,4)),(sum(3))
values(count(*)),(count(*) over ())
values(1, 2),(count(*) over ())
select * from (values(1),(row_number() over ()))
create table t1(a integer primary key,b)
insert into t1 values(1,count(*) over ())
insert into t1 values(1,count(*))
insert into t1(b) values(count(*) over ()),(2)
insert into t1(b) values(count(*)),(2)
insert into t1(b) values(5),(max(3))
insert into t1(b) values(5),(b)
insert into t1(b) values(5),(count(*) over (order by b))
select b from t1
values(1),(count(*)over()) order by 1 desc
with c as (values(1),(count(*) over())) select * from c
select 1 in (values(2),(count(*) over()))
select (values(2),(count(*) over()))
values(2),(count(*) over()) union all select 5
select 5 union values(2),(count(*) over()) 
select 5 except values(2),(5),(count(*) over()) 
select 5 union all values(2),(count(*) over()),(7) union select 2
values(1),((select count(*) over ())),(3)
values(1),((select count(*))),(3)
create table t2(a integer primary key, b text)
insert into t2 values (1,'abcd'),(2,'BCDE'),(3,'cdef'),(4,'DEFG')
SELECT count() OVER (), rowid, max(b COLLATE nocase)||'' FROM t2 GROUP BY rowid ORDER BY max(b COLLATE nocase)||''
SELECT count() OVER (), b collate nocase as x FROM t2 ORDER BY x
SELECT count() OVER (), b FROM t2 ORDER BY (b collate nocase)||''
SELECT count() OVER (), (b collate nocase)||'' as x FROM t2 ORDER BY x
SELECT count() OVER (), (b collate nocase)||'' as x FROM t2 ORDER BY 2
SELECT row_number() OVER (order by (b collate nocase)||'') as n, b from t2 order by n
SELECT first_value(b) over (partition by substr(b collate nocase,1,0) order by b collate nocase), b from t2 order by b
