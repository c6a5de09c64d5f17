// Differences that were found once: every file of cases/ runs on both engines, statement by statement (one a line).
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareOutcomes, outcomeOf } from './compare';
import { openOracle, openRinglite } from './engines';

const folder = join(__dirname, 'cases');

test.each(readdirSync(folder).filter((name) => name.endsWith('.sql')))('%s', (name) => {
  const [ours, oracle] = [openRinglite(':memory:'), openOracle(':memory:')];
  const statements = readFileSync(join(folder, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('--'));
  expect(statements).not.toHaveLength(0);
  for (const sql of statements) {
    const [mine, theirs] = [outcomeOf(ours, sql), outcomeOf(oracle, sql)];
    if (compareOutcomes(mine, theirs) !== undefined) expect({ sql, ...mine }).toEqual({ sql, ...theirs });
  }
  ours.close();
  oracle.close();
});
