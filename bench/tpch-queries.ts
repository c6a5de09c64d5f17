// Queries over the TPC-H-like schema of tpch.ts: the benchmark's 22 in SQLite's dialect, and others that ask for each access path.

export interface NamedQuery {
  readonly name: string;
  readonly sql: string;
}

const standard: readonly string[] = [
  `SELECT l_returnflag, l_linestatus, sum(l_quantity), sum(l_extendedprice), sum(l_extendedprice * (1 - l_discount)),
     sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)), avg(l_quantity), avg(l_extendedprice), avg(l_discount), count(*)
   FROM lineitem WHERE l_shipdate <= date('1998-12-01', '-90 days')
   GROUP BY l_returnflag, l_linestatus ORDER BY l_returnflag, l_linestatus`,
  `SELECT s_acctbal, s_name, n_name, p_partkey, p_mfgr, s_address, s_phone, s_comment
   FROM part, supplier, partsupp, nation, region
   WHERE p_partkey = ps_partkey AND s_suppkey = ps_suppkey AND p_size = 15 AND p_type LIKE '%BRASS'
     AND s_nationkey = n_nationkey AND n_regionkey = r_regionkey AND r_name = 'EUROPE'
     AND ps_supplycost = (SELECT min(ps_supplycost) FROM partsupp, supplier, nation, region
       WHERE p_partkey = ps_partkey AND s_suppkey = ps_suppkey AND s_nationkey = n_nationkey
         AND n_regionkey = r_regionkey AND r_name = 'EUROPE')
   ORDER BY s_acctbal DESC, n_name, s_name, p_partkey LIMIT 100`,
  `SELECT l_orderkey, sum(l_extendedprice * (1 - l_discount)) AS revenue, o_orderdate, o_shippriority
   FROM customer, orders, lineitem
   WHERE c_mktsegment = 'BUILDING' AND c_custkey = o_custkey AND l_orderkey = o_orderkey
     AND o_orderdate < '1995-03-15' AND l_shipdate > '1995-03-15'
   GROUP BY l_orderkey, o_orderdate, o_shippriority ORDER BY revenue DESC, o_orderdate LIMIT 10`,
  `SELECT o_orderpriority, count(*) FROM orders
   WHERE o_orderdate >= '1993-07-01' AND o_orderdate < date('1993-07-01', '+3 months')
     AND EXISTS (SELECT * FROM lineitem WHERE l_orderkey = o_orderkey AND l_commitdate < l_receiptdate)
   GROUP BY o_orderpriority ORDER BY o_orderpriority`,
  `SELECT n_name, sum(l_extendedprice * (1 - l_discount)) AS revenue
   FROM customer, orders, lineitem, supplier, nation, region
   WHERE c_custkey = o_custkey AND l_orderkey = o_orderkey AND l_suppkey = s_suppkey AND c_nationkey = s_nationkey
     AND s_nationkey = n_nationkey AND n_regionkey = r_regionkey AND r_name = 'ASIA'
     AND o_orderdate >= '1994-01-01' AND o_orderdate < '1995-01-01'
   GROUP BY n_name ORDER BY revenue DESC`,
  `SELECT sum(l_extendedprice * l_discount) FROM lineitem
   WHERE l_shipdate >= '1994-01-01' AND l_shipdate < '1995-01-01' AND l_discount BETWEEN 0.05 AND 0.07 AND l_quantity < 24`,
  `SELECT supp_nation, cust_nation, l_year, sum(volume) FROM (
     SELECT n1.n_name AS supp_nation, n2.n_name AS cust_nation, strftime('%Y', l_shipdate) AS l_year,
       l_extendedprice * (1 - l_discount) AS volume
     FROM supplier, lineitem, orders, customer, nation n1, nation n2
     WHERE s_suppkey = l_suppkey AND o_orderkey = l_orderkey AND c_custkey = o_custkey AND s_nationkey = n1.n_nationkey
       AND c_nationkey = n2.n_nationkey AND ((n1.n_name = 'FRANCE' AND n2.n_name = 'GERMANY')
         OR (n1.n_name = 'GERMANY' AND n2.n_name = 'FRANCE')) AND l_shipdate BETWEEN '1995-01-01' AND '1996-12-31')
   GROUP BY supp_nation, cust_nation, l_year ORDER BY supp_nation, cust_nation, l_year`,
  `SELECT o_year, sum(CASE WHEN nation = 'BRAZIL' THEN volume ELSE 0 END) / sum(volume) FROM (
     SELECT strftime('%Y', o_orderdate) AS o_year, l_extendedprice * (1 - l_discount) AS volume, n2.n_name AS nation
     FROM part, supplier, lineitem, orders, customer, nation n1, nation n2, region
     WHERE p_partkey = l_partkey AND s_suppkey = l_suppkey AND l_orderkey = o_orderkey AND o_custkey = c_custkey
       AND c_nationkey = n1.n_nationkey AND n1.n_regionkey = r_regionkey AND r_name = 'AMERICA'
       AND s_nationkey = n2.n_nationkey AND o_orderdate BETWEEN '1995-01-01' AND '1996-12-31'
       AND p_type = 'ECONOMY ANODIZED STEEL') GROUP BY o_year ORDER BY o_year`,
  `SELECT nation, o_year, sum(amount) FROM (
     SELECT n_name AS nation, strftime('%Y', o_orderdate) AS o_year,
       l_extendedprice * (1 - l_discount) - ps_supplycost * l_quantity AS amount
     FROM part, supplier, lineitem, partsupp, orders, nation
     WHERE s_suppkey = l_suppkey AND ps_suppkey = l_suppkey AND ps_partkey = l_partkey AND p_partkey = l_partkey
       AND o_orderkey = l_orderkey AND s_nationkey = n_nationkey AND p_name LIKE '%green%')
   GROUP BY nation, o_year ORDER BY nation, o_year DESC`,
  `SELECT c_custkey, c_name, sum(l_extendedprice * (1 - l_discount)) AS revenue, c_acctbal, n_name, c_address, c_phone, c_comment
   FROM customer, orders, lineitem, nation
   WHERE c_custkey = o_custkey AND l_orderkey = o_orderkey AND o_orderdate >= '1993-10-01'
     AND o_orderdate < date('1993-10-01', '+3 months') AND l_returnflag = 'R' AND c_nationkey = n_nationkey
   GROUP BY c_custkey, c_name, c_acctbal, c_phone, n_name, c_address, c_comment ORDER BY revenue DESC LIMIT 20`,
  `SELECT ps_partkey, sum(ps_supplycost * ps_availqty) AS value FROM partsupp, supplier, nation
   WHERE ps_suppkey = s_suppkey AND s_nationkey = n_nationkey AND n_name = 'GERMANY'
   GROUP BY ps_partkey HAVING sum(ps_supplycost * ps_availqty) > (
     SELECT sum(ps_supplycost * ps_availqty) * 0.002 FROM partsupp, supplier, nation
     WHERE ps_suppkey = s_suppkey AND s_nationkey = n_nationkey AND n_name = 'GERMANY') ORDER BY value DESC`,
  `SELECT l_shipmode, sum(CASE WHEN o_orderpriority IN ('1-URGENT', '2-HIGH') THEN 1 ELSE 0 END),
     sum(CASE WHEN o_orderpriority <> '1-URGENT' AND o_orderpriority <> '2-HIGH' THEN 1 ELSE 0 END)
   FROM orders, lineitem WHERE o_orderkey = l_orderkey AND l_shipmode IN ('MAIL', 'SHIP') AND l_commitdate < l_receiptdate
     AND l_shipdate < l_commitdate AND l_receiptdate >= '1994-01-01' AND l_receiptdate < '1995-01-01'
   GROUP BY l_shipmode ORDER BY l_shipmode`,
  `SELECT c_count, count(*) AS custdist FROM (
     SELECT c_custkey, count(o_orderkey) AS c_count FROM customer LEFT JOIN orders
       ON c_custkey = o_custkey AND o_comment NOT LIKE '%special%requests%' GROUP BY c_custkey)
   GROUP BY c_count ORDER BY custdist DESC, c_count DESC`,
  `SELECT 100.0 * sum(CASE WHEN p_type LIKE 'PROMO%' THEN l_extendedprice * (1 - l_discount) ELSE 0 END)
     / sum(l_extendedprice * (1 - l_discount))
   FROM lineitem, part WHERE l_partkey = p_partkey AND l_shipdate >= '1995-09-01' AND l_shipdate < '1995-10-01'`,
  `WITH revenue (supplier_no, total_revenue) AS (
     SELECT l_suppkey, sum(l_extendedprice * (1 - l_discount)) FROM lineitem
     WHERE l_shipdate >= '1996-01-01' AND l_shipdate < '1996-04-01' GROUP BY l_suppkey)
   SELECT s_suppkey, s_name, s_address, s_phone, total_revenue FROM supplier, revenue
   WHERE s_suppkey = supplier_no AND total_revenue = (SELECT max(total_revenue) FROM revenue) ORDER BY s_suppkey`,
  `SELECT p_brand, p_type, p_size, count(DISTINCT ps_suppkey) AS supplier_cnt FROM partsupp, part
   WHERE p_partkey = ps_partkey AND p_brand <> 'Brand#45' AND p_type NOT LIKE 'MEDIUM POLISHED%'
     AND p_size IN (49, 14, 23, 45, 19, 3, 36, 9)
     AND ps_suppkey NOT IN (SELECT s_suppkey FROM supplier WHERE s_comment LIKE '%Customer%Complaints%')
   GROUP BY p_brand, p_type, p_size ORDER BY supplier_cnt DESC, p_brand, p_type, p_size`,
  `SELECT sum(l_extendedprice) / 7.0 FROM lineitem, part
   WHERE p_partkey = l_partkey AND p_brand = 'Brand#23' AND p_container = 'MED BOX'
     AND l_quantity < (SELECT 0.2 * avg(l_quantity) FROM lineitem WHERE l_partkey = p_partkey)`,
  `SELECT c_name, c_custkey, o_orderkey, o_orderdate, o_totalprice, sum(l_quantity) FROM customer, orders, lineitem
   WHERE o_orderkey IN (SELECT l_orderkey FROM lineitem GROUP BY l_orderkey HAVING sum(l_quantity) > 250)
     AND c_custkey = o_custkey AND o_orderkey = l_orderkey
   GROUP BY c_name, c_custkey, o_orderkey, o_orderdate, o_totalprice ORDER BY o_totalprice DESC, o_orderdate LIMIT 100`,
  `SELECT sum(l_extendedprice * (1 - l_discount)) FROM lineitem, part
   WHERE (p_partkey = l_partkey AND p_brand = 'Brand#12' AND p_container IN ('SM CASE', 'SM BOX') AND l_quantity BETWEEN 1 AND 11
       AND p_size BETWEEN 1 AND 5 AND l_shipmode IN ('AIR', 'REG AIR') AND l_shipinstruct = 'DELIVER IN PERSON')
     OR (p_partkey = l_partkey AND p_brand = 'Brand#23' AND p_container IN ('MED BAG', 'MED BOX') AND l_quantity BETWEEN 10 AND 20
       AND p_size BETWEEN 1 AND 10 AND l_shipmode IN ('AIR', 'REG AIR') AND l_shipinstruct = 'DELIVER IN PERSON')`,
  `SELECT s_name, s_address FROM supplier, nation WHERE s_suppkey IN (
     SELECT ps_suppkey FROM partsupp WHERE ps_partkey IN (SELECT p_partkey FROM part WHERE p_name LIKE 'forest%')
       AND ps_availqty > (SELECT 0.5 * sum(l_quantity) FROM lineitem WHERE l_partkey = ps_partkey AND l_suppkey = ps_suppkey
         AND l_shipdate >= '1994-01-01' AND l_shipdate < '1995-01-01'))
     AND s_nationkey = n_nationkey AND n_name = 'CANADA' ORDER BY s_name`,
  `SELECT s_name, count(*) AS numwait FROM supplier, lineitem l1, orders, nation
   WHERE s_suppkey = l1.l_suppkey AND o_orderkey = l1.l_orderkey AND o_orderstatus = 'F' AND l1.l_receiptdate > l1.l_commitdate
     AND EXISTS (SELECT * FROM lineitem l2 WHERE l2.l_orderkey = l1.l_orderkey AND l2.l_suppkey <> l1.l_suppkey)
     AND NOT EXISTS (SELECT * FROM lineitem l3 WHERE l3.l_orderkey = l1.l_orderkey AND l3.l_suppkey <> l1.l_suppkey
       AND l3.l_receiptdate > l3.l_commitdate)
     AND s_nationkey = n_nationkey AND n_name = 'SAUDI ARABIA' GROUP BY s_name ORDER BY numwait DESC, s_name LIMIT 100`,
  `SELECT cntrycode, count(*), sum(c_acctbal) FROM (
     SELECT substr(c_phone, 1, 2) AS cntrycode, c_acctbal FROM customer
     WHERE substr(c_phone, 1, 2) IN ('13', '31', '23', '29', '30', '18', '17')
       AND c_acctbal > (SELECT avg(c_acctbal) FROM customer WHERE c_acctbal > 0)
       AND NOT EXISTS (SELECT * FROM orders WHERE o_custkey = c_custkey)) GROUP BY cntrycode ORDER BY cntrycode`,
];

const others: Readonly<Record<string, string>> = {
  'count of a table': 'SELECT count(*) FROM lineitem',
  'min and max by index': 'SELECT min(o_orderdate), max(o_orderdate) FROM orders',
  'max by index': 'SELECT max(l_shipdate) FROM lineitem',
  'range by index': "SELECT sum(l_quantity) FROM lineitem WHERE l_shipdate BETWEEN '1995-02-01' AND '1995-02-10'",
  'IN by index': 'SELECT count(*), sum(o_totalprice) FROM orders WHERE o_custkey IN (1, 50, 100, 200, 400, 800)',
  'OR of two indexes': "SELECT count(*) FROM orders WHERE o_custkey = 100 OR o_orderdate = '1994-05-05'",
  'LIKE prefix': "SELECT count(*) FROM orders WHERE o_orderdate GLOB '1994-05*'",
  'LIKE scan': "SELECT count(*) FROM part WHERE p_name LIKE '%coral%'",
  'covering index group': 'SELECT o_custkey, count(*) FROM orders GROUP BY o_custkey ORDER BY 2 DESC LIMIT 5',
  'group by expression': 'SELECT substr(o_orderdate, 1, 4) AS y, count(*), sum(o_totalprice) FROM orders GROUP BY y',
  'group by, sorted': 'SELECT l_suppkey, sum(l_quantity) FROM lineitem GROUP BY l_suppkey',
  distinct: 'SELECT count(*) FROM (SELECT DISTINCT l_suppkey, l_shipmode FROM lineitem)',
  'count distinct': 'SELECT count(DISTINCT l_partkey), count(DISTINCT l_suppkey) FROM lineitem',
  'distinct by index': 'SELECT DISTINCT o_custkey FROM orders',
  'order by index, limit': 'SELECT o_orderkey, o_orderdate FROM orders ORDER BY o_orderdate DESC LIMIT 50',
  'order by, limit': 'SELECT o_orderkey, o_totalprice FROM orders ORDER BY o_totalprice DESC LIMIT 10',
  'order by, offset': 'SELECT o_orderkey FROM orders ORDER BY o_clerk, o_orderkey LIMIT 10 OFFSET 5000',
  'full sort': 'SELECT count(*) FROM (SELECT p_partkey FROM part ORDER BY p_type, p_brand, p_name LIMIT -1 OFFSET 0)',
  'join by rowid': 'SELECT count(*), sum(c_acctbal) FROM orders JOIN customer ON c_custkey = o_custkey',
  'left join': 'SELECT count(*), count(o_orderkey) FROM customer LEFT JOIN orders ON o_custkey = c_custkey',
  'left join, missing':
    'SELECT count(*) FROM customer LEFT JOIN orders ON o_custkey = c_custkey WHERE o_orderkey IS NULL',
  'full join': 'SELECT count(*) FROM nation FULL JOIN (SELECT * FROM supplier WHERE s_acctbal > 5000) ON s_nationkey = n_nationkey', // prettier-ignore
  'join without index': 'SELECT count(*) FROM supplier s JOIN customer c ON s.s_phone = c.c_phone',
  'self join': "SELECT count(*) FROM orders a JOIN orders b ON a.o_custkey = b.o_custkey AND a.o_orderdate < b.o_orderdate AND a.o_orderstatus = 'P'", // prettier-ignore
  'join using': 'SELECT count(*) FROM (SELECT ps_partkey AS k, ps_availqty FROM partsupp) JOIN (SELECT p_partkey AS k, p_size FROM part) USING (k) WHERE p_size < ps_availqty', // prettier-ignore
  'IN subquery': "SELECT count(*) FROM lineitem WHERE l_orderkey IN (SELECT o_orderkey FROM orders WHERE o_orderdate BETWEEN '1994-01-01' AND '1994-01-31')", // prettier-ignore
  'NOT IN subquery': 'SELECT count(*) FROM customer WHERE c_custkey NOT IN (SELECT o_custkey FROM orders)',
  'correlated scalar': 'SELECT sum((SELECT count(*) FROM orders WHERE o_custkey = c_custkey)) FROM customer',
  'correlated maximum': 'SELECT count(*) FROM orders o WHERE o_totalprice = (SELECT max(o_totalprice) FROM orders i WHERE i.o_custkey = o.o_custkey)', // prettier-ignore
  'NOT EXISTS': 'SELECT count(*) FROM part WHERE NOT EXISTS (SELECT 1 FROM lineitem WHERE l_partkey = p_partkey AND l_quantity > 49)', // prettier-ignore
  'UNION': 'SELECT count(*) FROM (SELECT l_suppkey FROM lineitem WHERE l_quantity = 1 UNION SELECT ps_suppkey FROM partsupp WHERE ps_availqty < 100)', // prettier-ignore
  'UNION ALL': "SELECT sum(v) FROM (SELECT o_totalprice AS v FROM orders WHERE o_orderstatus = 'P' UNION ALL SELECT ps_supplycost FROM partsupp)", // prettier-ignore
  'INTERSECT and EXCEPT': 'SELECT count(*) FROM (SELECT l_partkey FROM lineitem WHERE l_quantity < 5 INTERSECT SELECT ps_partkey FROM partsupp WHERE ps_availqty > 9000 EXCEPT SELECT p_partkey FROM part WHERE p_size = 1)', // prettier-ignore
  'running sum': 'SELECT max(s) FROM (SELECT sum(o_totalprice) OVER (ORDER BY o_orderkey) AS s FROM orders)',
  'rank in partitions': 'SELECT count(*) FROM (SELECT rank() OVER (PARTITION BY o_custkey ORDER BY o_totalprice DESC) AS r FROM orders) WHERE r = 1', // prettier-ignore
  'moving average': 'SELECT max(a) FROM (SELECT avg(l_quantity) OVER (ORDER BY l_shipdate ROWS BETWEEN 50 PRECEDING AND 50 FOLLOWING) AS a FROM lineitem)', // prettier-ignore
  'lag': "SELECT count(*) FROM (SELECT o_orderdate, lag(o_orderdate) OVER (PARTITION BY o_custkey ORDER BY o_orderdate) AS p FROM orders) WHERE julianday(o_orderdate) - julianday(p) < 30", // prettier-ignore
  'window of one partition': 'SELECT * FROM (SELECT o_custkey, o_orderkey, sum(o_totalprice) OVER (PARTITION BY o_custkey ORDER BY o_orderdate) FROM orders) WHERE o_custkey = 1000', // prettier-ignore
  'recursive': 'WITH RECURSIVE days(d) AS (SELECT date(\'1994-01-01\') UNION ALL SELECT date(d, \'+1 day\') FROM days WHERE d < \'1994-03-31\') SELECT d, (SELECT count(*) FROM orders WHERE o_orderdate = d) FROM days', // prettier-ignore
  'common table, twice': 'WITH t AS (SELECT o_custkey AS k, sum(o_totalprice) AS s FROM orders GROUP BY o_custkey) SELECT count(*) FROM t a JOIN t b ON a.k = b.k + 3 WHERE a.s > b.s', // prettier-ignore
  'six tables by rowid': 'SELECT r_name, count(*) FROM lineitem JOIN orders ON o_orderkey = l_orderkey JOIN customer ON c_custkey = o_custkey JOIN nation ON n_nationkey = c_nationkey JOIN region ON r_regionkey = n_regionkey WHERE l_quantity = 50 GROUP BY r_name', // prettier-ignore
  'values join':
    "SELECT count(*) FROM orders JOIN (VALUES ('1-URGENT'), ('5-LOW')) AS v ON o_orderpriority = v.column1",
  'json rows': "SELECT sum(json_extract(j, '$.q')) FROM (SELECT json_object('q', l_quantity, 'm', l_shipmode) AS j FROM lineitem WHERE l_linenumber = 1)", // prettier-ignore
  'text functions': "SELECT sum(length(upper(c_name) || replace(c_comment, 'special', '?'))) FROM customer",
  'case and between': "SELECT sum(CASE WHEN l_discount BETWEEN 0.02 AND 0.05 THEN l_extendedprice WHEN l_tax > 0.05 THEN 1 ELSE 0 END) FROM lineitem", // prettier-ignore
};

export const tpchQueries: readonly NamedQuery[] = [
  ...standard.map((sql, i): NamedQuery => ({ name: `TPC-H Q${i + 1}`, sql })),
  ...Object.entries(others).map(([name, sql]): NamedQuery => ({ name, sql })),
];
