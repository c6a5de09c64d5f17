// Vectors for binding/functions: scalar functions and printf, with ordinary and hostile arguments.
import Database from 'better-sqlite3';
import { type SqlValue, VectorFile, evaluate, makeRandom, raw, rawLatin1 } from './format';

const random = makeRandom(8675309);
const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
const blob = (hex: string): Buffer => Buffer.from(hex, 'hex');

const texts: SqlValue[] = [
  '',
  ' ',
  'a',
  'abc',
  'ABC',
  'Hello, World',
  '  padded  ',
  'aäb',
  '日本語テキスト',
  '𝄞x𝄞',
  "it's",
  '"q"',
  'a\\b',
  'tab\there',
  'new\nline',
  '\x01\x1f',
  '12',
  '-7.5',
  '1e3',
  '12abc',
  'xyzzy',
  'aaaa',
  'abababab',
  'ÀÉÎ',
  'ß',
  rawLatin1('a\0b'),
  rawLatin1('\0'),
  raw(0x61, 0x80, 0x62),
  raw(0xff, 0xfe),
  raw(0xe2, 0x82),
  raw(0xc3),
  'x'.repeat(100),
  '0x1F',
  'ab,cd',
];
const numbers: SqlValue[] = [
  0n,
  1n,
  -1n,
  2n,
  3n,
  -2n,
  5n,
  10n,
  100n,
  -100n,
  255n,
  4294967296n,
  9223372036854775807n,
  -9223372036854775808n,
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  -2.5,
  3.14159,
  1e15,
  1e16,
  1e100,
  -1e-7,
  123456.789,
  Infinity,
  -Infinity,
  4503599627370496,
];
const blobs: SqlValue[] = ['', '00', '61', '616263', 'ff00ff', '6100', '20612020', 'e282ac'].map(blob);
const any: SqlValue[] = [null, ...texts, ...numbers, ...blobs];

function values(): void {
  const file = new VectorFile('functions/vectors/values.txt');
  const unary = [
    'typeof',
    'length',
    'octet_length',
    'abs',
    'sign',
    'round',
    'ltrim',
    'rtrim',
    'trim',
    'unicode',
    'char',
    'upper',
    'lower',
    'hex',
    'unhex',
    'concat',
    'unistr',
    'quote',
    'unistr_quote',
    'soundex',
    'zeroblob',
    'printf',
    'subtype',
    'sqlite_compileoption_used',
    'sqlite_compileoption_get',
    'sqlite_log2',
  ].filter((name) => name !== 'sqlite_log2');
  for (const name of unary) {
    for (const value of any) {
      if (name === 'zeroblob' && typeof value !== 'object' && Number(value) > 1000 && Number(value) < 1e9) continue;
      file.call(name, value);
    }
  }
  const binary = [
    'instr',
    'min',
    'max',
    'nullif',
    'trim',
    'ltrim',
    'rtrim',
    'substr',
    'glob',
    'like',
    'concat',
    'concat_ws',
    'unhex',
    'round',
    'replace',
    'char',
    'sqlite_log',
  ].filter((name) => name !== 'replace');
  for (const name of binary) for (let count = 0; count < 350; count++) file.call(name, pick(any), pick(any));
  for (const name of ['instr', 'trim', 'ltrim', 'rtrim', 'concat_ws'])
    for (let count = 0; count < 300; count++) file.call(name, pick(texts), pick(texts));
  for (let count = 0; count < 800; count++) {
    file.call(
      'substr',
      pick(any),
      pick([0n, 1n, 2n, 3n, -1n, -2n, -3n, 100n, -100n, null, '2', 1.9]),
      pick([0n, 1n, 2n, -1n, -2n, 3n, 100n, -100n, null, 9223372036854775807n, -9223372036854775808n]),
    );
    file.call('substring', pick(texts), pick(numbers), pick(numbers));
    file.call(
      'replace',
      pick(any),
      pick(['a', 'b', 'ab', 'aa', '', ' ', null, 'é', ...texts]),
      pick(['', 'x', 'yy', 'longer text', null, ...texts]),
    );
    file.call('concat', pick(any), pick(any), pick(any));
    file.call('concat_ws', pick([',', '', null, '--']), pick(any), pick(any), pick(any));
    file.call('min', pick(any), pick(any), pick(any));
    file.call('max', pick(any), pick(any), pick(any));
    file.call(
      'char',
      pick([65n, 0n, 128n, 0x7ffn, 0x800n, 0xffffn, 0x10000n, 0x10ffffn, 0x110000n, -1n, 0xd800n, null, '66', 'x']),
      pick(numbers),
    );
  }
  for (let digits = -2; digits < 33; digits++) {
    for (const value of [
      0.5,
      1.005,
      2.675,
      1.45,
      1e15 + 0.5,
      123456789.98765433,
      -0.05,
      1 / 3,
      9.995,
      99.9999,
      4503599627370495.5,
      1e-5,
      '3.14159',
      7n,
      '12x',
      Infinity,
    ]) {
      file.call('round', value, BigInt(digits));
    }
  }
  for (const escape of [
    '\\0041',
    '\\+01F600',
    '\\u00e9',
    '\\U0001F600',
    '\\\\',
    '\\x',
    '\\',
    '\\004',
    '\\uD83D\\uDE00',
    'a\\0042c\\\\d',
    '\\U7fffffff',
    '\\+fffffff',
    '\\u00g0',
  ])
    file.call('unistr', escape);
  for (const hex of [
    '',
    '6',
    '61',
    '61 62',
    '6 1',
    'zz',
    '61-62',
    '61--62-',
    '0A0b',
    'ä61',
    '61ä',
    rawLatin1('61\x0062'),
  ]) {
    for (const skipped of ['', ' ', '-', ' -', 'ä', null]) file.call('unhex', hex, skipped);
  }
  for (const name of [
    'SQLITE_THREADSAFE',
    'THREADSAFE',
    'THREADSAFE=2',
    'threadsafe=1',
    'ENABLE_FTS5',
    'sqlite_enable_fts',
    'DQS',
    'DQS=0',
    '',
    'SQLITE_',
    'MAX_LENGTH=1000000000',
  ])
    file.call('sqlite_compileoption_used', name);
  file.call('sqlite_version');
  file.call('sqlite_source_id');
  file.call('load_extension', 'x');
  for (const name of ['coalesce']) file.add('typeof', `typeof(${name}(NULL, $1))`, 'x');
  file.write();
}

function patterns(): void {
  const file = new VectorFile('functions/vectors/patterns.txt');
  const pieces = [
    '%',
    '_',
    '%%',
    '_%',
    '%_',
    'a',
    'b',
    'A',
    'ab',
    'ä',
    'Ä',
    '日',
    '\\%',
    '\\_',
    '\\',
    '',
    '[',
    ']',
    '[a]',
    '[^a]',
    '[a-c]',
    '[]a]',
    '[^]]',
    '[a-',
    '[ä-ö]',
    '*',
    '?',
    '**',
    '-',
    '[-a]',
    '[a-]',
    '𝄞',
    'x',
    '%a',
    'b%',
  ];
  const subjects: string[] = [
    'a',
    'b',
    'A',
    'B',
    'ab',
    'ä',
    'Ä',
    '日',
    '%',
    '_',
    '\\',
    '[',
    ']',
    'c',
    '-',
    '',
    '𝄞',
    'x',
    'ö',
  ];
  const join = (items: readonly string[], most: number): string =>
    Array.from({ length: Math.floor(random() * most) }, () => pick(items)).join('');
  for (let count = 0; count < 3000; count++) {
    const pattern = join(pieces, 5);
    const subject = random() < 0.3 ? pattern.replace(/[%*\\]/g, join(subjects, 3)) : join(subjects, 6);
    file.call('like', pattern, subject);
    file.call('glob', pattern, subject);
    file.call('like', pattern, subject, pick(['\\', '%', '_', 'a', 'ä', '*', '']));
  }
  for (const pattern of [
    '%abc',
    'abc%',
    '%abc%',
    '%a%b%c%',
    'a_c',
    'ABC',
    '%\u00e4%',
    raw(0x61, 0x80),
    raw(0xff),
    rawLatin1('a\0b'),
  ]) {
    for (const subject of [
      'abc',
      'ABC',
      'xxabcxx',
      'a-b-c',
      'ac',
      '',
      null,
      12n,
      1.5,
      blob('616263'),
      raw(0x61, 0x80),
      raw(0xff),
      rawLatin1('a\0c'),
    ]) {
      file.call('like', pattern, subject);
      file.call('glob', pattern, subject);
    }
  }
  for (const escape of ['', 'ab', null, '日', '日本', 5n, blob('5c')]) file.call('like', 'a%', 'abc', escape);
  file.call('like', 'x'.repeat(50001), 'x');
  file.call('like', 'x'.repeat(50000), 'x');
  file.call('glob', '*'.repeat(50001), 'x');
  file.write();
  const sensitive = new Database(':memory:');
  sensitive.pragma('case_sensitive_like = 1');
  const other = new VectorFile('functions/vectors/case-sensitive-like.txt', sensitive);
  for (let count = 0; count < 600; count++) other.call('like', join(pieces, 4), join(subjects, 4));
  other.write();
}

function formats(): void {
  const file = new VectorFile('functions/vectors/formats.txt');
  const flags = [
    '',
    '-',
    '+',
    ' ',
    '0',
    '#',
    '!',
    ',',
    '-0',
    '+0',
    '#0',
    '!0',
    '+,',
    '0,',
    '!,',
    '#!',
    '-#',
    '- ',
    '+!',
  ];
  const widths = ['', '1', '5', '12', '30', '*'];
  const precisions = ['', '.0', '.1', '.3', '.10', '.17', '.25', '.', '.*'];
  const lengths = ['', '', '', 'l', 'll'];
  const types = [...'diuxXoprcsqQwzfeEgGnST%'];
  for (let count = 0; count < 7000; count++) {
    const type = pick(types);
    const format = `%${pick(flags)}${pick(widths)}${pick(precisions)}${pick(lengths)}${type}`;
    const stars: SqlValue[] = [...format]
      .filter((character) => character === '*')
      .map(() => pick([0n, 3n, -4n, 10n, null, 'x', 2.9]));
    const wrapped = pick(['', 'a']) + format + pick(['', 'z', '%d']);
    file.call('printf', wrapped, ...stars, pick('sqQwzc'.includes(type) && random() < 0.7 ? [...texts, null] : any));
  }
  for (const format of [
    '',
    '%',
    'x%',
    '%%',
    '%5%',
    '%d',
    '%d%d',
    '%s %s',
    '%z',
    '%y',
    'a%yb',
    '%5',
    '%.',
    '%l',
    '%lld',
    '%ld',
    '%l5d',
    '%-',
    '%99999999999d',

    '%2147483647d',
    '%1000000000d',
    '%*d',
    '%.*f',
    '%n%d',
    '%c',
    '%.5c',
    '%5.3c',
    '%-8.3c|',
    '%!.2s',
    '%!5s|',
    '%!-5s|',
    '%r',
    '%#q',
    '%#Q',
    '%.3q',
    '%!.3Q',
    '%+r',
    '%,d',
    '%,.2f',
    '%.1000f',
    '%.400e',
    '%030,d',
    '%!.30g',
    '%#.30g',
    '%.20g',
  ]) {
    for (const value of [
      null,
      0n,
      1n,
      11n,
      12n,
      13n,
      21n,
      112n,
      -3n,
      1234567n,
      9223372036854775807n,
      -9223372036854775808n,
      0.1,
      1e300,
      -1.5,
      Infinity,
      -Infinity,
      'text',
      '日本語',
      "it's",
      'a\\b\n',
      blob('6162'),
    ]) {
      file.call('printf', format, value);
      file.call('format', format, value, value);
    }
  }
  for (const value of numbers) {
    for (const format of [
      '%f',
      '%.0f',
      '%.1f',
      '%.2f',
      '%e',
      '%.0e',
      '%g',
      '%G',
      '%.3g',
      '%!g',
      '%!f',
      '%!.15g',
      '%!.17g',
      '%!.20g',
      '%.15g',
      '%.16g',
      '%.17g',
      '%010.2f',
      '%-12.3e|',
      '%+g',
      '% g',
      '%#g',
      '%#f',
      '%#.0f',
      '%,f',
      '%!0.17g',
      '%020g',
      '%x',
      '%#x',
      '%#X',
      '%#o',
      '%020d',
      '%.20d',
      '%p',
      '%,d',
      '%,u',
      '%+d',
      '% d',
      '%r',
    ])
      file.call('printf', format, value);
  }
  for (let count = 0; count < 1500; count++) {
    const value = (random() - 0.5) * 10 ** Math.floor(random() * 40 - 15);
    file.call(
      'printf',
      `%${pick(['', '!', '#', '0'])}${pick(['', '15'])}.${Math.floor(random() * 20)}${pick(['f', 'e', 'g'])}`,
      value,
    );
  }
  file.write();
}

function mathematics(): void {
  const file = new VectorFile('functions/vectors/mathematics.txt');
  const arguments_: SqlValue[] = [
    null,
    ...numbers,
    '2',
    '2.5',
    'abc',
    '1x',
    '',
    blob('32'),
    0.1,
    0.9,
    7n,
    8n,
    -3n,
    2,
    1000,
    -1000,
    0.7071,
    1e-300,
  ];
  for (const name of [
    'ceil',
    'ceiling',
    'floor',
    'trunc',
    'ln',
    'log',
    'log10',
    'log2',
    'exp',
    'acos',
    'asin',
    'atan',
    'cos',
    'sin',
    'tan',
    'cosh',
    'sinh',
    'tanh',
    'acosh',
    'asinh',
    'atanh',
    'sqrt',
    'radians',
    'degrees',
    'sign',
    'abs',
  ]) {
    for (const value of arguments_) file.call(name, value);
  }
  for (const name of ['log', 'pow', 'power', 'mod', 'atan2'])
    for (let count = 0; count < 400; count++) file.call(name, pick(arguments_), pick(arguments_));
  file.call('pi');
  file.write();
}

const timeValues: SqlValue[] = [
  '2024-02-29',
  '2023-02-28',
  '2023-02-31',
  '2024-12-31 23:59:59.999',
  '2000-01-01 00:00',
  '1999-12-31T12:34:56',
  '1970-01-01',
  '1969-12-31 23:59:59',
  '0000-01-01',
  '-0001-06-15',
  '-4713-11-24 12:00:00',
  '-4713-11-24 11:59:59',
  '9999-12-31 23:59:59',
  '9999-12-31 23:59:59.9999',
  '12:00',
  '23:59:59.5',
  '24:00',
  '24:01',
  '2024-13-01',
  '2024-00-10',
  '2024-04-31',
  '2024-6-1',
  '2024-01-01 10:00:00+02:00',
  '2024-01-01 10:00:00 -05:30',
  '2024-01-01 10:00Z',
  '2024-01-01 10:00:00 z ',
  '2024-01-01 10:00+15:00',
  '2024-01-01 10:00+00:00',
  '2024-01-01 10:00:00.123456',
  '2024-01-01 10:00:60',
  '2024-01-01 10:61',
  '2024-01-01  T 10:00',
  '2024-01-01 ',
  ' 2024-01-01',
  '2024-01-01x',
  '2460000.5',
  '0',
  '-1',
  '5373484.5',
  '5373484.49',
  '1700000000',
  'abc',
  '',
  null,
  0n,
  1n,
  2460000n,
  2460000.75,
  1700000000n,
  1700000000.25,
  -1n,
  253402300799n,
  253402300800n,
  -210866760000n,
  -210866760001n,
  1e20,
  5373484,
  5373485n,
  'now ',
  '2024-03-10 02:30:00',
  '2024-11-03 01:30:00',
  '2038-01-19 03:14:08',
  '1900-03-01',
  '2100-02-28 12:00',
  blob('323032342d30312d3031'),
  '2024-05-05 05:05:05.005',
  '2024-01-15 08:07:06.789',
];
const modifiers: SqlValue[] = [
  '+1 day',
  '-1 day',
  '+1 month',
  '-1 month',
  '+1 year',
  '-1 year',
  '+1.5 days',
  '+0.5 months',
  '-1.5 years',
  '+36 hours',
  '-90 minutes',
  '+61 seconds',
  '+0.001 seconds',
  '1 day',
  '12 months',
  '+13 months',
  '-13 months',
  '+30 days',
  '+1  day',
  '+1day',
  '1e2 days',
  '+100000 years',
  '+14712 years',
  '+14713 years',
  '+5373485 days',
  '+176546 months',
  'start of day',
  'start of month',
  'start of year',
  'START OF MONTH',
  'start of week',
  'start of ',
  'weekday 0',
  'weekday 1',
  'weekday 6',
  'weekday 7',
  'weekday 1.5',
  'weekday -1',
  'weekday  3',
  'unixepoch',
  'julianday',
  'auto',
  'utc',
  'localtime',
  'subsec',
  'subsecond',
  'SUBSEC',
  'ceiling',
  'floor',
  '+01:30',
  '-01:30',
  '+10:20:30',
  '+10:20:30.555',
  '01:00',
  '+25:00',
  '+0001-02-03',
  '-0001-02-03',
  '+0001-02-03 04:05',
  '+0001-02-03 04:05:06.7',
  '-0000-11-30 23:59',
  '+0000-12-01',
  '+0000-01-31',
  '+00001-02-03',
  '+10000-00-00',
  '0001-02-03',
  '+0001-02-03x',
  '+1 fortnight',
  '+ 1 day',
  '++1 day',
  '',
  'bogus',
  null,
  '+1 days ',
  1n,
  '-2460000 days',
  '+1 s',
  '+1 seconds',
  '+1 sec',
];

function dates(): void {
  // The zone of the vectors: the native test has the same rules (see local_time there).
  process.env.TZ = 'UTC0';
  const file = new VectorFile('functions/vectors/dates.txt');
  const functions = ['date', 'time', 'datetime', 'julianday', 'unixepoch'];
  const ofNow = (value: SqlValue): boolean => typeof value === 'string' && /^now$|^subsec/i.test(value.trim());
  const times = timeValues.filter((value) => !ofNow(value));
  for (const name of functions) for (const value of times) file.call(name, value);
  for (const value of times) for (const modifier of modifiers) file.call(pick(functions), value, modifier);
  for (let count = 0; count < 3500; count++) {
    const chosen = Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(modifiers));
    file.call(pick(functions), pick(times), ...chosen);
  }
  for (let count = 0; count < 1500; count++) {
    const day = Math.floor(random() * 3_000_000) + random();
    file.call(pick(functions), day, pick(modifiers), pick(modifiers));
    file.call('datetime', day, 'subsec');
  }
  const conversions = [...'deffFGgHkIljJmMpPRsSTuwUVWY%'];
  for (const conversion of conversions) for (const value of times) file.call('strftime', `%${conversion}`, value);
  for (let count = 0; count < 1500; count++) {
    const format = Array.from(
      { length: 4 },
      () => pick(['%', '%', '%', '']) + pick([...conversions, '-', ' ', 'x']),
    ).join('');
    file.call('strftime', format, pick(times), pick(modifiers));
    file.call(
      'strftime',
      `%f %J %s %j ${pick(conversions.map((conversion) => `%${conversion}`))}`,
      Math.floor(random() * 5_000_000) + random(),
      pick(modifiers),
    );
  }
  file.call('strftime');
  file.call('strftime', null, '2024-01-01');
  file.call('strftime', '%', '2024-01-01');
  file.call('strftime', 'no conversion', '2024-01-01');
  file.call('strftime', '%E', '2024-01-01');
  const exact = times.filter((value) => value === null || typeof value === 'string');
  for (let count = 0; count < 2500; count++) file.call('timediff', pick(exact), pick(exact));
  for (let count = 0; count < 500; count++)
    file.call('timediff', 2_000_000 + random() * 1_000_000, 2_000_000 + random() * 1_000_000);
  file.write();
}

/** UTF-16 databases: functions that show the encoding. */
function wide(): void {
  for (const encoding of ['utf16le', 'utf16be']) {
    const database = new Database(':memory:');
    database.pragma(`encoding = '${encoding.replace('utf', 'UTF-')}'`);
    const file = new VectorFile(`functions/vectors/${encoding}.txt`, database);
    // A text result comes back through CAST AS BLOB, in the database's encoding: only other results are comparable.
    for (const value of ['abc', 'ä', '𝄞', '', 12n, 1.5, blob('6100'), blob('0061'), null]) {
      file.add('octet_length', 'octet_length($1)', value);
      file.add('length', 'length($1)', value);
      for (const name of ['hex', 'quote', 'lower']) file.add(`unicode_of_${name}`, `unicode(${name}($1))`, value);
      file.add('length_of_hex', 'length(hex($1))', value);
      file.add('cast_blob', 'CAST($1 AS BLOB)', value);
      file.add('instr', 'instr($1, $2)', value, 'a');
    }
    file.write();
  }
}

/** Lines are: aggregate row-count argument-count values... = result. */
function aggregates(): void {
  const database = new Database(':memory:');
  database.exec('CREATE TABLE t(a, b)');
  const file = new VectorFile('functions/vectors/aggregates.txt');
  const insert = database.prepare('INSERT INTO t VALUES (?, ?)');
  const run = (name: string, rows: readonly (readonly SqlValue[])[]): void => {
    database.exec('DELETE FROM t');
    for (const row of rows) insert.run(row[0] ?? null, row[1] ?? null);
    const argumentCount = rows[0]?.length ?? 1;
    const result = evaluate(
      database,
      `(SELECT ${name}(${['a', 'b'].slice(0, argumentCount).join(',')}) FROM t WHERE $1 IS NOT 'none')`,
      [null],
    );
    file.addResult(name, [BigInt(rows.length), BigInt(argumentCount), ...rows.flat()], result);
  };
  const plain: SqlValue[] = [
    null,
    1n,
    2n,
    -5n,
    3.5,
    -0.1,
    1e20,
    9223372036854775807n,
    -9223372036854775808n,
    '7',
    '2.5x',
    'abc',
    blob('33'),
    0.1,
    0.2,
    1e-20,
    123456789012n,
    4503599627370497n,
  ];
  const huge: SqlValue[] = [
    9223372036854775807n,
    -9223372036854775807n,
    9223372036854775806n,
    1n,
    -1n,
    4611686018427387904n,
    2.5,
    Infinity,
    -Infinity,
  ];
  const listOf = (items: readonly SqlValue[], most: number): SqlValue[][] =>
    Array.from({ length: Math.floor(random() * most) }, () => [pick(items)]);
  for (const name of ['count', 'sum', 'total', 'avg', 'min', 'max', 'group_concat', 'median']) {
    for (let count = 0; count < 120; count++) run(name, listOf(plain, 8));
    for (let count = 0; count < 60; count++) run(name, listOf(huge, 5));
    for (let count = 0; count < 40; count++)
      run(
        name,
        Array.from({ length: 50 }, () => [(random() - 0.5) * 10 ** Math.floor(random() * 30)]),
      );
    for (let count = 0; count < 30; count++)
      run(
        name,
        Array.from({ length: 20 }, () => [BigInt(Math.floor(random() * 1000))]),
      );
  }
  for (let count = 0; count < 150; count++) {
    const rows = Array.from({ length: Math.floor(random() * 6) }, () => [pick(plain), pick([',', '', '--', null, 1n])]);
    if (rows.length === 0) rows.push([1n, ',']);
    run('group_concat', rows);
    run('string_agg', rows);
  }
  for (const name of ['percentile', 'percentile_cont', 'percentile_disc']) {
    for (let count = 0; count < 120; count++) {
      const fraction = pick([0, 0.25, 0.5, 0.9, 1, 25, 50, 99.5, 100, 101, -1, 'x', null, 1n, 0n] as SqlValue[]);
      const rows = Array.from({ length: 1 + Math.floor(random() * 7) }, () => [
        pick([1n, 2n, 3.5, -4, null, 10n, 100n] as SqlValue[]),
        fraction,
      ]);
      if (random() < 0.1) rows.push(['text', fraction]);
      if (random() < 0.1) rows.push([1n, 0.75]);
      if (random() < 0.05) rows.push([Infinity, fraction]);
      run(name, rows);
    }
  }
  file.write();
}

/** Moving frames: window row-count argument-count preceding following values... = quoted results, joined. */
function frames(): void {
  const database = new Database(':memory:');
  database.exec('CREATE TABLE t(id INTEGER PRIMARY KEY, a, b)');
  const file = new VectorFile('functions/vectors/frames.txt');
  const insert = database.prepare('INSERT INTO t(a, b) VALUES (?, ?)');
  const items: SqlValue[] = [
    null,
    1n,
    2n,
    5n,
    -3n,
    2.5,
    0.1,
    1e17,
    9223372036854775807n,
    -9223372036854775807n,
    'x',
    'yy',
    '',
    '7',
  ];
  const numeric = items.filter((item) => typeof item !== 'string');
  for (const name of [
    'count',
    'sum',
    'total',
    'avg',
    'group_concat',
    'median',
    'string_agg',
    'percentile_cont',
    'percentile_disc',
  ]) {
    for (let count = 0; count < 100; count++) {
      database.exec('DELETE FROM t');
      const argumentCount = name === 'string_agg' || name.startsWith('percentile') ? 2 : 1;
      const second = (): SqlValue => (name === 'string_agg' ? pick([',', '', ';;', null]) : 0.5);
      const pool = name === 'median' || name.startsWith('percentile') ? numeric : items;
      const rows = Array.from({ length: 1 + Math.floor(random() * 9) }, () =>
        argumentCount === 2 ? [pick(pool), second()] : [pick(pool)],
      );
      for (const row of rows) insert.run(row[0] ?? null, row[1] ?? null);
      const preceding = Math.floor(random() * 3);
      const following = Math.floor(random() * 3);
      const call = `${name}(${['a', 'b'].slice(0, argumentCount).join(',')})`;
      let result: string;
      try {
        const results = database
          .prepare(
            `SELECT quote(${call} OVER (ORDER BY id ROWS BETWEEN ${preceding} PRECEDING AND ${following} FOLLOWING)) FROM t ORDER BY id`,
          )
          .pluck()
          .all() as string[];
        result = `T${Buffer.from(results.join('|')).toString('hex')}`;
      } catch (error) {
        const { code, message } = error as { code: string; message: string };
        result = `E${code}:${Buffer.from(message).toString('hex')}`;
      }
      file.addResult(
        name,
        [BigInt(rows.length), BigInt(argumentCount), BigInt(preceding), BigInt(following), ...rows.flat()],
        result,
      );
    }
  }
  file.write();
}

export function writeFunctionVectors(): void {
  values();
  patterns();
  formats();
  mathematics();
  dates();
  wide();
  aggregates();
  frames();
}
