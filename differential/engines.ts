// The engines that suites compare: Ringlite, real SQLite as better-sqlite3 builds it (the oracle).
import OracleDatabase from 'better-sqlite3';

export type Database = OracleDatabase.Database;
export type Statement = OracleDatabase.Statement;
export type OpenDatabase = (name: string, options?: OracleDatabase.Options) => Database;

export const openOracle: OpenDatabase = (name, options) => new OracleDatabase(name, options);

/** Another build of the addon, e.g. one with sanitizers (scripts/sanitize.ts). */
const nativeBinding = process.env['RINGLITE_NATIVE_BINDING'];

/** Loads the addon on first use, so that tools that only ask the oracle need no build. */
export const openRinglite: OpenDatabase = (name, options) => {
  const { default: Ringlite } = require('../lib/index') as { default: typeof OracleDatabase };
  return new Ringlite(name, { ...(nativeBinding && { nativeBinding }), ...options });
};
