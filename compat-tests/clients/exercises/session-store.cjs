const { join } = require('node:path');
const { promisify } = require('node:util');
const Database = require('better-sqlite3');
const session = require('express-session');
const createStore = require('better-sqlite3-session-store');
const { main, step, work } = require('./_steps.cjs');

main(async () => {
  const client = new Database(join(work, 'sessions.db'));
  const Store = createStore(session);
  const store = new Store({ client, expired: { clear: false } });
  const call = (method, ...args) => promisify(store[method].bind(store))(...args);
  const cookie = { maxAge: 60_000, path: '/' };

  await step('schema', () => client.prepare('select name, sql from sqlite_master').all());
  await step('set', () => call('set', 'one', { cookie, user: { id: 1, name: 'Ada' } }));
  await step('set another', () => call('set', 'two', { cookie, list: [1, 2, 3] }));
  await step('replace', () => call('set', 'one', { cookie, user: { id: 2 } }));
  await step('get', () => call('get', 'one'));
  await step('get none', () => call('get', 'three'));
  await step('length', () => call('length'));
  await step('all', async () => (await call('all')).map(({ sid, sess }) => [sid, typeof sess]));
  await step('touch', () => call('touch', 'one', { cookie: { maxAge: 90_000 } }));
  await step('expired', async () => {
    await call('set', 'old', { cookie: { maxAge: -1000 } });
    store.clearExpiredSessions?.();
    return call('get', 'old');
  });
  await step('destroy', () => call('destroy', 'one'));
  await step('left', () => client.prepare('select sid from sessions').pluck().all());
  await step('clear', () => call('clear'));
  await step('empty', () => call('length'));
});
