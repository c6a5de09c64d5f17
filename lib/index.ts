// The package: what `require('ringlite')` and `import ... from 'ringlite'` give.
import { Database as DatabaseConstructor } from './api/database';
import { SqliteError } from './api/sqlite-error';

const Database = Object.assign(DatabaseConstructor, { SqliteError });

export default Database;
export { Database, SqliteError };
