-- Numbers of pragmas: SQLite reads them in three ways, which differ in what follows the digits and in what does not fit.
PRAGMA integrity_check(2147483648)
PRAGMA integrity_check(4294967296)
PRAGMA integrity_check(1.5)
PRAGMA integrity_check(0x10)
PRAGMA quick_check(-0.5)
PRAGMA journal_size_limit = 1.5
PRAGMA journal_size_limit = on
PRAGMA journal_size_limit = 9223372036854775808
PRAGMA analysis_limit = 4294967297
PRAGMA analysis_limit = 9223372036854775807
PRAGMA analysis_limit = '12 '
PRAGMA analysis_limit = '12a'
PRAGMA max_page_count = 4294967295
PRAGMA cache_spill = -0.5
PRAGMA cache_spill
PRAGMA busy_timeout = 0x10
PRAGMA busy_timeout = 99999999999
PRAGMA user_version = 99999999999
PRAGMA user_version
PRAGMA user_version = 12abc
PRAGMA user_version = '12abc'
PRAGMA user_version
PRAGMA optimize(0x2)
SELECT * FROM pragma_cache_size('main', 2) WHERE nosuch = 1
SELECT * FROM pragma_foreign_keys('t') WHERE nosuch = 1
SELECT * FROM pragma_foreign_keys('t')
pragma cache_spill = -1
pragma cache_spill
pragma cache_spill = -100000
pragma cache_spill
pragma cache_spill = 0
pragma cache_spill
pragma cache_spill = 100000
pragma cache_spill
