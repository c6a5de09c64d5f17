-- Result columns that are ORDER BY terms are evaluated in the order of the terms, after those that are none (before them under LIMIT).
create table t4(c1, c2)
insert into t4 values (1, 2), (3, 4)
select json_set('[1', '$.a', c1), json_extract('{}', 'bad' || c2) from t4 order by 2, 1
select json_set('[1', '$.a', c1), json_extract('{}', 'bad' || c2) from t4 order by 1, 2
select json_set('[1', '$.a', c1), json_extract('{}', 'bad' || c2) from t4 order by 1
select json_set('[1', '$.a', c1), json_extract('{}', 'bad' || c2) from t4 order by 2
select json_set('[1', '$.a', c1), json_extract('{}', 'bad' || c2) from t4 order by 2 limit 1
select json_set('[1', '$.a', c1), json_extract('{}', 'bad' || c2) from t4 order by 1 limit 1
select json_set('[1', '$.a', c1), json_extract('{}', 'bad' || c2) from t4 order by 2, 1 limit 1
select json_set('[1', '$.a', c1), c2 from t4 order by json_extract('{}', 'bad' || c2), 1
select json_set('[1', '$.a', c1), c2 from t4 order by 1, json_extract('{}', 'bad' || c2)
select distinct json_set('[1', '$.a', c1), json_extract('{}', 'bad' || c2) from t4 order by 2, 1
select c2, c1, c1 + c2 from t4 order by 3 desc, 1, 2
select c2, c1, c1 + c2, c2 from t4 order by 2 desc, 4 limit 1
