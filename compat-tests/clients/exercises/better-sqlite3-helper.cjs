// better-sqlite3-helper: migrations from SQL files, and shorthands for queries.
const { mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { fails, main, step, work } = require('./_steps.cjs');
const { default: Helper = require('better-sqlite3-helper') } = require('better-sqlite3-helper');

main(async () => {
  const migrations = join(work, 'migrations');
  mkdirSync(migrations);
  writeFileSync(
    join(migrations, '001-init.sql'),
    '-- Up\nCREATE TABLE user (id INTEGER PRIMARY KEY, name TEXT UNIQUE, age INT);\n-- Down\nDROP TABLE user;\n',
  );
  writeFileSync(
    join(migrations, '002-more.sql'),
    "-- Up\nALTER TABLE user ADD COLUMN city TEXT DEFAULT 'Paris';\n-- Down\nALTER TABLE user DROP COLUMN city;\n",
  );
  const db = new Helper({
    path: join(work, 'helper.db'),
    memory: false,
    readonly: false,
    fileMustExist: false,
    WAL: true,
    migrate: { migrationsPath: migrations, force: false },
  });

  await step('migrated', () => db.query('SELECT id, name FROM migrations'));
  await step('insert', () => db.insert('user', { name: 'Ada', age: 36 }));
  await step('insert many', () =>
    db.insert('user', [
      { name: 'Bob', age: 20 },
      { name: 'Cy', age: 30 },
    ]),
  );
  await step('insert with black list', () => db.insert('user', { id: 9, name: 'Dee', age: 1 }, ['name', 'age']));
  await step('replace', () => db.replace('user', { id: 2, name: 'Bobby', age: 21 }));
  await step('update', () => db.update('user', { city: 'Oslo' }, { name: 'Ada' }));
  await step('update in', () => db.update('user', { age: 99 }, ['id IN (?, ?)', 2, 3]));
  await step('query', () => db.query('SELECT * FROM user WHERE age > ? ORDER BY id', 20));
  await step('first row', () => db.queryFirstRow('SELECT * FROM user WHERE name = @name', { name: 'Ada' }));
  await step('first row object', () => db.queryFirstRowObject('SELECT * FROM user WHERE id = 77'));
  await step('cell', () => db.queryFirstCell('SELECT count(*) FROM user'));
  await step('column', () => db.queryColumn('name', 'SELECT name FROM user ORDER BY name'));
  await step('keys', () => db.queryKeyAndColumn('name', 'age', 'SELECT name, age FROM user ORDER BY name'));
  await step('iterate', () => [...db.queryIterate('SELECT id FROM user ORDER BY id')]);
  await fails('unique', async () => db.insert('user', { name: 'Ada' }));
  await step('delete', () => db.delete('user', { name: 'Cy' }));
  await step('run', () => db.run('DELETE FROM user WHERE age < ?', 10));
  await step('transaction', () => {
    const add = db.transaction((names) => names.map((name) => db.insert('user', { name })));
    return add(['x', 'y']);
  });
  db.close();
});
