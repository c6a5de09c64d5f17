// Distinct statements as applications and their ORMs make them: many shapes over many tables, no two of one text nor of one
// text but for literals. Deterministic: the same seed gives the same list.

const TABLES = 60;
const nouns = ['user', 'order', 'item', 'invoice', 'payment', 'product', 'category', 'address', 'session', 'audit_log', 'tag', 'comment']; // prettier-ignore
const attributes = ['name', 'email', 'status', 'amount', 'created_at', 'updated_at', 'parent_id', 'position', 'note', 'is_active']; // prettier-ignore

const tableName = (number: number): string => `${nouns[number % nouns.length]!}_${number}`;

/** Tables with a rowid key, a reference to another table, ten attributes and three indexes. */
export function statementSchema(): string {
  const parts: string[] = [];
  for (let i = 0; i < TABLES; i++) {
    const name = tableName(i);
    const types = ['TEXT NOT NULL', 'TEXT', 'VARCHAR(20)', 'NUMERIC', 'DATETIME', 'DATETIME', 'INTEGER', 'INTEGER DEFAULT 0', 'TEXT', 'BOOLEAN NOT NULL DEFAULT 1']; // prettier-ignore
    const columns = attributes.map((attribute, k) => `${attribute} ${types[k]!}`).join(', ');
    parts.push(
      `CREATE TABLE ${name} (id INTEGER PRIMARY KEY, owner_id INTEGER REFERENCES ${tableName((i + 1) % TABLES)} (id), ${columns})`,
      `CREATE INDEX ${name}_owner ON ${name} (owner_id)`,
      `CREATE INDEX ${name}_status ON ${name} (status, created_at)`,
      `CREATE UNIQUE INDEX ${name}_email ON ${name} (email)`,
    );
  }
  return parts.join(';\n');
}

class Choice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1103515245) + 12345) & 0x7fffffff;
    return (this.#state >> 8) % limit;
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  table(): string {
    return tableName(this.below(TABLES));
  }

  column(): string {
    return this.of(attributes);
  }

  /** Two or more different columns. */
  columns(atLeast: number): string[] {
    const count = atLeast + this.below(attributes.length - atLeast);
    const start = this.below(attributes.length);
    return Array.from({ length: count }, (_value, i) => attributes[(start + i * 3) % attributes.length]!);
  }
}

type Shape = (choice: Choice) => string;

const qualified = (alias: string, columns: readonly string[]): string =>
  columns.map((column) => `"${alias}"."${column}" AS "${alias}_${column}"`).join(', ');

/** Select lists, one for each column a bound parameter. */
const assignments = (columns: readonly string[]): string => columns.map((column) => `"${column}" = ?`).join(', ');

export const shapes: Readonly<Record<string, Shape>> = {
  byId: (c) => `SELECT * FROM ${c.table()} WHERE ${c.column()} IS NOT NULL AND id = ?`,
  columnsById: (c) => `SELECT id, ${c.columns(2).join(', ')} FROM ${c.table()} WHERE id = ?`,
  byEmail: (c) => `SELECT ${c.columns(2).join(', ')} FROM ${c.table()} WHERE email = ? LIMIT 1`,
  filtered: (c) =>
    `SELECT ${c.columns(3).join(', ')} FROM ${c.table()} WHERE status = ? AND ${c.column()} > ? ORDER BY created_at DESC LIMIT ? OFFSET ?`,
  quoted: (c) => {
    const table = c.table();
    return `SELECT "${table}"."id", "${table}"."${c.column()}", "${table}"."${c.column()}" FROM "${table}" WHERE ("${table}"."${c.column()}" = ? AND "${table}"."${c.column()}" <> ?) ORDER BY "${table}"."id" ASC`;
  },
  inList: (c) => `SELECT id, ${c.column()} FROM ${c.table()} WHERE ${c.column()} IN (?, ?, ?, ?) AND owner_id = ?`,
  like: (c) => `SELECT id FROM ${c.table()} WHERE ${c.column()} LIKE ? OR ${c.column()} LIKE ? ORDER BY ${c.column()}`,
  count: (c) => `SELECT count(*) AS n FROM ${c.table()} WHERE ${c.column()} = ? AND ${c.column()} IS NULL`,
  groupCount: (c) =>
    `SELECT ${c.column()}, count(*), max(${c.column()}) FROM ${c.table()} GROUP BY 1 HAVING count(*) > ?`,
  sumBy: (c) =>
    `SELECT owner_id, sum(amount) AS total, avg(position) FROM ${c.table()} WHERE ${c.column()} >= ? GROUP BY owner_id ORDER BY total DESC LIMIT 10`,
  join: (c) =>
    `SELECT a.${c.column()}, b.${c.column()} FROM ${c.table()} AS a JOIN ${c.table()} AS b ON b.id = a.owner_id WHERE a.${c.column()} = ?`,
  leftJoin: (c) => {
    const [first, second] = [c.columns(3), c.columns(2)];
    return `SELECT ${qualified('t0', first)}, ${qualified('t1', second)} FROM "${c.table()}" AS "t0" LEFT JOIN "${c.table()}" AS "t1" ON "t1"."owner_id" = "t0"."id" WHERE "t0"."id" = ?`;
  },
  threeJoins: (c) =>
    `SELECT a.id, b.${c.column()}, c.${c.column()} FROM ${c.table()} a INNER JOIN ${c.table()} b ON a.owner_id = b.id LEFT OUTER JOIN ${c.table()} c ON c.owner_id = b.id AND c.status = ? WHERE a.${c.column()} = ? ORDER BY a.${c.column()}, b.id`,
  fourJoins: (c) =>
    `SELECT a.*, d.${c.column()} FROM ${c.table()} a JOIN ${c.table()} b ON a.owner_id = b.id JOIN ${c.table()} c ON b.owner_id = c.id JOIN ${c.table()} d ON c.owner_id = d.id WHERE d.${c.column()} = ? AND a.${c.column()} BETWEEN ? AND ?`,
  exists: (c) =>
    `SELECT id, ${c.column()} FROM ${c.table()} o WHERE EXISTS (SELECT 1 FROM ${c.table()} i WHERE i.owner_id = o.id AND i.${c.column()} = ?)`,
  notExists: (c) =>
    `SELECT count(*) FROM ${c.table()} o WHERE NOT EXISTS (SELECT * FROM ${c.table()} i WHERE i.owner_id = o.id) AND o.${c.column()} < ?`,
  inSelect: (c) =>
    `SELECT ${c.columns(2).join(', ')} FROM ${c.table()} WHERE owner_id IN (SELECT id FROM ${c.table()} WHERE ${c.column()} = ?)`,
  scalarSubquery: (c) =>
    `SELECT u.id, u.${c.column()}, (SELECT count(*) FROM ${c.table()} x WHERE x.owner_id = u.id) AS n FROM ${c.table()} u WHERE u.${c.column()} = ?`,
  fromSubquery: (c) =>
    `SELECT s.owner_id, s.n FROM (SELECT owner_id, count(*) AS n FROM ${c.table()} WHERE ${c.column()} = ? GROUP BY owner_id) AS s WHERE s.n > ? ORDER BY s.n`,
  with: (c) =>
    `WITH recent AS (SELECT id, ${c.column()} AS v FROM ${c.table()} WHERE created_at > ?) SELECT r.v, t.${c.column()} FROM recent r JOIN ${c.table()} t ON t.owner_id = r.id`,
  recursive: (c) => {
    const table = c.table();
    return `WITH RECURSIVE tree(id, depth) AS (SELECT id, 0 FROM ${table} WHERE ${c.column()} = ? UNION ALL SELECT t.id, tree.depth + 1 FROM ${table} t JOIN tree ON t.parent_id = tree.id) SELECT id, depth FROM tree ORDER BY depth`;
  },
  union: (c) =>
    `SELECT id, ${c.column()} FROM ${c.table()} WHERE status = ? UNION ALL SELECT id, ${c.column()} FROM ${c.table()} WHERE status = ? ORDER BY 1`,
  distinct: (c) => `SELECT DISTINCT ${c.columns(2).join(', ')} FROM ${c.table()} WHERE ${c.column()} IS NOT NULL`,
  case: (c) =>
    `SELECT id, CASE WHEN ${c.column()} > ? THEN 'high' WHEN ${c.column()} = ? THEN 'even' ELSE 'low' END AS level FROM ${c.table()} WHERE is_active`,
  functions: (c) =>
    `SELECT lower(trim(${c.column()})), coalesce(${c.column()}, ${c.column()}, ''), substr(${c.column()}, 1, 10) || '...' FROM ${c.table()} WHERE length(${c.column()}) > ?`,
  dates: (c) =>
    `SELECT strftime('%Y-%m', created_at) AS month, sum(${c.column()}) FROM ${c.table()} WHERE created_at BETWEEN ? AND ? GROUP BY month`,
  insert: (c) => {
    const columns = c.columns(3);
    return `INSERT INTO ${c.table()} (owner_id, ${columns.join(', ')}) VALUES (?, ${columns.map(() => '?').join(', ')})`;
  },
  insertReturning: (c) => {
    const columns = c.columns(3);
    return `INSERT INTO "${c.table()}" (${columns.map((column) => `"${column}"`).join(', ')}) VALUES (${columns.map(() => '?').join(', ')}) RETURNING "id", "${c.column()}"`;
  },
  insertRows: (c) => {
    const columns = c.columns(2);
    const row = `(${columns.map(() => '?').join(', ')})`;
    return `INSERT OR IGNORE INTO ${c.table()} (${columns.join(', ')}) VALUES ${row}, ${row}, ${row}`;
  },
  upsert: (c) => {
    const columns = c.columns(2);
    return `INSERT INTO ${c.table()} (email, ${columns.filter((column) => column !== 'email').join(', ')}) VALUES (?${columns.filter((column) => column !== 'email').map(() => ', ?').join('')}) ON CONFLICT (email) DO UPDATE SET ${c.column()} = excluded.email, position = position + 1`; // prettier-ignore
  },
  insertSelect: (c) => {
    const columns = c.columns(2).join(', ');
    return `INSERT INTO ${c.table()} (${columns}) SELECT ${columns} FROM ${c.table()} WHERE ${c.column()} = ?`;
  },
  update: (c) => `UPDATE ${c.table()} SET ${assignments(c.columns(2))} WHERE id = ?`,
  updateWhere: (c) =>
    `UPDATE "${c.table()}" SET "position" = "position" + 1, "${c.of(['note', 'name'])}" = ? WHERE "status" = ? AND "${c.column()}" IS NOT ?`,
  updateFrom: (c) =>
    `UPDATE ${c.table()} AS t SET note = s.${c.column()} FROM ${c.table()} AS s WHERE s.owner_id = t.id AND s.${c.column()} = ?`,
  delete: (c) => `DELETE FROM ${c.table()} WHERE ${c.column()} = ? AND ${c.column()} < ?`,
  deleteById: (c) => `DELETE FROM "${c.table()}" WHERE "id" = ? AND "${c.column()}" = ?`,
  deleteIn: (c) => `DELETE FROM ${c.table()} WHERE id IN (SELECT owner_id FROM ${c.table()} WHERE ${c.column()} = ?)`,
};

/** `count` distinct statements, the shapes in turn. */
export function distinctStatements(count: number, seed: number): string[] {
  const choice = new Choice(seed);
  const list = Object.values(shapes);
  const made = new Set<string>();
  for (let i = 0; made.size < count; i++) {
    const shape = list[i % list.length]!;
    for (let attempt = 0; attempt < 20; attempt++) {
      const size = made.size;
      made.add(shape(choice));
      if (made.size > size) break;
    }
  }
  return [...made];
}
