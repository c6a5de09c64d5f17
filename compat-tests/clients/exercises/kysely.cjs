const { join } = require('node:path');
const Database = require('better-sqlite3');
const { CamelCasePlugin, Kysely, Migrator, SqliteDialect, sql } = require('kysely');
const { jsonArrayFrom, jsonObjectFrom } = require('kysely/helpers/sqlite');
const { fails, main, step, work } = require('./_steps.cjs');

const migrations = {
  first: {
    async up(db) {
      await db.schema
        .createTable('person')
        .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
        .addColumn('first_name', 'text', (column) => column.notNull())
        .addColumn('metadata', 'json')
        .addColumn('created', 'text', (column) => column.defaultTo(sql`'2020-01-01'`))
        .execute();
      await db.schema
        .createTable('pet')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('owner_id', 'integer', (column) => column.references('person.id').onDelete('cascade'))
        .addColumn('name', 'text', (column) => column.notNull())
        .addUniqueConstraint('pet_name', ['owner_id', 'name'])
        .addCheckConstraint('name_length', sql`length(name) < 20`)
        .execute();
    },
    async down(db) {
      await db.schema.dropTable('pet').execute();
      await db.schema.dropTable('person').execute();
    },
  },
  second: {
    async up(db) {
      await db.schema.createIndex('pet_by_name').on('pet').column('name').execute();
      await db.schema.alterTable('pet').addColumn('kind', 'text').execute();
    },
    async down(db) {
      await db.schema.alterTable('pet').dropColumn('kind').execute();
    },
  },
};

main(async () => {
  const database = new Database(join(work, 'kysely.db'));
  const db = new Kysely({ dialect: new SqliteDialect({ database }), plugins: [new CamelCasePlugin()] });
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } });

  await step('migrate', () => migrator.migrateToLatest());
  await step('tables', () => db.introspection.getTables());
  await step('insert', () =>
    db.insertInto('person').values({ firstName: 'Jennifer', metadata: '{"a":[1,2]}' }).executeTakeFirst(),
  );
  await step('insert returning', () =>
    db
      .insertInto('person')
      .values([{ firstName: 'Arnold' }, { firstName: 'Sylvester' }])
      .returningAll()
      .execute(),
  );
  await step('pets', () =>
    db
      .insertInto('pet')
      .values([
        { ownerId: 1, name: 'Catto', kind: 'cat' },
        { ownerId: 1, name: 'Doggo', kind: 'dog' },
        { ownerId: 2, name: 'Hammo', kind: 'hamster' },
      ])
      .execute(),
  );
  await step('relations', () =>
    db
      .selectFrom('person')
      .select((eb) => [
        'id',
        'firstName',
        jsonArrayFrom(
          eb
            .selectFrom('pet')
            .select(['pet.name', 'pet.kind'])
            .whereRef('pet.ownerId', '=', 'person.id')
            .orderBy('pet.name'),
        ).as('pets'),
        jsonObjectFrom(
          eb.selectFrom('pet').select('pet.id').whereRef('pet.ownerId', '=', 'person.id').orderBy('pet.id').limit(1),
        ).as('first'),
      ])
      .orderBy('id')
      .execute(),
  );
  await step('join', () =>
    db
      .selectFrom('person')
      .leftJoin('pet', 'pet.ownerId', 'person.id')
      .select(['person.firstName', (eb) => eb.fn.count('pet.id').as('pets')])
      .groupBy('person.id')
      .having((eb) => eb.fn.count('pet.id'), '>=', 0)
      .orderBy('person.firstName')
      .execute(),
  );
  await step('upsert', () =>
    db
      .insertInto('pet')
      .values({ ownerId: 1, name: 'Catto', kind: 'lion' })
      .onConflict((conflict) =>
        conflict.columns(['ownerId', 'name']).doUpdateSet((eb) => ({ kind: eb.ref('excluded.kind') })),
      )
      .returning(['name', 'kind'])
      .execute(),
  );
  await step('or ignore', () =>
    db.insertInto('pet').orIgnore().values({ ownerId: 1, name: 'Catto' }).executeTakeFirst(),
  );
  await step('update from', () =>
    db
      .updateTable('pet')
      .from('person')
      .set({ kind: (eb) => eb.ref('person.firstName') })
      .whereRef('pet.ownerId', '=', 'person.id')
      .where('person.id', '=', 2)
      .executeTakeFirst(),
  );
  await step('json', () =>
    db
      .selectFrom('person')
      .select(sql`metadata ->> '$.a[0]'`.as('value'))
      .where('id', '=', 1)
      .execute(),
  );
  await step('case', () =>
    db
      .selectFrom('pet')
      .select((eb) => ['name', eb.case().when('kind', '=', 'lion').then(1).else(0).end().as('wild')])
      .orderBy('name')
      .execute(),
  );
  await step('with', () =>
    db
      .with('owners', (query) => query.selectFrom('pet').select('ownerId').distinct())
      .selectFrom('owners')
      .innerJoin('person', 'person.id', 'owners.ownerId')
      .select('firstName')
      .orderBy('firstName')
      .execute(),
  );
  await step('union', () =>
    db
      .selectFrom('person')
      .select('firstName as name')
      .union(db.selectFrom('pet').select('name'))
      .orderBy('name')
      .execute(),
  );
  await step('stream', async () => {
    const names = [];
    for await (const row of db.selectFrom('pet').select('name').stream()) names.push(row.name);
    return names;
  });
  await fails('unique', () => db.insertInto('pet').values({ ownerId: 1, name: 'Catto' }).execute());
  await fails('check', () =>
    db
      .insertInto('pet')
      .values({ ownerId: 1, name: 'x'.repeat(30) })
      .execute(),
  );
  await fails('foreign key', () => db.insertInto('pet').values({ ownerId: 9, name: 'x' }).execute());
  await fails('not null', () => db.insertInto('person').values({ firstName: null }).execute());
  await fails('no column', () => db.selectFrom('person').select('nothing').execute());
  await step('transaction', () =>
    db.transaction().execute(async (transaction) => {
      await transaction.insertInto('person').values({ firstName: 'Inside' }).execute();
      return transaction.selectFrom('person').select('firstName').execute();
    }),
  );
  await fails('rolled back', () =>
    db.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('person').execute();
      throw new Error('no');
    }),
  );
  await step('savepoints', async () => {
    const transaction = await db.startTransaction().execute();
    await transaction.insertInto('person').values({ firstName: 'One' }).execute();
    const saved = await transaction.savepoint('here').execute();
    await saved.insertInto('person').values({ firstName: 'Two' }).execute();
    await saved.rollbackToSavepoint('here').execute();
    await transaction.commit().execute();
    return db.selectFrom('person').select('firstName').orderBy('id').execute();
  });
  await step('delete', () => db.deleteFrom('person').where('id', '=', 1).returningAll().execute());
  await step('cascaded', () => db.selectFrom('pet').selectAll().execute());
  await step('down', () => migrator.migrateDown());
  await step('tables after', () => db.introspection.getTables());
  await db.destroy();
});
