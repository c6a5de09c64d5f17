-- ORDER BY inside an aggregate lost the subtypes of its arguments: JSON came out as text.
CREATE TABLE t (a, j)
INSERT INTO t VALUES (3, '{"x":1}'), (1, '[1]'), (2, '"s"'), (1, '[1]'), (4, NULL)
SELECT json_group_array(json(j) ORDER BY a) FROM t
SELECT json_group_array(json(j) ORDER BY json(j)) FROM t
SELECT json_group_array(DISTINCT json(j) ORDER BY json(j)) FROM t
SELECT json_group_array(DISTINCT json(j) ORDER BY a DESC) FROM t
SELECT json_group_object(a, json(j) ORDER BY a DESC) FROM t
SELECT hex(jsonb_group_array(json(j) ORDER BY json(j))) FROM t
SELECT json_group_array(CASE WHEN a > 1 THEN json(j) ELSE j END ORDER BY a, j) FROM t
SELECT json_group_array(j ORDER BY a) FROM t
SELECT group_concat(json(j) ORDER BY a) FROM t
