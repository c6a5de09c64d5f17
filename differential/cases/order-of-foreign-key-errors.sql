-- Errors behind an earlier one: what SQLite goes on to replaces it, but for triggers and RETURNING, which it leaves out then.
CREATE TABLE t2 (a, b, c1)
CREATE TABLE u (c1, d)
CREATE VIEW vv AS SELECT a AS k0 FROM t2
DROP TABLE t2
UPDATE vv SET k0 = 1
UPDATE vv SET k0 = 1 WHERE 5 = k0
DELETE FROM vv WHERE k0
INSERT INTO vv VALUES (1)
create temp view tv as select a as k0 from t2
update tv set k0 = 3
delete from tv
insert into tv values (1)
insert into tv(nope) values (1)
update tv set nope = 3
create temp trigger tvi instead of insert on tv begin select 1; end
insert into tv values (1)
update tv set k0 = 3
create trigger vvi instead of update on vv begin select 1; end
UPDATE vv SET k0 = 1
delete from vv
insert into vv values(1)
insert into vv select * from missing
update vv set k0 = (select 1 from missing)
pragma foreign_keys = 1
CREATE TABLE q3 (c1 INTEGER REFERENCES tx (c1), c2)
CREATE TABLE q6 (c5 REAL REFERENCES q3 ON DELETE SET NULL)
DELETE FROM q3 WHERE c2 returning c2
DELETE FROM q3 WHERE nope returning c2
DELETE FROM q3 WHERE c2 returning nope
INSERT INTO q3 values (1,2)
INSERT INTO q3 values (1,nope)
update q3 set c2 = 1
update q3 set c1 = 1
update q3 set c1 = 1 returning nope
update q3 set c1 = nope
update q3 set c1 = 2 where nope
replace into q3 values (1,2)
CREATE TABLE w3 (c1 PRIMARY KEY) WITHOUT ROWID
CREATE TRIGGER g4 AFTER INSERT ON w3 BEGIN UPDATE tmissing SET c2 = likely(new.c1) WHERE c2 = new.c1; END
REPLACE INTO w3 VALUES (x'00'), (0.0), (x'313233') RETURNING ((d11 IS d11) % d11)
REPLACE INTO w3 VALUES (x'00') RETURNING d11
REPLACE INTO w3 VALUES (nope) RETURNING d11
REPLACE INTO w3 VALUES (1) RETURNING c1
insert INTO w3 VALUES (1) RETURNING d11
insert INTO w3 VALUES (1) on conflict (zz) do nothing RETURNING d11
insert INTO w3 VALUES (1) on conflict (c1) do update set c1 = zz RETURNING d11
CREATE TRIGGER g5 before delete ON w3 BEGIN UPDATE tmissing SET c2 = 5; END
delete from w3 returning d11
delete from w3 where zz returning d11
delete from w3
CREATE TRIGGER g6 before update ON w3 BEGIN UPDATE tmissing SET c2 = 5; END
update w3 set c1 = 1 returning d11
update w3 set c1 = zz returning d11
update w3 set c1 = 1 where zz returning d11

