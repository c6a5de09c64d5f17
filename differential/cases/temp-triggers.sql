-- Triggers of temp: on tables of one name in several databases, in their order, and with names of databases in what they do.
attach ':memory:' as aux
create table main.t4 (a, b, c)
create table temp.t4 (a, b, c)
create table aux.t4 (a, b, c)
create table insert_log (db, a, b, c)
create temp trigger trig1 after insert on main.t4 begin insert into insert_log values ('main', new.a, new.b, new.c); end
create temp trigger trig2 after insert on temp.t4 begin insert into insert_log values ('temp', new.a, new.b, new.c); end
create temp trigger trig3 after insert on aux.t4 begin insert into insert_log values ('aux', new.a, new.b, new.c); end
insert into main.t4 values (1, 2, 3)
insert into temp.t4 values (4, 5, 6)
insert into aux.t4 values (7, 8, 9)
select * from insert_log
create temp trigger trig4 after insert on main.t4 begin insert into insert_log values ('four', new.a, new.b, new.c); end
create temp trigger another after insert on main.t4 begin insert into main.insert_log values ('another', new.a, new.b, new.c); end
create temp trigger five after insert on main.t4 begin insert into insert_log values ('five', new.a, new.b, new.c); end
create temp trigger six after insert on main.t4 begin insert into insert_log values ('six', new.a, new.b, new.c); end
create trigger seven after insert on main.t4 begin insert into insert_log values ('seven', new.a, new.b, new.c); end
insert into main.t4 values (1, 2, 3)
select * from insert_log
create trigger q1 after insert on t4 begin update main.t4 set a = 5; delete from aux.t4; end
create trigger q2 after insert on main.t4 begin update main.t4 set a = 5; end
create trigger main.q3 after insert on t4 begin insert into aux.t4 values (1, 2, 3); end
create trigger if not exists trig1 after insert on t4 begin update main.t4 set a = 5; end
create trigger if not exists seven after insert on main.t4 begin update main.t4 set a = 5; end
create trigger nowhere after insert on missing begin update main.t4 set a = 5; end
create temp trigger q4 after insert on main.t4 begin update main.t4 set a = 5; update nowhere.t set a = 1; end
insert into temp.t4 values (10, 11, 12)
select * from main.t4
select * from aux.t4
drop trigger q4
create temp trigger q5 after insert on main.insert_log begin update aux.t4 set nope = 5 syntax error; end
create temp trigger q6 after delete on main.insert_log begin update aux.t4 set a = old.a; insert into temp.t4 select * from main.t4; end
delete from insert_log where db = 'six'
select * from temp.t4
alter table main.t4 rename to t5
select sql from sqlite_temp_schema where type = 'trigger'
