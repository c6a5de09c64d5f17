-- Queries that queries.test.ts runs on both engines, one a line.
select * from t1
select * from t1 where b = 'a'
select * from t1 where b = 1
select * from t1 where c = 1
select * from t1 where c = '1'
select * from t1 where d = 1
select * from t1 where d = '1'
select * from t1 where d > 'a'
select * from t1 where d < 2
select a, b is null, b isnull, b notnull, b is not null from t1
select a, d is 1, d is not 1, d is null from t1
select a, d is true, d is false, d is not true, d is not false from t1
select a from t1 where d is true
select a from t1 where d is not true
select a from t1 where not (d is false)
select a, not d, -d, +d, ~d from t1
select a, b and d, b or d, not b and d from t1
select a, (b and null), (b or null) from t1
select a from t1 where b and d
select a from t1 where not (b or d)
select a from t1 where not (b and d)
select a, b between 'a' and 'b', d between 1 and 2, d not between 1 and 2 from t1
select a from t1 where d between 1 and 2
select a from t1 where d not between 1 and 2
select a from t1 where a between 3 and 7
select a, d in (1,2,3), d in ('a','b','c'), d not in (1,2,3), d in (1,null), d not in (1, null,3) from t1
select a, d in (1), d in ('1'), b in (1,2), b in (1) from t1
select a from t1 where d in (1,2,3,4)
select a from t1 where d not in (1,2,3,4)
select a from t1 where d in ()
select a from t1 where d not in ()
select a, d in (select x from t2), d not in (select x from t2), d in (select y from t2), b in (select y from t2) from t1
select a from t1 where a in (select z from t2)
select a from t1 where a not in (select z from t2)
select a from t1 where d in (select z from t2)
select a from t1 where d not in (select x from t2 where x is not null)
select a from t1 where z in (select a from t1)
select z, z in (select a from t1), x in (select a from t1), x not in (select a from t1) from t2
select x from t2 where x in (select rowid from t1)
select x, y in (select y from t2), y in (select b from t1) from t2
select (d, a) in (select x, z from t2) from t1
select (p,q) in (select p, q from t3) from t3
select (z, y) in (select p, q from t3), (z,y) not in (select p,q from t3) from t2
select (1,2) < (1,3), (1,2) <= (1,2), (1,null) < (1,3), (1,null) < (2,3), (2,null) < (1,3), (1,2) = (1,2), (1,2) = (1,null), (1,2) = (2,null), (1,2) <> (2,null), (1,2) is (1,2), (1,null) is (1,null), (1,null) is not (1,null)
select (1,2,3) > (1,2,2), (1,2,3) >= (1,2,4), (null,1) > (1,1)
select a from t1 where (a, c) > (5, 1)
select a from t1 where (a, c) >= (5, 1.0)
select a from t1 where (a,b) = (select a,b from t1 where a=3)
select (1,2) between (1,1) and (1,3)
select case when a > 5 then 'x' when a > 3 then 'y' end, case a when 1 then 'one' when 2 then 'two' else 'many' end from t1
select case d when '1' then 's' when 1 then 'i' when null then 'n' else 'e' end from t1
select cast(d as integer), cast(d as text), cast(d as real), cast(d as blob), cast(d as numeric), typeof(cast(d as numeric)) from t1
select b || d, d || 1, null || 'a' from t1
select a + d, a - d, a * d, a / d, a % d, a & d, a | d, a << 1, a >> 1 from t1
select 5 / 2, 5 / 2.0, 5 % 3, -5 / 2, -5 % 3, 5 / 0, 5 % 0, 9223372036854775807 + 1, 1 << 63, 1 << 64, -1 >> 1
select coalesce(b, d, 'zz'), ifnull(b, 'nn'), nullif(d, 1), iif(d, 'y', 'n'), iif(d,1) from t1
select min(a, 3), max(b, d), min(b, d collate nocase) from t1
select length(b), length(d), typeof(b), typeof(c), typeof(d), octet_length(d) from t1
select likely(a), unlikely(b), likelihood(a, 0.5) from t1
select b like 'A', b like 'a%', d like '%', b glob 'a*', b like 'a' escape 'x' from t1
select a from t1 where b like 'a%'
select abs(d) from t1 where d is not null
select count(*), count(b), count(distinct b), sum(c), avg(c), total(c), min(b), max(b) from t1
select count(*) from t1 where a > 100
select sum(c), min(b), max(d), group_concat(b) from t1 where a > 100
select b, count(*) from t1 group by b
select b, d, count(*) from t1 group by b, d
select b, count(*) from t1 group by b having count(*) > 2
select b, count(*) from t1 group by 1 order by 2 desc, 1
select b, count(*) c from t1 group by b order by c, b
select b, sum(a) from t1 group by b order by b desc
select b, max(a), c, d from t1 group by b
select b, min(c), a, d from t1 group by b
select max(c), a, b from t1
select min(c), a, b from t1
select max(c), min(c), a from t1
select max(a), b from t1
select min(a), b from t1
select max(b) from t1
select min(b) from t1
select min(d), max(d) from t1
select max(y), x from t2
select min(y), x from t2
select max(y) from t2 where x > 1
select y, count(*) from t2 group by y
select y, count(*), group_concat(z) from t2 group by y order by y desc
select y, group_concat(z order by z desc), group_concat(distinct z) from t2 group by y
select group_concat(z, '-' order by y, z), string_agg(y, ',' order by z, y) from t2
select sum(distinct z), count(distinct y), group_concat(distinct y) from t2
select count(*) filter (where z > 2), sum(z) filter (where y = 'a'), max(z) filter (where z < 3) from t2
select x, count(*) filter (where z > 2), min(z) filter (where z > 3), y from t2 group by x
select x + 1, count(*) from t2 group by x + 1
select x + 1 as k, count(*) from t2 group by k order by k desc
select distinct b from t1
select distinct y from t2
select distinct b, d from t1
select distinct z from t2 order by z desc
select distinct x, z from t2 order by z, x
select distinct z from t2 order by x
select distinct z from t2 limit 3
select distinct z from t2 limit 3 offset 1
select * from t1 order by b
select * from t1 order by b desc
select * from t1 order by b, c desc
select * from t1 order by c desc, a desc
select * from t1 order by d
select a, d from t1 order by d nulls last
select a, d from t1 order by d desc nulls first
select a, b from t1 order by b nulls last
select a, b from t1 order by b desc nulls first, a desc
select a, d from t1 order by d limit 5
select a, d from t1 order by d desc limit 5 offset 3
select a, d from t1 order by d limit 0
select a, d from t1 order by d limit -1 offset 25
select a, d from t1 limit 3 offset 2
select a from t1 order by a desc limit 4
select a from t1 order by -a limit 4
select a, a*2 as dbl from t1 order by dbl desc limit 3
select y from t2 order by y collate binary, x, z
select y from t2 order by y, x, z
select a from t1 limit 2+1
select a from t1 limit (select count(*) from t3) offset (select 1)
select * from t1, t3 where t1.a = t3.p
select * from t1 join t2 on t1.a = t2.x
select * from t1 left join t2 on t1.a = t2.x
select * from t1 left join t2 on t1.a = t2.x and t2.z > 2
select * from t1 left join t2 on t1.a = t2.x where t2.z > 2
select * from t1 left join t2 on t1.a = t2.x where t2.z is null
select a, p, q from t1 right join t3 on a = p
select a, p, q from t1 full join t3 on a = p
select a, p, q from t1 full join t3 on a = p and q = 'a'
select a, x, p from t1 left join t2 on a = x left join t3 on x = p
select a, x, p from t1 left join (t2 join t3 on x = p) on a = x
select a, x, p from t1 join t2 on a = x right join t3 on x = p
select t1.a, u.a from t1 join t1 u on t1.b = u.b
select t1.a, u.a from t1 join t1 u on t1.b = u.b and t1.a < u.a order by 1, 2
select count(*) from t1, t2, t3
select count(*) from t1 cross join t2
select * from t2 natural join t2 as w limit 5
select * from t2 join t2 as w using (z) limit 5
select * from (select a, b from t1 where a > 3) where b is not null
select s.a, t2.x from (select a, count(*) n from t1 group by a) s join t2 on s.a = t2.x
select * from (select distinct z from t2) order by z
select * from (select z, count(*) n from t2 group by z) where n > 5
select z, (select count(*) from t1 where a = z) from t2
select z, (select b from t1 where a = z) from t2
select z, (select max(a) from t1 where a <= z + 2) m from t2 order by m, z
select a, exists (select 1 from t2 where x = a), not exists (select 1 from t2 where x = a) from t1
select a from t1 where exists (select 1 from t2 where x = a)
select a from t1 where not exists (select 1 from t2 where x = a)
select a from t1 where a = (select max(z) from t2)
select (select 1 where 0), (select 1 limit 0), (select a from t1 order by a desc limit 1), (select a from t1 limit 1 offset 2)
select (select count(*) from t1), (select count(*) from t1 where a > 5)
select a, (select group_concat(x) from t2 where z = a) from t1
select a, (select sum(a)) from t1
select (select sum(a) from t2) from t1
select (select count(*) from t2 where z = t1.a) c, count(*) from t1 group by c
select a from t1 union select z from t2
select a from t1 union all select z from t2
select z from t2 union select z from t2
select z from t2 intersect select a from t1
select z from t2 except select a from t1
select a from t1 except select z from t2
select y from t2 union select b from t1
select b from t1 union select y from t2
select y from t2 intersect select b from t1
select y from t2 except select b from t1
select b from t1 except select y from t2
select a, b from t1 union select z, y from t2 order by 2, 1
select a, b from t1 union all select z, y from t2 order by b, a
select a from t1 union all select z from t2 order by 1 desc limit 5
select a from t1 union all select z from t2 limit 5 offset 28
select a from t1 union select z from t2 order by a limit 5 offset 2
select a from t1 union select z from t2 union select p from t3
select a from t1 union all select z from t2 union select p from t3
select a from t1 union select z from t2 union all select p from t3
select a from t1 intersect select z from t2 union all select p from t3 order by 1
select 1 union select 2 union select 3 union select 4 union select 5 union select 2 order by 1 desc
select 1 union all select 2 union all select 3 union all select 4 union all select 5 order by 1 desc
select 1, 'a' union select 1.0, 'a'
select * from (select a from t1 union all select z from t2) where a > 3
select * from (select a from t1 union select z from t2) where a > 3
select count(*) from (select a from t1 union all select z from t2)
select count(*) from (select a from t1 union select z from t2)
select x from (select y as x from t2 union all select b from t1) order by x limit 10
values (1, 'a'), (2, 'b')
values (3, 'a'), (2, 'b') order by 1
values (1), (2), (3) limit 2 offset 1
select * from (values (1, 'a'), (2, 'b')) order by 1 desc
select column1 + 1 from (values (1), (2))
select * from (values (1),(2)) v, (values (3),(4)) w
with c(x) as (values (1),(2),(3)) select * from c
with c as (select a, b from t1) select * from c where a < 5
with c as (select z, count(*) n from t2 group by z) select * from c c1 join c c2 on c1.z = c2.n
with c as materialized (select a from t1) select * from c where a < 4
with c as not materialized (select a from t1) select c1.a from c c1 join c c2 on c1.a = c2.a + 1
with recursive c(n) as (select 1 union all select n + 1 from c where n < 10) select * from c
with recursive c(n) as (select 1 union all select n + 1 from c) select * from c limit 10
with recursive c(n) as (select 1 union all select n + 1 from c limit 5) select * from c
with recursive c(n) as (select 1 union all select n + 1 from c limit 5 offset 2) select * from c
with recursive c(n) as (select 1 union select (n * 2) % 11 from c) select * from c
with recursive c(n, s) as (select 1, 'x' union all select n + 1, s || 'y' from c where n < 5) select * from c order by n desc
with recursive c(n, l) as (select 1, 0 union all select n * 2, l + 1 from c where l < 3 union all select n * 2 + 1, l + 1 from c where l < 3 order by 2 desc) select n, l from c
with recursive c(n, l) as (select 1, 0 union all select n * 2, l + 1 from c where l < 3 union all select n * 2 + 1, l + 1 from c where l < 3 order by 2, 1 desc) select n, l from c
with recursive t(a, b) as (select a, b from t1 where a = 1 union select t1.a, t1.b from t1 join t on t1.a = t.a + 1) select * from t
with a(x) as (select 1), b(x) as (select x + 1 from a) select * from b, a
with recursive f(a, b) as (values (0, 1) union all select b, a + b from f where b < 100) select a from f
select 1 where 0
select 1 where 1
select 1 where null
select count(*) where 0
select sum(1) where 0
select max(1), min('a')
select 1 limit 0
select 1 order by 1
select 1 group by 1
select 1 having 1
select 'a' collate nocase = 'A', 'a' = 'A' collate nocase, 'a' = 'A'
select y = 'A', y = 'a', y collate binary = 'A', 'A' = y from t2
select b = 'A' collate nocase from t1
select y < 'B', y > 'A' collate binary from t2
select count(*) from t2 group by y collate binary
select x from t2 where y = 'a' and z > 2
select x from t2 where y = 'a' or z = 2
select x from t2 where y = 'a' or y = 'B' or y is null
select a from t1 where a = 1 or a = 3 or a = 5
select a from t1 where a in (5, 3, 1)
select a from t1 where a in (5, 3, 1) order by a desc
select a from t1 where a > 5 and a <= 9 order by a desc
select a from t1 where a > 5.5 and a < '9'
select a from t1 where a = '3'
select a from t1 where a = 3.0
select a from t1 where rowid = 3
select a from t1 where rowid in (select z from t2)
select b from t1 where b > 'a' and b < 'b'
select b, c from t1 where b = 'a' and c > 1
select b, c from t1 where b = 'a' order by c
select b, c from t1 where b >= 'a' order by b desc, c desc
select * from t3 where p = 2
select * from t3 where p = 2 and q > 'a'
select * from t3 where q = 'a'
select * from t3 order by q, p
select * from t3 order by p desc, q desc
select r, count(*) from t3 group by r
select count(*) from t3
select count(*) from t2
select count(*) from e
select max(k) from e
select k, count(*) from e group by k
select * from e left join t3 on k = p
select * from t3 left join e on k = p
select e.k, t3.p from e right join t3 on k = p
select e.k, t3.p from e full join t3 on k = p
select * from e union all select 1, 2
select a, (select k from e) from t1 limit 3
select name, type from sqlite_master
select name from sqlite_schema where type = 'index'
select date('2020-01-31', '+1 month')
select datetime('now') = datetime('now')
select hex(d), quote(d) from t1
select printf('%d %s', a, b) from t1 limit 3
select substr(b, 1, 1), upper(b), lower(b), trim(b), replace(b, 'a', 'z'), instr(b, 'a') from t1
select json_extract('{"a":1}', '$.a'), '{"a":[1,2]}' -> 'a', '{"a":[1,2]}' ->> '$.a[1]'
select round(c, 1), round(c) from t1
select x'00ff', zeroblob(2), 'it''s', 1e3, 1.5e300 * 1e300, -1.0
select 1 as a, 2 as a
select t.* from (select 1 as a, 2 as b) t
select count(*), a from t1 group by a having a > 25
select a from t1 group by a having max(b) = 'a'
select b, count(*) from t1 group by b order by count(*) desc, b
select b from t1 group by b order by max(a) desc
select max(a) from t1 group by b order by 1
select b, sum(a) s from t1 group by b having s > 20 order by s
select z % 2, z / 2, count(*) from t2 group by z % 2, z / 2 order by 1, 2
select z, y from t2 group by z, y order by y, z
select z, y from t2 group by y, z order by z desc, y desc
select count(*) from (select 1 from t1 limit 7)
select * from (select a from t1 order by a desc limit 3) order by a
select * from (select a from t1 order by a limit 5) limit 2
select * from t1 where a in (select a from t1 order by a desc limit 2)
select a from t1 where d = (select d from t1 where a = 4)
select a, b from t1 where b = (select max(b) from t1 u where u.a <= t1.a)
select sum(a), b from t1 group by b union select 0, 'zz' order by 1
select 9223372036854775807, -9223372036854775808, 9223372036854775808, 0x10
select sum(9223372036854775807) from t2
select total(9223372036854775807) from t2
select avg(x) from t2 where z > 100
select abs(-9223372036854775808)
select z, x from t2 where x = z
select t2.x, t3.p from t2, t3 where t2.x = t3.p and t2.z = t3.p
select a, c from t1 where c > (select avg(c) from t1)
select * from t1 where a = 3 and b = 'nope'
select null = null, null is null, null <> 1, null in (1), null in (), 1 in (null), null not in ()
select 1 = 1.0, 1 = '1', '1' = 1.0, 'a' < x'00', 1 < 'a', null < 1
select a from t1 where 1
select a from t1 where 'abc'
select a from t1 where '1abc'
select a from t1 where 0.5
select s.k, count(*) from t2 left join (select p, 5 as k from t3) s on s.p = t2.x group by s.k
select s.k, s.k + 1, max(z) from t2 left join (select p, 5 as k from t3) s on s.p = t2.x group by z
select sum(s.k), count(s.k), s.k from t2 left join (select p, 5 as k from t3) s on s.p = t2.x
select t2.x, s.k, s.m from t2 left join (select p, 5 as k, p + 1 as m from t3) s on s.p = t2.x
select t2.x, s.k from t2 left join (select p, 5 as k from t3 where q > 'a') s on s.p = t2.x
select t2.x, s.k from t2 left join (select p, coalesce(r, 'none') as k from t3) s on s.p = t2.x where k = 'none'
select * from (select a, b from t1) x join (select x, z from t2 where z > 2) y on x.a = y.x
select * from (select * from (select * from (select a, b from t1 where a < 20) where a > 3) where a > 5) where a < 10
select (select x.a + 1), (select count(*) from t2 where z = x.q) from (select a, a % 5 as q from t1) x
select a from (select a, b from t1 order by b limit 5)
select a from (select a, b from t1 order by b) limit 3
select upper(b) from (select a, b from t1 order by b) limit 3
select b, n from (select b, count(*) as n from t1 group by b) order by n, b
select count(*) from (select a from t1 union all select z from t2) where a > 3
select a from (select a from t1 union all select z from t2) order by a limit 4
select a + 1 from (select a from t1 union all select z from t2) where a < 4 order by 1
select * from (select y from t2 union all select b from t1) where y = 'A'
select y from (select y from t2) where y = 'A'
select v.y, t1.b from (select y from t2) v, t1 where v.y = t1.b
select v.y, t1.b from (select y || '' as y from t2) v, t1 where t1.b = v.y
select * from t1 left join t2 on a = x left join t3 on z = p where t3.q is not null
select * from t1 left join t2 on a = x left join t3 on z = p where t2.z > 1 or t3.q = 'a'
select a, x, p from t1 full join t2 on a = x left join t3 on x = p where p > 1
select a, x, p from t1 full join t2 on a = x full join t3 on x = p where a > 1
select a, x from t1 right join t2 on a = x where a > 0
select a, x from t1 full join t2 on a = x where a > 0
select a, x from t1 full join t2 on a = x where x > 0
select * from (select b, count(*) n from t1 group by b) where b = 'a'
select * from (select b, count(*) n from t1 group by b) where b = 'a' and n > 1
select * from (select distinct z, x from t2) where z = 3 order by x
select * from (select a from t1 union select z from t2) where a between 2 and 6
select * from (select y from t2 union select b from t1) where y = 'A'
select * from t1 left join (select x, count(*) n from t2 group by x) s on s.x = t1.a and s.x > 1
select * from t1 join (select x, count(*) n from t2 group by x) s on s.x = t1.a and n > 1 where s.x < 3
select b, count(*) from t1 group by b having b > 'a' and count(*) > 1
select y, count(*) from t2 group by y having y = 'A'
select b, d, count(*) from t1 group by b, d having b || 'x' = 'ax' and 1
select b, count(*) from t1 group by b having 0
