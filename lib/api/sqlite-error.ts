// The error class, for users.
export { SqliteError } from '../session/sqlite-error';
