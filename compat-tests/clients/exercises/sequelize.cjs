// Sequelize's SQLite dialect is written for the callbacks of the sqlite3 package: it takes better-sqlite3 as its
// dialectModule, and fails when it connects. What counts is that it fails alike.
const { join } = require('node:path');
const { Sequelize } = require('sequelize');
const { fails, main, work } = require('./_steps.cjs');

main(async () => {
  const sequelize = new Sequelize({
    dialect: 'sqlite',
    storage: join(work, 'sequelize.db'),
    dialectModule: require('better-sqlite3'),
    logging: false,
  });
  await fails('connect', () => sequelize.authenticate());
});
