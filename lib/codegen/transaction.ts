/**
 * BEGIN, COMMIT, ROLLBACK, SAVEPOINT, RELEASE.
 *
 * Owns: nothing but their few instructions; the errors ("no transaction is active") are the engine's.
 */
import type {
  BeginStatement,
  CommitStatement,
  ReleaseStatement,
  RollbackStatement,
  SavepointStatement,
} from '../syntax/ast';
import type { CodegenContext } from './context';

type TransactionStatement =
  BeginStatement | CommitStatement | RollbackStatement | SavepointStatement | ReleaseStatement;

/** p1 of Savepoint. */
const savepointActions = { open: 0, release: 1, rollback: 2 } as const;
/** p2 of Transaction. */
const lockKinds = { read: 0, write: 1, exclusive: 2 } as const;

/** Code of a transaction statement. */
export function compileTransaction(ctx: CodegenContext, statement: TransactionStatement): void {
  const { program } = ctx;
  const savepoint = (action: number, name: string): void => {
    program.emit('Savepoint', action, 0, 0, program.string(name));
  };
  switch (statement.kind) {
    case 'begin':
      if (statement.mode !== 'deferred') codeLocks(ctx, statement.mode);
      program.emit('AutoCommit', 0, 0);
      return;
    case 'commit':
      program.emit('AutoCommit', 1, 0);
      return;
    case 'rollback':
      if (statement.savepoint === null) program.emit('AutoCommit', 1, 1);
      else savepoint(savepointActions.rollback, statement.savepoint.name);
      return;
    case 'savepoint':
      savepoint(savepointActions.open, statement.name.name);
      return;
    case 'release':
      savepoint(savepointActions.release, statement.name.name);
  }
}

/** p3 of Transaction: a read-only database is locked for reading. */
const READ_IF_READONLY = 1;

/** BEGIN IMMEDIATE and EXCLUSIVE take their locks on all open databases at once. */
function codeLocks(ctx: CodegenContext, mode: 'immediate' | 'exclusive'): void {
  const kind = mode === 'exclusive' ? lockKinds.exclusive : lockKinds.write;
  for (const { number, file } of ctx.schema.databases) {
    if (file !== null) ctx.program.emit('Transaction', number, kind, READ_IF_READONLY);
  }
}
