// The package's entry: the bundle beside it, from V8's code cache when there is one that fits.
import { readFileSync } from 'node:fs';
import { bundleScript, codeCacheFile, runBundle } from './code-cache';

function readCodeCache(): Buffer | null {
  try {
    return readFileSync(codeCacheFile(__dirname));
  } catch {
    return null;
  }
}

function load(): unknown {
  const cachedData = readCodeCache();
  if (cachedData !== null) {
    const script = bundleScript(__dirname, cachedData);
    if (script.cachedDataRejected === false) return runBundle(script, __dirname);
  }
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a plain call, so that bundlers find the file
  return require('./ringlite.cjs');
}

export default load();
