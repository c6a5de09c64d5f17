const { Buffer } = require('node:buffer');
const { join } = require('node:path');
const { EntitySchema, MikroORM, raw } = require('@mikro-orm/better-sqlite');
const { fails, main, step, work } = require('./_steps.cjs');

const Author = new EntitySchema({
  name: 'Author',
  properties: {
    id: { type: 'number', primary: true },
    name: { type: 'string' },
    email: { type: 'string', unique: true },
    meta: { type: 'json', nullable: true },
    born: { type: 'Date', nullable: true },
    active: { type: 'boolean', default: true },
    books: { kind: '1:m', entity: 'Book', mappedBy: 'author', orphanRemoval: true },
  },
});
const Book = new EntitySchema({
  name: 'Book',
  properties: {
    id: { type: 'number', primary: true },
    title: { type: 'string', index: true },
    price: { type: 'double', nullable: true },
    cover: { type: 'blob', nullable: true },
    author: { kind: 'm:1', entity: 'Author', deleteRule: 'cascade' },
    tags: { kind: 'm:n', entity: 'Tag', pivotTable: 'book_tag' },
  },
});
const Tag = new EntitySchema({
  name: 'Tag',
  properties: { id: { type: 'number', primary: true }, label: { type: 'string', unique: true } },
});

main(async () => {
  const orm = await MikroORM.init({
    dbName: join(work, 'mikro.db'),
    entities: [Author, Book, Tag],
    discovery: { disableDynamicFileAccess: true },
  });
  const connection = orm.em.getConnection();
  const dump = (entity) => JSON.parse(JSON.stringify(entity));

  await step('create sql', () => orm.schema.getCreateSchemaSQL());
  await step('create', () => orm.schema.createSchema());
  await step('schema', () => connection.execute('select type, name, sql from sqlite_master order by name'));
  await step('update sql', () => orm.schema.getUpdateSchemaSQL());
  await step('persist', async () => {
    const em = orm.em.fork();
    const tags = ['red', 'blue'].map((label) => em.create('Tag', { label }));
    const ada = em.create('Author', {
      name: 'Ada',
      email: 'a@x',
      meta: { deep: [1, { two: 2 }] },
      born: new Date(1e12),
    });
    const bob = em.create('Author', { name: 'Bob', email: 'b@x', active: false });
    em.create('Book', { title: 'One', price: 9.5, cover: Buffer.from('xyz'), author: ada, tags });
    em.create('Book', { title: 'Two', author: ada, tags: [tags[0]] });
    em.create('Book', { title: 'Three', author: bob });
    await em.flush();
    return [ada.id, bob.id];
  });
  await step('populate', async () =>
    dump(await orm.em.fork().find('Author', {}, { populate: ['books.tags'], orderBy: { id: 1, books: { id: 1 } } })),
  );
  await step('where', async () =>
    dump(
      await orm.em
        .fork()
        .find(
          'Book',
          { $or: [{ price: { $gt: 5 } }, { author: { name: { $like: 'B%' } } }] },
          { orderBy: { title: 'asc' } },
        ),
    ),
  );
  await step('json', async () => dump(await orm.em.fork().find('Author', { meta: { deep: { $ne: null } } })));
  await step('paging', async () => {
    const [books, count] = await orm.em
      .fork()
      .findAndCount('Book', {}, { limit: 2, offset: 1, orderBy: { id: 'desc' } });
    return [dump(books), count];
  });
  await step('query builder', () =>
    orm.em
      .fork()
      .createQueryBuilder('Book', 'b')
      .select(['b.author', raw('count(*) as books'), raw('sum(price) as total')])
      .groupBy('b.author')
      .orderBy({ author: 1 })
      .execute(),
  );
  await step('identity map', async () => {
    const em = orm.em.fork();
    const ada = await em.findOneOrFail('Author', { email: 'a@x' }, { populate: ['books'] });
    ada.name = 'Ada L.';
    ada.books.remove(ada.books[1]);
    await em.flush();
    return connection.execute('select id, title from book order by id');
  });
  await step('upsert', async () => {
    const em = orm.em.fork();
    await em.upsert('Author', { email: 'b@x', name: 'Bobby', active: true });
    await em.upsertMany('Author', [
      { email: 'b@x', name: 'Bob III' },
      { email: 'c@x', name: 'Cy' },
    ]);
    return connection.execute('select id, name, email, active from author order by id');
  });
  await step('native', async () => {
    const em = orm.em.fork();
    return [
      await em.nativeUpdate('Book', { title: 'One' }, { price: 1 }),
      await em.insert('Tag', { label: 'green' }),
      await em.nativeDelete('Tag', { label: 'none' }),
    ];
  });
  const createFailing = (name, data) => async () => {
    const em = orm.em.fork();
    em.create(name, data);
    await em.flush();
  };
  await fails('unique', createFailing('Author', { name: 'x', email: 'a@x' }));
  await fails('foreign key', () => orm.em.fork().insert('Book', { title: 'x', author: 99 }));
  await fails('not null', () => orm.em.fork().insert('Author', { email: 'z@x' }));
  await fails('no table', () => connection.execute('select * from nothing'));
  await step('transaction', () =>
    orm.em.fork().transactional(async (outer) => {
      outer.create('Tag', { label: 'outer' });
      await outer.flush();
      await outer
        .transactional(async (inner) => {
          inner.create('Tag', { label: 'inner' });
          await inner.flush();
          throw new Error('inner');
        })
        .catch(() => undefined);
      return outer
        .getConnection()
        .execute('select label from tag order by id', [], 'all', outer.getTransactionContext());
    }),
  );
  await fails('rolled back', () =>
    orm.em.fork().transactional(async (outer) => {
      await outer.nativeDelete('Tag', {});
      throw new RangeError('outer');
    }),
  );
  await step('tags', () => connection.execute('select label from tag order by id'));
  await step('cascade', async () => {
    await orm.em.fork().nativeDelete('Author', { email: 'a@x' });
    return connection.execute('select count(*) as n from book');
  });
  await step('drop', () => orm.schema.dropSchema());
  await orm.close(true);
});
