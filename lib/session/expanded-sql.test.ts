// The expanded text against better-sqlite3's verbose output.
import Oracle from 'better-sqlite3';
import * as fc from 'fast-check';
import { expandSql } from './expanded-sql';
import { parameterList, type SqlInput } from './parameters';

function oracleText(sql: string, values: readonly SqlInput[]): string {
  let text = '';
  const db = new Oracle(':memory:', { verbose: (message) => (text = message as string) });
  db.prepare(sql).run(...values);
  db.close();
  return text;
}

test('values of every type', () => {
  const value = fc.oneof(
    fc.double(),
    fc.integer(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.string({ unit: 'grapheme', maxLength: 60 }).filter((text) => !text.includes('\0')),
    fc.uint8Array({ maxLength: 70 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom(
      null,
      undefined,
      0,
      -0,
      1e15,
      1e14,
      123456789012345,
      100000000000273.06,
      0.0001,
      0.00001,
      1e-5,
      1e22,
      1e23,
      5e-324,
      1.7976931348623157e308,
      Infinity,
      -Infinity,
      0.1,
      1 / 3,
      100,
    ),
  );
  fc.assert(
    fc.property(fc.tuple(value, value), (values) => {
      const sql = "select ?, '?', ? -- ?";
      expect(expandSql({ sql, parameters: parameterList([null, null]) }, values)).toBe(oracleText(sql, values));
    }),
    { numRuns: 500 },
  );
});

test('names, numbers and repetition', () => {
  const names = ['?1', null, ':a', '@b'];
  const sql = 'select ?1, ?, :a, ?1, @b, :a, "?", [:a]';
  const values = [1, 'two', null, 4n];
  expect(expandSql({ sql, parameters: parameterList(names) }, values)).toBe(
    'select 1.0, \'two\', NULL, 1.0, 4, NULL, "?", [:a]',
  );
});
