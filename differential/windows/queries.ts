// Window queries made systematically: every function over every frame, bound, EXCLUDE and kind of partition and order.

/** The table that the queries read: NULLs, ties, every storage class, and a column each of integers, reals and text. */
export const schema: readonly string[] = [
  'CREATE TABLE w (id INTEGER PRIMARY KEY, g, k INTEGER, r REAL, t TEXT COLLATE NOCASE, v, j TEXT)',
  `INSERT INTO w VALUES
    (1, 'a', 1, 0.5, 'x', 10, '{"a":1}'), (2, 'a', 1, 1.5, 'X', NULL, '[1]'), (3, 'a', 2, NULL, 'y', 'text', 'true'),
    (4, 'b', NULL, -1.25, NULL, 3, '"s"'), (5, 'b', NULL, 2.5, 'Y', 2.5, 'null'), (6, 'b', 4, 2.5, 'z', x'0102', '2'),
    (7, 'b', 7, 1e3, 'x', -5, '[]'), (8, NULL, 7, 0.5, 'X', 3, '{}'), (9, NULL, 8, NULL, NULL, NULL, '3.5'),
    (10, 'a', -3, 9.75, 'q', 3, '"t"'), (11, 'a', 2, 1.5, 'x', 7.25, '1'), (12, 3, 100, -7.0, '', '12', '2')`,
  'CREATE INDEX w_k ON w (k)',
];

/** Calls without OVER. */
export const calls: readonly string[] = [
  'row_number()',
  'rank()',
  'dense_rank()',
  'percent_rank()',
  'cume_dist()',
  'ntile(3)',
  'ntile(100)',
  'lag(v)',
  'lag(v, 2)',
  "lag(v, k, 'none')",
  'lead(v)',
  'lead(id, 3)',
  'lead(v, 0, k)',
  'first_value(v)',
  'last_value(v)',
  'nth_value(v, 2)',
  'nth_value(id, 1 + id % 3)',
  'count(*)',
  'count(v)',
  'sum(v)',
  'sum(k)',
  'total(r)',
  'avg(r)',
  'min(v)',
  'max(v)',
  'min(t)',
  'max(r)',
  'group_concat(id)',
  "group_concat(v, '-')",
  'group_concat(t, id)',
  "string_agg(t, '/')",
  'json_group_array(v)',
  'json_group_array(json(j))',
  "json_group_object(t || 'k', k)",
  'jsonb_group_array(id)',
  'median(k)',
  'percentile(r, 25)',
  'percentile_cont(k, 0.5)',
  'percentile_disc(k, 0.9)',
];

const functionsOfFrame = calls.filter(
  (call) => !/^(row_number|rank|dense|percent_rank|cume|ntile|lag|lead)/.test(call),
);

const starts = ['UNBOUNDED PRECEDING', '2 PRECEDING', '0 PRECEDING', 'CURRENT ROW', '0 FOLLOWING', '1 FOLLOWING'];
const ends = [
  '3 PRECEDING',
  '1 PRECEDING',
  '0 PRECEDING',
  'CURRENT ROW',
  '0 FOLLOWING',
  '2 FOLLOWING',
  'UNBOUNDED FOLLOWING',
];

const rankOf = (bound: string): number =>
  bound === 'UNBOUNDED PRECEDING' ? 0 : bound.endsWith('PRECEDING') ? 1 : bound === 'CURRENT ROW' ? 2 : bound.endsWith('UNBOUNDED FOLLOWING') ? 4 : 3; // prettier-ignore

/** Every frame that SQLite takes. */
export const frames: readonly string[] = ['ROWS', 'GROUPS', 'RANGE'].flatMap((unit) =>
  starts.flatMap((start) =>
    ends.filter((end) => rankOf(start) <= rankOf(end)).map((end) => `${unit} BETWEEN ${start} AND ${end}`),
  ),
);

const excludes = ['', ' EXCLUDE NO OTHERS', ' EXCLUDE CURRENT ROW', ' EXCLUDE GROUP', ' EXCLUDE TIES'];
const partitions = ['', 'PARTITION BY g ', 'PARTITION BY t ', 'PARTITION BY g, k % 2 '];
/** Orders of one term each, so that RANGE may have offsets. */
const orders = [
  'ORDER BY k',
  'ORDER BY k DESC',
  'ORDER BY k NULLS LAST',
  'ORDER BY k DESC NULLS FIRST',
  'ORDER BY r',
  'ORDER BY v',
  'ORDER BY v DESC NULLS FIRST',
  'ORDER BY t',
];
const otherOrders = [
  '',
  'ORDER BY id',
  'ORDER BY k, id DESC',
  'ORDER BY t COLLATE BINARY, g',
  'ORDER BY k % 3, r DESC',
];

/** Deals items out one after the other, over and over. */
function dealer<T>(items: readonly T[]): () => T {
  let next = 0;
  return () => items[next++ % items.length]!;
}

/** Frames × EXCLUDE × orders, with functions and partitions dealt out so that each meets each sooner or later. */
export function* frameQueries(): Generator<string> {
  const call = dealer(functionsOfFrame);
  const partition = dealer([...partitions, '', 'PARTITION BY g ']);
  for (const frame of frames) {
    for (const exclude of excludes) {
      for (const order of orders) {
        const over = `OVER (${partition()}${order} ${frame}${exclude})`;
        yield `SELECT id, ${call()} ${over}, ${call()} ${over} FROM w`;
      }
    }
  }
}

/** Every function over every partition and order, with the default frame and FILTER where it may stand. */
export function* functionQueries(): Generator<string> {
  for (const call of calls) {
    for (const partition of partitions) {
      for (const order of [...orders, ...otherOrders]) {
        yield `SELECT id, ${call} OVER (${partition}${order}) FROM w`;
      }
    }
  }
  for (const call of calls) {
    for (const frame of ['', 'ROWS 1 PRECEDING', 'GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE TIES']) {
      yield `SELECT id, ${call} FILTER (WHERE id % 2) OVER (ORDER BY k ${frame}) FROM w`;
      yield `SELECT ${call} FILTER (WHERE k > 1) OVER (PARTITION BY g ORDER BY k ${frame}) FROM w ORDER BY id`;
    }
  }
}

/** Every function over every frame, ordered by one column. */
export function* crossQueries(): Generator<string> {
  const exclude = dealer(excludes);
  const order = dealer(['ORDER BY k', 'ORDER BY r DESC', 'PARTITION BY g ORDER BY k NULLS LAST']);
  for (const call of functionsOfFrame) {
    for (const frame of frames) yield `SELECT id, ${call} OVER (${order()} ${frame}${exclude()}) FROM w`;
  }
}

/** Offsets that are no plain number. */
export function* offsetQueries(): Generator<string> {
  const offsets = ['-1', '1.5', "'1'", "'x'", 'NULL', "x'31'", '1e10', '9223372036854775807', 'TRUE', 'k', 'abs(1)', '1+1', 'CAST(2 AS TEXT)', '(SELECT 1)', '-(-1)', "'1.5'", '0x2', '1.0', '?', 'nope', '"k"', '1 IN (1)', "'' || 1"]; // prettier-ignore
  for (const offset of offsets) {
    for (const unit of ['ROWS', 'GROUPS', 'RANGE']) {
      yield `SELECT id, sum(k) OVER (ORDER BY k ${unit} ${offset} PRECEDING) FROM w`;
      yield `SELECT id, group_concat(id) OVER (ORDER BY r DESC ${unit} BETWEEN CURRENT ROW AND ${offset} FOLLOWING) FROM w`;
    }
  }
  for (const offset of [...offsets, '0', '-3']) {
    yield `SELECT id, nth_value(id, ${offset}) OVER (ORDER BY id) FROM w`;
    yield `SELECT id, nth_value(id, ${offset}) OVER (ORDER BY id EXCLUDE CURRENT ROW) FROM w`.replace('id EXCLUDE', 'id ROWS 2 PRECEDING EXCLUDE'); // prettier-ignore
    yield `SELECT id, ntile(${offset}) OVER (ORDER BY id) FROM w`;
    yield `SELECT id, lag(id, ${offset}) OVER (ORDER BY id), lead(id, ${offset}, 'd') OVER (ORDER BY id) FROM w`;
  }
  for (const value of ['9223372036854775807', '9223372036854775806', '1e308', '-9223372036854775808']) {
    for (const direction of ['', ' DESC']) {
      yield `SELECT column1, count(*) OVER (ORDER BY column1${direction} RANGE BETWEEN 5 PRECEDING AND 5 FOLLOWING) FROM (VALUES (${value}), (1), (NULL), ('a'), (5), (x'00'))`;
    }
  }
}

/** Several windows, named windows, and windows in every clause that may hold them. */
export const shapes: readonly string[] = [
  'SELECT id, sum(k) OVER (ORDER BY g), row_number() OVER (ORDER BY t), rank() OVER (ORDER BY k) FROM w',
  'SELECT id, sum(k) OVER (PARTITION BY g), count(*) OVER (PARTITION BY t), max(id) OVER () FROM w',
  'SELECT row_number() OVER (ORDER BY k), row_number() OVER (ORDER BY k DESC), row_number() OVER () FROM w',
  'SELECT row_number() OVER () + sum(k) OVER (ORDER BY id) * 2, id FROM w',
  'SELECT id, row_number() OVER a, sum(k) OVER b, count(*) OVER (b ROWS 1 PRECEDING) FROM w WINDOW a AS (ORDER BY t), b AS (PARTITION BY g ORDER BY id)',
  'SELECT id, sum(k) OVER (a ORDER BY id) FROM w WINDOW a AS (PARTITION BY g)',
  'SELECT id, sum(k) OVER (A) FROM w WINDOW a AS (PARTITION BY g)',
  'SELECT id, sum(k) OVER c FROM w WINDOW a AS (PARTITION BY g), b AS (a ORDER BY id), c AS (b ROWS 1 PRECEDING)',
  'SELECT id, sum(k) OVER b FROM w WINDOW b AS (a ORDER BY id), a AS (PARTITION BY g)',
  'SELECT id, sum(k) OVER (a PARTITION BY t) FROM w WINDOW a AS (ORDER BY g)',
  'SELECT id, sum(k) OVER (a ORDER BY t) FROM w WINDOW a AS (ORDER BY g)',
  'SELECT id, sum(k) OVER (a) FROM w WINDOW a AS (ORDER BY g ROWS 1 PRECEDING)',
  'SELECT id, sum(k) OVER (a ROWS 1 PRECEDING) FROM w WINDOW a AS (ORDER BY g ROWS 1 PRECEDING)',
  'SELECT id, sum(k) OVER a FROM w WINDOW a AS (ORDER BY g ROWS 1 PRECEDING)',
  'SELECT id, sum(k) OVER nope FROM w',
  'SELECT id, sum(k) OVER (nope ORDER BY id) FROM w WINDOW a AS (ORDER BY g)',
  'SELECT id FROM w WINDOW a AS (nope ORDER BY id)',
  'SELECT id FROM w WINDOW a AS (ORDER BY g), b AS (nope ORDER BY id)',
  'SELECT nope FROM w WINDOW a AS (ORDER BY g), b AS (a ORDER BY id)',
  'SELECT nope, count(DISTINCT k) OVER () FROM w',
  'SELECT count(DISTINCT k ORDER BY k) OVER () FROM w',
  'SELECT id FROM w WINDOW a AS (ORDER BY nope)',
  'SELECT id FROM w WINDOW a AS (PARTITION BY nope)',
  'SELECT id FROM w WINDOW a AS (ORDER BY id), a AS (PARTITION BY g)',
  'SELECT id, sum(k) OVER a FROM w WINDOW a AS (ORDER BY id), a AS (PARTITION BY g)',
  'SELECT id, sum(k) OVER (ORDER BY 1) FROM w',
  'SELECT id, sum(k) OVER (PARTITION BY 1 ORDER BY 2) FROM w',
  'SELECT id AS x, sum(k) OVER (ORDER BY x) FROM w',
  'SELECT id FROM w ORDER BY row_number() OVER (ORDER BY t DESC, id)',
  'SELECT id, sum(k) OVER (ORDER BY id) AS s FROM w ORDER BY s, id',
  'SELECT id, sum(k) OVER (ORDER BY id) AS s FROM w ORDER BY 2 DESC, 1',
  'SELECT id, sum(k) OVER (ORDER BY id) FROM w ORDER BY sum(k) OVER (ORDER BY id) DESC, id',
  'SELECT id FROM w ORDER BY sum(k) OVER (PARTITION BY g ORDER BY id), id LIMIT 5 OFFSET 2',
  'SELECT id, row_number() OVER (ORDER BY k) FROM w ORDER BY k',
  'SELECT id, row_number() OVER (ORDER BY k DESC) FROM w ORDER BY k',
  'SELECT id, row_number() OVER (PARTITION BY g ORDER BY k) FROM w ORDER BY g',
  'SELECT id, row_number() OVER (PARTITION BY g ORDER BY k) FROM w ORDER BY g, k, id DESC',
  'SELECT id, row_number() OVER (ORDER BY k) FROM w LIMIT 3',
  'SELECT id, row_number() OVER (ORDER BY k) FROM w LIMIT 3 OFFSET 4',
  'SELECT id, row_number() OVER (ORDER BY k) FROM w LIMIT 0',
  'SELECT DISTINCT g, count(*) OVER (PARTITION BY g) FROM w',
  'SELECT DISTINCT g, count(*) OVER (PARTITION BY g) FROM w ORDER BY 2, 1 LIMIT 2',
  'SELECT DISTINCT rank() OVER (ORDER BY k) FROM w ORDER BY 1 DESC',
  'SELECT g, sum(k), row_number() OVER (ORDER BY sum(k)) FROM w GROUP BY g',
  'SELECT g, sum(k), sum(sum(k)) OVER (ORDER BY g) FROM w GROUP BY g',
  'SELECT g, sum(count(*)) OVER (ORDER BY g ROWS 1 PRECEDING) FROM w GROUP BY g HAVING count(*) > 1',
  'SELECT g, rank() OVER (ORDER BY max(k)), max(k) FROM w GROUP BY g ORDER BY max(k) DESC',
  'SELECT count(*), row_number() OVER () FROM w',
  'SELECT count(*) OVER (), sum(k) FROM w',
  'SELECT sum(k) OVER (ORDER BY count(*)) FROM w GROUP BY t',
  'SELECT t, id, max(k), sum(id) OVER (ORDER BY id) FROM w GROUP BY t',
  'SELECT sum(sum(k) OVER ()) FROM w',
  'SELECT sum(sum(k) OVER ()) OVER () FROM w',
  'SELECT sum(sum(k)) FROM w',
  'SELECT id FROM w WHERE row_number() OVER () = 1',
  'SELECT id FROM w GROUP BY row_number() OVER ()',
  'SELECT g FROM w GROUP BY g HAVING row_number() OVER () = 1',
  'SELECT id, row_number() OVER () AS n FROM w WHERE n = 1',
  'SELECT id, row_number() OVER () AS n FROM w GROUP BY n',
  'SELECT id, row_number() OVER () AS n, n + 1 FROM w',
  'SELECT id FROM w LIMIT row_number() OVER ()',
  'SELECT row_number() FROM w',
  'SELECT rank(), id FROM w',
  'SELECT lag(id) FROM w',
  'SELECT abs(id) OVER () FROM w',
  'SELECT nope(id) OVER () FROM w',
  'SELECT max(id, k) OVER () FROM w',
  'SELECT count(DISTINCT k) OVER () FROM w',
  'SELECT count(DISTINCT k) FILTER (WHERE k) OVER () FROM w',
  'SELECT group_concat(id ORDER BY k) OVER () FROM w',
  'SELECT sum(k ORDER BY id) OVER (ORDER BY id) FROM w',
  'SELECT row_number() FILTER (WHERE id) OVER () FROM w',
  'SELECT rank() FILTER (WHERE nope) OVER () FROM w',
  'SELECT abs(id) FILTER (WHERE id) FROM w',
  'SELECT abs(id) FILTER (WHERE id) OVER () FROM w',
  'SELECT lag() OVER () FROM w',
  'SELECT lag(1, 2, 3, 4) OVER () FROM w',
  'SELECT row_number(1) OVER () FROM w',
  'SELECT ntile() OVER () FROM w',
  'SELECT nth_value(id) OVER () FROM w',
  'SELECT first_value(*) OVER () FROM w',
  'SELECT sum(nope) OVER () FROM w',
  'SELECT sum(k) OVER (PARTITION BY nope) FROM w',
  'SELECT sum(k) OVER (ORDER BY nope) FROM w',
  'SELECT sum(k) OVER (RANGE 1 PRECEDING) FROM w',
  'SELECT sum(k) OVER (ORDER BY id, k RANGE 1 PRECEDING) FROM w',
  'SELECT sum(k) OVER (ORDER BY id, k RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) FROM w',
  'SELECT rank() OVER (RANGE 1 PRECEDING) FROM w',
  'SELECT sum(k) OVER (PARTITION BY nope1, nope2 ORDER BY k, nope3, nope4) FROM w',
  'SELECT sum(k) FILTER (WHERE nope3) OVER (PARTITION BY nope1 ORDER BY nope2) FROM w',
  'SELECT sum(nope0) OVER (PARTITION BY nope1 ORDER BY nope2) FROM w',
  'SELECT sum(nope0(1)) OVER (PARTITION BY nope1) FROM w',
  'SELECT sum(k) OVER (PARTITION BY nope1 ORDER BY nope2(1)) FROM w',
  'SELECT sum(k) OVER (PARTITION BY nope1(1), nope2 ORDER BY k) FROM w',
  'SELECT sum(k) OVER (nope0 PARTITION BY nope1) FROM w',
  'SELECT sum(k) OVER (nope0 ORDER BY k) + nope FROM w',
  'SELECT sum(k) OVER (PARTITION BY nope1 RANGE 1 PRECEDING) FROM w',
  'SELECT rank() FILTER (WHERE id) OVER (PARTITION BY nope1) FROM w',
  'SELECT rank() FILTER (WHERE id) OVER (RANGE 1 PRECEDING) FROM w',
  'SELECT nope + sum(k) OVER (ORDER BY nope2) FROM w',
  'SELECT sum(k) OVER (ORDER BY sum(k) OVER ()) + nope FROM w',
  'SELECT sum(k) OVER (ROWS BETWEEN CURRENT ROW AND 1 PRECEDING) FROM w',
  'SELECT sum(k) OVER (ROWS BETWEEN 1 FOLLOWING AND CURRENT ROW) FROM w',
  'SELECT sum(k) OVER (ROWS BETWEEN 1 FOLLOWING AND 1 PRECEDING) FROM w',
  'SELECT sum(k) OVER (ROWS UNBOUNDED FOLLOWING) FROM w',
  'SELECT sum(k) OVER (ROWS BETWEEN UNBOUNDED FOLLOWING AND CURRENT ROW) FROM w',
  'SELECT sum(k) OVER (ROWS BETWEEN CURRENT ROW AND UNBOUNDED PRECEDING) FROM w',
  'SELECT sum(k) OVER (ROWS 1 FOLLOWING) FROM w',
  'SELECT * FROM (SELECT id, row_number() OVER (PARTITION BY g ORDER BY k) AS n, g FROM w) WHERE n = 1',
  "SELECT * FROM (SELECT id, row_number() OVER (PARTITION BY g ORDER BY k) AS n, g FROM w) WHERE g = 'a'",
  "SELECT * FROM (SELECT id, sum(k) OVER (PARTITION BY g ORDER BY id) AS n, g FROM w) WHERE g = 'b' AND n > 3 AND id < 8",
  "SELECT * FROM (SELECT id, sum(k) OVER (PARTITION BY g), count(*) OVER (PARTITION BY t), g FROM w) WHERE g = 'b'",
  "SELECT * FROM (SELECT g, sum(sum(k)) OVER (PARTITION BY g) s FROM w GROUP BY g, t) WHERE g = 'b'",
  'SELECT (SELECT sum(k) OVER (ORDER BY id DESC) FROM w LIMIT 1)',
  'SELECT id, (SELECT max(n) FROM (SELECT row_number() OVER () AS n FROM w AS i WHERE i.g = o.g)) FROM w AS o',
  'SELECT id, (SELECT sum(i.k) OVER (ORDER BY o.id) FROM w AS i LIMIT 1) FROM w AS o',
  'SELECT id, (SELECT row_number() OVER (ORDER BY i.id) + o.id FROM w AS i LIMIT 1 OFFSET 1) FROM w AS o',
  'SELECT id, sum(k) OVER (ORDER BY (SELECT count(*) FROM w AS i WHERE i.k < o.k)) FROM w AS o',
  'SELECT id, (SELECT o.k + count(*) FROM w AS i WHERE i.id <= o.id) + row_number() OVER (ORDER BY o.id DESC) FROM w AS o',
  'SELECT id, (SELECT count(*) OVER () + o.id FROM w LIMIT 1), lag(o.id) OVER (ORDER BY o.t) FROM w AS o ORDER BY (SELECT o.k), id',
  'SELECT id, sum((SELECT i.k FROM w AS i WHERE i.id = o.id)) OVER (ORDER BY id) FROM w AS o',
  'SELECT EXISTS (SELECT row_number() OVER () FROM w), EXISTS (SELECT 1 FROM w WHERE id > 100 ORDER BY rank() OVER ())',
  'SELECT id IN (SELECT row_number() OVER () FROM w WHERE k > 2) FROM w',
  'SELECT id, (id, 1) IN (SELECT id, row_number() OVER (PARTITION BY g ORDER BY id) FROM w) FROM w',
  'SELECT id, row_number() OVER () FROM w UNION ALL SELECT k, rank() OVER (ORDER BY k) FROM w',
  'SELECT row_number() OVER () FROM w UNION SELECT rank() OVER (ORDER BY k) FROM w',
  'SELECT row_number() OVER () AS n FROM w EXCEPT SELECT rank() OVER (ORDER BY k) FROM w ORDER BY n DESC',
  'SELECT id, sum(k) OVER (ORDER BY id) FROM w UNION ALL SELECT 1, 2 ORDER BY 2, 1 LIMIT 4',
  'SELECT id FROM w UNION ALL SELECT 1 ORDER BY row_number() OVER ()',
  'WITH c AS (SELECT id, rank() OVER (ORDER BY k) AS n FROM w) SELECT a.id, b.id FROM c a JOIN c b ON a.n = b.n',
  'WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 5) SELECT n, sum(n) OVER (ORDER BY n) FROM c',
  'WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT row_number() OVER () FROM c WHERE n < 5) SELECT n FROM c',
  'WITH RECURSIVE c(n) AS (SELECT row_number() OVER () FROM w UNION ALL SELECT n + 100 FROM c WHERE n < 50) SELECT n FROM c',
  'SELECT column1, sum(column1) OVER (ROWS 1 PRECEDING) FROM (VALUES (1), (2), (3))',
  'SELECT row_number() OVER (), 1',
  'SELECT sum(5) OVER (), count(*) OVER (ROWS BETWEEN 1 FOLLOWING AND 2 FOLLOWING), lag(1) OVER ()',
  'SELECT row_number() OVER () WHERE 0',
  'SELECT sum(k) OVER (ORDER BY id) FROM w WHERE 0',
  'SELECT a.id, b.id, count(*) OVER (PARTITION BY a.g), row_number() OVER (ORDER BY a.id, b.id) FROM w a JOIN w b ON a.k = b.k',
  'SELECT a.id, b.id, first_value(b.id) OVER (PARTITION BY a.g ORDER BY a.id) FROM w a LEFT JOIN w b ON a.k = b.id',
  'SELECT a.id, b.id, count(b.id) OVER (ORDER BY b.id) FROM w a FULL JOIN w b ON a.k = b.id',
  'SELECT * FROM w a, (SELECT id AS i, lag(id) OVER (ORDER BY id) AS p FROM w) b WHERE a.id = b.p',
  'SELECT * FROM w a LEFT JOIN (SELECT id AS i, lag(id) OVER (ORDER BY id) AS p FROM w) b ON a.id = b.p',
  'SELECT t, typeof(lag(t) OVER (ORDER BY id)), lag(t) OVER (ORDER BY id) = upper(t) FROM w',
  'SELECT r, sum(r) OVER (ORDER BY id), r = 7, typeof(r) FROM w',
  'SELECT id, json_array(json_group_array(json(j)) OVER (ORDER BY id ROWS 1 PRECEDING)) FROM w',
  'SELECT id, json_array(first_value(json(j)) OVER (ORDER BY id), lag(json(j)) OVER (ORDER BY id)) FROM w',
  'SELECT id, json_group_array(json(j)) OVER (ORDER BY id ROWS 1 PRECEDING), json_group_array(json(j)) FROM w',
  'SELECT count(*) OVER w FROM w WINDOW w AS (PARTITION BY w.g)',
  'SELECT *, row_number() OVER () FROM w AS x',
  'SELECT x.*, rowid, row_number() OVER (ORDER BY rowid DESC) FROM w AS x',
  'SELECT row_number() OVER (ORDER BY k) AS "window", id AS "over", k AS "filter" FROM w',
  'SELECT row_number() OVER (ORDER BY k COLLATE nope) FROM w',
  'SELECT max(t COLLATE BINARY) OVER (ROWS 1 PRECEDING), min(t) OVER (ROWS 1 PRECEDING) FROM w',
  'SELECT t COLLATE BINARY, rank() OVER (ORDER BY t COLLATE BINARY), rank() OVER (ORDER BY t) FROM w',
  "SELECT id, max(v) OVER (ORDER BY id ROWS 1 PRECEDING) COLLATE NOCASE = 'TEXT' FROM w",
  'SELECT CASE WHEN row_number() OVER (ORDER BY id) > 3 THEN sum(k) OVER (ORDER BY id) ELSE -1 END FROM w',
  'SELECT id, sum(k) OVER (ORDER BY id) BETWEEN 3 AND 20, row_number() OVER () IN (1, 3) FROM w',
  'SELECT id, (row_number() OVER (), k) = (2, 1) FROM w',
  "SELECT id, sum(k) FILTER (WHERE t = 'x') OVER (), sum(k) FILTER (WHERE t = 'x') FROM w GROUP BY id",
  'SELECT sum(k) FILTER (WHERE row_number() OVER () = 1) OVER () FROM w',
  'SELECT sum(k) OVER (ORDER BY row_number() OVER ()) FROM w',
  'SELECT sum(k) OVER (PARTITION BY row_number() OVER ()) FROM w',
  'SELECT (SELECT sum(w.k)), row_number() OVER () FROM w',
  'SELECT (SELECT sum(w.k) OVER ()), id FROM w',
  'SELECT row_number() OVER (ORDER BY id) FROM w ORDER BY sum(k)',
  'SELECT sum(k) FROM w ORDER BY row_number() OVER ()',
  'SELECT g FROM w GROUP BY g ORDER BY row_number() OVER (ORDER BY sum(k))',
  'CREATE VIEW wv AS SELECT g, id, sum(k) OVER win AS s FROM w WINDOW win AS (PARTITION BY g ORDER BY id)',
  "SELECT * FROM wv WHERE g = 'b'",
  'SELECT wv.*, w.k FROM wv JOIN w USING (id) WHERE s > 2 ORDER BY id',
  'CREATE TABLE copy AS SELECT id, row_number() OVER (ORDER BY k, id) AS n, lag(t) OVER (ORDER BY id) AS l FROM w',
  "SELECT sql FROM sqlite_schema WHERE name IN ('copy', 'wv')",
  'SELECT * FROM copy',
  'INSERT INTO copy SELECT id + 100, rank() OVER (ORDER BY t), first_value(g) OVER (ORDER BY t) FROM w',
  'INSERT INTO copy SELECT max(id) OVER () + 1000, n, l FROM copy',
  'UPDATE copy SET n = (SELECT s FROM (SELECT id, sum(k) OVER (ORDER BY id) AS s FROM w) x WHERE x.id = copy.id) WHERE id < 6',
  'UPDATE copy SET l = x.r FROM (SELECT id, rank() OVER (ORDER BY k) AS r FROM w) AS x WHERE x.id = copy.id AND x.r > 3',
  'UPDATE copy SET n = row_number() OVER ()',
  'DELETE FROM copy WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY l ORDER BY id) AS n FROM copy) WHERE n > 1)',
  'DELETE FROM copy WHERE row_number() OVER () = 1',
  'SELECT * FROM copy ORDER BY id',
  'INSERT INTO copy VALUES (1, row_number() OVER (), 2)',
  'INSERT INTO copy (id) VALUES (5000) RETURNING row_number() OVER ()',
  'CREATE TABLE bad (a CHECK (row_number() OVER () > 1))',
  'CREATE INDEX bad ON w (row_number() OVER ())',
  'CREATE TABLE bad (a, b AS (sum(a) OVER ()))',
  'CREATE TRIGGER tr AFTER INSERT ON copy BEGIN UPDATE copy SET l = (SELECT n FROM (SELECT id, row_number() OVER (ORDER BY w.id + new.n) n FROM w) WHERE id = new.n) WHERE id = new.id; END',
  'INSERT INTO copy (id, n) VALUES (6000, 3), (6001, 5)',
  'SELECT * FROM copy WHERE id >= 6000',
];
