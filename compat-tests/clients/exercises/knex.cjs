const { join } = require('node:path');
const { fails, main, step, work } = require('./_steps.cjs');
const makeKnex = require('knex');

const migrations = [
  {
    name: '001_tables',
    up: async (knex) => {
      await knex.schema.createTable('author', (table) => {
        table.increments('id');
        table.string('email', 100).notNullable().unique();
        table.string('name').defaultTo('nobody');
        table.json('profile');
        table.timestamps(true, true);
      });
      await knex.schema.createTable('book', (table) => {
        table.increments('id');
        table.integer('author_id').unsigned().references('author.id').onDelete('CASCADE');
        table.text('title');
        table.decimal('price', 8, 2);
        table.boolean('sold').defaultTo(false);
        table.index(['author_id', 'title']);
      });
    },
    down: async (knex) => knex.schema.dropTable('book').dropTable('author'),
  },
  {
    name: '002_alter',
    up: async (knex) => {
      await knex.schema.alterTable('book', (table) => {
        table.integer('pages').defaultTo(0);
        table.renameColumn('title', 'heading');
      });
      await knex.schema.alterTable('author', (table) => {
        table.string('name', 50).notNullable().defaultTo('someone').alter();
      });
    },
    down: async (knex) => knex.schema.alterTable('book', (table) => table.dropColumn('pages')),
  },
];

const migrationSource = {
  getMigrations: () => Promise.resolve(migrations),
  getMigrationName: ({ name }) => name,
  getMigration: (migration) => Promise.resolve(migration),
};

main(async () => {
  const knex = makeKnex({
    client: 'better-sqlite3',
    connection: { filename: join(work, 'knex.db') },
    useNullAsDefault: true,
    migrations: { migrationSource },
  });
  const withoutTimes = (rows) =>
    rows.map((row) => ({ ...row, created_at: typeof row.created_at, updated_at: typeof row.updated_at }));

  await step('migrate', () => knex.migrate.latest());
  await step('status', () => knex.migrate.list());
  await step('schema', () => knex('sqlite_master').select('type', 'name', 'tbl_name', 'sql').orderBy('name'));
  await step('columns', () => knex('book').columnInfo());
  await step('has', async () => [await knex.schema.hasTable('book'), await knex.schema.hasColumn('book', 'heading')]);
  await step('insert', () =>
    knex('author').insert({ email: 'a@x', name: 'Ada', profile: JSON.stringify({ tags: ['x', 'y'] }) }),
  );
  await step('insert many', () =>
    knex('author').insert(
      [
        { email: 'b@x', name: 'Bob' },
        { email: 'c@x', name: 'Cy' },
      ],
      ['id', 'email'],
    ),
  );
  await step('batch insert', () =>
    knex.batchInsert(
      'book',
      Array.from({ length: 250 }, (_, i) => ({ author_id: (i % 3) + 1, heading: `book ${i}`, price: i / 4, pages: i })),
      40,
    ),
  );
  await step('select', async () => withoutTimes(await knex('author').select().orderBy('id')));
  await step('join', () =>
    knex('book')
      .join('author', 'author.id', 'book.author_id')
      .select('author.name')
      .count('* as books')
      .sum('price as total')
      .avg('pages as pages')
      .groupBy('author.name')
      .having('books', '>', 1)
      .orderBy('author.name'),
  );
  await step('first', () =>
    knex('book').where('heading', 'like', 'book 1%').andWhere('price', '>', 3).orderBy('id', 'desc').first(),
  );
  await step('pluck', () => knex('book').whereIn('id', [1, 2, 3]).pluck('heading'));
  await step('subquery', () =>
    knex('author')
      .whereExists(knex('book').whereRaw('book.author_id = author.id').where('price', '>', 62))
      .select('name'),
  );
  await step('with', () =>
    knex.withRecursive('n', ['i'], knex.raw('select 1 union all select i + 1 from n where i < 5')).select().from('n'),
  );
  await step('window', () =>
    knex('book').select('id').rowNumber('position', 'price', 'author_id').where('id', '<', 10).orderBy('id'),
  );
  await step('json', () => knex('author').select(knex.raw("json_extract(profile, '$.tags[1]') as tag")).where('id', 1));
  await step('upsert merge', () =>
    knex('author').insert({ email: 'a@x', name: 'Ada L.' }).onConflict('email').merge(['name']),
  );
  await step('upsert ignore', () => knex('author').insert({ email: 'a@x', name: 'none' }).onConflict('email').ignore());
  await step('update', () =>
    knex('book')
      .where('author_id', 1)
      .update({ sold: true, price: knex.raw('price * 2') }),
  );
  await step('update returning', () => knex('book').where('id', 4).update({ pages: 77 }).returning(['id', 'pages']));
  await step('increment', () => knex('book').where('id', 4).increment('pages', 3));
  await step('delete returning', () => knex('book').where('id', 5).del(['heading']));
  await fails('unique', () => knex('author').insert({ email: 'a@x' }));
  await fails('not null', () => knex('author').insert({ name: 'x' }));
  await fails('foreign key', () => knex('book').insert({ author_id: 99 }));
  await fails('no table', () => knex('nothing').select());
  await fails('syntax', () => knex.raw('selec 1'));
  await step('transaction', () =>
    knex.transaction(async (outer) => {
      await outer('author').insert({ email: 'd@x', name: 'Dee' });
      await outer
        .transaction(async (inner) => {
          await inner('author').insert({ email: 'e@x', name: 'Eve' });
          throw new Error('inner');
        })
        .catch(() => undefined);
      await outer.transaction((inner) => inner('author').insert({ email: 'f@x', name: 'Fay' }));
      return outer('author').pluck('email');
    }),
  );
  await fails('rolled back', () =>
    knex.transaction(async (outer) => {
      await outer('author').insert({ email: 'g@x', name: 'Gus' });
      throw new TypeError('outer');
    }),
  );
  await step('after', () => knex('author').orderBy('id').pluck('email'));
  await step('cascade', async () => {
    await knex('author').where('id', 2).del();
    return knex('book').count('* as n').first();
  });
  await step('stream', async () => {
    let sum = 0;
    for await (const row of knex('book').select('price').stream()) sum += row.price;
    return sum;
  });
  await step('drop foreign', () => knex.schema.alterTable('book', (table) => table.dropForeign('author_id')));
  await step('drop columns', () => knex.schema.alterTable('book', (table) => table.dropColumn('sold')));
  await step('view', async () => {
    await knex.schema.createView('titles', (view) => view.as(knex('book').select('heading').where('id', '<', 4)));
    return knex('titles').select();
  });
  await step('rename', async () => {
    await knex.schema.dropView('titles');
    await knex.schema.renameTable('book', 'volume');
    return knex('volume').columnInfo();
  });
  await step('rollback', async () => {
    await knex.schema.renameTable('volume', 'book');
    return knex.migrate.rollback(undefined, true);
  });
  await step('empty', () => knex('sqlite_master').select('name').orderBy('name'));
  await knex.destroy();
});
