/**
 * Common tables: which ones a name in FROM can mean.
 *
 * Owns: the stack of WITH clauses in sight. A common table's query is bound anew at each use; all uses share one
 * CommonTableUse, by which code generation materializes it once.
 */
import { foldName } from '../catalog/names';
import type * as Ast from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import type { Binder } from './binder';
import type { CommonTableUse, RecursiveSource } from './ir';

export interface CommonTableEntry {
  readonly syntax: Ast.CommonTable;
  readonly frame: WithFrame;
  readonly use: CommonTableUse;
  /** Set while the table is being bound: what a reference to it from inside means. */
  problem: string | null;
  /** Set while the recursive cores are being bound. */
  recursive: RecursiveUse | null;
}

/** The recursive reference while its core is being bound. */
export interface RecursiveUse {
  /** FROM items that are the recursive reference, by syntax. */
  readonly references: ReadonlySet<Ast.FromItem>;
  readonly makeSource: (alias: string | null) => RecursiveSource;
}

export interface WithFrame {
  readonly tables: ReadonlyMap<string, CommonTableEntry>;
  readonly parent: WithFrame | null;
}

/** Puts a WITH clause in sight. The caller restores binder.withFrame. */
export function pushWith(binder: Binder, syntax: Ast.WithClause): void {
  const tables = new Map<string, CommonTableEntry>();
  const frame: WithFrame = { tables, parent: binder.withFrame };
  for (const table of syntax.tables) {
    const key = foldName(table.name.name);
    if (tables.has(key)) throw new SqlError(`duplicate WITH table name: ${table.name.name}`, table.start);
    tables.set(key, {
      syntax: table,
      frame,
      use: { name: table.name.name, materialized: table.materialized, uses: 0 },
      problem: null,
      recursive: null,
    });
  }
  binder.withFrame = frame;
}

/** The innermost common table of that name. */
export function findCommonTable(binder: Binder, name: string): CommonTableEntry | null {
  const key = foldName(name);
  for (let frame = binder.withFrame; frame; frame = frame.parent) {
    const entry = frame.tables.get(key);
    if (entry) return entry;
  }
  return null;
}
