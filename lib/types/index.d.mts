// Types of the package for ES modules: `import Database, { SqliteError } from 'ringlite'`.
import Database from './index.cjs';

export default Database;
export declare const SqliteError: typeof Database.SqliteError;
export type SqliteError = InstanceType<typeof Database.SqliteError>;
