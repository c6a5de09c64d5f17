// Runs an episode on both packages and finds the first line in which they differ.
import { loadOracle, loadRinglite } from '../packages';
import { runEpisode } from './episode';

export interface Difference {
  readonly line: number;
  readonly expected: string;
  readonly actual: string;
}

export interface Comparison {
  readonly lines: number;
  readonly difference: Difference | null;
}

/** Which property of undefined is read first is each package's own matter. */
const normalize = (line: string): string =>
  line
    .replace(/Cannot read properties of undefined \(reading .*\)/, 'no database')
    // Of names with lone surrogates in messages.
    .replace(/\ufffd+/g, '\ufffd')
    // A misuse sets no error: what better-sqlite3 then reports is the one before.
    .replace(/^(db\.(function|aggregate)\(long string.* -> threw SqliteError: ).*/, '$1');

export async function compareEpisodes(seed: number, calls: number, folder: string): Promise<Comparison> {
  const run = async (Database: ReturnType<typeof loadOracle>): Promise<string[]> => {
    const lines = await runEpisode({ Database, SqliteError: Database.SqliteError, seed, calls, folder });
    return lines.map(normalize);
  };
  const expected = await run(loadOracle());
  const actual = await run(loadRinglite());
  const line = expected.findIndex((text, i) => text !== actual[i]);
  if (line < 0 && expected.length === actual.length) return { lines: expected.length, difference: null };
  const at = line < 0 ? expected.length : line;
  return {
    lines: expected.length,
    difference: { line: at, expected: expected[at] ?? '(nothing)', actual: actual[at] ?? '(nothing)' },
  };
}
