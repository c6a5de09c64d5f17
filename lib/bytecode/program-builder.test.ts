import { headerWords, poolKinds, programMagic } from '../../spec/program';
import { disassemble, explainRows } from './disassembler';
import { ProgramBuilder } from './program-builder';
import { RegisterAllocator } from './registers';

/** The pool entries of an image: kind and payload bytes. */
function poolOf(image: Uint8Array): { kind: number; payload: Uint8Array }[] {
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  const entries: { kind: number; payload: Uint8Array }[] = [];
  let at = 32 + view.getInt32(headerWords.instructionCount * 4, true) * 24;
  for (let i = 0; i < view.getInt32(headerWords.poolCount * 4, true); i++) {
    const kind = view.getInt32(at, true);
    const size = view.getInt32(at + 4, true);
    entries.push({ kind, payload: Uint8Array.from(image.subarray(at + 8, at + 8 + size)) });
    at += 8 + ((size + 3) & ~3);
  }
  expect(at).toBe(image.length);
  return entries;
}

const opcodesOf = (builder: ProgramBuilder): string[] => explainRows(builder.finish()).map(([, name]) => name);

test('labels become addresses, wherever they are placed', () => {
  const builder = new ProgramBuilder();
  const back = builder.label();
  const forward = builder.label();
  builder.place(back);
  builder.emit('Integer', -0x40000000 + 1, 1);
  builder.emit('If', 1, forward);
  builder.emit('Jump', back, forward, back);
  builder.place(forward);
  builder.emit('Halt');
  const rows = explainRows(builder.finish());
  expect(rows[1]!.slice(2, 4)).toEqual([-0x40000000 + 1, 1]);
  expect(rows[2]!.slice(2, 4)).toEqual([1, 4]);
  expect(rows[3]!.slice(2, 5)).toEqual([1, 4, 1]);
});

test('values of statements with very many are not looked for; what they share besides is', () => {
  const { pool } = new ProgramBuilder();
  for (let i = 0; i < 5000; i++) pool.string(`text ${i}`);
  const collation = pool.collation('NOCASE');
  expect(pool.string('text 4999')).toBe(collation + 1);
  expect(pool.collation('NOCASE')).toBe(collation);
  expect(pool.string('text 4999')).toBe(collation + 2);
});

test('a label that is never placed is a mistake of the compiler', () => {
  const builder = new ProgramBuilder();
  builder.goto(builder.label());
  expect(() => builder.finish()).toThrow('never placed');
});

test('setup code runs before address 1, and its own constants with it', () => {
  const builder = new ProgramBuilder();
  const register = builder.register();
  builder.setup(() => {
    builder.emit('Subtract', builder.integerRegister(7), builder.integerRegister(7), register);
  });
  builder.setup(() => {
    const skip = builder.label();
    builder.goto(skip);
    builder.integerRegister(8);
    builder.place(skip);
    builder.emit('Add', builder.integerRegister(8), register, register);
  });
  builder.emit('ResultRow', register, 1);
  builder.emit('Halt');
  const setup = ['Integer', 'Integer', 'Subtract', 'Goto', 'Integer', 'Integer', 'Add', 'Goto'];
  expect(opcodesOf(builder)).toEqual(['Init', 'ResultRow', 'Halt', ...setup]);
});

test('without setup code Init falls through', () => {
  const builder = new ProgramBuilder();
  builder.emit('Halt');
  expect(disassemble(builder.finish()).split('\n')).toHaveLength(2);
  expect(builder.operand(0, 2)).toBe(1);
});

test('equal constants share an entry; the image lays them out in order, padded with zeros', () => {
  const builder = new ProgramBuilder();
  const { pool } = builder;
  expect(pool.string('a')).toBe(0);
  expect(pool.string('a')).toBe(0);
  expect(pool.integer('1')).toBe(1);
  expect(pool.keyInfo([{ collation: 'NOCASE', flags: 1 }])).toBe(2);
  expect(pool.keyInfo([{ collation: 'NOCASE', flags: 0 }])).toBe(3);
  expect(pool.string('\ud800é')).toBe(4);
  const { image } = builder.finish();
  const view = new DataView(image.buffer, image.byteOffset);
  expect(view.getInt32(0, true)).toBe(programMagic);
  const entries = poolOf(image);
  expect(entries.map(({ kind }) => kind)).toEqual([
    poolKinds.string,
    poolKinds.integer,
    poolKinds.keyInfo,
    poolKinds.keyInfo,
    poolKinds.string,
  ]);
  expect([...new Int32Array(entries[2]!.payload.buffer)]).toEqual([1, 1, 1, 1]);
  // A lone surrogate keeps its three bytes.
  expect(Buffer.from(entries[4]!.payload).toString('hex')).toBe('eda080c3a9');
});

test('subprograms are entries of the outermost program, numbered over all levels', () => {
  const builder = new ProgramBuilder();
  const outer = builder.createSubprogram();
  const inner = outer.builder.createSubprogram();
  expect([outer.number, inner.number]).toEqual([0, 1]);
  outer.builder.emit('Halt');
  inner.builder.emit('Halt');
  builder.emit('Halt');
  const entries = poolOf(builder.finish().image);
  expect(entries.map(({ kind }) => kind)).toEqual([poolKinds.image, poolKinds.image]);
});

describe('registers', () => {
  test('temporaries are reused after release, in ranges of equal length', () => {
    const registers = new RegisterAllocator();
    const mark = registers.mark();
    const single = registers.temporary();
    const range = registers.temporaryRange(3);
    registers.releaseTo(mark);
    expect(registers.temporary()).toBe(single);
    expect(registers.temporaryRange(3)).toBe(range);
    expect(registers.temporaryRange(3)).not.toBe(range);
  });

  test('isolated code shares no temporary with code around it', () => {
    const registers = new RegisterAllocator();
    const mark = registers.mark();
    const before = registers.temporary();
    registers.releaseTo(mark);
    const inside = registers.isolate(() => {
      const own = registers.temporary();
      registers.releaseTo(mark);
      return own;
    });
    expect(inside).not.toBe(before);
    expect(registers.temporary()).toBe(before);
    expect(registers.temporary()).not.toBe(inside);
  });
});
