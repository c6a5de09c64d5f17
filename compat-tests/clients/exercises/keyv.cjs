const { join } = require('node:path');
const { setTimeout } = require('node:timers');
const { main, step, work } = require('./_steps.cjs');

main(async () => {
  const { default: Keyv } = await import('keyv');
  const { KeyvSqlite, default: Store = KeyvSqlite } = await import('@resolid/keyv-sqlite');
  const store = new Store({ uri: join(work, 'keyv.db') });
  const keyv = new Keyv({ store, namespace: 'numbers' });
  keyv.on('error', (error) => {
    throw error;
  });
  const other = new Keyv({ store, namespace: 'others' });

  await step('set', () => keyv.set('one', 1));
  await step('set object', () => keyv.set('object', { list: [1, 'two', null], date: new Date(0) }));
  await step('set other', () => other.set('one', 'other'));
  await step('get', () => keyv.get('one'));
  await step('get object', () => keyv.get('object'));
  await step('get none', () => keyv.get('none'));
  await step('get many', () => keyv.get(['one', 'none', 'object']));
  await step('replace', async () => [await keyv.set('one', 11), await keyv.get('one')]);
  await step('has', async () => [await keyv.has('one'), await keyv.has('none')]);
  await step('expiry', async () => {
    await keyv.set('short', 'lived', 5);
    await new Promise((resolve) => setTimeout(resolve, 30));
    return keyv.get('short');
  });
  await step('iterate', async () => {
    const entries = [];
    for await (const [key, value] of keyv.iterator('numbers')) entries.push([key, value]);
    return entries.sort();
  });
  await step('delete', async () => [await keyv.delete('one'), await keyv.delete('one')]);
  await step('delete many', () => keyv.delete(['object', 'none']));
  await step('clear', async () => [await keyv.clear(), await other.get('one')]);
  await keyv.disconnect();
});
