// Random queries on json_each, json_tree, jsonb_each and jsonb_tree: documents (JSON, JSON5, JSONB, broken ones), paths, joins.
import type { Random } from './random';

const keys = ['a', 'b', 'c1', 'd e', 'x.y', '"q"', '', 'é', '1z', 'A', 'k_1', "it's"];
const numbers = ['1.5', '-2e3', '9223372036854775807', '9223372036854775808', '1e400', '-0', '0x1F', '+3', '.5', '5.'];
const texts = ['""', '"abc"', '"é\\n"', '"a\\"b"', '"x\\\\y"', "'single'", '"\\u00e9\\n"', "'a\\'b'", '"\\x41"'];
const broken = ['', '{', '[1,', 'abc', '{"a"}', '[1]x', '"', '{a:1', '//c\n[1]', '[1 2]', 'nul'];
const goodPaths = ['$', '$.a', '$.b', '$[0]', '$[1]', '$[#-1]', '$.a[0]', '$.a.b', '$."d e"', '$.c1', '$[0][0]', '$.é'];
const paths = [
  ...goodPaths,
  '$.x.y',
  '$."x.y"',
  'a',
  '',
  '$[',
  '$.',
  '$x',
  '$[#]',
  '$[0].a',
  '$.b[#-1].a',
  '$."',
  '$.A',
];
const columns = ['key', 'value', 'type', 'atom', 'id', 'parent', 'fullkey', 'path', 'rowid', 'json', 'root'];
const expressions = [...columns, 'typeof(value)', 'subtype(value)', 'hex(value)', 'typeof(key)'];
const functions = ['json_each', 'json_tree', 'json_each', 'json_tree', 'jsonb_each', 'jsonb_tree'];
const conditions = [
  "type = 'text'",
  'atom IS NOT NULL',
  "key = 'a'",
  'id > 3',
  'key IN (0, 1)',
  "value LIKE '%a%'",
  'rowid = 1',
  'parent IS NULL',
  'id = 4 OR rowid = 2',
];
const orders = ['', '', ' ORDER BY id DESC', ' ORDER BY rowid', ' ORDER BY key, id', ' LIMIT 2', ' LIMIT 2 OFFSET 1'];

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export class JsonTableQueries {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Tables of documents and of keys. */
  setup(): string[] {
    return [
      'CREATE TABLE d(id INTEGER PRIMARY KEY, j, p)',
      ...this.#random.times(
        12,
        (i) => `INSERT INTO d VALUES (${i}, ${this.#argument()}, ${literal(this.#pick(goodPaths))})`,
      ),
      'DELETE FROM d WHERE NOT json_valid(j, 6)',
      'CREATE TABLE e(k, v)',
      ...keys.map((key, i) => `INSERT INTO e VALUES (${literal(key)}, ${i})`),
      'CREATE INDEX ek ON e(k)',
      'CREATE VIEW jv AS SELECT d.id AS doc, t.* FROM d, json_tree(d.j) t',
    ];
  }

  next(): string {
    const random = this.#random;
    const fn = this.#pick(functions);
    switch (random.below(14)) {
      case 0:
        return `SELECT d.id, e.key, e.value FROM d, ${fn}(d.j) e${this.#pick(['', " WHERE e.type <> 'null'", ' ORDER BY d.id, e.id'])}`;
      case 1:
        return `SELECT d.id, e.fullkey FROM d ${this.#pick(['JOIN', 'LEFT JOIN', 'CROSS JOIN', ',', 'RIGHT JOIN'])} ${fn}(d.j, d.p) e`;
      case 2:
        return `SELECT d.id, e.key FROM ${fn}(d.j) e ${this.#pick(['JOIN', ',', 'CROSS JOIN', 'LEFT JOIN'])} d`;
      case 3:
        return `SELECT id, (SELECT ${this.#pick(['count(*)', 'group_concat(key)', 'max(id)', 'json_group_array(type)'])} FROM ${fn}(j)) FROM d`;
      case 4:
        return `SELECT id FROM d WHERE ${this.#pick(['', 'NOT '])}EXISTS (SELECT 1 FROM ${fn}(d.j) WHERE ${this.#pick(conditions)})`;
      case 5:
        return `SELECT e.k, e.v, t.value FROM e ${this.#pick(['JOIN', 'LEFT JOIN'])} json_tree(${this.#argument()}) t ON t.key = e.k`;
      case 6:
        return `SELECT a.key, b.key FROM ${this.#call()} a, ${fn}(a.value) b`;
      case 7:
        return `SELECT * FROM jv WHERE ${this.#pick(['doc = 4', "type = 'integer'", 'atom > 1', 'doc IN (1, 3) AND key = 0'])}`;
      case 8:
        return `WITH c AS (SELECT * FROM ${this.#call()}) SELECT count(*), ${this.#pick(['min(id)', 'group_concat(type)', 'sum(rowid)'])} FROM c`;
      case 9:
        return `SELECT type, count(*) FROM d, json_tree(d.j) GROUP BY ${this.#pick(['type', '1', 'key'])}`;
      case 10:
        return `SELECT DISTINCT type FROM ${this.#call()} ORDER BY 1`;
      case 11:
        return `SELECT k FROM e WHERE k IN (SELECT key FROM ${this.#call()})`;
      case 12:
        return `SELECT x.id, e.key FROM ${fn} e, d x WHERE e.json = x.j AND ${this.#pick(['1', "e.root = '$.a'", 'e.root = x.p', "e.type IN ('true', 'text')"])}`;
      default:
        return `SELECT ${this.#selection()} FROM ${this.#call()}${random.oneIn(2) ? ` WHERE ${this.#pick(conditions)}` : ''}${this.#pick(orders)}`;
    }
  }

  #pick<T>(choices: readonly T[]): T {
    return this.#random.pick(choices);
  }

  #selection(): string {
    if (this.#random.oneIn(3)) return '*';
    return this.#random.times(this.#random.between(1, 4), () => this.#pick(expressions)).join(', ');
  }

  #call(): string {
    const path = this.#random.oneIn(15) ? 'NULL' : literal(this.#pick(paths));
    return `${this.#pick(functions)}(${this.#argument()}${this.#random.oneIn(3) ? `, ${path}` : ''})`;
  }

  #argument(): string {
    const text = literal(this.#random.oneIn(30) ? this.#pick(broken) : this.#document(3));
    switch (this.#random.below(12)) {
      case 0:
        return `jsonb(${text})`;
      case 1:
        return 'NULL';
      case 2:
        return String(this.#random.below(50));
      case 3:
        return `CAST(${text} AS BLOB)`;
      case 4:
        return `x'${this.#random.times(this.#random.below(6), () => this.#random.below(256).toString(16).padStart(2, '0')).join('')}'`;
      default:
        return text;
    }
  }

  #document(depth: number): string {
    const random = this.#random;
    switch (random.below(depth <= 0 ? 7 : 11)) {
      case 0:
        return this.#pick(['null', 'true', 'false']);
      case 1:
        return String(random.between(-50, 50));
      case 2:
        return this.#pick(numbers);
      case 3:
      case 4:
        return this.#pick(texts);
      case 5:
        return '[]';
      case 6:
        return '{}';
      case 7:
      case 8: {
        const items = random.times(random.between(1, 4), () => this.#document(depth - 1));
        return `[${items.join(this.#pick([',', ', ']))}${random.oneIn(8) ? ',' : ''}]`;
      }
      default: {
        const key = (): string =>
          random.oneIn(5) ? this.#pick(['a', 'b', '$c', '_d']) : JSON.stringify(this.#pick(keys));
        return `{${random.times(random.below(4), () => `${key()}:${this.#document(depth - 1)}`).join(',')}}`;
      }
    }
  }
}
