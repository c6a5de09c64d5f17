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

/** Up to so many constants are compared one by one; more are found by a key. */
const MOST_SEARCHED = 16;
/** With more constants than these it is a statement of many rows, whose values need not be the same one. */
const MOST_SHARED = 4096;

/** The constants of one program, in the order of their first use. */
export class ConstantPool {
  readonly entries: Constant[] = [];
  /** Some entry is a function of the application. */
  callsHost = false;
  /** Number by key; made when there are many entries. */
  #numbers: Map<string, number> | null = null;

  get size(): number {
    return this.entries.length;
  }

  nullValue(): number {
    return this.#intern({ kind: 'null' });
  }

  /** Decimal or 0x text; the engine parses it. */
  integer(text: string): number {
    return this.#intern({ kind: 'integer', text });
  }

  real(text: string): number {
    return this.#intern({ kind: 'real', text });
  }

  string(text: string): number {
    return this.#intern({ kind: 'string', text });
  }

  blob(bytes: Uint8Array): number {
    return this.#intern({ kind: 'blob', bytes });
  }

  /** The first keyFieldCount fields decide equality; the rest is carried along. */
  keyInfo(fields: readonly KeyField[], keyFieldCount = fields.length): number {
    return this.#intern({ kind: 'keyInfo', keyFieldCount, fields });
  }

  function(reference: FunctionReference): number {
    if (reference.isHost) this.callsHost = true;
    return this.#intern({ kind: 'function', function: reference });
  }

  collation(collation: CollationName): number {
    return this.#intern({ kind: 'collation', collation });
  }

  intArray(values: readonly number[]): number {
    return this.#intern({ kind: 'intArray', values });
  }

  /** A subprogram of the whole statement, by its number. */
  subprogram(number: number): number {
    return this.#intern({ kind: 'subprogram', number });
  }

  vtab(vtab: VirtualTableReference): number {
    return this.#intern({ kind: 'vtab', vtab });
  }

  #intern(constant: Constant): number {
    const { entries } = this;
    const number = entries.length;
    if (number <= MOST_SEARCHED) {
      for (let i = 0; i < number; i++) if (isSame(entries[i]!, constant)) return i;
    } else if (number < MOST_SHARED || !isValue(constant)) {
      this.#numbers ??= new Map(entries.map((entry, i) => [keyOf(entry), i]));
      const key = keyOf(constant);
      const known = this.#numbers.get(key);
      if (known !== undefined) return known;
      this.#numbers.set(key, number);
    }
    entries.push(constant);
    return number;
  }
}

const isValue = ({ kind }: Constant): boolean =>
  kind === 'integer' || kind === 'real' || kind === 'string' || kind === 'blob';

/** Whether two constants are equal. */
function isSame(a: Constant, b: Constant): boolean {
  switch (a.kind) {
    case 'null':
      return b.kind === 'null';
    case 'integer':
    case 'real':
    case 'string':
      return b.kind === a.kind && b.text === a.text;
    case 'keyInfo':
      return b.kind === 'keyInfo' && b.keyFieldCount === a.keyFieldCount && areSameFields(a.fields, b.fields);
    case 'function':
      return b.kind === 'function' && isSameFunction(a.function, b.function);
    case 'collation':
      return b.kind === 'collation' && b.collation === a.collation;
    case 'subprogram':
      return b.kind === 'subprogram' && b.number === a.number;
    case 'blob':
    case 'intArray':
    case 'vtab':
      return b.kind === a.kind && keyOf(b) === keyOf(a);
  }
}

function areSameFields(a: readonly KeyField[], b: readonly KeyField[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (a[i]!.collation !== b[i]!.collation || a[i]!.flags !== b[i]!.flags) return false;
  }
  return true;
}

const isSameFunction = (a: FunctionReference, b: FunctionReference): boolean =>
  a.id === b.id && a.isHost === b.isHost && a.argumentCount === b.argumentCount && a.collation === b.collation;

/** A text that only equal constants have in common. */
function keyOf(constant: Constant): string {
  switch (constant.kind) {
    case 'null':
      return 'n';
    case 'integer':
      return 'i' + constant.text;
    case 'real':
      return 'r' + constant.text;
    case 'string':
      return 's' + constant.text;
    case 'blob': {
      const { buffer, byteOffset, byteLength } = constant.bytes;
      return 'b' + Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
    }
    case 'keyInfo': {
      let key = `k${constant.keyFieldCount}`;
      for (const field of constant.fields) key += `,${field.collation}${field.flags}`;
      return key;
    }
    case 'function': {
      const { id, isHost, argumentCount, collation } = constant.function;
      return `f${id},${isHost},${argumentCount},${collation}`;
    }
    case 'collation':
      return 'c' + constant.collation;
    case 'intArray':
      return 'a' + constant.values.join(',');
    case 'subprogram':
      return `p${constant.number}`;
    case 'vtab':
      return `v${JSON.stringify(constant.vtab)}`;
  }
}
