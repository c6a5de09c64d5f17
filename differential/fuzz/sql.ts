// npm run fuzz:sql -- [--seed S] [--statements N]
// Statements broken on purpose: generated ones with characters and words deleted, doubled, swapped or replaced. Neither engine may crash, and
// both must agree: the same error, or the same result where the text is still valid SQL.
import { parseArgs } from 'node:util';
import { compareOutcomes, outcomeOf } from '../compare';
import { openOracle, openRinglite } from '../engines';
import { Random } from '../generator/random';
import { StatementGenerator } from '../generator/statement';

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    statements: { type: 'string', default: '5000' },
    show: { type: 'string', default: '10' },
    self: { type: 'boolean' },
  },
});

const NOISE = ['(', ')', ',', ';', "'", '"', '`', '[', ']', '--', '/*', '*/', '?', '?1', ':a', '@', '$', '0x', '1e', '.', '..', '\0', '\u00ff', '\ud83d', 'SELECT', 'FROM', 'NULL', 'NOT', 'WITH', 'AS', 'END', 'VALUES', 'COLLATE', 'OVER', '||', '->', '<<', '=', '!', '~', '99999999999999999999']; // prettier-ignore

function mutate(sql: string, random: Random): string {
  let text = sql;
  for (let count = random.between(1, 3); count > 0; count--) {
    const tokens = text.match(/\s+|\w+|[^\w\s]/g) ?? [''];
    const at = random.below(tokens.length);
    switch (random.below(6)) {
      case 0:
        tokens.splice(at, 1);
        break;
      case 1:
        tokens.splice(at, 0, tokens[random.below(tokens.length)] ?? '');
        break;
      case 2:
        tokens[at] = random.pick(NOISE);
        break;
      case 3:
        tokens.splice(at, 0, random.pick(NOISE));
        break;
      case 4:
        tokens.length = at;
        break;
      default: {
        const other = random.below(tokens.length);
        [tokens[at], tokens[other]] = [tokens[other] ?? '', tokens[at] ?? ''];
      }
    }
    text = tokens.join('');
  }
  return text;
}

/** Texts whose effect does not depend on the engine's randomness, clock or files. */
const isRepeatable = (sql: string): boolean => !/random|attach|vacuum|now|current_|temp_store|load_ext/i.test(sql);

const total = Number(options.statements);
let count = 0;
let failed = 0;
for (let seed = Number(options.seed); count < total; seed++) {
  const random = new Random(seed);
  const generator = new StatementGenerator(random);
  const ours = (options.self ? openOracle : openRinglite)(':memory:');
  const oracle = openOracle(':memory:');
  for (let i = 0; i < 100; i++) {
    const { sql } = generator.next();
    const texts = [sql, ...random.times(4, () => mutate(sql, random))];
    let isDiverged = false;
    for (const text of texts.filter(isRepeatable)) {
      count++;
      const [mine, theirs] = [outcomeOf(ours, text), outcomeOf(oracle, text)];
      const kind = compareOutcomes(mine, theirs);
      if (kind === undefined || kind === 'order') continue;
      failed++;
      if (failed <= Number(options.show))
        console.log(`\n-- seed ${seed}: ${kind}\n${text}\n   ours:   ${mine.error ?? mine.rows.length}\n   oracle: ${theirs.error ?? theirs.rows.length}`); // prettier-ignore
      isDiverged ||= !/^\s*(SELECT|VALUES|WITH|PRAGMA)/i.test(text);
    }
    if (isDiverged) break;
  }
  ours.close();
  oracle.close();
}
console.log(`seeds from ${options.seed}`);
console.log(`${count - failed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
