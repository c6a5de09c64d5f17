-- Building a unique index compares each sorted entry with the one before, which the sorter has taken back.
create table t(a,b)
insert into t values (1,2),(3,4)
create unique index i on t(a)
create index j on t(b)
reindex
insert into t values (5,6),(7,6),(null,1),(null,1)
create unique index k on t(b)
create unique index l on t(a,b)
reindex
pragma integrity_check
select * from t order by b
