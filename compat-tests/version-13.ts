// Runs the both-packages suites against better-sqlite3 13 on Node 22, which the repository's own Node need not be.
//
//   tsx compat-tests/version-13.ts [--folder <where to install>] [jest arguments ...]
//
// Node comes as npm's `node` package. Both are installed into the folder, which the next run finds again.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const root = resolve(__dirname, '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { folder: { type: 'string', default: join(tmpdir(), 'ringlite-version-13') } },
});

function run(command: string, args: string[], cwd: string, env: Record<string, string> = {}): number {
  const { status } = spawnSync(command, args, { cwd, env: { ...process.env, ...env }, stdio: 'inherit' });
  return status ?? 1;
}

mkdirSync(values.folder, { recursive: true });
if (!existsSync(join(values.folder, 'node_modules/better-sqlite3'))) {
  const manifest = { private: true, dependencies: { 'better-sqlite3': '~13.0.0', node: '^22.0.0' } };
  writeFileSync(join(values.folder, 'package.json'), JSON.stringify(manifest));
  // 13.0 has SQLite 3.53 as Ringlite; later ones 3.54, which words some errors differently.
  // Version 13 brings its binaries along; the `node` package fetches its own when it is installed.
  const status = run('npm', ['install', '--no-audit', '--no-fund'], values.folder);
  if (status !== 0) process.exit(status);
}
const suites = positionals.length > 0 ? positionals : ['compat-tests'];
process.exitCode = run(
  join(values.folder, 'node_modules/node/bin/node'),
  [join(root, 'node_modules/jest/bin/jest.js'), ...suites],
  root,
  { COMPAT_ORACLE: join(values.folder, 'node_modules/better-sqlite3') },
);
