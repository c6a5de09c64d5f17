// One process of bench/open.ts: open-process.cjs PACKAGE DATABASE TABLE. Prints as JSON the CPU time in milliseconds of opening the database and
// reading a row of the table, for the first connection of the process and for later ones (median), and the bytes that each of those keeps.
'use strict';
const [, , name, path, table] = process.argv;
const Database = require(name);

function open() {
  const database = new Database(path);
  database.prepare(`SELECT * FROM ${table} WHERE id = 1`).get();
  return database;
}

function cpu_ms(body) {
  const before = process.cpuUsage();
  body();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const CONNECTIONS = 20;
const connections = [];
// The code of both packages has run once, on another database.
const warm = new Database(':memory:');
warm.exec('CREATE TABLE t(id INTEGER PRIMARY KEY)');
warm.prepare('SELECT * FROM t WHERE id = 1').get();
warm.close();
const first = cpu_ms(() => connections.push(open()));
globalThis.gc();
const before = process.memoryUsage().rss;
const next = Array.from({ length: CONNECTIONS }, () => cpu_ms(() => connections.push(open())));
globalThis.gc();
const bytes = (process.memoryUsage().rss - before) / CONNECTIONS;
next.sort((a, b) => a - b);
for (const database of connections) database.close();
process.stdout.write(JSON.stringify({ first, next: next[CONNECTIONS >> 1], bytes }));
