// The engines that suites compare: Ringlite, real SQLite as better-sqlite3 builds it (the oracle).
import OracleDatabase from 'better-sqlite3';

export type Database = OracleDatabase.Database;
export type Statement = OracleDatabase.Statement;
export type OpenDatabase = (name: string, options?: OracleDatabase.Options) => Database;

export const openOracle: OpenDatabase = (name, options) => new OracleDatabase(name, options);

/** Another build of the addon, e.g. one with sanitizers (scripts/sanitize.ts). */
const nativeBinding = process.env['RINGLITE_NATIVE_BINDING'];

const open = (Ringlite: typeof OracleDatabase, name: string, options: OracleDatabase.Options | undefined): Database =>
  new Ringlite(name, { ...(nativeBinding && { nativeBinding }), ...options });

/** Loads the addon on first use, so that tools that only ask the oracle need no build. */
export const openRinglite: OpenDatabase = (name, options) =>
  open((require('../lib/index') as { default: typeof OracleDatabase }).default, name, options);

/** The package as users load it (`npm run build`): for suites that report times, as code that is translated on the fly is slower. */
export const openBuilt: OpenDatabase = (name, options) =>
  open(require('../dist/index.cjs') as typeof OracleDatabase, name, options);
