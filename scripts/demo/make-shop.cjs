// Writes the demo's database with stock SQLite (the sqlite3 package) and leaves a WAL behind, as a crashed application would:
// node make-shop.cjs FILE ORDERS. It ends without closing the connection.
const sqlite3 = require('sqlite3');

const [file, orderCount] = [process.argv[2], Number(process.argv[3])];
const database = new sqlite3.Database(file);

const statements = [
  'PRAGMA journal_mode = WAL',
  'PRAGMA synchronous = NORMAL',
  `CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL COLLATE NOCASE, city TEXT, created TEXT)`,
  `CREATE TABLE product (sku TEXT PRIMARY KEY, title TEXT NOT NULL, price REAL NOT NULL CHECK (price >= 0), stock INTEGER NOT NULL) WITHOUT ROWID`,
  `CREATE TABLE purchase (id INTEGER PRIMARY KEY AUTOINCREMENT, customer_id INTEGER NOT NULL REFERENCES customer, sku TEXT NOT NULL REFERENCES product,
     quantity INTEGER NOT NULL, state TEXT NOT NULL DEFAULT 'open', placed TEXT NOT NULL, note BLOB)`,
  'CREATE INDEX purchase_customer ON purchase (customer_id, placed)',
  `CREATE INDEX purchase_open ON purchase (placed) WHERE state = 'open'`,
  "CREATE INDEX customer_domain ON customer (substr(email, instr(email, '@') + 1))",
  'CREATE VIEW spending AS SELECT c.id, c.name, count(*) AS purchases, sum(p.quantity * r.price) AS total FROM customer c JOIN purchase p ON p.customer_id = c.id JOIN product r ON r.sku = p.sku GROUP BY c.id',
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${Math.ceil(orderCount / 10)})
     INSERT INTO customer SELECT i, 'user' || i || '@' || (i % 50) || '.example', 'Customer ' || i, 'City ' || (i % 200), date('2020-01-01', i % 1500 || ' days') FROM n`,
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
     INSERT INTO product SELECT printf('SKU-%05d', i), 'Product ' || i, round(1 + i * 7 % 400 + i % 100 / 100.0, 2), 1000 FROM n`,
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${orderCount})
     INSERT INTO purchase (customer_id, sku, quantity, state, placed, note)
     SELECT i * 7919 % ${Math.ceil(orderCount / 10)} + 1, printf('SKU-%05d', i * 31 % 2000 + 1), i % 5 + 1, CASE WHEN i % 20 = 0 THEN 'open' ELSE 'sent' END,
       datetime('2021-01-01', i || ' minutes'), CASE WHEN i % 1000 = 0 THEN zeroblob(9000) END FROM n`,
  'PRAGMA wal_checkpoint(TRUNCATE)',
  `UPDATE product SET stock = stock - 1 WHERE sku < 'SKU-00500'`,
  `INSERT INTO purchase (customer_id, sku, quantity, placed) SELECT id, 'SKU-00001', 1, '2026-01-01' FROM customer WHERE id % 100 = 0`,
];

const next = () => {
  const sql = statements.shift();
  if (sql === undefined) process.exit(0); // no close: the WAL stays
  database.exec(sql, (error) => {
    if (error) throw error;
    next();
  });
};
next();
