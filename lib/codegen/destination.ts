/**
 * Where the rows of a SELECT go. Owns: the type only; select.ts delivers.
 */

/** The Bloom filter of a set in the making. */
export interface SetFilter {
  readonly register: number;
  /** The keys are put into it: not where they come from a sorter. */
  isFilled: boolean;
}

export type Destination =
  /** ResultRow: to the user. */
  | { readonly kind: 'output' }
  /** Rows into the registers from `first`, then Yield. With first 0 the select chooses them and reports them. */
  | { readonly kind: 'coroutine'; readonly yieldRegister: number; readonly first: number }
  /** Appended to the ephemeral rowid table under `cursor`. */
  | { readonly kind: 'table'; readonly cursor: number }
  /** Entered into the ephemeral index under `cursor`, after applying `affinity` (one character a column), and into `filter`. */
  | { readonly kind: 'set'; readonly cursor: number; readonly affinity: string; readonly filter: SetFilter | null }
  /** Taken out of the ephemeral index under `cursor`. */
  | { readonly kind: 'except'; readonly cursor: number }
  /** The first row into the registers from `first`. The caller loads NULLs before and limits the query to one row. */
  | { readonly kind: 'scalar'; readonly first: number }
  /** 1 into `register` if there is a row. */
  | { readonly kind: 'exists'; readonly register: number }
  /** The queue of a recursive common table; `distinct` holds the rows seen so far or is -1. */
  | { readonly kind: 'queue'; readonly emit: (first: number, count: number) => void }
  /** Code of the caller's own for each row, in the registers from `first`. */
  | { readonly kind: 'each'; readonly emit: (first: number, count: number) => void }
  /** Evaluated for side effects and errors only (SELECT in a trigger). */
  | { readonly kind: 'discard' };
