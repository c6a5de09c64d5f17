// Program: one compiled text, shared by all statements with that text on one connection, and the engine's statements
// that run it. A schema change recompiles it in place, so that statements never hold an outdated one.
import type { ParameterUse } from '../plan/known-parameters';
import { type RowMode, type RowShape, rowShape } from './row-decoder';
import type { NativeBinding } from './binding';
import { ALIAS_PREFIX, LITERAL_PREFIX, type LiteralTemplate } from './literal-template';
import { PlanVariants } from './plan-variants';
import { type ParameterList, parameterList, type SqlInput } from './parameters';

/** A result column and where its values come from; null for expressions. */
export interface ProgramColumn {
  readonly name: string;
  readonly column: string | null;
  readonly table: string | null;
  readonly database: string | null;
  readonly type: string | null;
}

/** A program's code, and the parameters that its plan depends on. */
export interface CompiledCode {
  readonly image: Uint8Array;
  readonly parameterUses: readonly ParameterUse[];
}

/** What the compiler made of a text. */
export interface CompiledProgram {
  /** Null: `code` makes it when the program is first run. */
  readonly image: Uint8Array | null;
  /** Of an image. */
  readonly parameterUses?: readonly ParameterUse[];
  readonly code?: () => CompiledCode;
  readonly columns: readonly ProgramColumn[];
  /** By index from 0, with their prefixes; null for `?`. */
  readonly parameterNames: readonly (string | null)[];
  readonly isReadonly: boolean;
  readonly callsHost: boolean;
  readonly changesSettings: boolean;
  readonly changesSchema: boolean;
}

/** Idle statements that one program keeps: more than that ran at once only by nesting or in abandoned iterators. */
const MAX_IDLE = 4;

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
    if (this.#idle.length >= MAX_IDLE && statement !== this.#original && this.#connection.isOpen)
      this.#native.finalize(statement);
    else this.#idle.push(statement);
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
const collected = new FinalizationRegistry<StatementPool | PlanVariants>((statements) => {
  statements.retire();
});

const NO_USES: readonly ParameterUse[] = [];
const NO_PARAMETERS = parameterList([]);

/** The result columns of one compilation: what a statement keeps of it until it runs the next. */
export class ColumnList {
  #columns: readonly ProgramColumn[] | null;
  readonly #original: ColumnList | null;
  readonly #slots: readonly number[];
  readonly #names: readonly string[];

  /** `columns`, or those of `original` with the names by their numbers in `slots`, -1 for its own. */
  constructor(
    columns: readonly ProgramColumn[] | null,
    original: ColumnList | null = null,
    slots: readonly number[] = NO_SLOTS,
    names: readonly string[] = NO_NAMES,
  ) {
    this.#columns = columns;
    this.#original = original;
    this.#slots = slots;
    this.#names = names;
  }

  get columns(): readonly ProgramColumn[] {
    return (this.#columns ??= this.#original!.columns.map((column, i) => {
      const slot = this.#slots[i]!;
      return slot < 0 ? column : { ...column, name: this.#names[slot]! };
    }));
  }
}

const NO_SLOTS: readonly number[] = [];
const NO_NAMES: readonly string[] = [];
const NO_COLUMNS = new ColumnList([]);

/** Number of what was taken out under this name, -1 for a name of the text. */
function partNumber(name: string | null, prefix: string): number {
  return name?.startsWith(prefix) === true ? Number(name.slice(prefix.length)) : -1;
}

export class Program {
  /** The text of this one statement, as a logger sees it. */
  readonly sql: string;
  /** Version of the connection's schema, functions and settings that this was compiled for. */
  version = -1;
  parameters: ParameterList = NO_PARAMETERS;
  isReadonly = true;
  callsHost = false;
  changesSettings = false;
  changesSchema = false;
  /** Null until the program is first run, when its code is made then. */
  pool: StatementPool | null = null;
  /** Plans by values of parameters; null when none matters, as for most programs. */
  plans: PlanVariants | null = null;
  #code: (() => CompiledCode) | null = null;
  columnCount = 0;
  /** What this one shares with texts that differ in literals and aliases only; null when compiled for itself. */
  template: Template | null = null;
  columnList = NO_COLUMNS;
  /** By number of what the template leaves out: literals, and names as written. */
  #values: readonly SqlInput[] = [];
  #names: readonly string[] = [];
  readonly #shapes: (RowShape | undefined)[] = [];
  #isOutOfCache = false;

  constructor(sql: string) {
    this.sql = sql;
  }

  /** `sql`, with these parts, on this template. */
  static instantiate(sql: string, template: Template, parts: LiteralTemplate): Program {
    const program = new Program(sql);
    program.template = template;
    program.#values = parts.values;
    program.#names = parts.names;
    program.adopt(template);
    return program;
  }

  /** Takes over the template's compilation. */
  adopt(template: Template): void {
    const { program, nameSlots } = template;
    this.version = program.version;
    this.columnCount = program.columnCount;
    this.columnList =
      nameSlots === null ? program.columnList : new ColumnList(null, program.columnList, nameSlots, this.#names);
    this.isReadonly = program.isReadonly;
    this.callsHost = program.callsHost;
    this.changesSettings = program.changesSettings;
    this.changesSchema = program.changesSchema;
    this.pool = program.pool;
    this.plans = program.plans;
    this.parameters = template.callerParameters;
    this.#shapes.length = 0;
  }

  /** From now on compiled for itself. */
  leaveTemplate(): void {
    this.template = null;
    this.pool = null;
    this.plans = null;
    this.columnList = NO_COLUMNS;
  }

  /** The caller's values with the literals of the text among them, as the engine's parameters. */
  withLiterals(values: readonly SqlInput[]): readonly SqlInput[] {
    if (this.template === null) return values;
    const literals = this.#values;
    let next = 0;
    return this.template.literalSlots.map((slot) => (slot < 0 ? values[next++] : literals[slot]));
  }

  /** The cache doesn't hold it (any more): its statements are given up when it is collected. */
  leaveCache(): void {
    if (this.#isOutOfCache || this.template !== null) return;
    this.#isOutOfCache = true;
    if (this.pool !== null) collected.register(this, this.pool);
    if (this.plans !== null) collected.register(this, this.plans);
  }

  /** Runs no more. */
  retire(): void {
    this.pool?.retire();
    this.plans?.retire();
  }

  /** Takes over another compilation of the same text. */
  update(compiled: CompiledProgram, version: number, pool: StatementPool | null): void {
    this.retire();
    this.#take(pool, compiled.parameterUses ?? NO_USES);
    this.#code = compiled.code ?? null;
    this.version = version;
    this.columnCount = compiled.columns.length;
    this.columnList = new ColumnList(compiled.columns);
    this.parameters = compiled.parameterNames.length === 0 ? NO_PARAMETERS : parameterList(compiled.parameterNames);
    this.isReadonly = compiled.isReadonly;
    this.callsHost = compiled.callsHost;
    this.changesSettings = compiled.changesSettings;
    this.changesSchema = compiled.changesSchema;
    this.#shapes.length = 0;
  }

  #take(pool: StatementPool | null, uses: readonly ParameterUse[]): void {
    this.pool = pool;
    this.plans = uses.length > 0 ? new PlanVariants(uses) : null;
    if (!this.#isOutOfCache) return;
    if (pool !== null) collected.register(this, pool);
    if (this.plans !== null) collected.register(this, this.plans);
  }

  /** Makes the code that was left for the first run. When that fails the text is compiled again next time. */
  realize(load: (image: Uint8Array) => StatementPool): void {
    if (this.pool !== null) return;
    const { version, template } = this;
    const code = this.#code;
    this.version = -1;
    this.#code = null;
    if (template !== null) {
      template.program.realize(load);
      this.pool = template.program.pool;
      this.plans = template.program.plans;
    } else if (code !== null) {
      const { image, parameterUses } = code();
      this.#take(load(image), parameterUses);
    }
    this.version = version;
  }

  shape(mode: RowMode, safeIntegers: boolean): RowShape {
    const { template } = this;
    if (template !== null && template.nameSlots === null) return template.program.shape(mode, safeIntegers);
    const index = mode * 2 + (safeIntegers ? 1 : 0);
    return (this.#shapes[index] ??= rowShape(this.columnList.columns, mode, safeIntegers));
  }
}

/** The program under one key, and how the texts with that key use it. */
export class Template {
  readonly text: string;
  readonly limit: LiteralTemplate['limit'];
  readonly program: Program;
  /** By parameter: the number of the literal that goes there, -1 for the caller's values. */
  literalSlots: readonly number[] = [];
  callerParameters = NO_PARAMETERS;
  /** By column: the number of its alias or literal, -1 for columns with a name of their own; null when all have one. */
  nameSlots: readonly number[] | null = null;

  constructor({ text, limit }: LiteralTemplate) {
    this.text = text;
    this.limit = limit;
    this.program = new Program(text);
  }

  update(compiled: CompiledProgram, version: number, pool: StatementPool | null): void {
    const { parameterNames, columns } = compiled;
    this.program.update(compiled, version, pool);
    this.literalSlots = parameterNames.map((name) => partNumber(name, LITERAL_PREFIX));
    const own = parameterNames.filter((_name, index) => this.literalSlots[index] === -1);
    this.callerParameters = own.length === 0 ? NO_PARAMETERS : parameterList(own);
    const slots = columns.map(({ name }) => Math.max(partNumber(name, ALIAS_PREFIX), partNumber(name, LITERAL_PREFIX)));
    this.nameSlots = slots.some((slot) => slot >= 0) ? slots : null;
  }

  leaveCache(): void {
    this.program.leaveCache();
  }
}
