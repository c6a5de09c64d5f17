// What the demo's application does, step by step, on a connection with better-sqlite3's API. The same steps run on both engines.
import type { Database } from 'better-sqlite3';

export interface Step {
  readonly name: string;
  /** Returns something to compare between the engines. */
  run(database: Database, progress: (done: number, of: number) => void): unknown;
}

export const steps: readonly Step[] = [
  {
    name: 'read 20,000 customers by e-mail',
    run(database, progress) {
      const statement = database.prepare<[string], { id: number }>(
        'SELECT id, name, city FROM customer WHERE email = ?',
      );
      let sum = 0;
      for (let i = 1; i <= 20_000; i++) {
        sum += statement.get(`user${i}@${i % 50}.example`)?.id ?? 0;
        if (i % 2000 === 0) progress(i, 20_000);
      }
      return sum;
    },
  },
  {
    name: 'place 20,000 orders, 100 a transaction',
    run(database, progress) {
      const insert = database.prepare(
        "INSERT INTO purchase (customer_id, sku, quantity, placed) VALUES (?, ?, ?, datetime('2026-06-01', ? || ' seconds'))",
      );
      const reserve = database.prepare('UPDATE product SET stock = stock - ? WHERE sku = ?');
      const place = database.transaction((first: number) => {
        for (let i = first; i < first + 100; i++) {
          const sku = `SKU-${String((i % 2000) + 1).padStart(5, '0')}`;
          insert.run((i % 20_000) + 1, sku, (i % 3) + 1, i);
          reserve.run((i % 3) + 1, sku);
        }
      });
      for (let i = 0; i < 20_000; i += 100) {
        place(i);
        if (i % 2000 === 0) progress(i + 100, 20_000);
      }
      return database
        .prepare('SELECT count(*), sum(stock) FROM purchase, (SELECT sum(stock) AS stock FROM product)')
        .raw()
        .get();
    },
  },
  {
    name: 'history of 2,000 customers',
    run(database, progress) {
      const statement = database.prepare(
        'SELECT p.id, p.placed, r.title, p.quantity * r.price AS amount FROM purchase p JOIN product r USING (sku) WHERE p.customer_id = ? ORDER BY p.placed DESC LIMIT 20',
      );
      let rows = 0;
      for (let i = 1; i <= 2000; i++) {
        rows += statement.all(i * 7).length;
        if (i % 200 === 0) progress(i, 2000);
      }
      return rows;
    },
  },
  {
    name: 'report: spending by city',
    run: (database) =>
      database
        .prepare(
          'SELECT c.city, count(*) AS orders, round(sum(p.quantity * r.price), 2) AS total FROM purchase p JOIN customer c ON c.id = p.customer_id JOIN product r ON r.sku = p.sku GROUP BY c.city ORDER BY total DESC, c.city LIMIT 5',
        )
        .all(),
  },
  {
    name: 'stream all orders',
    run(database, progress) {
      let sum = 0;
      let rows = 0;
      for (const row of database.prepare<[], { quantity: number }>('SELECT * FROM purchase').iterate()) {
        sum += row.quantity;
        if (++rows % 50_000 === 0) progress(rows, rows);
      }
      return [rows, sum];
    },
  },
  {
    name: 'a transaction that fails and rolls back',
    run(database) {
      const before = database.prepare('SELECT count(*) FROM customer').pluck().get();
      try {
        database.transaction(() => {
          database.prepare("INSERT INTO customer (email, name) VALUES ('new@example', 'New')").run();
          database.prepare("INSERT INTO customer (email, name) VALUES ('user1@1.example', 'Taken')").run();
        })();
      } catch (error) {
        return [before, database.prepare('SELECT count(*) FROM customer').pluck().get(), String(error)];
      }
      throw new Error('the transaction must fail');
    },
  },
  {
    name: 'create index, delete old orders',
    run(database) {
      database.exec('CREATE INDEX purchase_sku ON purchase (sku, state)');
      const { changes } = database.prepare("DELETE FROM purchase WHERE placed < '2021-01-20'").run();
      return [changes, database.prepare("SELECT count(*) FROM purchase WHERE sku = 'SKU-00032'").pluck().get()];
    },
  },
];
