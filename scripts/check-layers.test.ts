// The layer check itself: it must fail when a layer is violated, in either language.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkLayers } from './check-layers';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ringlite-layers-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function file(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

test('this repository has no violation', () => {
  expect(checkLayers(join(__dirname, '..'))).toEqual([]);
});

test('imports to the right are reported', () => {
  file('lib/plan/cost.ts', "import { x } from '../codegen/loops';\nimport { y } from '../resolve/ir';\n");
  expect(checkLayers(root)).toEqual(['lib/plan/cost.ts: lib/plan may not import lib/codegen/loops']);
});

test('the api may not reach past the session', () => {
  file('lib/api/database.ts', "import type { Schema } from '../catalog/schema';\n");
  file('lib/api/lazy.ts', "const x = import('../syntax/parser');\n");
  expect(checkLayers(root)).toEqual([
    'lib/api/database.ts: lib/api may not import lib/catalog/schema',
    'lib/api/lazy.ts: lib/api may not import lib/syntax/parser',
  ]);
});

test('a file outside every layer is reported', () => {
  file('lib/stray/a.ts', '');
  expect(checkLayers(root)).toEqual(['lib/stray/a.ts: belongs to no layer (scripts/layers.ts)']);
});

test('native includes go downwards only', () => {
  file('binding/btree/cursor.cpp', '#include "vdbe/vm.h"\n#include "pager/pager.h"\n#include <vector>\n');
  expect(checkLayers(root)).toEqual(['binding/btree/cursor.cpp: btree may not include vdbe/vm.h']);
});

test('Node-API stays in addon and system calls stay in io', () => {
  file('binding/engine/connection.cpp', '#include <node_api.h>\n#include <unistd.h>\n');
  file('binding/io/posix_file.cpp', '#include <unistd.h>\n');
  file('binding/addon/addon.cpp', '#include <node_api.h>\n');
  expect(checkLayers(root)).toEqual([
    'binding/engine/connection.cpp: only binding/addon may include node_api.h',
    'binding/engine/connection.cpp: only binding/io may include unistd.h',
  ]);
});
