-- An OR in the ON clause of an outer join says nothing about the rows of the tables before it.
create table tA(a, p)
insert into tA values(1,8),(1,2),(5,1)
create unique index tai on tA(p)
create table tB(x, y)
insert into tB values('x',1),('y',2)
create index tby on tB(y)
create table tC(u integer primary key, v)
insert into tC values(1,8),(2,3)
select a,x from tA left join tB on (p=1 or p=2 or p=3)
select a,x from tA left join tB on (a=1 and (p=1 or p=2 or p=3))
select a,x from tA left join tB on (p=2 or p=3) and a=1
select a,x from tA left join tB on (p=2 or y=1)
select a,x from tA left join tB on (p=2 and a=1 or p=8 and a=1)
select a,x from tA left join tB on (p>2 or p=2)
select a,x from tA left join tB on (p=2 or p=8) and (y=2 or y=1)
select a,x from tA left join tB on (y=2 or y=p)
select a,x from tA left join tB on y=p left join tC on (y=1 or y=2 or u=1)
select a,x,u from tA left join tB on y=p left join tC on (p=1 or p=2) and (u=1 or u=2)
select a,x,u from tA left join tB on (y=1 or y=2 or y=8) left join tC on (y=1 or y=2) where p=1 or p=8
select a,x from tA right join tB on (p=1 or p=8)
select a,x from tA right join tB on (y=1 or y=8)
select a,x from tA full join tB on (y=1 or y=8)
select a,x from tA full join tB on (p=1 or p=8)
select a,x from tB left join tA on (p=1 or p=8)
select a,x from tB left join tA on (p=1 or p=8) where p=1 or p=8 or p is null
select a,x from tA, tB left join tC on (p=1 or p=8) and u=y
select a,x from tA join tB on (p=1 or p=8)
create table t1(id, a1, a2)
insert into t1 values(1, NULL, NULL),(2, 1, 3),(3,3,3),(4,2,1)
create table t2(id, b, c)
insert into t2 values(3, 1, 3),(4, NULL, 1),(5,3,2)
create index t1a1 on t1(a1)
create index t1a2 on t1(a2)
select * from t2 left join t1 on a1=b or a2=b
select * from t2 left join t1 on a1=b or (a2=b and t1.id>2)
select * from t2 left join t1 on (a1=b or a2=b) and t1.id>3
select * from t2 left join t1 on (a1=b or a2=b) and c=1
select * from t2 left join t1 on a1=b or a2=b where t1.id is null
select * from t2 left join t1 on a1=b or a2=b where c>1
select * from t2 left join t1 on a1=b or a2=b left join tC on u=a1 or u=a2
select * from t2 left join t1 on (a1=b and c>0) or (a2=b and c=3) left join t2 z on z.b=a1
select * from t1 right join t2 on a1=b or a2=b
select * from t1 full join t2 on a1=b or a2=b
select count(*) from t2 left join t1 on a1=b or a2=b or a1=c
select * from t2 left join (t1 join tC on u=a1 or u=a2) on a1=b or a2=b
