// What is asked of an engine that understands URIs as file names; answers are JSON. The folder is the working directory.
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { answer } from '../answer';
import type { Database } from '../engines';

/** Opens with URIs understood. */
export type OpenUri = (name: string, options?: object) => Database;

/** Opens a name, looks, writes, closes. */
function visit(open: OpenUri, name: string, options: object = {}): unknown {
  return answer(() => {
    const database = open(name, options);
    const answers = [
      answer(() => database.prepare('SELECT count(*) FROM t').pluck().get()),
      answer(() => database.prepare('INSERT INTO t VALUES (9)').run().changes),
      answer(() => database.pragma('journal_mode', { simple: true })),
      answer(() => database.prepare('SELECT file FROM pragma_database_list WHERE name = ?').pluck().get('main')),
    ];
    database.close();
    return answers.map((one) => (typeof one === 'string' ? one.replace(process.cwd(), '') : one));
  });
}

function makeFile(open: OpenUri, name: string, rows: number): void {
  const database = open(name);
  database.exec('CREATE TABLE t (a)');
  for (let i = 0; i < rows; i++) database.prepare('INSERT INTO t VALUES (?)').run(i);
  database.close();
}

const names = [
  'file:a.db',
  'file:./a.db',
  'file:a%2Edb',
  'file:a.d%62',
  'file:a.db#fragment?mode=ro',
  'file:a.db%00x?mode=ro',
  'file:a.db%0',
  'file:a.db%zz',
  'FILE:a.db',
  'file:',
  'file:?mode=memory',
  'file::memory:',
  'file::memory:?cache=shared',
  'file:x?mode=memory',
  'file:x?mode=memory&mode=ro',
  'file:none.db?mode=rw',
  'file:none.db?mode=ro',
  'file:a.db?mode=rw',
  'file:a.db?mode=ro',
  'file:a.db?mode=rwc',
  'file:a.db?mode=ro&mode=rw',
  'file:a.db?mode=rw&mode=rwc',
  'file:a.db?mode=rw&mode=ro',
  'file:a.db?mode=RO',
  'file:a.db?mode=',
  'file:a.db?mode',
  'file:a.db?mode=readonly',
  'file:a.db?cache=shared',
  'file:a.db?cache=private',
  'file:a.db?cache=none',
  'file:a.db?cache=none&mode=x',
  'file:a.db?mode=x&cache=none',
  'file:a.db?vfs=unix',
  'file:a.db?vfs=unix-none',
  'file:a.db?vfs=none',
  'file:a.db?vfs=none&vfs=unix',
  'file:a.db?vfs=',
  'file:a.db?psow=0',
  'file:a.db?psow=1',
  'file:a.db?&&=x&mode=ro',
  'file:a.db?=x&mode=ro',
  'file:a.db?mode=r%6F',
  'file:a.db?m%6fde=ro',
  'file:a.db?unknown=1&mode=ro&x',
  'file:a.db?unknown%00y=1&mode=ro',
  'file://a.db',
  'file://localhost/a.db',
  'file:///no/such/folder/a.db',
  'file://elsewhere/a.db',
  'file://LOCALHOST/a.db',
  'file:a.db?nolock=1',
  'file:a.db?nolock=0',
  'file:a.db?nolock=yes',
  'file:a.db?nolock=full',
  'file:a.db?nolock=0&nolock=1',
  'file:a.db?nolock',
  'file:a.db?immutable=1',
  'file:a.db?immutable=on',
  'file:a.db?immutable=0',
  'file:a.db?immutable=256',
  'file:a.db?immutable=1&mode=rwc',
  'file:none.db?immutable=1&mode=rw',
  'file:a.db?modeof=a.db',
];

export const scenarios: Record<string, (open: OpenUri) => unknown> = {
  names(open) {
    makeFile(open, 'a.db', 3);
    return names.map((name) => [
      name,
      visit(open, name),
      visit(open, name, { readonly: true }),
      visit(open, name, { fileMustExist: true }),
    ]);
  },

  ATTACH(open) {
    makeFile(open, 'a.db', 3);
    const attach = (database: Database, name: string): unknown => {
      const answers = [
        answer(() => database.prepare('ATTACH ? AS x').run(name).changes),
        answer(() => database.prepare('SELECT count(*) FROM x.t').pluck().get()),
        answer(() => database.prepare('INSERT INTO x.t VALUES (9)').run().changes),
      ];
      answer(() => database.exec('DETACH x'));
      return [name, ...answers];
    };
    const answers: unknown[] = [];
    for (const options of [{}, { readonly: true }, { fileMustExist: true }]) {
      const database = open('a.db', options);
      for (const name of names) answers.push(attach(database, name));
      database.close();
    }
    const inReadonly = open('file:a.db?mode=ro');
    answers.push(attach(inReadonly, 'file:b.db'), attach(inReadonly, 'file:b.db?mode=ro'));
    inReadonly.close();
    return answers;
  },

  'VACUUM INTO'(open) {
    makeFile(open, 'a.db', 3);
    const database = open('a.db');
    const answers = [
      'file:b.db',
      'file:b.db?mode=ro',
      'file:c.db?mode=rw',
      'file:d.db?vfs=x',
      'file:e%2Edb?nolock=1',
    ].map((name) => answer(() => database.prepare('VACUUM INTO ?').run(name).changes));
    database.close();
    return [...answers, readdirSync('.').sort(), visit(open, 'e.db')];
  },

  'nolock goes on beside locks'(open) {
    makeFile(open, 'a.db', 3);
    const holder = open('a.db', { timeout: 0 });
    holder.exec('BEGIN EXCLUSIVE');
    const answers = [
      visit(open, 'a.db', { timeout: 0 }),
      visit(open, 'file:a.db?nolock=1', { timeout: 0 }),
      visit(open, 'file:a.db?vfs=unix-none', { timeout: 0 }),
      visit(open, 'file:a.db?immutable=1', { timeout: 0 }),
    ];
    holder.exec('COMMIT');
    const database = open('file:a.db?nolock=1');
    answers.push(
      ['wal', 'truncate', 'memory', 'delete'].map((mode) => answer(() => database.pragma(`journal_mode = ${mode}`))),
      answer(() => database.prepare('INSERT INTO t VALUES (9)').run().changes),
      visit(open, 'a.db', { timeout: 0 }),
      answer(() => database.prepare('SELECT count(*) FROM t').pluck().get()),
    );
    database.close();
    holder.close();
    return answers;
  },

  'a WAL database'(open) {
    const database = open('a.db');
    database.pragma('journal_mode = wal');
    database.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1); PRAGMA wal_checkpoint; INSERT INTO t VALUES (2)');
    const answers = ['nolock=1', 'immutable=1', 'vfs=unix-none', 'mode=ro', 'mode=rw', 'psow=0'].map((query) =>
      visit(open, `file:a.db?${query}`),
    );
    answers.push(readdirSync('.').sort());
    database.close();
    return [
      ...answers,
      visit(open, 'file:a.db?immutable=1'),
      visit(open, 'file:a.db?nolock=1'),
      readdirSync('.').sort(),
    ];
  },

  'immutable looks at nothing but the file'(open) {
    makeFile(open, 'a.db', 3);
    // A hot journal and a log that are ignored.
    writeFileSync('a.db-journal', Buffer.concat([Buffer.from('d9d505f920a163d7', 'hex'), Buffer.alloc(1000, 1)]));
    const answers: unknown[] = [visit(open, 'file:a.db?immutable=1'), existsSync('a.db-journal')];
    writeFileSync('a.db-wal', Buffer.alloc(5000, 3));
    answers.push(visit(open, 'file:a.db?immutable=1'), readdirSync('.').sort());
    const reader = open('file:a.db?immutable=1');
    answers.push(
      ['wal', 'truncate', 'off'].map((mode) => answer(() => reader.pragma(`journal_mode = ${mode}`))),
      answer(() => reader.pragma('locking_mode = exclusive')),
      answer(() => reader.prepare('SELECT count(*) FROM t').pluck().get()),
      answer(() => reader.exec('BEGIN IMMEDIATE')),
      answer(() => reader.pragma('wal_checkpoint')),
      answer(() => reader.exec('VACUUM')),
    );
    reader.close();
    chmodSync('a.db', 0o444);
    return [...answers, visit(open, 'file:a.db?immutable=1'), readFileSync('a.db').length];
  },
};
