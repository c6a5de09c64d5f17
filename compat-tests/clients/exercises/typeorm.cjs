require('reflect-metadata');
const { Buffer } = require('node:buffer');
const { join } = require('node:path');
const { DataSource, EntitySchema, In, LessThan, Like, Table, TableColumn, TableIndex } = require('typeorm');
const { fails, main, step, work } = require('./_steps.cjs');

const Person = new EntitySchema({
  name: 'Person',
  columns: {
    id: { type: 'integer', primary: true, generated: true },
    email: { type: 'varchar', unique: true },
    profile: { type: 'simple-json', nullable: true },
    born: { type: 'datetime', nullable: true },
    active: { type: 'boolean', default: true },
    version: { type: 'integer', version: true },
  },
  relations: {
    notes: { type: 'one-to-many', target: 'Note', inverseSide: 'person', cascade: true },
    groups: { type: 'many-to-many', target: 'Group', joinTable: true, cascade: true },
  },
  checks: [{ expression: 'length(email) < 40' }],
});
const Note = new EntitySchema({
  name: 'Note',
  columns: {
    id: { type: 'varchar', primary: true },
    text: { type: 'text', default: 'empty' },
    size: { type: 'real', nullable: true },
    content: { type: 'blob', nullable: true },
  },
  relations: { person: { type: 'many-to-one', target: 'Person', inverseSide: 'notes', onDelete: 'CASCADE' } },
  indices: [{ columns: ['text'] }],
});
const Group = new EntitySchema({
  name: 'Group',
  columns: { id: { type: 'integer', primary: true, generated: true }, name: { type: 'varchar' } },
  uniques: [{ columns: ['name'] }],
});

class AddNickname1700000000001 {
  name = 'AddNickname1700000000001';
  async up(runner) {
    await runner.addColumn('person', new TableColumn({ name: 'nickname', type: 'varchar', isNullable: true }));
    await runner.createIndex('person', new TableIndex({ name: 'by_nickname', columnNames: ['nickname'] }));
    await runner.createTable(
      new Table({
        name: 'extra',
        columns: [
          { name: 'id', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
          { name: 'personId', type: 'integer' },
        ],
        foreignKeys: [{ columnNames: ['personId'], referencedTableName: 'person', referencedColumnNames: ['id'] }],
      }),
    );
  }
  async down(runner) {
    await runner.dropTable('extra');
    await runner.dropColumn('person', 'nickname');
  }
}

main(async () => {
  const source = new DataSource({
    type: 'better-sqlite3',
    database: join(work, 'typeorm.db'),
    entities: [Person, Note, Group],
    migrations: [AddNickname1700000000001],
  });
  await source.initialize();
  const people = source.getRepository('Person');
  const notes = source.getRepository('Note');
  const schema = () => source.query('select type, name, sql from sqlite_master order by name');

  await step('synchronize', () => source.synchronize());
  await step('schema', schema);
  await step('synchronize again', async () => (await source.driver.createSchemaBuilder().log()).upQueries);
  await step('migrations', async () => (await source.runMigrations()).map(({ name }) => name));
  await step('save', () =>
    people.save([
      {
        email: 'a@x',
        profile: { tags: ['one', 'two'] },
        born: new Date(1e12),
        notes: [
          { id: 'n1', text: 'first', size: 1.5, content: Buffer.from('abc') },
          { id: 'n2', text: 'second' },
        ],
        groups: [{ name: 'admins' }, { name: 'users' }],
      },
      { email: 'b@x', active: false },
      { email: 'c@x' },
    ]),
  );
  await step('find', () =>
    people.find({
      relations: { notes: true, groups: true },
      order: { id: 'ASC', notes: { id: 'ASC' }, groups: { id: 'ASC' } },
    }),
  );
  await step('where', () =>
    people.find({
      where: [{ email: Like('%a%') }, { id: In([3, 4]) }, { active: false, id: LessThan(3) }],
      order: { id: 'DESC' },
    }),
  );
  await step('query builder', () =>
    people
      .createQueryBuilder('person')
      .leftJoin('person.notes', 'note')
      .select('person.email', 'email')
      .addSelect('count(note.id)', 'notes')
      .groupBy('person.id')
      .having('count(note.id) >= :least', { least: 0 })
      .orderBy('person.email')
      .getRawMany(),
  );
  await step('paging', () => people.findAndCount({ skip: 1, take: 1, order: { id: 'ASC' } }));
  await step('update', async () => {
    const person = await people.findOneByOrFail({ id: 2 });
    person.email = 'bb@x';
    return people.save(person);
  });
  await step('increment', () => notes.increment({ id: 'n1' }, 'size', 2));
  await step('upsert', async () => {
    await people.upsert([{ email: 'a@x', active: false }, { email: 'd@x' }], ['email']);
    return people.find({ select: { id: true, email: true, active: true }, order: { id: 'ASC' } });
  });
  await step('or ignore', () => people.createQueryBuilder().insert().values({ email: 'a@x' }).orIgnore().execute());
  await step('raw', () =>
    source.query("select json_extract(profile, '$.tags[1]') as tag from person where id = ?", [1]),
  );
  await fails('unique', () => people.insert({ email: 'a@x' }));
  await fails('not null', () => people.insert({ active: true }));
  await fails('check', () => people.insert({ email: 'x'.repeat(50) }));
  await fails('foreign key', () => notes.insert({ id: 'n9', person: { id: 99 } }));
  await fails('no table', () => source.query('select * from nothing'));
  await step('transaction', () =>
    source.transaction(async (outer) => {
      await outer.getRepository('Group').save({ name: 'outer' });
      await outer
        .transaction(async (inner) => {
          await inner.getRepository('Group').save({ name: 'inner' });
          throw new Error('inner');
        })
        .catch(() => undefined);
      return outer.getRepository('Group').find({ order: { id: 'ASC' } });
    }),
  );
  await fails('rolled back', () =>
    source.transaction(async (outer) => {
      await outer.getRepository('Group').delete({});
      throw new RangeError('outer');
    }),
  );
  await step('remove', async () => {
    await people.remove(await people.findOneByOrFail({ id: 1 }));
    return [await notes.count(), await source.query('select count(*) as n from person_groups_group')];
  });
  await step('introspection', async () => {
    const runner = source.createQueryRunner();
    const table = await runner.getTable('person');
    await runner.release();
    return {
      columns: table.columns.map(({ name, type, isNullable, default: value }) => [name, type, isNullable, value]),
      indices: table.indices.map(({ name, columnNames, isUnique }) => [name, columnNames, isUnique]),
      uniques: table.uniques.map(({ columnNames }) => columnNames),
      checks: table.checks.map(({ expression }) => expression),
    };
  });
  await step('change column', async () => {
    const runner = source.createQueryRunner();
    await runner.changeColumn(
      'note',
      'size',
      new TableColumn({ name: 'size', type: 'integer', isNullable: true, default: 7 }),
    );
    await runner.release();
    return schema();
  });
  await step('revert', () => source.undoLastMigration());
  await step('schema after', schema);
  await step('drop', () => source.dropDatabase());
  await step('empty', schema);
  await source.destroy();
});
