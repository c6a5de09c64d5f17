// The image of a program: how compiled code crosses to the engine. Encoder: lib/bytecode/image.ts; decoder and verifier:
// binding/vdbe/program.h. Little-endian words of 4 bytes.
//
//   OFFSET          SIZE    MEANING
//   0               32      header, see `headerWords`
//   32              24*n    instructions: op, p1, p2, p3, p4, p5
//   32+24*n         ...     pool entries: kind, byte length of the payload, payload, 0 to 3 bytes of padding
//
// Payload by kind:
//
//   null            nothing
//   integer         text: decimal with optional minus sign, or 0x and up to 16 hexadecimal digits (two's complement)
//   real            text of a real literal
//   string          UTF-8 (lone surrogates as WTF-8)
//   blob            bytes
//   keyInfo         keyFieldCount, allFieldCount, then per field: collation, sort flags (1 descending, 2 NULLs as big)
//   function        number, is host function (0, 1), argument count, collation
//   collation       number: 0 BINARY, 1 NOCASE, 2 RTRIM
//   intArray        the integers
//   subprogram      number of a subprogram of the statement (from 0)
//   vtab            host module number (-1: native), number of texts, byte length of each text, then the texts (UTF-8)
//                   without padding between them: name of the module, then the arguments of CREATE VIRTUAL TABLE
//   image           the image of a subprogram, its own pool included; only in the pool of the outermost program, after
//                   all other entries. Subprograms are numbered in the order of these entries.

export const programMagic = 0x524c5031;

/** Words of the header, by position. */
export const headerWords = {
  magic: 0,
  instructionCount: 1,
  /** Registers are 1..registerCount. */
  registerCount: 2,
  cursorCount: 3,
  /** Parameters are 1..parameterCount. */
  parameterCount: 4,
  poolCount: 5,
  /** Bits of `programFlags`. */
  flags: 6,
  /** Subprograms: names the trigger, so that its variants for different conflict actions are known as one; 0: none. */
  trigger: 7,
} as const;

export const programFlags = {
  /** May fail with ABORT after it has changed several rows: needs a statement journal inside a transaction. */
  statementJournal: 1,
  /** INSERT, UPDATE, DELETE: its changed rows are what changes() answers. */
  countsChanges: 2,
} as const;

export const poolKinds = {
  null: 0,
  integer: 1,
  real: 2,
  string: 3,
  blob: 4,
  keyInfo: 5,
  function: 6,
  collation: 7,
  intArray: 8,
  subprogram: 9,
  vtab: 10,
  image: 11,
} as const;

/** Largest program, in each of its dimensions; the verifier refuses more. */
export const programLimits = {
  instructions: 250_000_000,
  registers: 1_000_000,
  cursors: 65_535,
  parameters: 32_766,
} as const;
