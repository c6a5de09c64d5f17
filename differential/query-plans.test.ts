// EXPLAIN QUERY PLAN reads as SQLite's: the same lines in the same tree. The numbers of the lines are each engine's own.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openOracle, openRinglite, type Database } from './engines';

interface PlanRow {
  readonly id: number;
  readonly parent: number;
  readonly detail: string;
}

/** The plan as an indented text. */
function planOf(database: Database, sql: string): string {
  const rows = database.prepare(sql).all() as PlanRow[];
  const lines: string[] = [];
  const addBelow = (parent: number, depth: number): void => {
    for (const row of rows.filter((candidate) => candidate.parent === parent)) {
      lines.push('  '.repeat(depth) + row.detail);
      addBelow(row.id, depth + 1);
    }
  };
  addBelow(0, 0);
  return lines.join('\n');
}

const statements = readFileSync(join(__dirname, 'query-plans.sql'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('--'));
const isExplain = (sql: string): boolean => sql.startsWith('EXPLAIN');

test('plans of a schema without statistics', () => {
  const [ours, oracle] = [openRinglite(':memory:'), openOracle(':memory:')];
  for (const sql of statements.filter((line) => !isExplain(line)))
    for (const engine of [ours, oracle]) engine.exec(sql);
  const explained = statements.filter(isExplain);
  expect(explained.length).toBeGreaterThan(100);
  const plans = (engine: Database): string[] => explained.map((sql) => `${sql}\n${planOf(engine, sql)}`);
  expect(plans(ours)).toEqual(plans(oracle));
  ours.close();
  oracle.close();
});
