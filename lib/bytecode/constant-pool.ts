// The constant pool of one program: everything an instruction refers to by p4 index.
// Owns interning (equal constants share one entry) and the in-memory form of each kind; the byte layout is image.ts's
// business. Knows nothing of SQL: function and collation numbers arrive as numbers.

import type { CollationName } from '../../spec/collations';

/** Sort flags of a key field. */
export const SORT_DESCENDING = 1;
export const SORT_BIG_NULLS = 2;

/** One column of a key: how it compares and which way it sorts. */
export interface KeyField {
  readonly collation: CollationName;
  /** SORT_DESCENDING | SORT_BIG_NULLS */
  readonly flags: number;
}

/** A function as an instruction names it: a built-in of spec/functions, or the host function of that number. */
export interface FunctionReference {
  readonly id: number;
  readonly isHost: boolean;
  readonly argumentCount: number;
  /** The collation that min(), max(), nullif()... compare with. */
  readonly collation: CollationName;
}

/** A virtual table as an instruction names it. */
export interface VirtualTableReference {
  readonly module: string;
  /** Number of the module among the connection's host modules, or -1 for a native one. */
  readonly hostModule: number;
  /** Arguments of CREATE VIRTUAL TABLE: module, schema and table name first, as xCreate gets them. */
  readonly arguments: readonly string[];
}

export type Constant =
  | { readonly kind: 'null' }
  | { readonly kind: 'integer'; readonly text: string }
  | { readonly kind: 'real'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'blob'; readonly bytes: Uint8Array }
  | { readonly kind: 'keyInfo'; readonly keyFieldCount: number; readonly fields: readonly KeyField[] }
  | { readonly kind: 'function'; readonly function: FunctionReference }
  | { readonly kind: 'collation'; readonly collation: CollationName }
  | { readonly kind: 'intArray'; readonly values: readonly number[] }
  | { readonly kind: 'subprogram'; readonly number: number }
  | { readonly kind: 'vtab'; readonly vtab: VirtualTableReference };

/** The constants of one program, in the order of their first use. */
export class ConstantPool {
  readonly entries: Constant[] = [];
  readonly #numbers = new Map<string, number>();

  get size(): number {
    return this.entries.length;
  }

  nullValue(): number {
    return this.#intern('n', () => ({ kind: 'null' }));
  }

  /** Decimal or 0x text; the engine parses it. */
  integer(text: string): number {
    return this.#intern('i' + text, () => ({ kind: 'integer', text }));
  }

  real(text: string): number {
    return this.#intern('r' + text, () => ({ kind: 'real', text }));
  }

  string(text: string): number {
    return this.#intern('s' + text, () => ({ kind: 'string', text }));
  }

  blob(bytes: Uint8Array): number {
    return this.#intern('b' + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'), () => ({
      kind: 'blob',
      bytes,
    }));
  }

  /** The first keyFieldCount fields decide equality; the rest is carried along. */
  keyInfo(fields: readonly KeyField[], keyFieldCount = fields.length): number {
    let key = `k${keyFieldCount}`;
    for (const field of fields) key += `,${field.collation}${field.flags}`;
    return this.#intern(key, () => ({ kind: 'keyInfo', keyFieldCount, fields }));
  }

  function(reference: FunctionReference): number {
    const { id, isHost, argumentCount, collation } = reference;
    return this.#intern(`f${id},${isHost},${argumentCount},${collation}`, () => ({
      kind: 'function',
      function: reference,
    }));
  }

  collation(collation: CollationName): number {
    return this.#intern('c' + collation, () => ({ kind: 'collation', collation }));
  }

  intArray(values: readonly number[]): number {
    return this.#intern('a' + values.join(','), () => ({ kind: 'intArray', values }));
  }

  /** A subprogram of the whole statement, by its number. */
  subprogram(number: number): number {
    return this.#intern(`p${number}`, () => ({ kind: 'subprogram', number }));
  }

  vtab(vtab: VirtualTableReference): number {
    return this.#intern(`v${JSON.stringify(vtab)}`, () => ({ kind: 'vtab', vtab }));
  }

  #intern(key: string, make: () => Constant): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.entries.length;
    this.entries.push(make());
    this.#numbers.set(key, number);
    return number;
  }
}
