// V8's compiled code of the bundle, kept in a file: with it V8 neither reads the bundle's text nor compiles what nearly every program needs,
// which is most of what requiring the package and the first statements cost.
//
// The file belongs to one build of the bundle (its name says which), one version of V8 and one architecture; V8 itself rejects what it cannot
// use (but for damage inside of the file, which it does not look for: written once, atomically, the file is trusted as the code itself is).
// Made by make-code-cache.ts, used by loader.ts. Must not know: the library.
import { readFileSync } from 'node:fs';
import { createRequire, wrap } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

/** Hash of the bundle; put in by scripts/build.ts. */
declare const BUNDLE_ID: string;

export const bundleFile = (folder: string): string => join(folder, 'ringlite.cjs');

export const codeCacheFile = (folder: string): string =>
  join(folder, `ringlite-${BUNDLE_ID}-${process.versions.v8}-${process.arch}.code`);

/** The bundle as a function that has not run; `cachedData`, when V8 does not reject it, saves compiling. */
export function bundleScript(folder: string, cachedData?: Buffer): Script {
  const filename = bundleFile(folder);
  return new Script(wrap(readFileSync(filename, 'utf8')), { filename, ...(cachedData && { cachedData }) });
}

type ModuleFunction = (
  exports: unknown,
  require: NodeJS.Require,
  module: { exports: unknown },
  filename: string,
  dirname: string,
) => void;

/** Runs the bundle as Node runs a CommonJS module; returns its exports. */
export function runBundle(script: Script, folder: string): unknown {
  const filename = bundleFile(folder);
  const module = { exports: {} };
  const run = script.runInThisContext() as ModuleFunction;
  run(module.exports, createRequire(filename), module, filename, dirname(filename));
  return module.exports;
}
