// The byte form of a program, as spec/program.ts lays it out and binding/vdbe reads it. Little-endian, 32-bit words.
// A pure function of finished code; verifies nothing (the engine does).
import { poolKinds, programMagic } from '../../spec/program';
import { collationNumbers } from '../../spec/collations';
import { type Constant, type ConstantPool, type VirtualTableReference } from './constant-pool';
import { encodeText, hasLoneSurrogate } from './text-encoding';

/** Code ready to be encoded. */
export interface ProgramCode {
  /** Six words an instruction: op, p1, p2, p3, p4, p5. Longer than the code. */
  readonly instructions: Int32Array;
  readonly instructionCount: number;
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
/** Texts up to this length are written character by character, as long as they are ASCII. */
const SHORT_TEXT = 48;

/** Where images are put together; one buffer for all, which grows to the largest image. */
let bytes: Buffer = Buffer.allocUnsafeSlow(16384);
let words = new Int32Array(bytes.buffer);
let length = 0;

/**
 * The image of a whole statement. Subprogram images are entries of the root's pool, after its own constants, in order.
 * The result is overwritten by the next call.
 */
export function encodeProgram(root: ProgramCode, subprograms: readonly ProgramCode[]): Uint8Array {
  length = 0;
  putCode(root, subprograms.length);
  for (const code of subprograms) {
    reserve(8);
    putWord(poolKinds.image);
    const sizeAt = length >> 2;
    putWord(0);
    const start = length;
    putCode(code, 0);
    words[sizeAt] = length - start;
  }
  return bytes.subarray(0, length);
}

function reserve(size: number): void {
  if (length + size <= bytes.length) return;
  const larger = Buffer.allocUnsafeSlow(Math.max(bytes.length * 2, (length + size + 7) & ~7));
  bytes.copy(larger, 0, 0, length);
  bytes = larger;
  words = new Int32Array(bytes.buffer);
}

/** Appends a word; `length` is a multiple of 4. */
function putWord(word: number): void {
  words[length >> 2] = word;
  length += 4;
}

/** Appends header, instructions and constants; the entries for `imageCount` subprograms are the caller's to append. */
function putCode(code: ProgramCode, imageCount: number): void {
  const { instructions, instructionCount, pool } = code;
  const wordCount = instructionCount * WORDS_PER_INSTRUCTION;
  reserve(32 + wordCount * 4);
  putWord(programMagic);
  putWord(instructionCount);
  putWord(code.registerCount);
  putWord(code.cursorCount);
  putWord(code.parameterCount);
  putWord(pool.size + imageCount);
  putWord(code.flags);
  putWord(code.trigger);
  const first = length >> 2;
  for (let i = 0; i < wordCount; i++) words[first + i] = instructions[i]!;
  length += wordCount * 4;
  for (const constant of pool.entries) putConstant(constant);
}

/** Appends the head of a pool entry and makes room for its payload. */
function putHead(kind: number, size: number): void {
  reserve(12 + size);
  putWord(kind);
  putWord(size);
}

function putBytes(kind: number, payload: Uint8Array): void {
  putHead(kind, payload.length);
  bytes.set(payload, length);
  pad(payload.length);
}

/** Moves behind a payload of `size` bytes, which ends with zeros up to the next word. */
function pad(size: number): void {
  length += size;
  while ((length & 3) !== 0) bytes[length++] = 0;
}

function putText(kind: number, text: string): void {
  if (text.length <= SHORT_TEXT && putAscii(kind, text)) return;
  if (hasLoneSurrogate(text)) {
    putBytes(kind, encodeText(text));
    return;
  }
  putHead(kind, text.length * MAX_UTF8_BYTES_PER_UNIT);
  const size = bytes.write(text, length);
  words[(length >> 2) - 1] = size;
  pad(size);
}

/** False, and nothing appended, when the text is not ASCII. */
function putAscii(kind: number, text: string): boolean {
  reserve(12 + text.length);
  const start = length + 8;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return false;
    bytes[start + i] = code;
  }
  putWord(kind);
  putWord(text.length);
  pad(text.length);
  return true;
}

function putConstant(constant: Constant): void {
  const kind = poolKinds[constant.kind];
  switch (constant.kind) {
    case 'null':
      putHead(kind, 0);
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
      const { keyFieldCount, fields } = constant;
      putHead(kind, (2 + 2 * fields.length) * 4);
      putWord(keyFieldCount);
      putWord(fields.length);
      for (const { collation, flags } of fields) {
        putWord(collationNumbers[collation]);
        putWord(flags);
      }
      return;
    }
    case 'function': {
      const { id, isHost, argumentCount, collation } = constant.function;
      putHead(kind, 16);
      putWord(id);
      putWord(isHost ? 1 : 0);
      putWord(argumentCount);
      putWord(collationNumbers[collation]);
      return;
    }
    case 'collation':
      putHead(kind, 4);
      putWord(collationNumbers[constant.collation]);
      return;
    case 'intArray':
      putHead(kind, constant.values.length * 4);
      for (const value of constant.values) putWord(value);
      return;
    case 'subprogram':
      putHead(kind, 4);
      putWord(constant.number);
      return;
    case 'vtab':
      putBytes(kind, encodeVirtualTable(constant.vtab));
  }
}

function encodeVirtualTable(vtab: VirtualTableReference): Uint8Array {
  const texts = [vtab.module, ...vtab.arguments].map(encodeText);
  const head = Int32Array.of(vtab.hostModule, texts.length, ...texts.map((text) => text.length));
  return Buffer.concat([new Uint8Array(head.buffer), ...texts]);
}
