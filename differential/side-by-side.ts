// npm run diff -- "SQL" ["SQL" ...]: both engines' answers to the same statements, side by side.
import { compareOutcomes, outcomeOf, type Outcome } from './compare';
import { openOracle, openRinglite } from './engines';

const [ours, oracle] = [openRinglite(':memory:'), openOracle(':memory:')];

function lines(outcome: Outcome): string[] {
  if (outcome.error !== undefined) return [outcome.error];
  if (outcome.changes !== undefined) return [`changes ${outcome.changes}, last rowid ${outcome.lastInsertRowid}`];
  return [`[${outcome.columns.join(', ')}]`, ...outcome.rows];
}

for (const sql of process.argv.slice(2)) {
  const [mine, theirs] = [outcomeOf(ours, sql), outcomeOf(oracle, sql)];
  const kind = compareOutcomes(mine, theirs);
  console.log(`${kind === undefined ? 'same' : `DIFFERENT ${kind}`}: ${sql}`);
  console.log(
    lines(mine)
      .map((line) => `  ringlite  ${line}`)
      .join('\n'),
  );
  if (kind !== undefined)
    console.log(
      lines(theirs)
        .map((line) => `  SQLite    ${line}`)
        .join('\n'),
    );
}
