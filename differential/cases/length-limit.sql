-- The longest value is JavaScript's longest string, not SQLite's default of a billion bytes.
SELECT length(zeroblob(536870888))
SELECT length(zeroblob(536870889))
SELECT length(printf('%.*c', 536870889, 'x'))
SELECT length(zeroblob(300000000) || zeroblob(300000000))
SELECT length(hex(zeroblob(300000000)))
SELECT length(replace(printf('%.*c', 20000, 'x'), 'x', printf('%.*c', 60000, 'y')))
SELECT length(randomblob(536870889))
