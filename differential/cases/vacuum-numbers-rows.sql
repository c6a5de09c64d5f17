-- VACUUM numbers the rows of tables anew that have neither an INTEGER PRIMARY KEY nor an index.
create table t(a,b)
create table k(a integer primary key,b)
create table i(a,b)
create index ib on i(b)
create table u(a primary key,b)
create table w(a primary key,b) without rowid
create table g(a,b as (a+1))
create table s(a integer primary key autoincrement,b)
create table z(a int, b text) strict
insert into t(rowid,a,b) values(9,1,2),(12,3,4),(20,5,6),(-5,7,8)
insert into k values(9,1),(12,3)
insert into i(rowid,a,b) values(9,1,2),(12,3,4)
insert into u(rowid,a,b) values(9,1,2),(12,3,4)
insert into w values(9,1),(12,3)
insert into g(rowid,a) values(9,1),(12,3)
insert into s values(9,1),(12,3)
insert into z(rowid,a,b) values(9,1,2),(12,3,4)
create view v as select * from t
vacuum
select rowid,* from t
select rowid,* from k
select rowid,* from i
select rowid,* from u
select * from w
select rowid,* from g
select rowid,* from s
select rowid,* from z
select rowid,* from sqlite_sequence
insert into t values(0,0)
select rowid,* from t
delete from t where a=3
analyze
delete from sqlite_stat1 where tbl='k'
vacuum
select rowid,* from t
select rowid,* from sqlite_stat1
