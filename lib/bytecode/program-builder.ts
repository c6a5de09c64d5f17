// Builds one bytecode program: instructions, jump labels, registers, cursors, constants, setup code.
// Owns the mechanics of emission; knows nothing of SQL, schemas or plans.
//
// Invariants:
// - Address 0 is Init. It jumps to the setup section at the end of the program when there is one (transactions, hoisted
//   constants), which then goes back to address 1.
// - An operand that is a Label is patched by finish(); no instruction with a Label survives it.
// - Subprograms (triggers, foreign key actions) have registers, cursors and constants of their own, and one number in the
//   whole statement, so that a recursive trigger can name itself.
import type { OpcodeName } from '../../spec/opcodes';
import { opcodeNumbers } from '../../spec/opcodes';
import { ConstantPool, type FunctionReference, type KeyField } from './constant-pool';
import { encodeProgram, type ProgramCode } from './image';
import { RegisterAllocator } from './registers';

/** A jump target not yet known. Usable as p1, p2 or p3 wherever the opcode takes an address. */
export type Label = number;

/** Labels are LABEL_BASE - n: below every operand that an instruction other than Integer can have. */
const LABEL_BASE = -0x40000000;
const WORDS = 6;
const UNPLACED = -1;
/** Image of a subprogram: it is part of the outermost program's. */
const NO_IMAGE: Uint8Array = new Uint8Array(0);
const NO_INSTRUCTIONS: readonly number[] = [];
const FIRST_WORDS = WORDS * 512;
/** Buffers of instructions that finished builders gave back: making one costs more than the code of a short program. */
const idleBuffers: Int32Array[] = [];

/** A line of EXPLAIN QUERY PLAN. */
export interface PlanNode {
  readonly id: number;
  readonly parent: number;
  /** Of the instruction that follows. */
  readonly address: number;
  /** Estimated cost of a run, for loops; 0 for other lines. */
  readonly cost: number;
  readonly detail: string;
}

/** What finish() gives: the encoded image and what is shown of the program. */
export interface FinishedProgram {
  /** Valid until the next program is finished: all share one buffer. */
  readonly image: Uint8Array;
  readonly pool: ConstantPool;
  /** Six words an instruction: op, p1, p2, p3, p4, p5. Only of explained programs. */
  readonly instructions: readonly number[];
  /** Only of explained programs. */
  readonly planNodes: readonly PlanNode[];
  readonly subprograms: readonly FinishedProgram[];
}

const NOT_EXPLAINED: PlanNode = { id: 0, parent: 0, address: 0, cost: 0, detail: '' };

export class ProgramBuilder {
  readonly pool = new ConstantPool();
  readonly registers = new RegisterAllocator();
  readonly planNodes: PlanNode[] = [];
  /** Highest parameter number in use. */
  parameterCount = 0;
  /** programFlags of spec/program.ts. */
  flags = 0;
  /** In a subprogram: number of its trigger from 1, equal for all its variants. */
  trigger = 0;
  /** The lines of EXPLAIN QUERY PLAN and the instructions of EXPLAIN are wanted. */
  isExplained = true;

  /** Instructions, six numbers each. */
  #words: Int32Array = idleBuffers.pop() ?? new Int32Array(FIRST_WORDS);
  #count = 0;
  #cursorCount = 0;
  readonly #labels: number[] = [];
  readonly #setup: (() => void)[] = [];
  #isInSetup = false;
  readonly #integers = new Map<number, number>();
  readonly #subprograms: ProgramBuilder[];
  #planParent = 0;

  constructor(parent?: ProgramBuilder) {
    this.#subprograms = parent ? parent.#subprograms : [];
    this.emit('Init', 0, 1, 0);
  }

  // --- instructions -------------------------------------------------------------------------------------------------

  /** Address of the next instruction. */
  get here(): number {
    return this.#count;
  }

  /** Appends an instruction and returns its address. p4 is a pool index, -1 for none, or a count where the opcode says so. */
  emit(op: OpcodeName, p1 = 0, p2 = 0, p3 = 0, p4 = -1, p5 = 0): number {
    const address = this.#count++;
    const at = address * WORDS;
    if (at === this.#words.length) this.#grow();
    const words = this.#words;
    words[at] = opcodeNumbers[op];
    words[at + 1] = p1;
    words[at + 2] = p2;
    words[at + 3] = p3;
    words[at + 4] = p4;
    words[at + 5] = p5;
    return address;
  }

  #grow(): void {
    const larger = new Int32Array(this.#words.length * 2);
    larger.set(this.#words);
    this.#words = larger;
  }

  /** Operand number `operand` (1..5) of an instruction. */
  operand(address: number, operand: 1 | 2 | 3 | 4 | 5): number {
    return this.#words[address * WORDS + operand]!;
  }

  setOperand(address: number, operand: 1 | 2 | 3 | 4 | 5, value: number): void {
    this.#words[address * WORDS + operand] = value;
  }

  /** Replaces an instruction, which keeps its address. */
  replace(address: number, op: OpcodeName, p1 = 0, p2 = 0, p3 = 0, p4 = -1, p5 = 0): void {
    const at = address * WORDS;
    const words = this.#words;
    words[at] = opcodeNumbers[op];
    words[at + 1] = p1;
    words[at + 2] = p2;
    words[at + 3] = p3;
    words[at + 4] = p4;
    words[at + 5] = p5;
  }

  /** Turns an instruction emitted as a provision into one that does nothing. */
  erase(address: number): void {
    this.replace(address, 'Noop');
  }

  /** True when the instruction at `address` is an `op`. */
  isOpcode(address: number, op: OpcodeName): boolean {
    return this.#words[address * WORDS] === opcodeNumbers[op];
  }

  setLastP5(value: number): void {
    this.setOperand(this.#count - 1, 5, value);
  }

  /** Makes the jump (p2) of an instruction go to the next address. */
  jumpHere(address: number): void {
    this.setOperand(address, 2, this.#count);
  }

  // --- labels -------------------------------------------------------------------------------------------------------

  label(): Label {
    this.#labels.push(UNPLACED);
    return LABEL_BASE - (this.#labels.length - 1);
  }

  /** The label means the next address from now on. A label is placed once. */
  place(label: Label): void {
    this.#labels[LABEL_BASE - label] = this.#count;
  }

  isPlaced(label: Label): boolean {
    return this.#labels[LABEL_BASE - label] !== UNPLACED;
  }

  goto(target: Label): number {
    return this.emit('Goto', 0, target);
  }

  // --- registers, cursors, constants --------------------------------------------------------------------------------

  /** The first of `count` fresh registers. */
  register(count = 1): number {
    return this.registers.allocate(count);
  }

  cursor(): number {
    return this.#cursorCount++;
  }

  get cursorCount(): number {
    return this.#cursorCount;
  }

  /** Pool index of a key description. */
  keyInfo(fields: readonly KeyField[], keyFieldCount = fields.length): number {
    return this.pool.keyInfo(fields, keyFieldCount);
  }

  string(text: string): number {
    return this.pool.string(text);
  }

  function(reference: FunctionReference): number {
    return this.pool.function(reference);
  }

  /** Loads an integer that fits JavaScript's exact range. */
  loadInteger(value: number | bigint, target: number): void {
    if (value >= -0x3fffffff && value <= 0x7fffffff) this.emit('Integer', Number(value), target);
    else this.emit('Int64', 0, target, 0, this.pool.integer(String(value)));
  }

  loadString(text: string, target: number): void {
    this.emit('String8', 0, target, 0, this.string(text));
  }

  loadNull(target: number, count = 1): void {
    this.emit('Null', 0, target, count > 1 ? target + count - 1 : 0);
  }

  /**
   * A register that holds this integer from the start of the program on. Read only. Setup code that is the first to want one gets a
   * register of its own, loaded here: it may be a branch that other code does not pass.
   */
  integerRegister(value: number): number {
    const shared = this.#integers.get(value);
    if (shared !== undefined) return shared;
    const register = this.register();
    if (this.#isInSetup) this.loadInteger(value, register);
    else this.#integers.set(value, register);
    return register;
  }

  // --- setup section ------------------------------------------------------------------------------------------------

  /** Code that runs once before address 1. Emitted by finish(), in the order of these calls; setup code's own at once. */
  setup(emit: () => void): void {
    if (this.#isInSetup) emit();
    else this.#setup.push(emit);
  }

  // --- subprograms --------------------------------------------------------------------------------------------------

  /** A new subprogram of this statement; its number goes to pool.subprogram(). */
  createSubprogram(): { builder: ProgramBuilder; number: number } {
    const builder = new ProgramBuilder(this);
    builder.isExplained = this.isExplained;
    this.#subprograms.push(builder);
    return { builder, number: this.#subprograms.length - 1 };
  }

  // --- EXPLAIN QUERY PLAN -------------------------------------------------------------------------------------------

  /** Adds a line to the query plan under the open node. Its id is the address of the code that follows. */
  explain(detail: string, cost = 0): PlanNode {
    if (!this.isExplained) return NOT_EXPLAINED;
    const last = this.planNodes.at(-1);
    const id = Math.max(this.#count + 1, last ? last.id + 1 : 0);
    const node = { id, parent: this.#planParent, address: this.#count, cost, detail };
    this.planNodes.push(node);
    return node;
  }

  /** Takes back the line that was added at this address, if there is one. */
  withdrawPlan(address: number): void {
    const at = this.planNodes.findIndex((node) => node.address === address);
    if (at >= 0) this.planNodes.splice(at, 1);
  }

  /** Adds a line and opens it: lines that follow go below it until closePlan() gets what this returned. */
  openPlan(detail: string): number {
    const outer = this.#planParent;
    this.#planParent = this.explain(detail).id;
    return outer;
  }

  closePlan(outer: number): void {
    this.#planParent = outer;
  }

  // --- end ----------------------------------------------------------------------------------------------------------

  /** Some program of the statement calls functions of the application. For finished programs. */
  get callsHost(): boolean {
    return this.pool.callsHost || this.#subprograms.some(({ pool }) => pool.callsHost);
  }

  /** Emits the setup section, resolves labels and encodes. The builder writes no more code afterwards. */
  finish(): FinishedProgram {
    this.#finishCode();
    const all = this.#subprograms;
    // Subprograms may be added while others are finished.
    for (let i = 0; i < all.length; i++) all[i]!.#finishCode();
    const image = encodeProgram(
      this.#code(),
      all.map((builder) => builder.#code()),
    );
    const subprograms = all.map((builder) => builder.#finished(NO_IMAGE, []));
    return this.#finished(image, subprograms);
  }

  #finished(image: Uint8Array, subprograms: readonly FinishedProgram[]): FinishedProgram {
    const { pool, planNodes, isExplained } = this;
    const instructions = isExplained ? Array.from(this.#words.subarray(0, this.#count * WORDS)) : NO_INSTRUCTIONS;
    if (this.#words.length === FIRST_WORDS) idleBuffers.push(this.#words);
    return { image, pool, planNodes, instructions, subprograms };
  }

  #code(): ProgramCode {
    return {
      instructions: this.#words,
      instructionCount: this.#count,
      registerCount: this.registers.count,
      cursorCount: this.#cursorCount,
      parameterCount: this.parameterCount,
      flags: this.flags,
      trigger: this.trigger,
      pool: this.pool,
    };
  }

  #finishCode(): void {
    if (this.#setup.length + this.#integers.size > 0) {
      this.setOperand(0, 2, this.#count);
      for (const [value, register] of this.#integers) this.loadInteger(value, register);
      this.#isInSetup = true;
      for (const emit of this.#setup) emit();
      this.emit('Goto', 0, 1);
    }
    this.#resolveLabels();
  }

  #resolveLabels(): void {
    const words = this.#words;
    const end = this.#count * WORDS;
    const integer = opcodeNumbers.Integer;
    for (let at = 0; at < end; at += WORDS) {
      if (words[at] === integer) continue;
      for (let operand = at + 1; operand <= at + 3; operand++) {
        const value = words[operand]!;
        if (value > LABEL_BASE) continue;
        const address = this.#labels[LABEL_BASE - value];
        if (address === undefined || address === UNPLACED)
          throw new Error(`label ${LABEL_BASE - value} was never placed`);
        words[operand] = address;
      }
    }
  }
}
