-- The table of a FROM subquery is filled when the loop over it starts: not at all when the loops around it have no row.
create table e(a, b)
create table t(a, b)
insert into t values (1, 2), (3, 4)
create view v as select json_object(a * 1.5, 2) as j, b from t limit 5
select q.c from e left join (select avg(json_object('a', 1, 1e3, a)) as x, count(*) as c from t) as q on e.a
select q.c from e join (select avg(json_object('a', 1, 1e3, a)) as x, count(*) as c from t) as q on e.a
select q.c from e cross join (select json_object(a * 1.5, 2) as c from t limit 3) as q
select q.c from t left join (select json_object(a * 1.5, 2) as c from t limit 3) as q on q.c
select q.c from e right join (select a as c from t limit 3) as q on q.c = e.a
select q.c, r.j from e right join (select a as c from t limit 3) as q on q.c = e.a left join v as r on r.b = q.c
select * from e, v
select * from e left join v on 1
select * from t left join (select a, sum(b) as s from t group by a) as q on q.a = t.a left join (select max(a) as m from t) as r on r.m = q.a
select * from t right join (select a, sum(b) as s from t group by a) as q on q.a = t.a and t.a = 1
select * from t full join (select a + 1 as a, sum(b) as s from t group by a) as q on q.a = t.a
select * from e full join (select a + 1 as a, sum(b) as s from t group by a) as q on q.a = e.a
with c(x) as materialized (select json_object(a * 1.5, 2) from t) select * from e, c
with c(x) as (select json_object(a * 1.5, 2) from t) select * from e left join c on 1 left join c as d on 1
with c(x) as (select a from t) select * from t left join c on c.x = t.a left join c as d on d.x = c.x order by 1
with c(x) as materialized (select a from t) select (select count(*) from c where x > t.b), (select max(x) from c) from t
select (select count(*) from t as i left join (select a + o.a as s from t limit 5) as q on q.s > i.a) from t as o
select (select group_concat(q.s) from t as i left join (select a + o.a as s from t order by 1 limit 2) as q on q.s > i.a) from t as o
select * from (select a from t limit 1) as q left join (select a from t limit 2) as r on r.a > q.a left join (select b from t limit 2) as s on s.b > r.a
select count(*) from t where a in (select q.a from t left join (select a from t limit 2) as q on q.a = t.a)
update t set b = q.s from (select a, sum(b) as s from t group by a) as q where q.a = t.a returning *
delete from t where a in (select q.a from e left join (select json_object(a * 1.5, 2) as a from t) as q on 1)
select * from t
