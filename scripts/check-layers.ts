// Proves that layers import one way only, in TypeScript and in C++. Prints each violation; exit code 1 if there is any.
// `checkLayers(root)` is pure over the file tree, so that its own test can run it on a tree that violates a layer.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { nativeLayers, restrictedHeaders, typescriptLayers } from './layers';

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

const toPosix = (path: string): string => path.split(sep).join(posix.sep);

/** The layer a path belongs to: the longest key of typescriptLayers that is the path or a parent of it. */
function layerOf(path: string): string | undefined {
  const name = path.replace(/\.ts$/, '');
  return Object.keys(typescriptLayers)
    .filter((layer) => name === layer.replace(/\.ts$/, '') || path.startsWith(`${layer}/`))
    .sort((a, b) => b.length - a.length)[0];
}

function checkTypescript(root: string): string[] {
  const violations: string[] = [];
  for (const file of [...filesBelow(join(root, 'lib')), ...filesBelow(join(root, 'spec'))]) {
    const path = toPosix(relative(root, file));
    if (!path.endsWith('.ts') || path.endsWith('.test.ts') || path.endsWith('.d.ts')) continue;
    const layer = layerOf(path);
    if (layer === undefined) {
      violations.push(`${path}: belongs to no layer (scripts/layers.ts)`);
      continue;
    }
    for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(
      /(?:from|import|require\()\s*\(?\s*'(\.[^']*)'/g,
    )) {
      const target = toPosix(relative(root, resolve(dirname(file), specifier)));
      const targetLayer = layerOf(target);
      if (targetLayer === layer) continue;
      if (targetLayer === undefined || !typescriptLayers[layer]?.includes(targetLayer))
        violations.push(`${path}: ${layer} may not import ${target}`);
    }
  }
  return violations;
}

function checkNative(root: string): string[] {
  const violations: string[] = [];
  const order: readonly string[] = nativeLayers;
  for (const file of filesBelow(join(root, 'binding'))) {
    const path = toPosix(relative(join(root, 'binding'), file));
    if (!/\.(h|cpp|S)$/.test(path)) continue;
    const layer = path.split('/')[0] ?? '';
    const isTest = /(_test\.cpp|_test_support\.h|_fixture\.h|test_vectors\.h)$/.test(path) || layer === 'testing';
    const rank = order.indexOf(layer);
    for (const [, quote, header = ''] of readFileSync(file, 'utf8').matchAll(
      /^\s*#\s*include\s*(["<])([^">]+)[">]/gm,
    )) {
      if (isTest) continue;
      for (const rule of restrictedHeaders)
        if (rule.header.test(header) && rule.layer !== layer)
          violations.push(`binding/${path}: only binding/${rule.layer} may include ${header}`);
      if (quote !== '"') continue;
      const targetRank = order.indexOf(header.split('/')[0] ?? '');
      if (targetRank < 0) violations.push(`binding/${path}: ${header} belongs to no layer`);
      else if (targetRank > rank) violations.push(`binding/${path}: ${layer} may not include ${header}`);
    }
  }
  return violations;
}

/** Every violation below `root`, as "file: reason". */
export function checkLayers(root: string): string[] {
  return [...checkTypescript(root), ...checkNative(root)];
}

if (require.main === module) {
  const violations = checkLayers(join(__dirname, '..'));
  for (const violation of violations) console.error(violation);
  console.log(violations.length ? `${violations.length} layer violations` : 'layers: ok');
  process.exitCode = violations.length ? 1 : 0;
}
