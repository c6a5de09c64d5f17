// npm run check:package
// Packs the package as it would be published and has publint and attw look at the result.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..');
const run = (command: string, ...args: string[]): void => {
  execFileSync(command, args, { cwd: root, stdio: 'inherit' });
};

const folder = mkdtempSync(join(tmpdir(), 'ringlite-package-'));
try {
  run('npm', 'run', '--silent', 'build');
  run('npm', 'pack', '--ignore-scripts', '--silent', '--pack-destination', folder);
  const archive = join(folder, readdirSync(folder)[0]!);
  run('npx', 'publint', archive, '--strict');
  run('npx', 'attw', archive);
} finally {
  rmSync(folder, { recursive: true });
}
