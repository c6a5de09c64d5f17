// The byte form of a program, as spec/program.ts lays it out and binding/vdbe reads it. Little-endian, 32-bit words.
// A pure function of finished code; verifies nothing (the engine does).
import { poolKinds, programMagic } from '../../spec/program';
import { collationNumbers } from '../../spec/collations';
import { type Constant, type ConstantPool, type VirtualTableReference } from './constant-pool';
import { encodeText, hasLoneSurrogate } from './text-encoding';

/** Code ready to be encoded. */
export interface ProgramCode {
  /** Six words an instruction: op, p1, p2, p3, p4, p5. */
  readonly instructions: readonly number[];
  readonly registerCount: number;
  readonly cursorCount: number;
  readonly parameterCount: number;
  readonly flags: number;
  /** Subprograms: number of the trigger it belongs to, from 1; else 0. */
  readonly trigger: number;
  readonly pool: ConstantPool;
}

const WORDS_PER_INSTRUCTION = 6;
const MAX_UTF8_BYTES_PER_UNIT = 3;

/** The image of a whole statement. Subprogram images are entries of the root's pool, after its own constants, in order. */
export function encodeProgram(root: ProgramCode, subprograms: readonly ProgramCode[]): Uint8Array {
  const images = subprograms.map((code) => encodeCode(code, []));
  return encodeCode(root, images);
}

/** Where images are put together before they are copied out: grows to the largest one. */
let scratch = Buffer.allocUnsafe(16384);
let scratchWords = new Int32Array(scratch.buffer, scratch.byteOffset, scratch.length >> 2);
let length = 0;

function reserve(bytes: number): void {
  if (length + bytes <= scratch.length) return;
  const larger = Buffer.allocUnsafeSlow(Math.max(scratch.length * 2, (length + bytes + 7) & ~7));
  scratch.copy(larger, 0, 0, length);
  scratch = larger;
  scratchWords = new Int32Array(scratch.buffer, scratch.byteOffset, scratch.length >> 2);
}

/** Appends a word; `length` is a multiple of 4. */
function putWord(word: number): void {
  scratchWords[length >> 2] = word;
  length += 4;
}

function encodeCode(code: ProgramCode, images: readonly Uint8Array[]): Uint8Array {
  const { instructions, pool } = code;
  length = 0;
  reserve(32 + instructions.length * 4);
  putWord(programMagic);
  putWord(instructions.length / WORDS_PER_INSTRUCTION);
  putWord(code.registerCount);
  putWord(code.cursorCount);
  putWord(code.parameterCount);
  putWord(pool.size + images.length);
  putWord(code.flags);
  putWord(code.trigger);
  for (let i = 0; i < instructions.length; i++) putWord(instructions[i]!);
  for (const constant of pool.entries) putConstant(constant);
  for (const image of images) putBytes(poolKinds.image, image);
  // From Node's pool of small buffers: the engine copies the image at once.
  const image = Buffer.allocUnsafe(length);
  scratch.copy(image, 0, 0, length);
  return image;
}

/** Appends a pool entry of words. */
function putWords(kind: number, words: readonly number[]): void {
  reserve(8 + words.length * 4);
  putWord(kind);
  putWord(words.length * 4);
  for (const word of words) putWord(word);
}

function putBytes(kind: number, bytes: Uint8Array): void {
  reserve(12 + bytes.length);
  putWord(kind);
  putWord(bytes.length);
  scratch.set(bytes, length);
  pad(bytes.length);
}

/** Moves behind a payload of `size` bytes, which ends with zeros up to the next word. */
function pad(size: number): void {
  length += size;
  while ((length & 3) !== 0) scratch[length++] = 0;
}

function putText(kind: number, text: string): void {
  if (hasLoneSurrogate(text)) {
    putBytes(kind, encodeText(text));
    return;
  }
  reserve(12 + text.length * MAX_UTF8_BYTES_PER_UNIT);
  putWord(kind);
  const size = scratch.write(text, length + 4);
  putWord(size);
  pad(size);
}

function putConstant(constant: Constant): void {
  const kind = poolKinds[constant.kind];
  switch (constant.kind) {
    case 'null':
      putWords(kind, []);
      return;
    case 'integer':
    case 'real':
    case 'string':
      putText(kind, constant.text);
      return;
    case 'blob':
      putBytes(kind, constant.bytes);
      return;
    case 'keyInfo': {
      const words = [constant.keyFieldCount, constant.fields.length];
      for (const { collation, flags } of constant.fields) words.push(collationNumbers[collation], flags);
      putWords(kind, words);
      return;
    }
    case 'function': {
      const { id, isHost, argumentCount, collation } = constant.function;
      putWords(kind, [id, isHost ? 1 : 0, argumentCount, collationNumbers[collation]]);
      return;
    }
    case 'collation':
      putWords(kind, [collationNumbers[constant.collation]]);
      return;
    case 'intArray':
      putWords(kind, constant.values);
      return;
    case 'subprogram':
      putWords(kind, [constant.number]);
      return;
    case 'vtab':
      putBytes(kind, encodeVirtualTable(constant.vtab));
  }
}

function encodeVirtualTable(vtab: VirtualTableReference): Uint8Array {
  const texts = [vtab.module, ...vtab.arguments].map(encodeText);
  const words = Int32Array.of(vtab.hostModule, texts.length, ...texts.map((text) => text.length));
  return Buffer.concat([new Uint8Array(words.buffer), ...texts]);
}
