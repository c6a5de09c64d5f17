// Window functions side by side with SQLite: queries made systematically. Of the several thousand every fifth runs here;
// WINDOW_QUERY_STRIDE=1 runs all of them.
import { compareOutcomes, outcomeOf } from '../compare';
import { openOracle, openRinglite } from '../engines';
import { crossQueries, frameQueries, functionQueries, offsetQueries, schema, shapes } from './queries';

const stride = Number(process.env['WINDOW_QUERY_STRIDE'] ?? 5);

const suites: [string, () => Iterable<string>][] = [
  ['functions over partitions and orders', functionQueries],
  ['frames over orders', frameQueries],
  ['functions over frames', crossQueries],
  ['offsets', offsetQueries],
  ['shapes of queries', () => shapes],
];

test.each(suites)('%s', (name, queries) => {
  const [ours, oracle] = [openRinglite(':memory:'), openOracle(':memory:')];
  let count = 0;
  const step = name.startsWith('shapes') ? 1 : stride;
  for (const sql of [...schema, ...[...queries()].filter((_, i) => i % step === 0)]) {
    const [mine, theirs] = [outcomeOf(ours, sql), outcomeOf(oracle, sql)];
    if (compareOutcomes(mine, theirs) !== undefined) expect({ sql, ...mine }).toEqual({ sql, ...theirs });
    count++;
  }
  expect(count).toBeGreaterThan(50);
  ours.close();
  oracle.close();
});
