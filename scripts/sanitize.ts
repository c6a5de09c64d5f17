// npm run test:asan -- [SUITE ARGUMENT ...]
// Builds the addon with AddressSanitizer and UBSan and runs the differential and fuzz suites on it, or only the given script of
// differential/ with its arguments. A report of a sanitizer ends the process with an error.
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '..');
const suites: readonly (readonly string[])[] = process.argv[2]
  ? [process.argv.slice(2)]
  : [
      ['run.ts', '--seed', '1000', '--statements', '4000'],
      ['fuzz/sql.ts', '--seed', '1000', '--statements', '8000'],
      ['fuzz/files.ts', '--seed', '1000', '--files', '300'],
      ['files/run.ts', '--seed', '1000', '--sample', '20'],
    ];

execFileSync('make', ['-s', '-j2', '-C', join(root, 'binding'), 'addon', 'VARIANT=asan'], { stdio: 'inherit' });
const runtime = execFileSync('g++', ['-print-file-name=libasan.so'], { encoding: 'utf8' }).trim();

let failed = 0;
for (const [script = '', ...args] of suites) {
  console.log(`\n== ${script} ${args.join(' ')}`);
  const { status, signal } = spawnSync(
    process.execPath,
    ['--import', 'tsx', join(root, 'differential', script), ...args],
    {
      cwd: root,
      stdio: 'inherit',
      env: {
        ...process.env,
        LD_PRELOAD: runtime,
        ASAN_OPTIONS: 'detect_leaks=0:abort_on_error=1',
        UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
        RINGLITE_NATIVE_BINDING: join(root, 'build-native/asan/ringlite.node'),
      },
    },
  );
  if (status !== 0) {
    failed++;
    console.log(`${script}: exit ${status ?? signal}`);
  }
}
console.log(`${suites.length - failed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
