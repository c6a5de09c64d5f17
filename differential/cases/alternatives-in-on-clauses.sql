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
