// Virtual tables that the user defines with db.table(): what the planner is told about them, and their scans.
//
// Invariant: the generator runs exactly as far as the rows that were asked for; a scan that is given up never resumes it.
import type { ConnectedTable, IndexChoice, IndexRequest } from '../catalog/virtual-table';
import { foldName } from '../catalog/names';
import { defaultLimits } from '../resolve/options';
import { SqlError } from '../syntax/sql-error';
import type { HostRows, HostScan, HostTable } from './host-scan';
import type { SqlInput, SqlOutput } from './parameters';

/** A table definition whose parts have been checked. */
export interface TableDefinition {
  readonly columns: readonly string[];
  /** Hidden columns, before the others. */
  readonly parameters: readonly string[];
  readonly rows: (...args: unknown[]) => Iterable<unknown>;
  /** Undefined: as the connection. */
  readonly safeIntegers: boolean | undefined;
  readonly directOnly: boolean;
}

/** So high that the generator runs in an inner loop only when it must. */
const ROWS_WITHOUT_ARGUMENTS = 1_000_000_000;

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** What the compiler is told about the table. @throws SqlError when SQL doesn't allow such columns */
export function connectUserTable(table: string, definition: TableDefinition, hostNumber: number): ConnectedTable {
  const { parameters, columns, directOnly } = definition;
  const names = new Set([...parameters, ...columns].map(foldName));
  const count = parameters.length + columns.length;
  if (names.size < count || count > defaultLimits.columns)
    throw new SqlError(`failed to declare virtual table "${table}"`);
  const list = [...parameters.map((name) => `${identifier(name)} HIDDEN`), ...columns.map(identifier)];
  return {
    declaration: `CREATE TABLE x(${list.join(', ')});`,
    risk: directOnly ? 'directOnly' : 'normal',
    hostNumber,
    bestIndex: (request) => bestIndex(parameters, request),
  };
}

/** Bit i of the plan: parameter i is given. A plan that would lose an argument is none. */
function bestIndex(parameters: readonly string[], { constraints }: IndexRequest): IndexChoice | null {
  const given = new Map<number, number>();
  for (const [position, { column, operator, usable }] of constraints.entries()) {
    if (column < 0 || column >= parameters.length) continue;
    if (operator !== '=') {
      const name = parameters[column]!;
      throw new SqlError(`virtual table parameter "${name}" can only be constrained by the '=' operator`);
    }
    if (!usable) return null;
    if (!given.has(column)) given.set(column, position);
  }
  const inOrder = [...given].sort(([a], [b]) => a - b);
  const size = Math.floor(ROWS_WITHOUT_ARGUMENTS / (inOrder.length + 1));
  return {
    number: inOrder.reduce((plan, [column]) => plan | (1 << column), 0),
    arguments: inOrder.map(([, position]) => position),
    ordered: false,
    cost: size,
    rows: size,
  };
}

/** `name` is the module's as it was defined, `written` as a statement named it. */
export function userTable(
  name: string,
  written: string,
  definition: TableDefinition,
  safeIntegers: boolean,
): HostTable {
  const { parameters, columns } = definition;
  const shape: RowShape = {
    name,
    written,
    definition,
    numbers: new Map(columns.map((column, i) => [column, parameters.length + i])),
  };
  const host: HostTable = {
    columnCount: parameters.length + columns.length,
    safeIntegers,
    isUserCode: true,
    scan: (plan, args) => new UserScan(host, shape, plan, args),
  };
  return host;
}

interface RowShape {
  readonly name: string;
  readonly written: string;
  readonly definition: TableDefinition;
  /** Column numbers by name. */
  readonly numbers: ReadonlyMap<string, number>;
}

class UserScan implements HostScan {
  readonly table: HostTable;
  readonly #shape: RowShape;
  /** Null when an argument is NULL: such a scan has no rows. */
  readonly #args: readonly unknown[] | null;
  /** The row: the arguments, then the columns. The same array for every row. */
  readonly #row: unknown[];
  #iterator: Iterator<unknown, unknown> | null = null;
  /** The iterator's method, read once. */
  #next: ((this: Iterator<unknown, unknown>) => unknown) | null = null;

  constructor(table: HostTable, shape: RowShape, plan: number, args: readonly SqlOutput[]) {
    this.table = table;
    this.#shape = shape;
    const { parameters, columns } = shape.definition;
    let used = 0;
    const all = parameters.map((_, i) => ((plan & (1 << i)) === 0 ? undefined : args[used++]));
    this.#args = all.includes(null) ? null : all;
    // The generator may change the buffers that it gets.
    const shown = all.map((value) => (Buffer.isBuffer(value) ? Buffer.from(value) : value));
    this.#row = [...shown, ...columns.map(() => null)];
  }

  next(): HostRows {
    if (this.#args === null) return 'end';
    if (this.#iterator === null) {
      const { rows } = this.#shape.definition;
      this.#iterator = rows(...this.#args)[Symbol.iterator]();
      this.#next = Reflect.get(this.#iterator, 'next') as () => unknown;
    }
    const result = this.#next!.call(this.#iterator);
    if (typeof result !== 'object' || result === null) {
      throw new TypeError(`Iterator result ${String(result)} is not an object`);
    }
    const { done, value } = result as { done?: unknown; value?: unknown };
    if (done) return 'end';
    try {
      this.#take(value);
    } catch (error) {
      closeIterator(this.#iterator);
      throw error;
    }
    const row = this.#row;
    return row.every(isSqlValue) ? row : 'byColumn';
  }

  column(number: number): SqlInput {
    const value = this.#row[number];
    if (isSqlValue(value)) return value;
    const prefix = `Virtual table module "${this.#shape.name}" yielded`;
    if (typeof value === 'bigint') throw new RangeError(`${prefix} a bigint that was too big`);
    throw new TypeError(`${prefix} an invalid value`);
  }

  #take(row: unknown): void {
    if (Array.isArray(row)) this.#takeArray(row);
    else if (typeof row === 'object' && row !== null) this.#takeObject(row as Record<string, unknown>);
    else throw new TypeError(`${this.#yielded()} something that isn't a valid row object`);
  }

  #takeArray(row: readonly unknown[]): void {
    const { columns, parameters } = this.#shape.definition;
    if (row.length !== columns.length)
      throw new TypeError(`${this.#yielded()} a row with an incorrect number of columns`);
    for (let i = 0; i < columns.length; i++) this.#row[parameters.length + i] = row[i];
  }

  #takeObject(row: Record<string, unknown>): void {
    const { numbers } = this.#shape;
    let count = 0;
    for (const key of Object.keys(row)) {
      const number = numbers.get(key);
      if (number === undefined) throw new TypeError(`${this.#yielded()} a row with an undeclared column "${key}"`);
      this.#row[number] = row[key];
      count++;
    }
    if (count !== numbers.size) throw new TypeError(`${this.#yielded()} a row with missing columns`);
  }

  #yielded(): string {
    return `Virtual table module "${this.#shape.written}" yielded`;
  }
}

/** As a for-of loop does when its body throws: what closing throws is lost. */
function closeIterator(iterator: Iterator<unknown>): void {
  try {
    iterator.return?.();
  } catch {
    // The error that the row had is the one to report.
  }
}

function isSqlValue(value: unknown): value is SqlInput {
  switch (typeof value) {
    case 'number':
    case 'string':
    case 'undefined':
      return true;
    case 'bigint':
      return BigInt.asIntN(64, value) === value;
    case 'object':
      return value === null || ArrayBuffer.isView(value);
    default:
      return false;
  }
}
