// A process that dies in the middle: node crash.cjs ENGINE-MODULE FILE MODE
//   wal      writes transactions to a WAL and is killed before any checkpoint
//   journal  spills a big transaction to the database file and is killed: a hot journal stays
const [engine, file, mode] = process.argv.slice(2);
const library = require(engine);
const Database = library.default ?? library;
const database = new Database(file);

database.pragma('cache_size = 5');
database.pragma('wal_autocheckpoint = 0');
if (mode === 'wal') {
  for (let i = 0; i < 20; i++)
    database.prepare('INSERT OR REPLACE INTO a (id, n, t) VALUES (?, ?, ?)').run(5000 + i, i, 'from the WAL');
  database.exec('BEGIN; UPDATE a SET n = -1;'); // never committed
} else {
  database.exec("BEGIN; UPDATE a SET n = -1, t = 'lost', b = zeroblob(3000); DELETE FROM w;");
}
process.kill(process.pid, 'SIGKILL');
