-- Rows of VALUES took TRUE as 1 though the first row has a CAST, and only up to the first row that is not constant.
VALUES (1, 0), (10 IS TRUE, 1)
VALUES (abs(1)), (10 IS TRUE), (10 IS TRUE), (10 IS TRUE)
VALUES (1), (abs(10) IS TRUE), (10 IS TRUE), (10 IS TRUE)
VALUES (1), (10 IS TRUE), ((SELECT 1)), (10 IS TRUE), (10 IS NOT TRUE)
VALUES ('a' LIKE 'b'), (10 IS TRUE), (10 IS TRUE)
VALUES (CAST(1 AS BLOB)), (10 IS TRUE), (10 IS TRUE), (10 IS TRUE)
VALUES (1), (CAST(10 IS TRUE AS INT)), (10 IS TRUE)
VALUES (random() IS NULL), (10 IS TRUE), (10 IS TRUE)
