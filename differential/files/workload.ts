// Random content for file tests: tables of all storage kinds, big payloads, deletions, so that overflow chains, index trees,
// freelist pages and pointer maps all occur. Written through either engine.
import type { Database } from '../engines';
import type { Random } from '../generator/random';

export const PAGE_SIZES = [512, 1024, 2048, 4096, 8192, 16384, 32768, 65536] as const;
export const ENCODINGS = ['UTF-8', 'UTF-16le', 'UTF-16be'] as const;
export const AUTO_VACUUMS = ['NONE', 'FULL', 'INCREMENTAL'] as const;
export const JOURNAL_MODES = ['DELETE', 'TRUNCATE', 'PERSIST', 'MEMORY', 'OFF', 'WAL'] as const;

export interface FileFormat {
  readonly pageSize: number;
  readonly encoding: (typeof ENCODINGS)[number];
  readonly autoVacuum: (typeof AUTO_VACUUMS)[number];
  readonly journalMode: (typeof JOURNAL_MODES)[number];
}

export const describeFormat = (format: FileFormat): string =>
  `${format.pageSize} ${format.encoding} auto_vacuum=${format.autoVacuum} ${format.journalMode}`;

/** Every combination of page size, encoding, auto_vacuum and journal mode. */
export const allFormats: readonly FileFormat[] = PAGE_SIZES.flatMap((pageSize) =>
  ENCODINGS.flatMap((encoding) =>
    AUTO_VACUUMS.flatMap((autoVacuum) =>
      JOURNAL_MODES.map((journalMode) => ({ pageSize, encoding, autoVacuum, journalMode })),
    ),
  ),
);

const SCHEMA = `
  CREATE TABLE a (id INTEGER PRIMARY KEY, n INT, t TEXT COLLATE NOCASE, r REAL, b BLOB);
  CREATE INDEX a_n ON a (n, t DESC);
  CREATE INDEX a_partial ON a (r) WHERE n > 50;
  CREATE INDEX a_expression ON a (lower(t), length(b));
  CREATE TABLE w (k TEXT, v, PRIMARY KEY (k, v)) WITHOUT ROWID;
  CREATE INDEX w_v ON w (v);
  CREATE TABLE auto (id INTEGER PRIMARY KEY AUTOINCREMENT, x UNIQUE);
  CREATE VIEW both AS SELECT a.id, w.k FROM a JOIN w ON w.v = a.n;
`;

function text(random: Random): string {
  const unit = random.pick(['abc', 'Zäh', '日本', '🙂', 'x']);
  return unit.repeat(random.weighted([[8, random.below(8)], [2, random.below(200)], [1, random.below(4000)]])); // prettier-ignore
}

/** Sets the format of a new database. */
export function setFormat(database: Database, format: FileFormat): void {
  database.pragma(`page_size = ${format.pageSize}`);
  database.pragma(`encoding = '${format.encoding}'`);
  database.pragma(`auto_vacuum = ${format.autoVacuum}`);
  // OFF is refused by a connection that protects itself.
  database.unsafeMode(format.journalMode === 'OFF');
  database.pragma(`journal_mode = ${format.journalMode}`);
  database.unsafeMode(false);
}

export function createSchema(database: Database): void {
  database.exec(SCHEMA);
}

/** A few transactions of random writes. */
export function writeRandomly(database: Database, random: Random, transactions: number): void {
  const insertA = database.prepare('INSERT OR REPLACE INTO a (id, n, t, r, b) VALUES (?, ?, ?, ?, ?)');
  const insertW = database.prepare('INSERT OR IGNORE INTO w VALUES (?, ?)');
  const insertAuto = database.prepare('INSERT OR IGNORE INTO auto (x) VALUES (?)');
  const deleteA = database.prepare('DELETE FROM a WHERE id BETWEEN ? AND ?');
  const deleteW = database.prepare('DELETE FROM w WHERE k < ?');
  // Without a journal SQLite leaves a rolled back database undefined.
  const canRollBack = database.pragma('journal_mode', { simple: true }) !== 'off';
  const update = database.prepare('UPDATE a SET n = n + 1, t = t || ? WHERE n % 7 = ?');
  const write = database.transaction((count: number) => {
    for (let i = 0; i < count; i++) {
      const id = random.below(2000);
      switch (random.below(8)) {
        case 0:
          deleteA.run(id, id + random.below(60));
          break;
        case 1:
          update.run(text(random).slice(0, 10), random.below(7));
          break;
        case 2:
          insertW.run(text(random), random.below(300));
          break;
        case 3:
          insertAuto.run(random.below(500));
          break;
        case 4:
          if (random.oneIn(10)) deleteW.run(text(random));
          break;
        default:
          insertA.run(
            id,
            random.below(100),
            text(random),
            random.below(1000) / 8,
            random.oneIn(6) ? Buffer.alloc(random.below(9000), i) : null,
          );
      }
    }
    if (canRollBack && random.oneIn(8)) throw new RollBack();
  });
  for (let i = 0; i < transactions; i++) {
    try {
      write(random.between(1, 60));
    } catch (error) {
      if (!(error instanceof RollBack)) throw error;
    }
  }
}

class RollBack extends Error {}

const CONTENT = [
  'SELECT * FROM a ORDER BY id',
  'SELECT n, t FROM a INDEXED BY a_n ORDER BY n, t DESC, id',
  'SELECT r FROM a INDEXED BY a_partial WHERE n > 50 ORDER BY r, id',
  'SELECT id FROM a ORDER BY lower(t), length(b), id',
  'SELECT * FROM w ORDER BY k, v',
  'SELECT v, k FROM w ORDER BY v, k',
  'SELECT * FROM auto ORDER BY id',
  'SELECT * FROM both ORDER BY id, k LIMIT 100',
  'SELECT * FROM sqlite_sequence',
  'SELECT type, name, tbl_name, rootpage, sql FROM sqlite_schema',
  'PRAGMA encoding',
  'PRAGMA page_size',
  'PRAGMA auto_vacuum',
  'PRAGMA integrity_check',
];

/** Everything in the database, as text; equal contents give equal texts. */
export function contentOf(database: Database): string[] {
  return CONTENT.map((sql) => {
    const rows = database.prepare(sql).raw().all();
    return `${sql}: ${JSON.stringify(rows, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))}`;
  });
}
