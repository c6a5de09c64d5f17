// npm run tcl -- DIRECTORY [NAME...]: SQLite's own TCL test suite (the folder `test` of its source) as a source of statements: every statement
// that its files execute runs on both engines. Each file has a process and a time limit. Names choose files, with * for any text.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '120' } },
});
const [directory, ...names] = positionals;
if (directory === undefined) throw new Error('usage: npm run tcl -- DIRECTORY [NAME...]');

/** Other modules (COMPATIBILITY.md), and what tests SQLite's C code or its shell instead of statements. */
const SKIPPED =
  /^(?:fts|rtree|geopoly|e_fts|malloc|crash|.*fault|.*malloc|ioerr|speed|thread|shell|permutations|all|quick|full|extraquick|veryquick|soak|async|backup|blob|corrupt|dbfuzz|fuzz|tester|sqllog|swarmvtab|unionvtab|spellfix|closure|amatch|nearmatch|zipfile|mem|misuse|big|recover|sessionfuzz|vtab|walcrash|wal64k|walthread|tkt-d11f09d36e|savepoint4|savepoint6|sort4|where8m|incrblob|mutex|lock|multiplex|quota|superlock|journal3|pager4|syscall|unixexcl|tclsqlite|tkt3793|notify|shared|busy)/;

const matchers = names.map((name) => new RegExp(`^${name.replaceAll('*', '.*')}(?:\\.test)?$`));
const counts = { files: 0, statements: 0, different: 0, unfinished: 0 };

for (const file of readdirSync(directory).sort()) {
  if (!file.endsWith('.test')) continue;
  if (names.length > 0 ? !matchers.some((matcher) => matcher.test(file)) : SKIPPED.test(file)) continue;
  counts.files++;
  const suite = resolve(directory);
  // Without a launcher between, which would leave the engines running when the time is up.
  const bridge = [...process.execArgv, join(__dirname, 'bridge.ts'), join(suite, file), suite];
  const { stdout, status, signal } = spawnSync(process.execPath, bridge, {
    encoding: 'utf8',
    timeout: Number(options.seconds) * 1000,
    killSignal: 'SIGKILL',
    maxBuffer: 2 ** 28,
  });
  process.stdout.write(stdout);
  const total = /: (\d+) statements, (\d+) different\n$/.exec(stdout);
  if (total !== null) {
    counts.statements += Number(total[1]);
    counts.different += Number(total[2]);
  } else {
    counts.unfinished++;
    console.log(`${file}: did not finish (${signal ?? `exit code ${status}`})`);
  }
}
console.log(
  `\n${counts.files} files, ${counts.unfinished} unfinished, ${counts.statements} statements, ${counts.different} different`,
);
