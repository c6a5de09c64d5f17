-- An operand that is a compound has the affinities of the last core: of VALUES, those of the last row, or of the first one of a run of constants.
create table x(n, t text, i integer, c text collate nocase)
insert into x values(1, '0', 0, 'a'), (2, '5', 5, 'B'), (3, null, null, null)
select n, (0, 0) not in (values (n - n, t), ('2024-02-29', 0)), (0, 0) in (values ('2024-02-29', 0), (n - n, t)) from x
select n, 5 in (values (t), (0)), 5 in (values (0), (t)), '5' in (values (i), ('q')), '5' in (values ('q'), (i)) from x
select n, 5 in (select t from x union select 7), 5 in (select 7 union select t from x), '5' in (select i from x union all select 'x') from x
select n, 5 = (select t from x where n = 2 union select null limit 1 offset 1), 5 = (select null union select t from x where n = 2 limit 1 offset 1) from x
select '5' = (select 5 union select cast(5 as integer)), '5' = (select cast(5 as integer) union select 5)
select n, 'b' in (select c from x union select 'z'), 'b' in (select 'z' union select c from x), c in (select 'b' union select 'x') from x
select 5 in (values (cast(5 as text)), (6)), 5 in (values (6), (cast(5 as text))), 5 in (values (6), (cast(5 as text)), (7)), 5 in (values (abs(6)), (cast(5 as text)))
select (5, 1) in ((cast(5 as text), 1), (6, 1)), (5, 1) in ((6, 1), (cast(5 as text), 1)), (5, 1) in ((6, 1), (cast('5' as text), 1), (0, 0))
with q as (select 1) select 5 in (values (6), (cast(5 as text)), ('5')), 5 in (values (6), ('7'), (cast(5 as text)))
select n from x where i in (values ('5'), (t)) or i in (values (t), ('5'))
select n from x where t in (select i from x union select 9)
select n from x where (i, n) in (select '5', 2 union all select t, n from x)
select n from x where (i, n) in (select t, n from x union all select '5', 2)
select (select 1, '2' union select t, i from x where n = 9) = (1, 2), (select t, i from x where n = 9 union select 1, '2') = (1, 2)
