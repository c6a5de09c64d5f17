// Vectors for the JSON functions: valid, JSON5, malformed and random texts, JSONB good and bad, paths, edits, patches.
import Database from 'better-sqlite3';
import { type SqlValue, VectorFile, makeRandom, rawLatin1 } from './format';

const random = makeRandom(1234567);
const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
const oracle = new Database(':memory:');

const jsonTexts: string[] = [
  '{}',
  '[]',
  'null',
  'true',
  'false',
  '0',
  '1',
  '-1',
  '1.5',
  '-0.5e10',
  '1E+2',
  '"text"',
  '""',
  '"a\\nb"',
  '"\\u00e9\\ud834\\udd1e"',
  '"\\ud834"',
  '[1,2,3]',
  '[1,[2,[3,[4]]]]',
  '{"a":1}',
  '{"a":1,"b":[1,2,{"c":null}]}',
  '{"a":{"b":{"c":{"d":1}}}}',
  '[null,true,false,1,1.5,"x",[],{}]',
  ' [ 1 , 2 ] ',
  '\t{ "a" : 1 }\n',
  '{"a b":1,"c.d":2,"e[0]":3,"":4,"f\\"g":5}',
  '{"a":1,"a":2}',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775808',
  '-9223372036854775809',
  '1e400',
  '123456789012345678901234567890',
  '[[[[[[[[]]]]]]]]',
  '{"long":"' + 'x'.repeat(270) + '","n":1}',
  JSON.stringify(Array.from({ length: 60 }, (_value, index) => index)),
  '{"α":"β","日本":["語"]}',
  '"it\'s"',
  '"\\/\\b\\f\\r\\t"',
  '[1.0,2.50,-0.0,0.0]',
];
const json5Texts: string[] = [
  '{a:1}',
  "{'a':'b'}",
  "'it''s'",
  "'a\"b'",
  '[1,2,]',
  '{a:1,}',
  '[,]',
  '{,}',
  '+1',
  '+1.5',
  '.5',
  '5.',
  '-.5',
  '-5.',
  '0x1F',
  '-0xff',
  '+0x10',
  '0xFFFFFFFFFFFFFFFF',
  '0x8000000000000000',
  '0x10000000000000000',
  'Infinity',
  '-Infinity',
  '+Infinity',
  'inf',
  '-inf',
  'NaN',
  'nan',
  'QNaN',
  'SNaN',
  'INF',
  '// comment\n1',
  '/* c */ [1, /* d */ 2]',
  '[1 // x\n,2]',
  '{/*k*/a/*l*/:/*m*/1/*n*/}',
  '"a\\\nb"',
  '"a\\\r\nb"',
  '"a\\\rb"',
  '"\\x41\\v\\0"',
  '"\\\'"',
  '"tab\there"',
  '"nl\nhere"',
  '\u00a01',
  '\ufeff[1]',
  '\u2028 1 \u2029',
  '{$a:1,_b:2,ä:3}',
  '{\\u0061b:1}',
  '{a\\u0062:1}',
  '1e5.',
  '5.e3',
  '1.e',
  '"\\u2028"',
  '"\\\u2028x"',
  '[1]/*',
  '[1]//',
  '[1] // end',
  '/**/1',
  '/*/1',
  '/',
  '//',
  '{a b:1}',
  '{"a":1}x',
  '1 2',
  'truex',
  'nullx',
  'tru',
  'n',
  'infx',
  'infinityx',
  '-infx',
  '-infinityz',
];
const malformed: string[] = [
  '',
  ' ',
  '{',
  '[',
  '}',
  ']',
  ',',
  ':',
  '{"a"',
  '{"a":',
  '{"a":1',
  '{"a":1,',
  '{"a" 1}',
  '{1:2}',
  '{null:1}',
  '[1',
  '[1,',
  '[1 2]',
  '[1}',
  '{"a":1]',
  '"abc',
  "'abc",
  '"\\q"',
  '"\\u12"',
  '"\\u12g4"',
  '"\\x4"',
  '"\\01"',
  '01',
  '-01',
  '--1',
  '+-1',
  '1.2.3',
  '1e',
  '1e+',
  '1ee5',
  '.',
  '-',
  '+',
  '-.',
  '.e5',
  '0x',
  '0xg',
  '@',
  '#',
  '[@]',
  '{"a":@}',
  '{:1}',
  '{"a"::1}',
  '[:]',
  'True',
  'NULL',
  '[1,,2]',
  '{"a":1,,"b":2}',
  '"a\u0001b"',
  '[1]]',
  '{}{}',
  '1,',
  'äöü',
  '[ä]',
  '{"ä":ö}',
  '日本',
];
const deep = (count: number): string => '['.repeat(count) + ']'.repeat(count);
const deepObject = (count: number): string => '{"a":'.repeat(count) + '1' + '}'.repeat(count);

function randomJson(depth: number): string {
  const kind = Math.floor(random() * (depth > 3 ? 6 : 9));
  if (kind === 0) return pick(['null', 'true', 'false']);
  if (kind === 1) return String(Math.floor(random() * 1000) - 500);
  if (kind === 2) return String(random() * 100);
  if (kind <= 5)
    return pick([
      '"x"',
      '"longer text here"',
      '"esc\\"aped"',
      '"\\u0041"',
      '""',
      '"üñí"',
      '"12345678901"',
      '"123456789012"',
    ]);
  if (kind <= 6)
    return `[${Array.from({ length: Math.floor(random() * 5) }, () => randomJson(depth + 1)).join(pick([',', ' , ', ',']))}]`;
  return `{${Array.from({ length: Math.floor(random() * 5) }, () => `"${pick(['a', 'b', 'c', 'key', 'a b', 'x\\"y', 'longlonglonglabel'])}":${randomJson(depth + 1)}`).join(',')}}`;
}

const toJsonb = (text: string): Buffer => oracle.prepare('SELECT jsonb(?)').pluck().get(text) as Buffer;
const blob = (hex: string): Buffer => Buffer.from(hex, 'hex');

const paths: SqlValue[] = [
  '$',
  '$.a',
  '$.b',
  '$.a.b',
  '$.a.b.c',
  '$.b[0]',
  '$.b[1]',
  '$.b[2].c',
  '$[0]',
  '$[1]',
  '$[2]',
  '$[10]',
  '$[#]',
  '$[#-1]',
  '$[#-2]',
  '$[#-10]',
  '$[#-0]',
  '$."a b"',
  '$."c.d"',
  '$.c\\.d',
  '$.""',
  '$."f\\"g"',
  '$."\\u0061"',
  '$.key',
  '$.x',
  '$.x.y',
  '$.x[0]',
  '$.x[0].y',
  '$.x[1]',
  '$[0][0]',
  '$[1][1][0]',
  '$.longlonglonglabel',
  '$."x\\"y"',
  '$.日本[0]',
  '$.α',
  '$.long',
  '$.n',
  '',
  'a',
  '.a',
  '$a',
  '$.',
  '$..a',
  '$[',
  '$[a]',
  '$[1',
  '$[-1]',
  '$[#',
  '$[#-',
  '$[#-a]',
  '$[#+1]',
  '$."a',
  '$.a[',
  '$ ',
  '$[99999999999999999999]',
  '$[#-99999999999]',
  null,
  1n,
  'a.b',
  '[0]',
  '[1]',
  '$.a.',
  '$[0',
  '$.a"b"',
  '$[ 0]',
  '@',
];
const shortPaths: SqlValue[] = [
  'a',
  'b',
  'key',
  'a b',
  '0',
  0n,
  1n,
  -1n,
  -2n,
  10n,
  '[0]',
  '[1]',
  '[#-1]',
  '$.a',
  '$[0]',
  '',
  '_x',
  'x"y',
  'ä',
  '$',
  1.5,
  '[',
  '[]',
  '-1',
  blob('61'),
];
const sqlValues: SqlValue[] = [
  null,
  0n,
  1n,
  -5n,
  1.5,
  1e100,
  Infinity,
  -Infinity,
  'text',
  '{"a":1}',
  'with "quotes" and \\',
  'control\u0001\n\t',
  '',
  '日本語',
  'x'.repeat(270),
  toJsonb('[1,2]'),
  toJsonb('{"k":null}'),
  blob('616263'),
  blob(''),
  9223372036854775807n,
  "it's",
  rawLatin1('a\0b'),
];

export function writeJsonVectors(): void {
  const documents = [...jsonTexts, ...json5Texts, ...malformed, ...Array.from({ length: 150 }, () => randomJson(0))];
  const valid = documents.filter((text) => oracle.prepare('SELECT json_valid(?, 2)').pluck().get(text) === 1);
  const binaries = valid.map(toJsonb);
  const damaged = Array.from({ length: 300 }, () => {
    const copy = Buffer.from(pick(binaries));
    const flips = 1 + Math.floor(random() * 2);
    for (let count = 0; count < flips; count++) copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
    return random() < 0.2 ? copy.subarray(0, Math.floor(random() * copy.length)) : copy;
  });
  const inputs: SqlValue[] = [...documents, ...sqlValues];

  const reading = new VectorFile('functions/vectors/json-read.txt');
  for (const value of [...inputs, ...binaries, ...damaged]) {
    for (const name of [
      'json',
      'jsonb',
      'json_type',
      'json_valid',
      'json_error_position',
      'json_array_length',
      'json_pretty',
      'json_quote',
    ])
      reading.call(name, value);
    reading.call('json_valid', value, pick([1n, 2n, 4n, 5n, 6n, 8n, 9n, 10n, 15n, 0n, 16n, null]));
    reading.call('json_extract', value, '$');
    reading.add('->>', '$1 ->> $2', value, '$');
  }
  for (const count of [10, 999, 1000, 1001]) {
    for (const text of [deep(count), deepObject(count)]) {
      for (const name of ['json', 'json_valid', 'json_error_position']) reading.call(name, text);
    }
  }
  for (const value of inputs.slice(0, 120)) {
    for (const name of ['json', 'jsonb', 'json_quote', 'json_array', 'jsonb_array', 'json_pretty'])
      reading.add(`subtype_of_${name}`, `subtype(${name}($1))`, value);
  }
  reading.call('json_pretty', '{"a":[1,{"b":2}]}', '\t');
  reading.call('json_pretty', '{"a":[1,{"b":2}]}', '');
  reading.call('json_pretty', '[[],{},[{}]]', null);
  reading.write();

  const finding = new VectorFile('functions/vectors/json-find.txt');
  for (let count = 0; count < 1500; count++) {
    const value = random() < 0.75 ? pick(valid) : random() < 0.7 ? pick(binaries) : pick([...damaged, ...inputs]);
    finding.call('json_extract', value, pick(paths));
    finding.call(pick(['jsonb_extract', 'json_type', 'json_array_length']), value, pick(paths));
    if (count % 3 === 0) finding.call(pick(['json_extract', 'jsonb_extract']), value, pick(paths), pick(paths));
    finding.add('->', '$1 -> $2', value, pick(random() < 0.6 ? shortPaths : paths));
    finding.add('->>', '$1 ->> $2', value, pick(random() < 0.6 ? shortPaths : paths));
    if (count % 5 === 0) finding.add('subtype_of_json_extract', 'subtype(json_extract($1, $2))', value, pick(paths));
    if (count % 5 === 1) finding.add('subtype_of_->', 'subtype($1 -> $2)', value, pick(paths));
    if (count % 5 === 2) finding.add('subtype_of_->>', 'subtype($1 ->> $2)', value, pick(paths));
  }
  finding.write();

  const building = new VectorFile('functions/vectors/json-build.txt');
  for (let count = 0; count < 500; count++) {
    building.call(
      pick(['json_array', 'jsonb_array']),
      ...Array.from({ length: Math.floor(random() * 4) }, () => pick(sqlValues)),
    );
    building.call(
      pick(['json_object', 'jsonb_object']),
      ...Array.from({ length: Math.floor(random() * 3) }, () => [
        pick(['a', 'b c', 'ä"', '', ...sqlValues.slice(0, 9)] as SqlValue[]),
        pick(sqlValues),
      ]).flat(),
    );
    building.call('json_object', pick(sqlValues));
  }
  building.write();

  const editing = new VectorFile('functions/vectors/json-edit.txt');
  const editors = [
    'json_insert',
    'json_replace',
    'json_set',
    'json_array_insert',
    'jsonb_insert',
    'jsonb_replace',
    'jsonb_set',
    'jsonb_array_insert',
  ];
  for (let count = 0; count < 2500; count++) {
    const value = random() < 0.8 ? pick(valid) : random() < 0.7 ? pick(binaries) : pick([...damaged, ...inputs]);
    const good = paths.slice(0, 37);
    const path = (): SqlValue => (random() < 0.85 ? pick(good) : pick(paths));
    const pairs = Array.from({ length: 1 + Math.floor(random() * 2.3) }, () => [path(), pick(sqlValues)]).flat();
    editing.call(pick(editors), value, ...(random() < 0.03 ? pairs.slice(1) : pairs));
    editing.call(
      pick(['json_remove', 'jsonb_remove']),
      value,
      ...Array.from({ length: 1 + Math.floor(random() * 2) }, path),
    );
  }
  for (let count = 0; count < 1000; count++) {
    editing.call(
      pick(['json_patch', 'jsonb_patch']),
      pick(random() < 0.9 ? valid : inputs),
      pick(random() < 0.9 ? valid : [...damaged, ...inputs]),
    );
    editing.call(pick(['json_patch', 'jsonb_patch']), randomJson(0), randomJson(0));
  }
  for (const name of editors) {
    editing.call(name, null, '$.a', 1n);
    editing.call(name, '{}', '$.a');
    editing.call(name, '{}');
    editing.call(name);
  }
  editing.call('json_remove', '[1,2]', '$');
  editing.call('json_remove');
  for (const value of ['{"a":1}', '[1]'])
    for (const name of editors) editing.add(`subtype_of_${name}`, `subtype(${name}($1, $2, $3))`, value, '$[0]', 5n);
  editing.write();

  writeGroups();
}

function writeGroups(): void {
  const database = new Database(':memory:');
  database.exec('CREATE TABLE t(id INTEGER PRIMARY KEY, a, b)');
  const file = new VectorFile('functions/vectors/json-groups.txt', database);
  const insert = database.prepare('INSERT INTO t(a, b) VALUES (?, ?)');
  const items = sqlValues.filter(
    (value) =>
      value === null ||
      typeof value !== 'object' ||
      (Buffer.isBuffer(value) && value.length !== 3 && value.length !== 0),
  );
  for (const name of ['json_group_array', 'jsonb_group_array', 'json_group_object', 'jsonb_group_object']) {
    const argumentCount = name.endsWith('array') ? 1 : 2;
    for (let count = 0; count < 150; count++) {
      database.exec('DELETE FROM t');
      const rows = Array.from({ length: Math.floor(random() * 7) + 1 }, () =>
        argumentCount === 1 ? [pick(items)] : [pick(['a', 'b', null, 'c,d', 'e"f', 1n] as SqlValue[]), pick(items)],
      );
      for (const row of rows) insert.run(row[0] ?? null, row[1] ?? null);
      const preceding = Math.floor(random() * 3);
      const following = Math.floor(random() * 3);
      const call = `${name}(${['a', 'b'].slice(0, argumentCount).join(',')})`;
      const results = database
        .prepare(
          `SELECT quote(${call} OVER (ORDER BY id ROWS BETWEEN ${preceding} PRECEDING AND ${following} FOLLOWING)) FROM t ORDER BY id`,
        )
        .pluck()
        .all() as string[];
      file.addResult(
        name,
        [BigInt(rows.length), BigInt(argumentCount), BigInt(preceding), BigInt(following), ...rows.flat()],
        `T${Buffer.from(results.join('|')).toString('hex')}`,
      );
    }
  }
  file.write();
}
