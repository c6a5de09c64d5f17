-- When a constant that fails is evaluated: at its first use, or before all rows where SQLite no longer knows that it calls something (below COLLATE, behind a merged column).
create table t1(a,b)
create table t3(a,b)
insert into t1 values(1,2)
create table o(v)
create view vb as select abs('x')+json_object(1e3,2) as c1, 5 as c2
create view va as select json_object(1e3,2) as c1, 5 as c2 from t3
create view vj as select json_extract('{"a":1}', 'bad') as j, a from t3
select c1 <> 5, o.v from o, va
select * from (select c1||'x' as q from va) where q>3
select case when c1 > 3 then 1 end from va
select case when a then c1 > 3 end from va, t1
select j||'', a from vj where a > 3
select a from vj where j > 3
select a from vj where a between j and 3
select a from vj where j between a and 3
select a from t1 where a between json_extract('{"a":1}', 'bad') and 3 and 0
select a from t3 where a between json_extract('{"a":1}', 'bad') and 3
select 3 between json_extract('{"a":1}', 'bad') and 3 from t3
select (3 between 3 and json_extract('{"a":1}', 'bad'))+1 from t3
select (3 between json_extract('{"a":1}', 'bad') and 3)+1 from t3
select (json_extract('{"a":1}', 'bad') between 3 and 3)+1 from t3
select (json_extract('{"a":1}', 'bad') collate nocase) = 5 from t3
select abs(json_extract('{"a":1}', 'bad') collate nocase) from t3
select abs(a), max(a, json_extract('{"a":1}', 'bad') collate nocase) from t3
select max(a, 1+(json_extract('{"a":1}', 'bad') collate nocase)) from t3
select max(a, 1+json_extract('{"a":1}', 'bad')) from t3
select (1, json_extract('{"a":1}', 'bad')) = (a, 5) from t3
select (1, json_extract('{"a":1}', 'bad')) = (1, 5) from t3
select (json_extract('{"a":1}', 'bad'), 1) = (1, 5) from t3
select t3.a from t3 left join t1 on t1.a = (json_extract('{"a":1}', 'bad') collate nocase)
select t3.a from t1 left join t3 on t3.a = 1 + (json_extract('{"a":1}', 'bad') collate nocase)
select t3.a from t1 left join t3 on abs(t3.a) = 1 + (json_extract('{"a":1}', 'bad') collate nocase)
select t3.a from t3 left join t1 on abs(t1.a) = 1 + (json_extract('{"a":1}', 'bad') collate nocase)
select t3.a from t3 join t1 on abs(t1.a) = 1 + (json_extract('{"a":1}', 'bad') collate nocase)
select t3.a from t3 where 1 + (json_extract('{"a":1}', 'bad') collate nocase) in (select a from t1)
select t3.a from t3 where 1 + (json_extract('{"a":1}', 'bad') collate nocase) in (a,b)
select t3.a from t3 where a in (1, 2+(json_extract('{"a":1}', 'bad') collate nocase))
select t3.a from t3 where a in (1, 2, 3, 2+(json_extract('{"a":1}', 'bad') collate nocase))
select count(*) from t3 group by 1+(json_extract('{"a":1}', 'bad') collate nocase)
select count(*), sum(1+(json_extract('{"a":1}', 'bad') collate nocase)) from t3
select count(*) filter (where 1 > (json_extract('{"a":1}', 'bad') collate nocase)) from t3
select sum(a) over (order by (json_extract('{"a":1}', 'bad') collate nocase)) from t3
select a from t3 order by (json_extract('{"a":1}', 'bad') collate nocase)
select a from t3 order by 1+(json_extract('{"a":1}', 'bad') collate nocase)
select a from t3 limit 0
update t3 set a = 1+(json_extract('{"a":1}', 'bad') collate nocase)
update t3 set a = 1 where b > 1+(json_extract('{"a":1}', 'bad') collate nocase)
insert into t3 select 1+(json_extract('{"a":1}', 'bad') collate nocase), 2 from t3
select * from t3 where case when a then 1+(json_extract('{"a":1}', 'bad') collate nocase) end
select * from t3 where coalesce(a, 1+(json_extract('{"a":1}', 'bad') collate nocase))
select coalesce(a, (json_extract('{"a":1}', 'bad') collate nocase)) from t3
select 1+iif(a, (json_extract('{"a":1}', 'bad') collate nocase), 2) from t3
select 1+iif(a, 1+(json_extract('{"a":1}', 'bad') collate nocase), 2) from t3
select cast((json_extract('{"a":1}', 'bad') collate nocase) as text) from t3
select not (json_extract('{"a":1}', 'bad') collate nocase) from t3
select a or (json_extract('{"a":1}', 'bad') collate nocase) from t3
select a and (json_extract('{"a":1}', 'bad') collate nocase) > 1 from t3
select (json_extract('{"a":1}', 'bad') collate nocase) is null from t3
select a = (json_extract('{"a":1}', 'bad') collate nocase) from t3
select a like 'a%' escape ('ab' collate nocase) from t3
select * from t3 where a like 'a%' escape ('ab' collate nocase)
select (select (json_extract('{"a":1}', 'bad') collate nocase)||a from t1) from t3
select exists (select 1 from t1 where (json_extract('{"a":1}', 'bad') collate nocase)||a) from t3
select ((1, json_extract('{"a":1}', 'bad')) = (1, 5))+1 from t3
select ((json_extract('{"a":1}', 'bad'),1) = (1, 5))+1 from t3
select ((1, 2) in ((1, json_extract('{"a":1}', 'bad')), (1, 5)))+1 from t3
select 1 + (select 1 where json_extract('{"a":1}', 'bad') > 1) from t3
select likely(json_extract('{"a":1}', 'bad') collate nocase)+1 from t3
select a = likely(json_extract('{"a":1}', 'bad') collate nocase)+1 from t3
select a = likely((json_extract('{"a":1}', 'bad') collate nocase)+1) from t3
select a between (json_extract('{"a":1}', 'bad') collate nocase)+1 and 2 from t3
select a between 1 and (json_extract('{"a":1}', 'bad') collate nocase) from t3
select json_extract('{"a":1}', 'bad')->1 from t3
select case (json_extract('{"a":1}', 'bad') collate nocase) when a then 1 end from t3
select case (json_extract('{"a":1}', 'bad') collate nocase)||'' when a then 1 end from t3
select case a when 0 then (json_extract('{"a":1}', 'bad') collate nocase)||'' end from t3
select a -> (1||(json_extract('{"a":1}', 'bad') collate nocase)) from t3
select max(a, b, (select 1)) from t3 where (json_extract('{"a":1}', 'bad') collate nocase)
select a from t3 where a like (1||(json_extract('{"a":1}', 'bad') collate nocase))
select a from t3 where a like (1||json_extract('{"a":1}', 'bad'))
select printf('%s', 1||(json_extract('{"a":1}', 'bad') collate nocase), a) from t3
select group_concat(a, 1||(json_extract('{"a":1}', 'bad') collate nocase)) from t3
select sum(a) over (partition by abs(1||(json_extract('{"a":1}', 'bad') collate nocase))) from t3
select sum(1+abs(1||(json_extract('{"a":1}', 'bad') collate nocase))) over () from t3
select lag(a, 1+abs(1||(json_extract('{"a":1}', 'bad') collate nocase))) over () from t3
values (1, 1+(json_extract('{"a":1}', 'bad') collate nocase)), (2, abs(a))
select * from t3 where (1+(json_extract('{"a":1}', 'bad') collate nocase), a) = (1, 2)
select * from t3 where (1+(json_extract('{"a":1}', 'bad') collate nocase), 1) > (a, 2)
select distinct a||1||(json_extract('{"a":1}', 'bad') collate nocase) from t3
select a from t3 union select b||abs(1||(json_extract('{"a":1}', 'bad') collate nocase)) from t3
select a from t3 group by b having a > 1+(json_extract('{"a":1}', 'bad') collate nocase)
delete from t3 where a > 1+(json_extract('{"a":1}', 'bad') collate nocase)
insert into t3(a) select 1 from t3 on conflict do nothing returning 1+abs(1||(json_extract('{"a":1}', 'bad') collate nocase))
insert into t3(a) select 1 from t3 where true on conflict do nothing returning abs(1||(json_extract('{"a":1}', 'bad') collate nocase))
update t3 set a = 1+abs(1||(json_extract('{"a":1}', 'bad') collate nocase))
update t3 set (a, b) = (1, abs(1||(json_extract('{"a":1}', 'bad') collate nocase)))
with recursive r(i) as (select 1 from t3 union all select i+(json_extract('{"a":1}', 'bad') collate nocase) from r) select * from r
select (a collate rtrim) || 'x' from (select min(a) over () as a from t1) group by (a collate rtrim)
select likely(b + 1) || 'x' from t1 group by likely(b + 1)
-- The first operand of AND is not evaluated ahead as a whole.
CREATE TABLE no_rows (a);
SELECT q.c > 0 AND q.c GLOB 'a*' FROM (SELECT a, json_quote(x'61') AS c FROM no_rows) AS q;
SELECT count(*) FROM (SELECT a, json_quote(x'61') AS c FROM no_rows) AS q GROUP BY q.c > 0 AND q.c GLOB 'a*';
SELECT q.c > 0 OR a FROM (SELECT a, json_quote(x'61') AS c FROM no_rows) AS q;
SELECT a OR q.c > 0 FROM (SELECT a, json_quote(x'61') AS c FROM no_rows) AS q;
