import { compareOutcomes, outcomeOf } from './compare';
import { openOracle } from './engines';
import { Random } from './generator/random';
import { StatementGenerator, type Step } from './generator/statement';
import { reduceStatements } from './reduce';

test('the reducer keeps what the failure needs', () => {
  const statements = Array.from({ length: 40 }, (_value, i) => `s${i}`);
  const needed = ['s3', 's17', 's39'];
  const shortest = reduceStatements(statements, (list) => needed.every((name) => list.includes(name)));
  expect(shortest).toEqual(needed);
});

test('a seed gives the same statements again', () => {
  const make = (): Step[] => {
    const generator = new StatementGenerator(new Random(7));
    return Array.from({ length: 50 }, () => generator.next());
  };
  expect(make()).toEqual(make());
});

test('outcomes tell integers from reals, and zero from minus zero', () => {
  const database = openOracle(':memory:');
  const outcome = (sql: string): ReturnType<typeof outcomeOf> => outcomeOf(database, sql);
  expect(compareOutcomes(outcome('SELECT 1 AS a'), outcome('SELECT 1.0 AS a'))).toBe('rows');
  expect(compareOutcomes(outcome('SELECT 0.0 AS a'), outcome('SELECT -0.0 AS a'))).toBe('rows');
  expect(compareOutcomes(outcome("SELECT x'61' AS a"), outcome("SELECT 'a' AS a"))).toBe('rows');
  expect(compareOutcomes(outcome('SELECT 1 AS a'), outcome('SELECT 1 AS b'))).toBe('columns');
  expect(compareOutcomes(outcome('VALUES (1), (2)'), outcome('VALUES (2), (1)'))).toBe('order');
  expect(compareOutcomes(outcome('SELECT nope'), outcome('SELECT nape'))).toBe('error');
  database.close();
});
