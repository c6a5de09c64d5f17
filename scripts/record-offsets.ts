// npx tsx scripts/record-offsets.ts: asks SQLite itself for sqlite3_error_offset() of every statement in differential/errors and writes
// differential/errors/offsets.tsv: file, offset, statement. better-sqlite3 does not show offsets, so a small C program is compiled with its SQLite (needs cc).
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Runs statements, one a line; a line of output each: the offset, or `ok`. Configured like a connection of better-sqlite3. */
const PROGRAM = `
#define _GNU_SOURCE
#include <sqlite3.h>
#include <stdio.h>
int main(void) {
  sqlite3 *db;
  char *line = 0;
  size_t capacity = 0;
  long length;
  if (sqlite3_open(":memory:", &db)) return 1;
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, 0);
  while ((length = getline(&line, &capacity, stdin)) > 0) {
    sqlite3_stmt *statement = 0;
    int rc = sqlite3_prepare_v2(db, line, (int)length - 1, &statement, 0);
    if (rc == SQLITE_OK && statement) while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {}
    if (rc == SQLITE_OK || rc == SQLITE_DONE) puts("ok");
    else printf("%d\\n", sqlite3_error_offset(db));
    sqlite3_finalize(statement);
  }
  return 0;
}
`;

const root = join(__dirname, '..');
const folder = join(root, 'differential', 'errors');
const dependency = join(dirname(require.resolve('better-sqlite3/package.json')), 'deps');
const work = mkdtempSync(join(tmpdir(), 'offsets-'));
const program = join(work, 'offsets');
writeFileSync(`${program}.c`, PROGRAM);
const definitions = readFileSync(join(dependency, 'defines.gypi'), 'utf8').matchAll(/'((?:HAVE|SQLITE)_[^']+)'/g);
const flags = [...definitions].map(([, definition]) => `-D${definition}`);
const sources = [`${program}.c`, join(dependency, 'sqlite3', 'sqlite3.c')];
execFileSync('cc', [
  '-O0',
  ...flags,
  `-I${join(dependency, 'sqlite3')}`,
  '-o',
  program,
  ...sources,
  '-lm',
  '-lpthread',
  '-ldl',
]);

const recorded: string[] = [];
// Statements that want files are compared by their messages alone.
for (const name of readdirSync(folder).filter((file) => file.endsWith('.sql') && file !== 'readonly.sql')) {
  const statements = readFileSync(join(folder, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('--'));
  const { stdout } = spawnSync(program, { cwd: work, input: `${statements.join('\n')}\n`, encoding: 'utf8' });
  const answers = stdout.trimEnd().split('\n');
  recorded.push(...statements.map((sql, i) => `${name}\t${answers[i]}\t${sql}\n`));
}
rmSync(work, { recursive: true });
writeFileSync(join(folder, 'offsets.tsv'), recorded.join(''));
