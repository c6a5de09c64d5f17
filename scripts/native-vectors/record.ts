// Vectors for binding/record: conversions, affinities, arithmetic, order, and the record format.
import Database from 'better-sqlite3';
import { type SqlValue, RawText, VectorFile, encodeValue, evaluate, makeRandom, raw, rawLatin1 } from './format';

const random = makeRandom(20260603);
const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

const integers = [
  0n,
  1n,
  -1n,
  2n,
  7n,
  10n,
  63n,
  64n,
  65n,
  100n,
  127n,
  128n,
  -128n,
  -129n,
  255n,
  256n,
  32767n,
  32768n,
  -32768n,
  -32769n,
  8388607n,
  8388608n,
  -8388608n,
  -8388609n,
  2147483647n,
  2147483648n,
  -2147483648n,
  -2147483649n,
  140737488355327n,
  140737488355328n,
  -140737488355328n,
  -140737488355329n,
  2251799813685247n,
  2251799813685248n,
  9007199254740991n,
  9007199254740992n,
  9007199254740993n,
  4611686018427387904n,
  9223372036854775807n,
  9223372036854775806n,
  -9223372036854775808n,
  -9223372036854775807n,
  9223372036854774784n,
  9223372036854774785n,
  3037000500n,
  999999999999999999n,
];

const reals = [
  0,
  -0,
  1,
  -1,
  0.1,
  0.2,
  0.3,
  1 / 3,
  0.5,
  1.5,
  2.5,
  1e15,
  1e16,
  1e17,
  123456789012345680,
  1e21,
  1e22,
  1e23,
  1e100,
  1e-4,
  1e-5,
  0.00012345,
  1e308,
  1.7976931348623157e308,
  5e-324,
  2.2250738585072014e-308,
  2.225073858507201e-308,
  4.35,
  49.47,
  0.30000000000000004,
  9.95,
  99.99,
  3.14159265358979,
  2.718281828459045,
  9007199254740992,
  9223372036854775808,
  -9223372036854775808,
  9223372036854774784,
  1e18,
  1e19,
  123456.789,
  1e-10,
  1.0000000000000002,
  0.9999999999999999,
  9.999999999999999e22,
  4503599627370496,
  4503599627370498,
  2251799813685248.5,
  140737488355327,
  140737488355328,
  -140737488355328,
  5,
  100,
  1e14,
  Infinity,
  -Infinity,
];

function randomReal(): number {
  const bits = Buffer.alloc(8);
  for (;;) {
    for (let index = 0; index < 8; index++) bits[index] = Math.floor(random() * 256);
    const value = bits.readDoubleBE();
    if (Number.isFinite(value)) return value;
  }
}
const randomDecimal = (): number => {
  const digits = 1 + Math.floor(random() * 17);
  let text = '';
  for (let index = 0; index < digits; index++) text += Math.floor(random() * 10);
  return Number(`${text}e${Math.floor(random() * 40) - 25}`);
};

const numericTexts: SqlValue[] = [
  '',
  ' ',
  '0',
  '-0',
  '+0',
  '00',
  '1',
  '+1',
  '-1',
  ' 1',
  '1 ',
  ' 1 ',
  '\t1\n',
  '1x',
  '12abc',
  'abc',
  '1.',
  '.5',
  '.',
  '-.5',
  '+.5',
  '-',
  '+',
  '1.5',
  '1.50',
  '1e5',
  '1E5',
  '1e+5',
  '1e-5',
  '1e',
  '1e+',
  '1e-',
  '1e5x',
  '1.5e3',
  '1.5e3 ',
  '1.5e3abc',
  '0x10',
  '0X1F',
  '0x',
  ' 0x10',
  '1_000',
  '1,000',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775808',
  '-9223372036854775809',
  '+9223372036854775808',
  '9223372036854775807 ',
  '9223372036854775808x',
  '9223372036854775807x',
  '18446744073709551615',
  '18446744073709551616',
  '99999999999999999999',
  '000000000000000000000000000123',
  '123456789012345678901234567890',
  '1e400',
  '-1e400',
  '1e-400',
  '1e309',
  '1e308',
  '4.9e-324',
  '2e-324',
  '1e99999',
  '1e-99999',
  '0e99999',
  '0.0',
  '-0.0',
  '0.0e5',
  '1.0',
  '48.00',
  '100.0',
  '1e2',
  '1e18',
  '1e19',
  '9223372036854775807.0',
  '9.223372036854775807e18',
  '2251799813685248.0',
  '2251799813685247.0',
  '4503599627370496.5',
  '3500000000000000.2500001',
  '0.1',
  '0.30000000000000004',
  '1.7976931348623157e308',
  '1.7976931348623159e308',
  '12345678901234567',
  '12345678901234567890',
  '123456789.123456789123456789',
  '.0000000000000000000000001',
  'inf',
  'Inf',
  'nan',
  'infinity',
  '1.2.3',
  '1..2',
  '--1',
  '+-1',
  '- 1',
  '1 2',
  '1\v',
  '1\f',
  '1\r',
  '\v1',
  '1\u00a0',
  '１',
  '1e1.5',
  '0.1e',
  '5e-1',
  '50e-1',
  '500e-2',
  rawLatin1('12\0abc'),
  rawLatin1('12\0'),
  rawLatin1('\0'),
  rawLatin1('1.5\0'),
  rawLatin1('1.5\0x'),
  rawLatin1('12 \0'),
  raw(0x31, 0x80),
];

const otherTexts: SqlValue[] = [
  'a',
  'A',
  'b',
  'B',
  'ab',
  'aB',
  'abc',
  'ABC',
  'abc ',
  'abc  ',
  'a b',
  'ä',
  'Ä',
  'z',
  'Z',
  '_',
  '[',
  '{',
  '@',
  '€',
  '€x',
  '𝄞',
  '\uffee',
  '\ue000',
  '日本',
  '日',
  'a€',
  rawLatin1('a\0b'),
  rawLatin1('a\0c'),
  rawLatin1('A\0'),
  rawLatin1('a'),
  rawLatin1(' \0 '),
  ' ',
  '   ',
  '~',
  '\x7f',
  '\u0080',
  '\u00ff',
  '\u0100',
  '\u07ff',
  '\u0800',
];

const blobs = ['', '00', '0000', '31', '61', '6162', 'ff', '6100', '616200', '313233'].map((hex) =>
  Buffer.from(hex, 'hex'),
);

const everything: SqlValue[] = [...integers, ...reals, ...numericTexts, ...otherTexts, ...blobs];

function conversions(): void {
  const file = new VectorFile('record/vectors/conversions.txt');
  const casts = {
    cast_integer: 'INTEGER',
    cast_real: 'REAL',
    cast_numeric: 'NUMERIC',
    cast_text: 'TEXT',
    cast_blob: 'BLOB',
  };
  for (const [operation, type] of Object.entries(casts)) {
    for (const value of [null, ...everything]) file.add(operation, `CAST($1 AS ${type})`, value);
  }
  for (let count = 0; count < 3000; count++) {
    file.add('cast_text', 'CAST($1 AS TEXT)', count % 2 ? randomReal() : randomDecimal());
  }
  for (let count = 0; count < 2500; count++) {
    const digits = 1 + Math.floor(random() * 24);
    let text = '';
    for (let index = 0; index < digits; index++) text += Math.floor(random() * 10);
    const point = Math.floor(random() * (digits + 1));
    const exponent = random() < 0.5 ? '' : `e${Math.floor(random() * 700) - 350}`;
    file.add('cast_real', 'CAST($1 AS REAL)', `${text.slice(0, point)}.${text.slice(point)}${exponent}`);
  }
  for (let count = 0; count < 500; count++) file.add('cast_real', 'CAST($1 AS REAL)', String(randomReal()));
  file.write();
}

function affinities(): void {
  const database = new Database(':memory:');
  const file = new VectorFile('record/vectors/affinities.txt', database);
  database.exec('CREATE TABLE t(b BLOB, t TEXT, n NUMERIC, i INTEGER, r REAL)');
  const columns = {
    affinity_blob: 'b',
    affinity_text: 't',
    affinity_numeric: 'n',
    affinity_integer: 'i',
    affinity_real: 'r',
  };
  const values = [null, ...everything];
  for (let count = 0; count < 300; count++) values.push(randomReal(), randomDecimal());
  for (const [operation, column] of Object.entries(columns)) {
    for (const value of values) {
      database.exec('DELETE FROM t');
      const isRaw = value instanceof RawText;
      database
        .prepare(`INSERT INTO t(${column}) VALUES (${isRaw ? 'CAST(? AS TEXT)' : '?'})`)
        .run(isRaw ? value.bytes : value);
      file.add(operation, `(SELECT ${column} FROM t WHERE $1 IS NOT 0.12345)`, value);
    }
  }
  file.write();
}

function arithmetic(): void {
  const file = new VectorFile('record/vectors/arithmetic.txt');
  const operators = {
    add: '+',
    subtract: '-',
    multiply: '*',
    divide: '/',
    remainder: '%',
    and: '&',
    or: '|',
    shift_left: '<<',
    shift_right: '>>',
  };
  const operands: SqlValue[] = [null, ...integers, ...reals, ...numericTexts.filter(() => random() < 0.5), ...blobs];
  for (const [operation, operator] of Object.entries(operators)) {
    for (let count = 0; count < 1200; count++) {
      file.add(operation, `$1 ${operator} $2`, pick(operands), pick(operands));
    }
    for (const left of [0n, 1n, -1n, 9223372036854775807n, -9223372036854775808n]) {
      for (const right of [0n, 1n, -1n, 2n, 9223372036854775807n, -9223372036854775808n]) {
        file.add(operation, `$1 ${operator} $2`, left, right);
      }
    }
  }
  file.write();
}

function order(): void {
  for (const encoding of ['utf8', 'utf16le', 'utf16be']) {
    const database = new Database(':memory:');
    database.pragma(`encoding = '${encoding.replace('utf', 'UTF-')}'`);
    const file = new VectorFile(`record/vectors/order-${encoding}.txt`, database);
    const texts = [...otherTexts, ...numericTexts].filter((text) => encoding === 'utf8' || typeof text === 'string');
    const operands = encoding === 'utf8' ? [...integers, ...reals, ...texts, ...blobs] : [...texts, ...blobs, 1n, 1.5];
    for (const collation of ['binary', 'nocase', 'rtrim']) {
      const compare = (left: SqlValue, right: SqlValue): void => {
        const sql = `CASE WHEN $1 COLLATE ${collation} < $2 THEN -1 WHEN $3 COLLATE ${collation} = $4 THEN 0 ELSE 1 END`;
        file.addResult(collation, [left, right], evaluate(database, sql, [left, right, left, right]));
      };
      for (let count = 0; count < 1500; count++) compare(pick(operands), pick(operands));
      for (let count = 0; count < 600; count++) compare(pick(texts), pick(texts));
    }
    if (encoding === 'utf8') {
      for (const left of integers) {
        for (const right of reals) {
          const sql = 'CASE WHEN $1 < $2 THEN -1 WHEN $3 = $4 THEN 0 ELSE 1 END';
          if (random() < 0.4)
            file.addResult('binary', [left, right], evaluate(database, sql, [left, right, left, right]));
        }
      }
    }
    file.write();
  }
}

/** Payload of the only row of the table whose root is page 2 of a serialized database. */
function firstPayload(image: Buffer): Buffer {
  const pageSize = image.readUInt16BE(16) === 1 ? 65536 : image.readUInt16BE(16);
  const page = image.subarray(pageSize, 2 * pageSize);
  let position = page.readUInt16BE(8);
  const varint = (): number => {
    let value = 0;
    for (;;) {
      const byte = page[position++] as number;
      value = value * 128 + (byte & 0x7f);
      if (byte < 128) return value;
    }
  };
  const size = varint();
  varint();
  return page.subarray(position, position + size);
}

function records(): void {
  for (const encoding of ['utf8', 'utf16le', 'utf16be']) {
    const file = new VectorFile(`record/vectors/records-${encoding}.txt`);
    const values = [...everything, null, 'x'.repeat(57), 'y'.repeat(58), 'z'.repeat(200), Buffer.alloc(70, 7)].filter(
      (value) => encoding === 'utf8' || !(value instanceof RawText),
    );
    for (let count = 0; count < 250; count++) {
      const database = new Database(':memory:');
      database.pragma('page_size = 65536');
      database.pragma(`encoding = '${encoding.replace('utf', 'UTF-')}'`);
      const width = count % 25 === 0 ? 150 : 1 + Math.floor(random() * 6);
      const row = Array.from({ length: width }, () => pick(values));
      const isReal = count % 3 === 0;
      database.exec(`CREATE TABLE t(${row.map((_value, index) => `c${index}${isReal ? ' REAL' : ''}`).join(',')})`);
      const parameters = row.map((value) => (value instanceof RawText ? 'CAST(? AS TEXT)' : '?')).join(',');
      database
        .prepare(`INSERT INTO t VALUES (${parameters})`)
        .run(...row.map((value) => (value instanceof RawText ? value.bytes : value)));
      file.addResult(isReal ? 'real_columns' : 'columns', row, encodeValue(firstPayload(database.serialize())));
      database.close();
    }
    file.write();
  }
}

export function writeRecordVectors(): void {
  conversions();
  affinities();
  arithmetic();
  order();
  records();
}
