// The built package with V8's code cache: used when it fits, harmless when it doesn't.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');
const folder = join(root, `build/package-test-${String(process.pid)}`);

const isCode = (name: string): boolean => name.endsWith('.code');
const codeFile = (): string => join(folder, readdirSync(folder).find(isCode)!);

/** What a program sees of the package, and whether the bundle was loaded as a module: without the cache, that is. */
function use(): { row: unknown; name: string; isModule: boolean } {
  const program = `
    const Database = require('${folder}/index.cjs');
    const row = new Database(':memory:').prepare('SELECT 1 + 1 AS two').get();
    const isModule = Object.keys(require.cache).some((file) => file.endsWith('ringlite.cjs'));
    console.log(JSON.stringify({ row, name: Database.SqliteError.name, isModule }));`;
  return JSON.parse(execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' })) as ReturnType<typeof use>;
}

const expected = { row: { two: 2 }, name: 'SqliteError' };

beforeAll(() => {
  execFileSync(process.execPath, ['--import', 'tsx', join(root, 'scripts/build.ts'), folder], { cwd: root });
}, 120_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('the code cache is made and used', () => {
  expect(readdirSync(folder).filter(isCode)).toHaveLength(1);
  expect(use()).toEqual({ ...expected, isModule: false });
});

test('both module systems give one instance', () => {
  const program = `import Database from '${folder}/index.mjs'; import { createRequire } from 'node:module';
    console.log(Database === createRequire('${folder}/')('./index.cjs'))`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  expect(output).toBe('true\n');
});

test.each([
  ['cut short', (code: Buffer) => code.subarray(0, 1000)],
  ['empty', () => Buffer.alloc(0)],
])('a %s code cache is not used', (_name, change) => {
  const file = codeFile();
  const code = readFileSync(file);
  writeFileSync(file, change(code));
  expect(use()).toEqual({ ...expected, isModule: true });
  writeFileSync(file, code);
});

test('the code cache of another build is not used', () => {
  const file = codeFile();
  const other = file.replace(/ringlite-\w+/, 'ringlite-0123456789abcdef');
  renameSync(file, other);
  expect(use()).toEqual({ ...expected, isModule: true });
  renameSync(other, file);
});
