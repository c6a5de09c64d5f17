// EXPLAIN QUERY PLAN reads as SQLite's: the same lines in the same tree, with the same estimates. The numbers of the lines are each engine's own.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openOracle, openRinglite, type Database } from './engines';

interface PlanRow {
  readonly id: number;
  readonly parent: number;
  /** Of a loop: its estimated cost. */
  readonly notused: number;
  readonly detail: string;
}

/** The plan as an indented text. */
function planOf(database: Database, sql: string): string {
  const rows = database.prepare(sql).all() as PlanRow[];
  const lines: string[] = [];
  const addBelow = (parent: number, depth: number): void => {
    for (const row of rows.filter((candidate) => candidate.parent === parent)) {
      lines.push(`${'  '.repeat(depth)}${row.detail} [${row.notused}]`);
      addBelow(row.id, depth + 1);
    }
  };
  addBelow(0, 0);
  return lines.join('\n');
}

const isExplain = (sql: string): boolean => sql.startsWith('EXPLAIN');

/** Runs the statements of a file on both engines. */
function comparePlans(file: string, least: number): void {
  const statements = readFileSync(join(__dirname, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('--'));
  const [ours, oracle] = [openRinglite(':memory:'), openOracle(':memory:')];
  for (const sql of statements.filter((line) => !isExplain(line)))
    for (const engine of [ours, oracle]) engine.exec(sql);
  const explained = statements.filter(isExplain);
  expect(explained.length).toBeGreaterThan(least);
  const plans = (engine: Database): string[] => explained.map((sql) => `${sql}\n${planOf(engine, sql)}`);
  expect(plans(ours)).toEqual(plans(oracle));
  ours.close();
  oracle.close();
}

test('plans of a schema without statistics', () => {
  comparePlans('query-plans.sql', 100);
});

test('plans of tables with samples', () => {
  comparePlans('query-plans-sampled.sql', 25);
});
