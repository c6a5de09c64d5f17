// Logs that were abandoned in the middle of anything recover alike on both engines: a small part of `npm run recovery`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOracle } from '../engines';
import { Random } from '../generator/random';
import { checkLogs } from './check';
import { abandonedFiles, damages, frameCountOf, placeFiles, withOtherByteOrder } from './logs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringlite-recovery-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('both engines recover abandoned logs alike', () => {
  const reports: string[] = [];
  const figures = checkLogs({
    folder,
    seed: 7,
    logs: 8,
    every: 70,
    pageSizes: [1024, 4096],
    report: (line) => reports.push(line),
  });
  expect(reports).toEqual([]);
  expect(figures.recoveries).toBeGreaterThan(20);
});

/** What the suite above compares must depend on where the log was cut. */
test('damaged logs have different contents', () => {
  const options = { pageSize: 1024, lives: 2, transactions: 20 };
  const files = abandonedFiles(openOracle, join(folder, 'written'), new Random(1), options);
  expect(frameCountOf(files.log)).toBeGreaterThan(10);
  for (const log of [files.log, withOtherByteOrder(files.log)]) {
    const counts = new Set<unknown>();
    for (const [number, damage] of [...damages(log, new Random(2))].entries()) {
      if (number % 9 !== 0) continue;
      const database = openOracle(placeFiles(join(folder, 'placed'), files.database, damage.log));
      // Met by the first read.
      database.pragma('page_count');
      counts.add((database.pragma('wal_checkpoint(noop)') as { log: number }[])[0]?.log);
      database.close();
    }
    expect(counts.size).toBeGreaterThan(4);
  }
});
