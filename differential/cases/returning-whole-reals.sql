-- RETURNING hands whole numbers of REAL columns on as integers, as the table stores them; only the columns themselves stay real.
create table t(a,b,c,r real)
insert into t(r) values(5.0) returning +r, coalesce(r,1), r, r collate binary, case when 1 then r end, max(r,3), iif(1,r,0), nullif(r,1), typeof(+r), likely(r), (select r), (r,1)=(5,1), r||'', printf('%s',r), cast(r as numeric), r+0, -r, abs(r), json_array(r), quote(r)
update t set r=6.0 returning +r, coalesce(r,1), r, abs(r), cast(r as numeric)
delete from t returning +r, coalesce(r,1), cast(r as numeric), cast(r as int)
insert into s(g) values(5.0),(1e20),(2.5) returning *, +h, +i
select *, typeof(h), typeof(i) from s
create table st(r real, k int unique) strict
insert into st values(3,1) returning +r, r
insert into st values(4,1) on conflict(k) do update set r=r+excluded.r returning +r, r
create view v as select r from st
create trigger tr instead of insert on v begin insert into st(r) values(new.r); end
insert into v values(9) returning r, +r
