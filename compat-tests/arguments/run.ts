// npx tsx compat-tests/arguments/run.ts [--seed 1] [--episodes 2000] [--calls 60]
// Wrong and odd arguments to every member on both packages: the same results, errors and messages. Prints what differs, each
// kind once.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compareEpisodes } from './compare';

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    episodes: { type: 'string', default: '2000' },
    calls: { type: 'string', default: '60' },
    verbose: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ringlite-arguments-'));
  const kinds = new Set<string>();
  let calls = 0;
  let failures = 0;
  try {
    for (let i = 0; i < Number(options.episodes); i++) {
      const seed = Number(options.seed) * 1_000_000 + i;
      if (options.verbose) console.error(`episode ${String(seed)}`);
      const { lines, difference } = await compareEpisodes(seed, Number(options.calls), folder);
      calls += lines;
      if (difference === null) continue;
      failures++;
      const kind = `${difference.expected.replace(/.* -> /, '')}|${difference.actual.replace(/.* -> /, '')}`;
      if (kinds.has(kind)) continue;
      kinds.add(kind);
      console.log(`episode ${String(seed)}, line ${String(difference.line)}`);
      console.log(`  better-sqlite3: ${difference.expected}`);
      console.log(`  ringlite:       ${difference.actual}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`seed ${options.seed}: ${String(calls)} calls in ${options.episodes} episodes`);
  console.log(`${String(Number(options.episodes) - failures)} passed, ${String(failures)} failed`);
  process.exitCode = failures > 0 ? 1 : 0;
}

void main();
