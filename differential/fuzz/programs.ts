// npm run fuzz:programs -- [--seed S] [--mutants N] [--variant debug|asan] [--build FOLDER]
// Compiled programs with changed operands, opcodes, instructions and constants. The engine must refuse them, fail or end: no crash, no
// report of a sanitizer, no hang but for loops in which nothing polls.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { memoryStatements } from '../faults/memory-statements';
import { withProgramFiles } from '../faults/program-files';

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    mutants: { type: 'string', default: '20000' },
    variant: { type: 'string', default: 'asan' },
    build: { type: 'string', default: join(__dirname, '../../build-native') },
  },
});
const binding = join(__dirname, '../../binding');

withProgramFiles(memoryStatements, (base, programs) => {
  const make = ['-s', '-j2', '-C', binding, 'program-runner', `VARIANT=${options.variant}`, `BUILD=${options.build}`];
  execFileSync('make', make, { stdio: 'inherit' });
  const output = execFileSync(
    join(options.build, options.variant, 'program-runner'),
    [base, programs, options.seed, options.mutants],
    {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        ASAN_OPTIONS: 'detect_leaks=0:allocator_may_return_null=1:max_allocation_size_mb=1024',
        UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
      },
    },
  );
  const lines = output.trim().split('\n');
  const [refused = '', failed = '', ended = '', stopped = ''] = lines.pop()?.split(' ') ?? [];
  const wrong = lines.filter((line) => line.startsWith('wrong'));
  for (const line of wrong)
    console.log(`${line}: ${memoryStatements[Number(/statement (\d+)/.exec(line)?.[1])] ?? ''}`);
  console.log(
    `seed ${options.seed}: ${refused} refused, ${failed} failed, ${ended} ended, ${stopped} without polls stopped`,
  );
  console.log(`${Number(options.mutants) - wrong.length} passed, ${wrong.length} failed`);
  process.exitCode = wrong.length ? 1 : 0;
});
