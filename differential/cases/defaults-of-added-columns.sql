-- What rows that were there have in a column that is added: a literal with a sign or a cast, the column's affinity applied at each step.
create table t(a)
insert into t values(1)
alter table t add column d1 text default -'hello'
alter table t add column d2 default -'hello'
alter table t add column d3 int default -'12'
alter table t add column d4 real default -'12'
alter table t add column d5 text default -'12.50'
alter table t add column d6 text default - x'31'
alter table t add column d7 default - '-9223372036854775808'
alter table t add column d8 text default -'9223372036854775808'
alter table t add column d9 text default +'abc'
alter table t add column e1 int default -'1e3'
alter table t add column e2 default -' 12abc'
alter table t add column e3 text default -'0'
alter table t add column e4 text default -'-0.0'
alter table t add column e5 real default -0.0
alter table t add column e6 text default true
alter table t add column e7 default (cast('12' as int))
alter table t add column e8 text default (cast(12.5 as int))
alter table t add column e9 default (+(-(-(3))))
alter table t add column f1 blob default -0.0
alter table t add column f2 default -0x10
alter table t add column f3 text default -0x10
alter table t add column f4 int default '0x10'
alter table t add column f5 real default 9223372036854775807
alter table t add column f6 real default '9223372036854775807'
alter table t add column f7 int default 1e18
alter table t add column f8 int default 1.5e300
alter table t add column f9 text default 1_000
alter table t add column g1 default 1_0.5
alter table t add column g2 int default ' 12 '
alter table t add column g3 int default x'3132'
alter table t add column g4 default -NULL
alter table t add column g5 text default 9223372036854775808
alter table t add column g6 default 9223372036854775808
alter table t add column g7 int default 99999999999999999999999
alter table t add column g8 default -9223372036854775808
alter table t add column g9 default (cast(x'3132' as text))
alter table t add column h1 default (- cast('3x' as text))
alter table t add column h2 text default (cast('1e20' as real))
alter table t add column h3 text default 0.1
alter table t add column h4 text default (cast(' 9e999' as numeric))
alter table t add column h5 int default (cast(9e18 as int))
alter table t add column h6 default (cast('9e30' as int))
alter table t add column h7 default (cast(9e30 as int))
alter table t add column h8 text default (cast('123456789012345678' as real))
alter table t add column h9 blob default (cast(12 as blob))
alter table t add column i1 default (1+1)
alter table t add column i2 default (abs(1))
alter table t add column i3 default ('a' collate nocase)
alter table t add column i4 default (~5)
alter table t add column i5 text default 1.
alter table t add column i6 text default .5
alter table t add column i7 text default 1e5
alter table t add column i8 numeric default 1e5
alter table t add column i9 text default (-(-1.50))
alter table t add column j1 boolean default false
alter table t add column j2 text default (cast(null as int))
alter table t add column j3 default (-(-(-9223372036854775808)))
alter table t add column j4 text default (0x7fffffffffffffff)
alter table t add column j5 default 0xffffffffffffffff
select * from t
select typeof(d1),typeof(d5),typeof(d7),typeof(d8),typeof(e1),typeof(e2),typeof(e3),typeof(e6),typeof(e8),typeof(h9),typeof(i8) from t
insert into t(a) values(2)
select * from t where a=2
