import { openOracle } from '../engines';
import { executeTestFile } from './execute';
import { difference, formatResult } from './format';
import { parseTestFile, type QueryRecord } from './parse';

const record = (types: string, sort: QueryRecord['sort'] = 'nosort'): QueryRecord => ({ kind: 'query', line: 1, sql: '', types, sort, label: undefined, expected: [], hashThreshold: 8 }); // prettier-ignore

test('values are formatted by the column type', () => {
  const rows = [[12.7, 1n, 'a\nb']];
  expect(formatResult(rows, record('IRT'), String)).toEqual(['12', '1.000', 'a@b']);
  expect(formatResult([[-(2 ** 63)]], record('R'), String)).toEqual(['-9223372036854776000.000']);
  expect(formatResult([['12abc', '', null]], record('ITI'), String)).toEqual(['12', '(empty)', 'NULL']);
});

test('rowsort compares rows as byte strings', () => {
  expect(formatResult([[10n], [9n], [null]], record('I', 'rowsort'), String)).toEqual(['10', '9', 'NULL']);
});

test('a wrong expectation is found', () => {
  const text =
    'statement ok\nCREATE TABLE t (a)\n\nquery I\nSELECT 1 + 1\n----\n3\n\nskipif sqlite\nquery I\nSELECT 1\n----\n9\n\nstatement error\nSELECT 1\n';
  const file = parseTestFile(text);
  expect(file.skipped).toBe(1);
  const database = openOracle(':memory:');
  const report = executeTestFile(file, database, String);
  expect(report.failures.map((failure) => failure.reason)).toEqual([
    'value 0 is 2, expected 3',
    'succeeded, but must fail',
  ]);
  database.close();
});

test('a hashed expectation is compared by count and hash', () => {
  const expected = ['3 values hashing to 0cc175b9c0f1b6a831c399e269772661'];
  expect(difference(['1', '2', '3'], { ...record('I'), expected })).toMatch(/^3 values hashing to .*, expected/);
});
