// The instruction set of the virtual machine. An instruction is six int32 words: op, p1, p2, p3, p4, p5.
// The set is SQLite's (opcode.html) where not said otherwise, so that its published meaning is a second source; what each
// operand is, is declared here once: the compiler's listing, the engine's verifier and docs/opcodes.md come from it.
//
// The position of an entry is its number. Programs never outlive the build that made them, so entries may be moved.

/**
 * What an operand holds. A `?` marks operands that may also be absent: 0 for registers and jumps, -1 for pool entries.
 * - in, out, inout: number of a register (from 1) that is read, written, or both
 * - jump: address of an instruction
 * - cursor: number of a cursor (from 0)
 * - database: 0 main, 1 temp, 2 and above attached
 * - count: a plain integer (also in p4, where it is not a pool index)
 * - flags: bits, see `operandFlags`
 * - setting: a number of spec/settings.ts
 * - the rest: index of a pool entry of that kind (`value`: null, integer, real, string or blob)
 */
export type OperandKind =
  | ''
  | 'in'
  | 'in?'
  | 'out'
  | 'out?'
  | 'inout'
  | 'inout?'
  | 'jump'
  | 'jump?'
  | 'cursor'
  | 'database'
  | 'count'
  | 'flags'
  | 'setting'
  | 'value'
  | 'value?'
  | 'integer'
  | 'real'
  | 'string'
  | 'string?'
  | 'blob?'
  | 'keyInfo'
  | 'keyInfo?'
  | 'function'
  | 'collation'
  | 'collation?'
  | 'intArray'
  | 'intArray?'
  | 'subprogram'
  | 'vtab';

/** A run of registers: from the register in operand `first`, as many as operand `count` says plus `extra`. */
export interface RegisterRange {
  readonly first: 1 | 2 | 3;
  readonly count: 0 | 1 | 2 | 3 | 4 | 5;
  readonly extra: number;
}

export interface OpcodeDeclaration {
  readonly doc: string;
  readonly p1: OperandKind;
  readonly p2: OperandKind;
  readonly p3: OperandKind;
  readonly p4: OperandKind;
  readonly p5: OperandKind;
  readonly ranges: readonly RegisterRange[];
  /** Control never goes on with the next instruction. */
  readonly endsFlow: boolean;
}

interface Operands {
  p1?: OperandKind;
  p2?: OperandKind;
  p3?: OperandKind;
  p4?: OperandKind;
  p5?: OperandKind;
  ranges?: readonly RegisterRange[];
  endsFlow?: boolean;
}

const op = (doc: string, operands: Operands = {}): OpcodeDeclaration => ({
  doc,
  p1: '',
  p2: '',
  p3: '',
  p4: '',
  p5: '',
  ranges: [],
  endsFlow: false,
  ...operands,
});

const range = (first: 1 | 2 | 3, count: 0 | 1 | 2 | 3 | 4 | 5, extra = 0): RegisterRange => ({ first, count, extra });

const binary = (doc: string): OpcodeDeclaration => op(doc, { p1: 'in', p2: 'in', p3: 'out' });
const comparison = (doc: string): OpcodeDeclaration =>
  op(doc, { p1: 'in', p2: 'jump', p3: 'in', p4: 'collation?', p5: 'flags' });
const cursorJump = (doc: string): OpcodeDeclaration => op(doc, { p1: 'cursor', p2: 'jump?' });
const seek = (doc: string): OpcodeDeclaration =>
  op(doc, { p1: 'cursor', p2: 'jump', p3: 'in', p4: 'count', ranges: [range(3, 4)] });
const step = (doc: string): OpcodeDeclaration => op(doc, { p1: 'cursor', p2: 'jump', p3: 'count', p5: 'count' });

export const opcodes = {
  // --- control flow ---------------------------------------------------------------------------------------------------
  Init: op(
    'First instruction of every program: goes to p2. p1 is unused. With p3, a corrupt record met by Column goes to p3 instead of failing (integrity checks).',
    { p1: 'count', p2: 'jump?', p3: 'jump?', p4: 'string?' },
  ),
  Goto: op('Goes to p2. Interrupts are noticed here.', { p1: 'count', p2: 'jump', endsFlow: true }),
  Gosub: op('Puts the own address into register p1 and goes to p2.', { p1: 'out', p2: 'jump', endsFlow: true }),
  Return: op(
    'Goes to the instruction after the address in register p1. With p3=1 goes on instead when register p1 holds no integer (a subroutine entered from above).',
    { p1: 'in', p2: 'count', p3: 'count' },
  ),
  InitCoroutine: op(
    'Prepares register p1 for Yield: the coroutine starts at address p3. Goes to p2 unless that is 0.',
    { p1: 'out', p2: 'jump?', p3: 'jump' },
  ),
  EndCoroutine: op(
    'Ends the coroutine of register p1: goes to the p2 of the Yield that entered it last. A further Yield comes back to this instruction.',
    { p1: 'inout', endsFlow: true },
  ),
  Yield: op('Exchanges the address in register p1 with the own one. p2: where to go on when the coroutine has ended.', {
    p1: 'inout',
    p2: 'jump?',
  }),
  BeginSubrtn: op('Sets register p2 to NULL, so that the Return (p3=1) of a subroutine entered from above goes on.', {
    p2: 'out',
    p3: 'count',
  }),
  HaltIfNull: op('Halt, if register p3 is NULL.', {
    p1: 'count',
    p2: 'count',
    p3: 'in',
    p4: 'string?',
    p5: 'count',
  }),
  Halt: op(
    'Ends the program, or the subprogram when p1 is 0. p1: extended result code. p2 what a failure undoes: 0 and 2 the statement, 1 the transaction, 3 nothing; 4 (in a subprogram, p1=0): the caller goes to the p2 of its Program. The message is p4, complete; or the text of register p3 when that is not 0; or the standard text of the code.',
    { p1: 'count', p2: 'count', p3: 'in?', p4: 'string?', p5: 'count', endsFlow: true },
  ),
  Once: op(
    'Goes on the first time in a run of the program (in a subprogram: of the subprogram), goes to p2 afterwards.',
    {
      p1: 'count',
      p2: 'jump',
      p3: 'count',
    },
  ),
  If: op('Goes to p2 if register p1 is true; p3 decides for NULL.', { p1: 'in', p2: 'jump', p3: 'count' }),
  IfNot: op('Goes to p2 if register p1 is false; p3 decides for NULL.', { p1: 'in', p2: 'jump', p3: 'count' }),
  IsNull: op('Goes to p2 if register p1 is NULL.', { p1: 'in', p2: 'jump' }),
  NotNull: op('Goes to p2 if register p1 is not NULL.', { p1: 'in', p2: 'jump' }),
  IsType: op(
    'Goes to p2 if the type of column p3 of cursor p1 (p1=-1: of register p3) is in the mask p5: 1 integer, 2 real, 4 text, 8 blob, 16 null. The column must have been read before; beyond the end of a short record p4 is the type (1..5 in the order of the mask).',
    { p1: 'count', p2: 'jump', p3: 'count', p4: 'count', p5: 'flags' },
  ),
  IfPos: op('If register p1 is positive, subtracts p3 from it and goes to p2.', {
    p1: 'inout',
    p2: 'jump',
    p3: 'count',
  }),
  IfNotZero: op('If register p1 is not 0, goes to p2, after subtracting 1 if it is positive.', {
    p1: 'inout',
    p2: 'jump',
  }),
  DecrJumpZero: op('Subtracts 1 from register p1 and goes to p2 if the result is 0.', { p1: 'inout', p2: 'jump' }),
  OffsetLimit: op(
    'Register p2 becomes p1 + max(0, p3): the rows to visit for a LIMIT p1 OFFSET p3; -1 if p1 <= 0 or the sum overflows.',
    {
      p1: 'in',
      p2: 'out',
      p3: 'in',
    },
  ),
  MustBeInt: op(
    'Makes register p1 an integer if that loses nothing; otherwise goes to p2, or fails with SQLITE_MISMATCH when p2 is 0.',
    {
      p1: 'inout',
      p2: 'jump?',
    },
  ),
  Noop: op('Does nothing.', { p1: 'count', p2: 'count', p3: 'count', p4: 'count', p5: 'count' }),
  Explain: op('Does nothing. A line of EXPLAIN QUERY PLAN: p1 its number, p2 its parent, p4 the text.', {
    p1: 'count',
    p2: 'count',
    p3: 'count',
    p4: 'string?',
  }),

  // --- values ---------------------------------------------------------------------------------------------------------
  Integer: op('Register p2 becomes the integer p1.', { p1: 'count', p2: 'out' }),
  Int64: op('Register p2 becomes the integer p4.', { p2: 'out', p4: 'integer' }),
  Real: op('Register p2 becomes the real p4.', { p2: 'out', p4: 'real' }),
  String8: op('Register p2 becomes the text p4.', { p2: 'out', p4: 'string' }),
  Blob: op('Register p2 becomes the blob p4; without p4, p1 bytes of zero.', { p1: 'count', p2: 'out', p4: 'blob?' }),
  Null: op(
    'Registers p2..p3 (p3 < p2: only p2) become NULL. With p1 those NULLs equal nothing, not even under NULLEQ.',
    {
      p1: 'count',
      p2: 'out',
      p3: 'count',
    },
  ),
  SoftNull: op('Register p1 becomes NULL for MakeRecord; borrowed copies of its bytes stay valid.', { p1: 'out' }),
  Variable: op('Register p2 becomes parameter p1 (from 1).', { p1: 'count', p2: 'out' }),
  Move: op('Moves p3 registers from p1 to p2; the sources become NULL. The runs must not overlap.', {
    p1: 'inout',
    p2: 'out',
    p3: 'count',
    ranges: [range(1, 3), range(2, 3)],
  }),
  Copy: op('Copies the p3+1 registers from p1 to p2, bytes included. p5 bit 2: drops subtypes.', {
    p1: 'in',
    p2: 'out',
    p3: 'count',
    p5: 'flags',
    ranges: [range(1, 3, 1), range(2, 3, 1)],
  }),
  SCopy: op('Register p2 borrows the value of register p1: valid until that changes.', { p1: 'in', p2: 'out' }),
  IntCopy: op('Register p2 becomes the integer in register p1.', { p1: 'in', p2: 'out' }),
  Cast: op('Applies CAST to register p1; p2 is the affinity (65 BLOB, 66 TEXT, 67 NUMERIC, 68 INTEGER, 69 REAL).', {
    p1: 'inout',
    p2: 'count',
  }),
  Affinity: op(
    'Applies the affinities p4, one character a register, to the p2 registers from p1. With p5, whole reals of REAL columns are marked: a record made of them, or of copies, without an affinity holds integers, as that of their table does.',
    { p1: 'inout', p2: 'count', p4: 'string', p5: 'flags', ranges: [range(1, 2)] },
  ),
  RealAffinity: op('An integer in register p1, or a marked real, becomes a plain real.', { p1: 'inout' }),
  TypeCheck: op(
    'Applies the types of a STRICT table to the p2 registers from p1, or fails with SQLITE_CONSTRAINT_DATATYPE. p4: p2 characters (b BLOB, n INT, i INTEGER, t TEXT, r REAL, a ANY, - unchecked), then p2 names such as t.x, each followed by a NUL character.',
    { p1: 'inout', p2: 'count', p4: 'string', ranges: [range(1, 2)] },
  ),
  MakeRecord: op(
    'Register p3 becomes the record of the p2 registers from p1, after the affinities p4 (if any) were applied to them.',
    {
      p1: 'inout',
      p2: 'count',
      p3: 'out',
      p4: 'string?',
      p5: 'flags',
      ranges: [range(1, 2)],
    },
  ),
  ResultRow: op('The p2 registers from p1 are a row of the result: the run pauses.', {
    p1: 'in',
    p2: 'count',
    ranges: [range(1, 2)],
  }),
  GetSubtype: op('Register p2 becomes the subtype of register p1, or NULL.', { p1: 'in', p2: 'out' }),
  SetSubtype: op('The subtype of register p2 becomes register p1 (NULL: none).', { p1: 'in', p2: 'inout' }),
  ClrSubtype: op('Drops the subtype of register p1.', { p1: 'inout' }),

  // --- operators ------------------------------------------------------------------------------------------------------
  Concat: binary('p3 = p2 || p1'),
  Add: binary('p3 = p1 + p2'),
  Subtract: binary('p3 = p2 - p1'),
  Multiply: binary('p3 = p1 * p2'),
  Divide: binary('p3 = p2 / p1'),
  Remainder: binary('p3 = p2 % p1'),
  BitAnd: binary('p3 = p1 & p2'),
  BitOr: binary('p3 = p1 | p2'),
  ShiftLeft: binary('p3 = p2 << p1'),
  ShiftRight: binary('p3 = p2 >> p1'),
  And: binary('p3 = p1 AND p2, in three-valued logic'),
  Or: binary('p3 = p1 OR p2, in three-valued logic'),
  Not: op('p2 = NOT p1', { p1: 'in', p2: 'out' }),
  BitNot: op('p2 = ~p1', { p1: 'in', p2: 'out' }),
  AddImm: op('Adds the integer p2 to register p1, which becomes an integer.', { p1: 'inout', p2: 'count' }),
  IsTrue: op('Register p2 becomes (p1 as a truth value, p3 for NULL) XOR p4: IS [NOT] TRUE, IS [NOT] FALSE.', {
    p1: 'in',
    p2: 'out',
    p3: 'count',
    p4: 'count',
  }),
  ZeroOrNull: op('Register p2 becomes 0 if neither p1 nor p3 is NULL, else NULL.', { p1: 'in', p2: 'out', p3: 'in' }),
  Eq: comparison(
    'Goes to p2 if p3 = p1. p5: an affinity (0x41..0x46), 0x10 jump if NULL, 0x80 NULLs are equal to each other.',
  ),
  Ne: comparison('Goes to p2 if p3 <> p1. Operands as Eq.'),
  Lt: comparison('Goes to p2 if p3 < p1. Operands as Eq.'),
  Le: comparison('Goes to p2 if p3 <= p1. Operands as Eq.'),
  Gt: comparison('Goes to p2 if p3 > p1. Operands as Eq.'),
  Ge: comparison('Goes to p2 if p3 >= p1. Operands as Eq.'),
  ElseEq: op('After an Lt or Gt that did not jump: goes to p2 if its operands were equal.', { p2: 'jump' }),
  Permutation: op('The order in which the Compare that follows (p5=1) takes the registers: p4.', { p4: 'intArray' }),
  Compare: op(
    'Compares the p3 registers from p1 with those from p2 by the key description p4, for the Jump that follows. p5=1: in the order of the Permutation before.',
    {
      p1: 'in',
      p2: 'in',
      p3: 'count',
      p4: 'keyInfo',
      p5: 'flags',
    },
  ),
  Jump: op('After Compare: goes to p1 if less, p2 if equal, p3 if greater.', {
    p1: 'jump',
    p2: 'jump',
    p3: 'jump',
    endsFlow: true,
  }),
  CollSeq: op(
    'Register p1 (if any) becomes 0; the AggStep of min() or max() that follows sets it to 1 if the row is no new extreme.',
    {
      p1: 'out?',
      p4: 'collation?',
    },
  ),
  Function: op(
    'Register p3 becomes p4 called with p5 arguments from register p2 on. p1: bit i is set if argument i is constant in the statement.',
    {
      p1: 'flags',
      p2: 'in?',
      p3: 'out',
      p4: 'function',
      p5: 'count',
      ranges: [range(2, 5)],
    },
  ),
  PureFunc: op(
    'Function, where only deterministic results are allowed. p1: 1 in an index, 2 in a CHECK constraint, 3 in a generated column.',
    {
      p1: 'flags',
      p2: 'in?',
      p3: 'out',
      p4: 'function',
      p5: 'count',
      ranges: [range(2, 5)],
    },
  ),

  // --- aggregates -----------------------------------------------------------------------------------------------------
  AggStep: op('One step of aggregate p4 in accumulator p3, with p5 arguments from register p2 on.', {
    p1: 'count',
    p2: 'in?',
    p3: 'inout',
    p4: 'function',
    p5: 'count',
    ranges: [range(2, 5)],
  }),
  AggInverse: op('Takes a row out of window aggregate p4. Operands as AggStep.', {
    p1: 'count',
    p2: 'in?',
    p3: 'inout',
    p4: 'function',
    p5: 'count',
    ranges: [range(2, 5)],
  }),
  AggValue: op('Register p3 becomes the present value of window aggregate p4 in accumulator p1.', {
    p1: 'inout',
    p2: 'count',
    p3: 'out',
    p4: 'function',
  }),
  AggFinal: op('Accumulator p1 becomes the result of aggregate p4. p2: number of arguments of its steps.', {
    p1: 'inout',
    p2: 'count',
    p4: 'function',
  }),

  // --- transactions ---------------------------------------------------------------------------------------------------
  Transaction: op(
    'Starts a transaction on database p1 unless there is one: p2 0 read, 1 write, 2 exclusive. With p5, fails with SQLITE_SCHEMA if the schema cookie is not p3; without it p3 says that a read-only database is locked for reading.',
    { p1: 'database', p2: 'count', p3: 'count', p5: 'flags' },
  ),
  AutoCommit: op('Sets autocommit to p1 (0: BEGIN, 1: COMMIT, or ROLLBACK when p2). Ends the program.', {
    p1: 'count',
    p2: 'count',
    endsFlow: true,
  }),
  Savepoint: op('Opens (p1=0), releases (1) or rolls back to (2) the savepoint named p4.', {
    p1: 'count',
    p4: 'string',
  }),
  ReadCookie: op(
    'Register p2 becomes header field p3 of database p1 (0 free pages, 1 schema cookie, 2 format, 3 cache size, 4 largest root, 5 encoding, 6 user version, 7 incremental vacuum, 8 application id, 15 data version).',
    {
      p1: 'database',
      p2: 'out',
      p3: 'count',
    },
  ),
  SetCookie: op(
    'Sets header field p2 of database p1 to the integer p3. p5 with the schema cookie: this connection sees a foreign schema change as well.',
    {
      p1: 'database',
      p2: 'count',
      p3: 'count',
      p5: 'count',
    },
  ),
  SchemaChanged: op(
    'Tells the session that the schema of database p1 was changed by this program: the rows that it wrote are read again, or all (p2).',
    { p1: 'database', p2: 'count' },
  ),
  FkCounter: op(
    'Adds p2 to the count of violated foreign keys: p1=0 of the statement, 1 of the transaction (deferred).',
    {
      p1: 'count',
      p2: 'count',
    },
  ),
  FkIfZero: op('Goes to p2 if the count of violated foreign keys is 0; p1 as FkCounter.', { p1: 'count', p2: 'jump' }),
  FkCheck: op('Fails with SQLITE_CONSTRAINT_FOREIGNKEY if the statement has violated foreign keys.'),
  ResetCount: op('Makes the rows changed so far the value of changes() and counts anew.'),

  // --- cursors --------------------------------------------------------------------------------------------------------
  OpenRead: op(
    'Opens cursor p1 on the tree with root page p2 of database p3, for reading. p4: key description of an index or WITHOUT ROWID table. p5: 0x02 only for equality searches, 0x10 register p2 holds the root.',
    {
      p1: 'cursor',
      p2: 'count',
      p3: 'database',
      p4: 'keyInfo?',
      p5: 'flags',
    },
  ),
  OpenWrite: op('OpenRead, for reading and writing. p5 also: 0x08 only to delete index entries.', {
    p1: 'cursor',
    p2: 'count',
    p3: 'database',
    p4: 'keyInfo?',
    p5: 'flags',
  }),
  ReopenIdx: op(
    'OpenRead of an index, which does nothing but forget the position if cursor p1 is already open on it.',
    {
      p1: 'cursor',
      p2: 'count',
      p3: 'database',
      p4: 'keyInfo',
      p5: 'flags',
    },
  ),
  OpenEphemeral: op(
    'Opens cursor p1 on a new, empty table of the statement with p2 columns, or empties the one it has. p4: key description of an index. p5 0x08: order doesn’t matter. p3: that register (NULL) becomes an empty blob, usable as the data of Insert.',
    {
      p1: 'cursor',
      p2: 'count',
      p3: 'inout?',
      p4: 'keyInfo?',
      p5: 'flags',
    },
  ),
  OpenAutoindex: op('OpenEphemeral for an automatic index.', {
    p1: 'cursor',
    p2: 'count',
    p3: 'count',
    p4: 'keyInfo?',
    p5: 'flags',
  }),
  OpenDup: op('Opens cursor p1 on the ephemeral table of cursor p2.', { p1: 'cursor', p2: 'cursor' }),
  OpenPseudo: op('Opens cursor p1 on one row: the record in register p2 (0: all NULL), with p3 columns.', {
    p1: 'cursor',
    p2: 'in?',
    p3: 'count',
  }),
  Close: op('Closes cursor p1 if it is open.', { p1: 'cursor' }),
  Rewind: cursorJump('Moves cursor p1 to its first entry; goes to p2 if there is none.'),
  Last: cursorJump('Moves cursor p1 to its last entry; goes to p2 if there is none.'),
  Next: step(
    'Moves cursor p1 forward and goes to p2, or goes on at the end. p3=1: a hint that an equal key is unlikely.',
  ),
  Prev: step('Moves cursor p1 backward and goes to p2, or goes on at the beginning.'),
  SeekLT: seek(
    'Moves cursor p1 to the last entry below the key in the p4 registers from p3 (rowid tables: register p3); goes to p2 if there is none.',
  ),
  SeekLE: seek('As SeekLT, for the last entry not above the key.'),
  SeekGE: seek('As SeekLT, for the first entry not below the key.'),
  SeekGT: seek('As SeekLT, for the first entry above the key.'),
  SeekScan: op(
    'Before a SeekGE: tries to reach its key by at most p1 steps of its cursor. On success goes to p2; if the key is passed, goes to the p2 of the SeekGE (p5=0) or to p2 (p5=1).',
    {
      p1: 'count',
      p2: 'jump',
      p5: 'count',
    },
  ),
  SeekHit: op('Bounds the number of leading key fields of cursor p1 known to match to p2..p3.', {
    p1: 'cursor',
    p2: 'count',
    p3: 'count',
  }),
  IfNoHope: op('If fewer key fields than p4 are known to match (SeekHit), works as NotFound.', {
    p1: 'cursor',
    p2: 'jump',
    p3: 'in',
    p4: 'count',
    ranges: [range(3, 4)],
  }),
  SeekRowid: op(
    'Moves cursor p1 to the row whose rowid is register p3; goes to p2 if there is none or p3 is no integer. p2=0: that is corruption.',
    {
      p1: 'cursor',
      p2: 'jump?',
      p3: 'in',
    },
  ),
  NotExists: op('SeekRowid for a register that holds an integer.', { p1: 'cursor', p2: 'jump?', p3: 'in' }),
  Found: op(
    'Goes to p2 if index cursor p1 has an entry that starts with the key in the p4 registers from p3 (p4=0: the record in register p3), and stays there.',
    {
      p1: 'cursor',
      p2: 'jump',
      p3: 'in',
      p4: 'count',
      ranges: [range(3, 4)],
    },
  ),
  NotFound: op('Goes to p2 if there is no such entry. Operands as Found.', {
    p1: 'cursor',
    p2: 'jump',
    p3: 'in',
    p4: 'count',
    ranges: [range(3, 4)],
  }),
  NoConflict: op('NotFound that also goes to p2 if any field of the key is NULL.', {
    p1: 'cursor',
    p2: 'jump',
    p3: 'in',
    p4: 'count',
    ranges: [range(3, 4)],
  }),
  SeekEnd: op('Moves cursor p1 to the end, to append.', { p1: 'cursor' }),
  IdxLE: seek(
    'Goes to p2 if the entry of index cursor p1 is not above the key in the p4 registers from p3, further fields ignored.',
  ),
  IdxGT: seek('As IdxLE, if it is above the key.'),
  IdxLT: seek('As IdxLE, if it is below the key.'),
  IdxGE: seek('As IdxLE, if it is not below the key.'),
  DeferredSeek: op(
    'Table cursor p3 is to be at the row of index cursor p1, once it is read. p4[i] > 0: column i of the table is field p4[i]-1 of the index.',
    {
      p1: 'cursor',
      p3: 'cursor',
      p4: 'intArray?',
    },
  ),
  FinishSeek: op('Carries out the deferred seek of cursor p1.', { p1: 'cursor' }),
  NullRow: op('Cursor p1 reads as a row of NULLs until it is moved.', { p1: 'cursor' }),
  IfNullRow: op('If cursor p1 is on a row of NULLs, register p3 becomes NULL; goes to p2.', {
    p1: 'cursor',
    p2: 'jump',
    p3: 'out',
  }),
  IfNotOpen: op('Goes to p2 if cursor p1 is not open or is on a row of NULLs.', { p1: 'cursor', p2: 'jump' }),
  IfEmpty: op('Goes to p2 if the tree of cursor p1 is empty.', { p1: 'cursor', p2: 'jump' }),
  IfSizeBetween: op('Goes to p2 if 10*log2 of the estimated number of rows of cursor p1 (-1 if empty) is in p3..p4.', {
    p1: 'cursor',
    p2: 'jump',
    p3: 'count',
    p4: 'count',
  }),
  CursorLock: op('Cursor p1 stays on its entry: a change of its tree by others fails with SQLITE_CONSTRAINT_PINNED.', {
    p1: 'cursor',
  }),
  CursorUnlock: op('Undoes CursorLock.', { p1: 'cursor' }),

  // --- reading rows ---------------------------------------------------------------------------------------------------
  Column: op(
    'Register p3 becomes column p2 of the row of cursor p1; p4 if the record is shorter. p5: 0x80 only the type is wanted, 0x40 only the length or type, 0xc0 only the length in bytes.',
    {
      p1: 'cursor',
      p2: 'count',
      p3: 'out',
      p4: 'value?',
      p5: 'flags',
    },
  ),
  Rowid: op('Register p2 becomes the rowid of the row of cursor p1.', { p1: 'cursor', p2: 'out' }),
  IdxRowid: op('Register p2 becomes the rowid at the end of the entry of index cursor p1.', {
    p1: 'cursor',
    p2: 'out',
  }),
  RowData: op('Register p2 becomes the whole record of cursor p1. p3: it may point into the page.', {
    p1: 'cursor',
    p2: 'out',
    p3: 'count',
  }),
  Count: op('Register p2 becomes the number of entries of cursor p1; p3: an estimate will do.', {
    p1: 'cursor',
    p2: 'out',
    p3: 'count',
  }),
  Sequence: op('Register p2 becomes the counter of cursor p1, which is then incremented.', { p1: 'cursor', p2: 'out' }),
  SequenceTest: op('Goes to p2 if the counter of cursor p1 is 0; increments it.', { p1: 'cursor', p2: 'jump' }),

  // --- changing rows --------------------------------------------------------------------------------------------------
  NewRowid: op(
    'Register p2 becomes an unused rowid of cursor p1. p3: register of the outermost program with the largest rowid ever (AUTOINCREMENT), which is updated.',
    {
      p1: 'cursor',
      p2: 'out',
      p3: 'count',
    },
  ),
  MemMax: op('Register p1 of the outermost program becomes the larger of itself and register p2.', {
    p1: 'count',
    p2: 'in',
  }),
  Insert: op(
    'Puts the record in register p2 under the rowid in register p3 into table cursor p1. p5: 0x01 counts as a change, 0x20 sets last_insert_rowid, 0x04 part of an UPDATE, 0x08 likely an append, 0x10 the cursor was just sought for this key, 0x02 keep the position, 0x80 completes RowCell, 0x40 nothing is written.',
    {
      p1: 'cursor',
      p2: 'in',
      p3: 'in',
      p4: 'string?',
      p5: 'flags',
    },
  ),
  Delete: op(
    'Deletes the row of cursor p1. p2: 0x01 counts as a change, 0x40 nothing is deleted. p5: 0x02 keep the position for Next or Prev, 0x04 belongs to another delete.',
    {
      p1: 'cursor',
      p2: 'flags',
      p3: 'count',
      p4: 'string?',
      p5: 'flags',
    },
  ),
  IdxInsert: op(
    'Inserts the record in register p2 into index cursor p1. p3, p4: the same key in p4 registers from p3 (p4 <= 0: not available). p5 as Insert.',
    {
      p1: 'cursor',
      p2: 'in',
      p3: 'in?',
      p4: 'count',
      p5: 'flags',
      ranges: [range(3, 4)],
    },
  ),
  IdxDelete: op(
    'Deletes the entry with the key in the p3 registers from p2 from index cursor p1. A missing entry is SQLITE_CORRUPT_INDEX.',
    {
      p1: 'cursor',
      p2: 'in',
      p3: 'count',
      p5: 'flags',
      ranges: [range(2, 3)],
    },
  ),
  RowCell: op(
    'Takes over the row of cursor p2 for cursor p1 (rowid: register p3); the Insert or IdxInsert that follows has p5 0x80.',
    {
      p1: 'cursor',
      p2: 'cursor',
      p3: 'in?',
    },
  ),

  // --- sorters, sets, filters -----------------------------------------------------------------------------------------
  SorterOpen: op(
    'Opens cursor p1 as a sorter of records with p2 columns, ordered by p4. p3: equal in the first p3 fields keep their order, further fields need not be compared.',
    {
      p1: 'cursor',
      p2: 'count',
      p3: 'count',
      p4: 'keyInfo',
    },
  ),
  SorterInsert: op('Adds the record in register p2 to sorter p1.', { p1: 'cursor', p2: 'in' }),
  SorterSort: op('Sorts sorter p1 and moves to its first record; goes to p2 if there is none.', {
    p1: 'cursor',
    p2: 'jump?',
  }),
  Sort: cursorJump('Rewind of an ephemeral index used for sorting.'),
  SorterNext: op('Moves sorter p1 to its next record and goes to p2, or goes on at the end.', {
    p1: 'cursor',
    p2: 'jump',
    p3: 'count',
    p5: 'count',
  }),
  SorterData: op('Register p2 becomes the record of sorter p1; pseudo-cursor p3 forgets the columns it has decoded.', {
    p1: 'cursor',
    p2: 'out',
    p3: 'cursor',
  }),
  SorterCompare: op(
    'Goes to p2 unless the first p4 fields of the record in register p3 and of sorter p1 are equal; NULL differs from everything.',
    {
      p1: 'cursor',
      p2: 'jump',
      p3: 'in',
      p4: 'count',
    },
  ),
  ResetSorter: op('Empties the sorter or ephemeral table of cursor p1.', { p1: 'cursor' }),
  RowSetAdd: op('Adds the integer in register p2 to the set of integers in register p1.', { p1: 'inout', p2: 'in' }),
  RowSetRead: op(
    'Takes the smallest integer out of the set in register p1 into register p3, or goes to p2 if the set is empty.',
    {
      p1: 'inout',
      p2: 'jump',
      p3: 'out',
    },
  ),
  RowSetTest: op(
    'Goes to p2 if the set in register p1 has the integer in register p3, otherwise adds it. p4: number of the batch of additions (0 first: need not look; -1 last: need not add).',
    {
      p1: 'inout',
      p2: 'jump',
      p3: 'in',
      p4: 'count',
    },
  ),
  FilterAdd: op('Adds the key in the p4 registers from p3 to the Bloom filter (a blob) in register p1.', {
    p1: 'inout',
    p3: 'in',
    p4: 'count',
    ranges: [range(3, 4)],
  }),
  Filter: op('Goes to p2 if the key in the p4 registers from p3 is certainly not in the Bloom filter in register p1.', {
    p1: 'in',
    p2: 'jump',
    p3: 'in',
    p4: 'count',
    ranges: [range(3, 4)],
  }),

  // --- subprograms ----------------------------------------------------------------------------------------------------
  Program: op(
    'Runs subprogram p4 with its arguments from register p1 on. p2: where to go if it ends by IGNORE. p3: a register of its own for the frame. p5: does nothing if the subprogram’s trigger is already running.',
    {
      p1: 'in',
      p2: 'jump?',
      p3: 'inout',
      p4: 'subprogram',
      p5: 'flags',
    },
  ),
  Param: op('Register p2 becomes argument p1 of the subprogram.', { p1: 'count', p2: 'out' }),

  // --- trees and files ------------------------------------------------------------------------------------------------
  CreateBtree: op('Register p2 becomes the root page of a new tree in database p1; p3: 1 rowid table, 2 index.', {
    p1: 'database',
    p2: 'out',
    p3: 'count',
  }),
  Destroy: op(
    'Deletes the tree with root page p1 of database p3. Register p2 becomes the former root page of a tree that moved to p1, or 0. p5 0x10: register p1 holds the root. SQLITE_LOCKED while other statements read.',
    {
      p1: 'count',
      p2: 'out',
      p3: 'database',
      p5: 'flags',
    },
  ),
  Clear: op(
    'Deletes all entries of the tree with root page p1 of database p2. p3 not 0: they count as changes; positive: their number is added to register p3.',
    {
      p1: 'count',
      p2: 'database',
      p3: 'count',
    },
  ),
  IntegrityCk: op(
    'Checks the pages of database p5 against the trees with the roots p4 (p2 of them; first 0: a partial check). Register p1: errors still wanted, less 1; register p1+1 becomes the messages or NULL. The registers from p3 on become the entry counts of the trees.',
    {
      p1: 'inout',
      p2: 'count',
      p3: 'out',
      p4: 'intArray',
      p5: 'database',
      ranges: [range(1, 0, 2), range(3, 2)],
    },
  ),
  Checkpoint: op(
    'Checkpoints database p1 (-1: all); p2: -1 no-op, 0 passive, 1 full, 2 restart, 3 truncate. Registers p3..p3+2 become: 1 if busy, frames in the WAL, frames checkpointed.',
    {
      p1: 'count',
      p2: 'count',
      p3: 'out',
      ranges: [range(3, 0, 3)],
    },
  ),
  JournalMode: op(
    'Sets the journal mode of database p1 to p3 (-1 query, 0 delete, 1 persist, 2 off, 3 truncate, 4 memory, 5 wal). Register p2 becomes the name of the mode in force.',
    {
      p1: 'database',
      p2: 'out',
      p3: 'count',
    },
  ),
  Pagecount: op('Register p2 becomes the number of pages of database p1.', { p1: 'database', p2: 'out' }),
  MaxPgcnt: op(
    'Sets the largest number of pages of database p1 to p3 (0: ask). Register p2 becomes the limit in force.',
    {
      p1: 'database',
      p2: 'out',
      p3: 'count',
    },
  ),
  IncrVacuum: op('Frees one page at the end of database p1; goes to p2 if nothing is left to do.', {
    p1: 'database',
    p2: 'jump',
  }),
  Vacuum: op(
    'Rebuilds database p1, or writes the rebuilt file to the path in register p2. The rows of the tables with the roots p4 are numbered anew from 1; with these, fails with SQLITE_SCHEMA if the schema cookie is not p3.',
    { p1: 'database', p2: 'in?', p3: 'count', p4: 'intArray?' },
  ),
  SettingGet: op('Register p2 becomes setting p3 (spec/settings.ts) of database p1.', {
    p1: 'database',
    p2: 'out',
    p3: 'setting',
  }),
  SettingSet: op('Sets setting p3 of database p1 to register p2.', { p1: 'database', p2: 'in', p3: 'setting' }),
  Attach: op('Attaches the file named by register p1 as the schema named by register p2.', { p1: 'in', p2: 'in' }),
  Detach: op('Detaches the schema named by register p1.', { p1: 'in' }),

  // --- virtual tables -------------------------------------------------------------------------------------------------
  VCreate: op(
    'Has the module of virtual table p4 make it, in database p1. The p2 registers from p3: name of the module, the database, the table, then the arguments.',
    { p1: 'database', p2: 'count', p3: 'in', p4: 'vtab', ranges: [range(3, 2)] },
  ),
  VOpen: op('Opens cursor p1 on virtual table p4.', { p1: 'cursor', p4: 'vtab' }),
  VFilter: op(
    'Starts a scan of virtual table cursor p1; goes to p2 if it is empty. Register p3: plan number, p3+1: number of arguments, then the arguments. p4: plan text.',
    {
      p1: 'cursor',
      p2: 'jump',
      p3: 'in',
      p4: 'string?',
      ranges: [range(3, 0, 2)],
    },
  ),
  VColumn: op(
    'Register p3 becomes column p2 of virtual table cursor p1. p5 0x01: the column is not changed by the running UPDATE.',
    {
      p1: 'cursor',
      p2: 'count',
      p3: 'out',
      p5: 'flags',
    },
  ),
  VNext: op('Moves virtual table cursor p1 forward and goes to p2, or goes on at the end.', {
    p1: 'cursor',
    p2: 'jump',
  }),
} as const satisfies Record<string, OpcodeDeclaration>;

export type OpcodeName = keyof typeof opcodes;

/** Names by number. */
export const opcodeNames = Object.keys(opcodes) as OpcodeName[];

/** Numbers by name. */
export const opcodeNumbers = Object.fromEntries(opcodeNames.map((name, number) => [name, number])) as Record<
  OpcodeName,
  number
>;

/** Bits of p5 (p2 for Delete), by SQLite's names without OPFLAG_. */
export const operandFlags = {
  /** Insert, IdxInsert, Delete (p2): counts as a change. */
  NCHANGE: 0x01,
  /** VColumn: the column does not change. */
  NOCHNG: 0x01,
  /** Next on an ephemeral table. */
  EPHEM: 0x01,
  /** Compare: use the Permutation before. */
  PERMUTE: 0x01,
  /** Insert, Delete: keep the position. */
  SAVEPOSITION: 0x02,
  /** OpenRead: only for equality searches. */
  SEEKEQ: 0x02,
  /** Insert: part of an UPDATE. */
  ISUPDATE: 0x04,
  /** Delete: one of several deletes of one row. */
  AUXDELETE: 0x04,
  /** Insert, IdxInsert: likely an append. */
  APPEND: 0x08,
  /** OpenWrite: only to delete. */
  FORDELETE: 0x08,
  /** OpenEphemeral: order doesn't matter. */
  UNORDERED: 0x08,
  /** Insert, IdxInsert: the cursor was just sought for this key. */
  USESEEKRESULT: 0x10,
  /** OpenRead, OpenWrite: p2 is a register. Destroy: p1 is one. */
  P2ISREG: 0x10,
  /** Comparisons: jump if an operand is NULL. */
  JUMPIFNULL: 0x10,
  /** Insert: sets last_insert_rowid. */
  LASTROWID: 0x20,
  /** Insert, Delete: do nothing. */
  ISNOOP: 0x40,
  /** Column: only for length() of a blob or typeof(). */
  LENGTHARG: 0x40,
  /** Column: only for typeof(). */
  TYPEOFARG: 0x80,
  /** Column: only for octet_length(). */
  BYTELENARG: 0xc0,
  /** Comparisons: NULLs are equal to each other. */
  NULLEQ: 0x80,
  /** Insert, IdxInsert: completes RowCell. */
  PREFORMAT: 0x80,
} as const;

/** p2 of Halt: what a failure undoes (SQLite's OE_ numbers). */
export const errorActions = { none: 0, rollback: 1, abort: 2, fail: 3, ignore: 4, replace: 5 } as const;
