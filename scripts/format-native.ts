// npm run format, native half: clang-format over binding/, where clang-format is installed.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../binding');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(h|cpp)$/.test(path) && !/\.gen\./.test(path))
  .map((path) => join(root, path));

try {
  execFileSync('clang-format', ['-i', ...files], { stdio: 'inherit' });
} catch (error) {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  console.log('clang-format is not installed: native files left as they are');
}
