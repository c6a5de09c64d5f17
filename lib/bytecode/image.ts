// The byte form of a program, as spec/program.ts lays it out and binding/vdbe reads it. Little-endian, 32-bit words.
// A pure function of finished code; verifies nothing (the engine does).
import { poolKinds, programMagic } from '../../spec/program';
import { collationNumbers, type Constant, type ConstantPool, type VirtualTableReference } from './constant-pool';
import { encodeText } from './text-encoding';

/** Code ready to be encoded. */
export interface ProgramCode {
  readonly instructions: Int32Array;
  readonly registerCount: number;
  readonly cursorCount: number;
  readonly parameterCount: number;
  readonly flags: number;
  /** Subprograms: number of the trigger it belongs to, from 1; else 0. */
  readonly trigger: number;
  readonly pool: ConstantPool;
}

const HEADER_WORDS = 8;

/** The image of a whole statement. Subprogram images are entries of the root's pool, after its own constants, in order. */
export function encodeProgram(root: ProgramCode, subprograms: readonly ProgramCode[]): Uint8Array {
  const images = subprograms.map((code) => encodeCode(code, []));
  return encodeCode(root, images);
}

function encodeCode(code: ProgramCode, images: readonly Uint8Array[]): Uint8Array {
  const payloads: [kind: number, payload: Uint8Array][] = code.pool.entries.map((constant) => [
    poolKinds[constant.kind],
    encodeConstant(constant),
  ]);
  for (const image of images) payloads.push([poolKinds.image, image]);

  const instructionBytes = code.instructions.byteLength;
  let size = HEADER_WORDS * 4 + instructionBytes;
  for (const [, payload] of payloads) size += 8 + padded(payload.length);

  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  const header = [
    programMagic,
    code.instructions.length / 6,
    code.registerCount,
    code.cursorCount,
    code.parameterCount,
    payloads.length,
    code.flags,
    code.trigger,
  ];
  header.forEach((word, i) => {
    view.setInt32(i * 4, word, true);
  });
  bytes.set(
    new Uint8Array(code.instructions.buffer, code.instructions.byteOffset, instructionBytes),
    HEADER_WORDS * 4,
  );
  let at = HEADER_WORDS * 4 + instructionBytes;
  for (const [kind, payload] of payloads) {
    view.setInt32(at, kind, true);
    view.setInt32(at + 4, payload.length, true);
    bytes.set(payload, at + 8);
    at += 8 + padded(payload.length);
  }
  return bytes;
}

const padded = (length: number): number => (length + 3) & ~3;

function encodeConstant(constant: Constant): Uint8Array {
  switch (constant.kind) {
    case 'null':
      return new Uint8Array(0);
    case 'integer':
    case 'real':
    case 'string':
      return encodeText(constant.text);
    case 'blob':
      return constant.bytes;
    case 'keyInfo': {
      const words = [constant.keyFieldCount, constant.fields.length];
      for (const { collation, flags } of constant.fields) words.push(collationNumbers[collation], flags);
      return encodeWords(words);
    }
    case 'function': {
      const { id, isHost, argumentCount, collation } = constant.function;
      return encodeWords([id, isHost ? 1 : 0, argumentCount, collationNumbers[collation]]);
    }
    case 'collation':
      return encodeWords([collationNumbers[constant.collation]]);
    case 'intArray':
      return encodeWords(constant.values);
    case 'subprogram':
      return encodeWords([constant.number]);
    case 'vtab':
      return encodeVirtualTable(constant.vtab);
  }
}

function encodeVirtualTable(vtab: VirtualTableReference): Uint8Array {
  const texts = [vtab.module, ...vtab.arguments].map(encodeText);
  const words = encodeWords([vtab.hostModule, texts.length, ...texts.map((text) => text.length)]);
  return Buffer.concat([words, ...texts]);
}

function encodeWords(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  words.forEach((word, i) => {
    view.setInt32(i * 4, word, true);
  });
  return bytes;
}
