// The layers of both languages and who may import whom (ARCHITECTURE.md, "Layers"). Data only: check-layers.ts reads it.

/** Folder -> folders it may import from, besides itself. */
export const typescriptLayers: Record<string, readonly string[]> = {
  spec: [],
  'lib/bytecode': ['spec'],
  'lib/syntax': ['spec'],
  'lib/catalog': ['spec', 'lib/syntax'],
  'lib/resolve': ['spec', 'lib/syntax', 'lib/catalog'],
  'lib/plan': ['spec', 'lib/syntax', 'lib/catalog', 'lib/resolve'],
  'lib/codegen': ['spec', 'lib/bytecode', 'lib/syntax', 'lib/catalog', 'lib/resolve', 'lib/plan'],
  'lib/session': [
    'spec',
    'lib/bytecode',
    'lib/syntax',
    'lib/catalog',
    'lib/resolve',
    'lib/plan',
    'lib/codegen',
    'lib/compile.ts',
  ],
  'lib/compile.ts': ['spec', 'lib/bytecode', 'lib/syntax', 'lib/catalog', 'lib/resolve', 'lib/plan', 'lib/codegen'],
  'lib/api': ['spec', 'lib/session'],
  'lib/index.ts': ['lib/api'],
  'lib/code-cache.ts': [],
  // The bundle of lib/index.ts, which the build puts beside the loader.
  'lib/ringlite.cjs': [],
  'lib/loader.ts': ['lib/code-cache.ts', 'lib/ringlite.cjs'],
  'lib/make-code-cache.ts': ['lib/code-cache.ts'],
};

/** The engine, bottom to top: a layer may include itself and those before it. */
export const nativeLayers = [
  'base',
  'record',
  'io',
  'wal',
  'pager',
  'btree',
  'functions',
  'vdbe',
  'engine',
  'addon',
] as const;

/** Headers that only one layer may include. */
export const restrictedHeaders: readonly { readonly header: RegExp; readonly layer: string }[] = [
  { header: /^node_api\.h$|^js_native_api\.h$|^uv\.h$/, layer: 'addon' },
  {
    header: /^(fcntl|unistd|sys\/(mman|stat|file|uio|syscall|ioctl|types)|linux\/.*|dirent|pthread)\.h$/,
    layer: 'io',
  },
];
