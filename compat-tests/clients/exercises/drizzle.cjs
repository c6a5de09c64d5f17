const { Buffer } = require('node:buffer');
const { mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const Database = require('better-sqlite3');
const { and, count, desc, eq, gt, inArray, like, relations, sql, sum } = require('drizzle-orm');
const { drizzle } = require('drizzle-orm/better-sqlite3');
const { migrate } = require('drizzle-orm/better-sqlite3/migrator');
const { blob, index, integer, primaryKey, real, sqliteTable, text, unique } = require('drizzle-orm/sqlite-core');
const { fails, main, step, work } = require('./_steps.cjs');

const user = sqliteTable(
  'user',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    email: text('email').notNull().unique(),
    settings: text('settings', { mode: 'json' }),
    joined: integer('joined', { mode: 'timestamp_ms' }),
    active: integer('active', { mode: 'boolean' }).default(true),
    avatar: blob('avatar', { mode: 'buffer' }),
    big: blob('big', { mode: 'bigint' }),
  },
  (table) => [index('by_joined').on(table.joined)],
);
const post = sqliteTable('post', {
  id: integer('id').primaryKey(),
  userId: integer('user_id').references(() => user.id, { onDelete: 'cascade' }),
  title: text('title', { length: 40 }),
  score: real('score').default(0.5),
});
const tag = sqliteTable('tag', { id: integer('id').primaryKey(), name: text('name') }, (table) => [
  unique().on(table.name),
]);
const postTag = sqliteTable(
  'post_tag',
  { postId: integer('post_id').references(() => post.id), tagId: integer('tag_id').references(() => tag.id) },
  (table) => [primaryKey({ columns: [table.postId, table.tagId] })],
);
const schema = {
  user,
  post,
  tag,
  postTag,
  userRelations: relations(user, ({ many }) => ({ posts: many(post) })),
  postRelations: relations(post, ({ one, many }) => ({
    user: one(user, { fields: [post.userId], references: [user.id] }),
    tags: many(postTag),
  })),
  postTagRelations: relations(postTag, ({ one }) => ({
    post: one(post, { fields: [postTag.postId], references: [post.id] }),
    tag: one(tag, { fields: [postTag.tagId], references: [tag.id] }),
  })),
};

const migrationSql = `CREATE TABLE \`user\` (\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL, \`email\` text NOT NULL, \`settings\` text,
  \`joined\` integer, \`active\` integer DEFAULT true, \`avatar\` blob, \`big\` blob);
--> statement-breakpoint
CREATE UNIQUE INDEX \`user_email_unique\` ON \`user\` (\`email\`);--> statement-breakpoint
CREATE INDEX \`by_joined\` ON \`user\` (\`joined\`);--> statement-breakpoint
CREATE TABLE \`post\` (\`id\` integer PRIMARY KEY NOT NULL, \`user_id\` integer, \`title\` text(40), \`score\` real DEFAULT 0.5,
  FOREIGN KEY (\`user_id\`) REFERENCES \`user\`(\`id\`) ON UPDATE no action ON DELETE cascade);--> statement-breakpoint
CREATE TABLE \`tag\` (\`id\` integer PRIMARY KEY NOT NULL, \`name\` text);--> statement-breakpoint
CREATE UNIQUE INDEX \`tag_name_unique\` ON \`tag\` (\`name\`);--> statement-breakpoint
CREATE TABLE \`post_tag\` (\`post_id\` integer, \`tag_id\` integer, PRIMARY KEY(\`post_id\`, \`tag_id\`),
  FOREIGN KEY (\`post_id\`) REFERENCES \`post\`(\`id\`), FOREIGN KEY (\`tag_id\`) REFERENCES \`tag\`(\`id\`));`;

function writeMigrations() {
  const folder = join(work, 'migrations');
  mkdirSync(join(folder, 'meta'), { recursive: true });
  writeFileSync(join(folder, '0000_first.sql'), migrationSql);
  writeFileSync(join(folder, '0001_second.sql'), 'ALTER TABLE `post` ADD `views` integer DEFAULT 0;');
  const entry = (idx, tagName) => ({ idx, version: '6', when: 1700000000000 + idx, tag: tagName, breakpoints: true });
  writeFileSync(
    join(folder, 'meta/_journal.json'),
    JSON.stringify({ version: '7', dialect: 'sqlite', entries: [entry(0, '0000_first'), entry(1, '0001_second')] }),
  );
  return folder;
}

main(async () => {
  const db = drizzle(new Database(join(work, 'drizzle.db')), { schema });
  const migrationsFolder = writeMigrations();
  await step('migrate', () => migrate(db, { migrationsFolder }));
  await step('migrate again', () => migrate(db, { migrationsFolder }));
  await step('schema', () => db.all(sql`select type, name, sql from sqlite_master order by name`));
  await step('insert', () =>
    db
      .insert(user)
      .values([
        {
          email: 'a@x',
          settings: { theme: 'dark', list: [1, 2] },
          joined: new Date(1000),
          avatar: Buffer.from([1, 2, 3]),
        },
        { email: 'b@x', active: false, big: 12345678901234567890n },
        { email: 'c@x', joined: new Date(5e11) },
      ])
      .run(),
  );
  await step('returning', () =>
    db
      .insert(post)
      .values(Array.from({ length: 20 }, (_, i) => ({ userId: (i % 3) + 1, title: `post ${i}`, score: i / 8 })))
      .returning()
      .all(),
  );
  await step('tags', () =>
    db
      .insert(tag)
      .values([{ name: 'red' }, { name: 'blue' }])
      .returning({ id: tag.id })
      .all(),
  );
  await step('links', () =>
    db
      .insert(postTag)
      .values([
        { postId: 1, tagId: 1 },
        { postId: 1, tagId: 2 },
        { postId: 2, tagId: 2 },
      ])
      .run(),
  );
  await step('select', () => db.select().from(user).all());
  await step('where', () =>
    db
      .select({ id: post.id, title: post.title })
      .from(post)
      .where(and(gt(post.score, 1), like(post.title, '%1%')))
      .orderBy(desc(post.id))
      .limit(3)
      .offset(1)
      .all(),
  );
  await step('aggregate', () =>
    db
      .select({ user: post.userId, n: count(), total: sum(post.score) })
      .from(post)
      .groupBy(post.userId)
      .all(),
  );
  await step('join', () =>
    db
      .select()
      .from(post)
      .leftJoin(user, eq(user.id, post.userId))
      .where(inArray(post.id, [1, 2]))
      .all(),
  );
  await step('relations', () =>
    db.query.user.findMany({
      columns: { email: true },
      with: {
        posts: {
          columns: { title: true },
          orderBy: [desc(post.id)],
          limit: 2,
          with: { tags: { with: { tag: true } } },
        },
      },
    }),
  );
  await step('find first', () =>
    db.query.post.findFirst({ where: eq(post.id, 2), with: { user: { columns: { email: true } }, tags: true } }),
  );
  await step('prepared', () => {
    const prepared = db
      .select()
      .from(post)
      .where(eq(post.id, sql.placeholder('id')))
      .prepare();
    return [prepared.get({ id: 3 }), prepared.all({ id: 99 }), prepared.values({ id: 4 })];
  });
  await step('upsert', () =>
    db
      .insert(user)
      .values({ email: 'a@x', active: false })
      .onConflictDoUpdate({ target: user.email, set: { active: false } })
      .returning({ id: user.id, active: user.active })
      .get(),
  );
  await step('nothing', () => db.insert(tag).values({ name: 'red' }).onConflictDoNothing().run());
  await step('update', () =>
    db
      .update(post)
      .set({ score: sql`${post.score} + 1` })
      .where(eq(post.userId, 1))
      .returning({ id: post.id, score: post.score })
      .all(),
  );
  await step('json', () =>
    db
      .select({ theme: sql`json_extract(${user.settings}, '$.theme')` })
      .from(user)
      .where(eq(user.id, 1))
      .get(),
  );
  await fails('unique', () => db.insert(user).values({ email: 'a@x' }).run());
  await fails('not null', () => db.insert(user).values({ email: null }).run());
  await fails('foreign key', () => db.insert(post).values({ userId: 99 }).run());
  await fails('primary key', () => db.insert(postTag).values({ postId: 1, tagId: 1 }).run());
  await step('transaction', () =>
    db.transaction((outer) => {
      outer.insert(tag).values({ name: 'green' }).run();
      try {
        outer.transaction((inner) => {
          inner.insert(tag).values({ name: 'lost' }).run();
          inner.rollback();
        });
      } catch (error) {
        outer.insert(tag).values({ name: error.constructor.name }).run();
      }
      outer.transaction((inner) => inner.insert(tag).values({ name: 'kept' }).run(), { behavior: 'immediate' });
      return outer.select().from(tag).all();
    }),
  );
  await fails('rolled back', () =>
    db.transaction((outer) => {
      outer.delete(postTag).run();
      throw new RangeError('no');
    }),
  );
  await step('count', () => db.$count(postTag));
  await step('delete', () => db.delete(postTag).where(eq(postTag.tagId, 2)).run());
  await step('raw', () => [
    db.get(sql`select 1 as one`),
    db.values(sql`select 1, 'x'`),
    db.run(sql`pragma user_version = 3`),
  ]);
  await step('introspect', () => db.all(sql`select * from pragma_table_info('post')`));
});
