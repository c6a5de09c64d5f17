// Prints the native sources for binding.gyp: every .cpp below binding/ except tests and the faulty disk. Output: paths, one a line.
const { readdirSync } = require('node:fs');
const { join } = require('node:path');

const walk = (folder) =>
  readdirSync(join(__dirname, '..', folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'testing' || entry.name.startsWith('build') ? [] : walk(path);
    return entry.name.endsWith('.cpp') && !/(_test|^fault_io)\.cpp$/.test(entry.name) ? [path] : [];
  });

console.log(walk('binding').sort().join('\n'));
