// Program: one compiled text, shared by all statements with that text on one connection, and the engine's statements
// that run it. A schema change recompiles it in place, so that statements never hold an outdated one.
import { type RowMode, type RowShape, rowShape } from './row-decoder';
import type { NativeBinding } from './binding';
import { LITERAL_PREFIX } from './literal-template';
import { type ParameterList, parameterList, type SqlInput } from './parameters';

/** A result column and where its values come from; null for expressions. */
export interface ProgramColumn {
  readonly name: string;
  readonly column: string | null;
  readonly table: string | null;
  readonly database: string | null;
  readonly type: string | null;
}

/** What the compiler made of a text. */
export interface CompiledProgram {
  readonly image: Uint8Array;
  readonly columns: readonly ProgramColumn[];
  /** By index from 0, with their prefixes; null for `?`. */
  readonly parameterNames: readonly (string | null)[];
  readonly isReadonly: boolean;
  readonly callsHost: boolean;
  readonly changesSettings: boolean;
}

/** The engine's statements of one version of a program. Idle ones are reused; each load after the first is a clone. */
export class StatementPool {
  readonly #native: NativeBinding;
  readonly #idle: number[] = [];
  readonly #original: number;
  #busyCount = 0;
  #isRetired = false;
  readonly #connection: { readonly isOpen: boolean };

  /** `original`: the statement made by load(). `connection` tells whether its numbers still mean anything. */
  constructor(native: NativeBinding, original: number, connection: { readonly isOpen: boolean }) {
    this.#native = native;
    this.#original = original;
    this.#connection = connection;
    this.#idle.push(original);
  }

  /** A statement for one run, -1 when out of memory. */
  acquire(): number {
    this.#busyCount++;
    return this.#idle.pop() ?? this.#native.clone(this.#original);
  }

  release(statement: number): void {
    this.#busyCount--;
    this.#idle.push(statement);
    if (this.#isRetired) this.retire();
  }

  /** No more runs: gives up the idle statements, and those in use when they come back. */
  retire(): void {
    this.#isRetired = true;
    if (this.#busyCount > 0) return;
    const statements = this.#idle.splice(0);
    if (this.#connection.isOpen) for (const statement of statements) this.#native.finalize(statement);
  }
}

/** Programs outside of the cache that nobody holds any more free their pool. */
const collected = new FinalizationRegistry<StatementPool>((pool) => {
  pool.retire();
});

export class Program {
  /** The text of this one statement, as a logger sees it. */
  readonly sql: string;
  /** Version of the connection's schema, functions and settings that this was compiled for. */
  version = -1;
  columns: readonly ProgramColumn[] = [];
  parameters: ParameterList = parameterList([]);
  isReadonly = true;
  callsHost = false;
  changesSettings = false;
  pool: StatementPool | null = null;
  /** The program that this one shares with texts that differ in literals only; null when compiled for itself. */
  template: Program | null = null;
  #literals: readonly SqlInput[] = [];
  /** Of a template, by parameter: the number of the literal that goes there, -1 for the caller's values. */
  #literalSlots: number[] = [];
  readonly #shapes: (RowShape | undefined)[] = [];
  #isOutOfCache = false;

  constructor(sql: string) {
    this.sql = sql;
  }

  /** `sql` on the program of this template. */
  instantiate(sql: string, literals: readonly SqlInput[]): Program {
    const program = new Program(sql);
    program.template = this;
    program.#literals = literals;
    program.adopt();
    return program;
  }

  /** Takes over the current compilation of the template. */
  adopt(): void {
    const { template } = this;
    if (template === null) return;
    this.version = template.version;
    this.columns = template.columns;
    this.isReadonly = template.isReadonly;
    this.callsHost = template.callsHost;
    this.changesSettings = template.changesSettings;
    this.pool = template.pool;
    const { names } = template.parameters;
    this.parameters = parameterList(names.filter((_name, index) => template.#literalSlots[index] === -1));
  }

  /** The caller's values with the literals of the text among them, as the engine's parameters. */
  withLiterals(values: readonly SqlInput[]): readonly SqlInput[] {
    if (this.template === null) return values;
    let next = 0;
    return this.template.#literalSlots.map((slot) => (slot < 0 ? values[next++] : this.#literals[slot]));
  }

  /** The cache doesn't hold it (any more): its statements are given up when it is collected. */
  leaveCache(): void {
    if (this.#isOutOfCache || this.template !== null) return;
    this.#isOutOfCache = true;
    if (this.pool !== null) collected.register(this, this.pool);
  }

  get columnCount(): number {
    return this.columns.length;
  }

  /** Takes over another compilation of the same text. */
  update(compiled: CompiledProgram, version: number, pool: StatementPool): void {
    this.pool?.retire();
    this.pool = pool;
    if (this.#isOutOfCache) collected.register(this, pool);
    this.version = version;
    this.columns = compiled.columns;
    this.parameters = parameterList(compiled.parameterNames);
    this.#literalSlots = compiled.parameterNames.map((name) =>
      name?.startsWith(LITERAL_PREFIX) ? Number(name.slice(LITERAL_PREFIX.length)) : -1,
    );
    this.isReadonly = compiled.isReadonly;
    this.callsHost = compiled.callsHost;
    this.changesSettings = compiled.changesSettings;
    this.#shapes.length = 0;
  }

  shape(mode: RowMode, safeIntegers: boolean): RowShape {
    if (this.template !== null) return this.template.shape(mode, safeIntegers);
    const index = mode * 2 + (safeIntegers ? 1 : 0);
    return (this.#shapes[index] ??= rowShape(this.columns, mode, safeIntegers));
  }
}
