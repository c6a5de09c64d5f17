// npm run recovery -- [--seed S] [--logs N] [--every K] [--page-sizes 512,1024,4096,65536]
// WALs written by each engine are abandoned at every frame boundary, within every frame, and with one bit wrong; both engines recover each and must
// agree on contents, number of frames, number of pages, what they add to it and the file that they leave. `--every 10` looks at each tenth only.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkLogs } from './check';

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    logs: { type: 'string', default: '16' },
    every: { type: 'string', default: '1' },
    'page-sizes': { type: 'string', default: '512,1024,4096,65536' },
  },
});

const folder = mkdtempSync(join(tmpdir(), 'ringlite-recovery-'));
const figures = checkLogs({
  folder,
  seed: Number(options.seed),
  logs: Number(options.logs),
  every: Number(options.every),
  pageSizes: options['page-sizes'].split(',').map(Number),
  report: console.log,
});
rmSync(folder, { recursive: true });
console.log(
  `seed ${options.seed}: ${figures.logs} logs, ${figures.recoveries} states, ${figures.differences} differences`,
);
process.exitCode = figures.differences ? 1 : 0;
