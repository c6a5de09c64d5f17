// quick.db: a key-value store with tables over better-sqlite3.
const { join } = require('node:path');
const { fails, main, step, work } = require('./_steps.cjs');
const { QuickDB } = require('quick.db');

main(async () => {
  const db = new QuickDB({ filePath: join(work, 'quick.sqlite') });
  await db.init?.();
  await step('set', () => db.set('user', { name: 'Ada', items: ['sword'], money: 10 }));
  await step('set path', () => db.set('user.level', 3));
  await step('get', async () => [await db.get('user'), await db.get('user.items'), await db.get('none')]);
  await step('add', async () => [await db.add('user.money', 5.5), await db.sub('user.money', 1)]);
  await step('push', async () => [await db.push('user.items', 'shield'), await db.pull('user.items', 'sword')]);
  await step('has', async () => [await db.has('user.level'), await db.has('none')]);
  await step('table', async () => {
    const table = await db.table('other');
    await table.set('key', [1, 2]);
    return [await table.get('key'), await db.get('key')];
  });
  await step('all', () => db.all());
  await step('starts with', () => db.startsWith('us'));
  await fails('no key', () => db.set());
  await step('delete', async () => [await db.delete('user.level'), await db.delete('user'), await db.all()]);
  await step('delete all', () => db.deleteAll());
});
