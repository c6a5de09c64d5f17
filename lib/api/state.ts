// The checks that most methods begin with, and how a Database finds its connection.
import type { Connection } from '../session/connection';

/** Key of a Database's connection: a symbol, so that it is neither enumerable nor reachable by name. */
export const connectionKey: unique symbol = Symbol('connection');

export interface HasConnection {
  readonly [connectionKey]: Connection;
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
