// The command lines of kysely-codegen (types from a database's schema) and knex (migrations from files).
const { spawnSync } = require('node:child_process');
const { mkdirSync, readFileSync, symlinkSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const Database = require('better-sqlite3');
const { main, step, work } = require('./_steps.cjs');

const install = dirname(__dirname);
const run = (script, args) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(install, 'node_modules', script), ...args], {
    cwd: work,
    encoding: 'utf8',
  });
  const shown = (text) => text.replace(/\d+(\.\d+)? ?ms/g, '<time>').replace(/\d{14}/g, '<stamp>');
  return { status, output: shown(stdout), error: shown(stderr) };
};

const knex = (command) => run('knex/bin/cli.js', [command, '--knexfile', join(work, 'knexfile.js')]);

main(async () => {
  const file = join(work, 'types.db');
  const db = new Database(file);
  db.exec(`
    create table author (id integer primary key autoincrement, name text not null, born datetime, score real default 1.5,
      photo blob, active boolean not null default 1, meta json);
    create table book (isbn text primary key, author_id integer not null references author, title varchar(40)) without rowid;
    create view titles as select title, author_id from book;
  `);
  db.close();
  await step('codegen', () =>
    run('kysely-codegen/dist/cli/bin.js', [
      '--dialect',
      'sqlite',
      '--url',
      file,
      '--out-file',
      join(work, 'types.d.ts'),
    ]),
  );
  await step('types', () => readFileSync(join(work, 'types.d.ts'), 'utf8'));
  await step('verify', () =>
    run('kysely-codegen/dist/cli/bin.js', [
      '--dialect',
      'sqlite',
      '--url',
      file,
      '--out-file',
      join(work, 'types.d.ts'),
      '--verify',
    ]),
  );

  // Where its command line looks for knex.
  symlinkSync(join(install, 'node_modules'), join(work, 'node_modules'));
  mkdirSync(join(work, 'migrations'));
  writeFileSync(
    join(work, 'knexfile.js'),
    `module.exports = { client: 'better-sqlite3', useNullAsDefault: true, connection: { filename: ${JSON.stringify(join(work, 'cli.db'))} },
      migrations: { directory: ${JSON.stringify(join(work, 'migrations'))} }, seeds: { directory: ${JSON.stringify(join(work, 'seeds'))} } };`,
  );
  writeFileSync(
    join(work, 'migrations/20200101000000_first.js'),
    `exports.up = (knex) => knex.schema.createTable('thing', (table) => { table.increments(); table.string('name').unique(); });
     exports.down = (knex) => knex.schema.dropTable('thing');`,
  );
  mkdirSync(join(work, 'seeds'));
  writeFileSync(
    join(work, 'seeds/things.js'),
    "exports.seed = (knex) => knex('thing').insert([{ name: 'a' }, { name: 'b' }]);",
  );
  for (const command of ['migrate:latest', 'migrate:status', 'seed:run', 'migrate:currentVersion'])
    await step(command, () => knex(command));
  await step('things', () =>
    new Database(join(work, 'cli.db'), { readonly: true }).prepare('select * from thing').all(),
  );
  await step('migrate:rollback', () => knex('migrate:rollback'));
});
