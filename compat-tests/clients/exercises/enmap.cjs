// Enmap: a Map of JSON documents over better-sqlite3, with paths into them.
const { main, fails, step, work } = require('./_steps.cjs');

main(async () => {
  const { default: Enmap } = await import('enmap');
  const map = new Enmap({ name: 'things', dataDir: work, wal: true });
  await step('set', () => {
    map.set('a', { count: 1, tags: ['x', 'y'] });
    map.set('b', 'text');
    map.set('c', [1, 2, 3]);
    map.set('a', 'deep value', 'nested.path');
  });
  await step('get', () => [map.get('a'), map.get('a', 'tags'), map.get('b'), map.get('none')]);
  await step('has', () => [map.has('a'), map.has('none'), map.has('a', 'count')]);
  await step('math', () => {
    map.math('a', '+', 5, 'count');
    map.inc('a', 'count');
    map.dec('a', 'count');
    return map.get('a', 'count');
  });
  await step('push', () => {
    map.push('c', 4);
    map.push('a', 'z', 'tags');
    map.remove('c', 2);
    return [map.get('c'), map.get('a', 'tags')];
  });
  await step('ensure', () => [map.ensure('d', { made: true }), map.ensure('b', 'other')]);
  await step('update', () => map.update('d', { more: 1 }));
  await step('size', () => [map.size, map.count, map.length]);
  await step('keys', () => [map.keys(), map.values(), map.entries()]);
  await step('find', () => [
    map.find((value) => value?.made),
    map.filter((value) => Array.isArray(value)),
    map.some((value) => value === 'text'),
  ]);
  await step('map', () => map.map((value, key) => `${key}:${typeof value}`));
  await step('reduce', () => map.reduce((sum, value) => sum + JSON.stringify(value).length, 0));
  await step('many', () => [
    map.setMany?.([
      ['e', 1],
      ['f', 2],
    ]),
    map.getMany?.(['e', 'f', 'none']),
  ]);
  await step('iterate', () => [...map.entries()]);
  await step('autonum', () => [map.autonum, map.autonum]);
  await step('export', () => typeof map.export());
  await step('delete', () => {
    map.delete('a', 'nested');
    map.delete('b');
    return map.keys();
  });
  await fails('bad key', async () => map.set(undefined, 1));
  await step('clear', () => {
    map.clear();
    return map.size;
  });
});
