// The checks that most methods begin with, and how a Database finds its connection.
import type { Connection } from '../session/connection';

/** Key of a Database's connection: a symbol, so that it is neither enumerable nor reachable by name; without a description, as
 * messages about wrong receivers show it. */
export const connectionKey: unique symbol = Symbol();

export interface HasConnection {
  readonly [connectionKey]: Connection;
}

/** The connection of the receiver of `method`; of anything but a Database V8's words, as better-sqlite3 runs into them. */
export function connectionOf(database: HasConnection, method: string): Connection {
  const connection = database[connectionKey] as Connection | undefined;
  if (connection === undefined) throw new TypeError(`Cannot read properties of undefined (reading '${method}')`);
  return connection;
}

/** The name of a function, which bundlers change. */
export function setName(fn: object, name: string): void {
  Object.defineProperty(fn, 'name', { value: name, configurable: true });
}

const BUSY = 'This database connection is busy executing a query';

export function requireOpen(connection: Connection): void {
  if (!connection.isOpen) throw new TypeError('The database connection is not open');
}

/** Fails inside of user functions and loggers, which run in the middle of a statement. */
export function requireIdle(connection: Connection): void {
  if (connection.isBusy) throw new TypeError(BUSY);
}

export function requireNoIterators(connection: Connection): void {
  if (connection.openIterators !== 0) throw new TypeError(BUSY);
}

export function requireNoIteratorsUnlessUnsafe(connection: Connection): void {
  if (!connection.unsafeMode) requireNoIterators(connection);
}
