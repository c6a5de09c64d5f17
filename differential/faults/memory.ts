// npx tsx differential/faults/memory.ts [--variant debug|asan] [--build FOLDER]
// Every single allocation of a set of statements fails in turn: SQLITE_NOMEM or the right rows, and the connection stays usable.
// With --variant asan also nothing may leak.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { memoryStatements } from './memory-statements';
import { withProgramFiles } from './program-files';

const { values: options } = parseArgs({
  options: {
    variant: { type: 'string', default: 'debug' },
    build: { type: 'string', default: join(__dirname, '../../build-native') },
  },
});
const binding = join(__dirname, '../../binding');

withProgramFiles(memoryStatements, (base, programs) => {
  const make = ['-s', '-j2', '-C', binding, 'memory-runner', `VARIANT=${options.variant}`, `BUILD=${options.build}`];
  execFileSync('make', make, { stdio: 'inherit' });
  const runner = join(options.build, options.variant, 'memory-runner');
  const lines = execFileSync(runner, [base, programs], { encoding: 'utf8', maxBuffer: 2 ** 28 })
    .trim()
    .split('\n');
  let allocations = 0;
  let failures = 0;
  let wrong = 0;
  for (const line of lines) {
    const violation = /^wrong: statement (\d+)/.exec(line);
    if (violation) {
      wrong++;
      console.log(`${line}: ${memoryStatements[Number(violation[1])]}`);
      continue;
    }
    const [, swept = '0', failed = '0'] = line.split(' ');
    allocations += Number(swept);
    failures += Number(failed);
  }
  console.log(
    `${memoryStatements.length} statements, ${allocations} allocations failed in turn, ${failures} runs out of memory, ${wrong} wrong`,
  );
  process.exitCode = wrong ? 1 : 0;
});
