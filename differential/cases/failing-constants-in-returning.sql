-- Constants that fail in RETURNING: without rows too where SQLite doesn't know that they call something.
create table t3(a,b)
create table t6(a unique)
delete from t3 returning json_array(x'61') collate nocase
delete from t3 where a = 1 returning (json_array(x'61') collate nocase), b
delete from t3 where exists (select 1 from t6) returning (json_array(x'61') collate nocase), b
delete from t3 where exists (select 1 from t6) returning 1||(json_array(x'61') collate nocase), b
delete from t3 where exists (select 1 from t6) returning json_array(x'61'), b
update t3 set a = 1 where exists (select 1 from t6) returning (json_array(x'61') collate nocase), b
insert into t3 select 1, 2 from t6 returning (json_array(x'61') collate nocase), b
insert into t3 select 1, 2 from t6 where exists (select 1 from t3) returning (json_array(x'61') collate nocase), b
delete from t3 where exists (select ?1 from t6) returning (json_array(x'61') collate nocase), b
delete from t3 where exists (select ?1 collate rtrim from t6 as q1 join t6 as q2 on q2.a = q2.oid) returning (json_array(x'61') collate nocase), b
select (json_array(x'61') collate nocase), b from t3 where exists (select 1 from t6)
select 1||(json_array(x'61') collate nocase), b from t3 where exists (select 1 from t6)
delete from t3 where 0 returning (json_array(x'61') collate nocase), b
delete from t3 where null returning (json_array(x'61') collate nocase), b
delete from t3 where 1 returning (json_array(x'61') collate nocase), b
delete from t3 where (select 1 from t6) returning (json_array(x'61') collate nocase), b
delete from t3 where exists (select 1 from t6 where a = t3.a) returning (json_array(x'61') collate nocase), b
create temp table u3 (a, b)
create trigger temp.g after delete on u3 begin select 1; end
delete from u3 where exists (select 1 from t6) returning (json_array(x'61') collate nocase), b
create temp table v3 (a primary key desc, b)
delete from v3 where exists (select 1 from t6) returning (json_array(x'61') collate nocase), b
delete from v3 where exists (select 1 from t6) returning (jsonb_array(x'61') collate nocase), b
delete from v3 where exists (select 1 from t6) returning (jsonb_array('a', x'61') collate binary), b
