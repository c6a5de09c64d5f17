// tsx scripts/build.ts [FOLDER]
// Builds the JavaScript part of the package into dist/ (or FOLDER, inside the repository): the bundle (ringlite.cjs), the entry that loads
// it with V8's code cache (index.cjs), an ESM wrapper around it (so that both module systems share one instance), the hand-written type
// declarations, and, where the native addon is there, the code cache of this Node.
import { type BuildOptions, buildSync } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = join(__dirname, '..');
const dist = resolve(root, process.argv[2] ?? 'dist');

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

const exportsDefault = { js: 'module.exports = module.exports.default;' };

function bundle(entry: string, file: string, options: BuildOptions = {}): void {
  buildSync({
    entryPoints: [join(root, 'lib', entry)],
    outfile: join(dist, file),
    bundle: true,
    platform: 'node',
    target: 'node20.9',
    format: 'cjs',
    packages: 'external',
    // Half the text is half the time that V8 takes to read it: most of what requiring the package costs.
    minify: true,
    ...options,
  });
}

bundle('index.ts', 'ringlite.cjs', { footer: exportsDefault });

const bundleId = createHash('sha256')
  .update(readFileSync(join(dist, 'ringlite.cjs')))
  .digest('hex')
  .slice(0, 16);
const define = { BUNDLE_ID: JSON.stringify(bundleId) };
bundle('loader.ts', 'index.cjs', { define, external: ['./ringlite.cjs'], footer: exportsDefault });
bundle('make-code-cache.ts', 'make-code-cache.cjs', { define });

writeFileSync(
  join(dist, 'index.mjs'),
  "import Database from './index.cjs';\nexport default Database;\nexport const SqliteError = Database.SqliteError;\n",
);

for (const types of ['index.d.cts', 'index.d.mts']) copyFileSync(join(root, 'lib/types', types), join(dist, types));

execFileSync(process.execPath, [join(dist, 'make-code-cache.cjs')], { stdio: 'inherit' });
