// Writes bound values into the border. Values have been checked (numbers, strings, bigints of 64 bits, views, null).
import { types } from 'node:util';
import { CELL_TAG, CONTROL_WORDS, tags } from '../../spec/border';
import type { Border } from './border';
import { bytesOf, viewLength } from './bytes';
import type { SqlInput } from './parameters';

const FIRST_CELL = CONTROL_WORDS / 2;
/** Strings up to this length are copied character by character: cheaper than any call. */
const SHORT_TEXT = 24;
/** Longer text and blobs don't go through the buffer. */
const FAR_LENGTH = 16384;

const TEXT = CELL_TAG | tags.text;
const BLOB = CELL_TAG | tags.blob;
const NULL = CELL_TAG | tags.null;
const INT64 = CELL_TAG | tags.int64;
const FAR = CELL_TAG | tags.far;

/** Buffer#utf8Write: Buffer#write without its argument handling. Lone surrogates become U+FFFD. */
type Utf8Write = (this: Buffer, text: string, offset: number, length: number) => number;
const utf8Write: Utf8Write =
  (Buffer.prototype as Buffer & { utf8Write?: Utf8Write }).utf8Write ??
  function (this: Buffer, text, offset, length) {
    return this.write(text, offset, length, 'utf8');
  };

/** No lone surrogates. (ES2024; every Node that we support has it.) */
const isWellFormed = (text: string): boolean => (text as string & { isWellFormed(): boolean }).isWellFormed();

/** What the values are: parameters, the answer to a host call (one value), or rows that a host call answers with. */
export type ValueRole = 'parameters' | 'answer' | 'rows';

/** By which number a value goes that doesn't go through the buffer. */
function farIndex(role: ValueRole, index: number): number {
  if (role === 'parameters') return index;
  return role === 'answer' ? -1 : -2 - index;
}

/** Writes values for `statement`. */
export function writeValues(border: Border, values: readonly SqlInput[], statement: number, role: ValueRole): void {
  const count = values.length;
  let at = (FIRST_CELL + 2 * count) * 8;
  if (at > border.size) border.grow(at);
  for (let i = 0; i < count; i++) {
    const value = values[i];
    const cell = FIRST_CELL + i;
    switch (typeof value) {
      case 'number':
        // NaN is NULL; its bits could look like a tag.
        if (value === value) border.doubles[cell] = value;
        else border.words[cell * 2 + 1] = NULL;
        break;
      case 'string':
        at = writeText(border, value, cell, at, statement, farIndex(role, i));
        break;
      case 'bigint':
        border.words[cell * 2 + 1] = INT64;
        border.integers[cell + count] = value;
        break;
      case 'object':
        if (value === null) border.words[cell * 2 + 1] = NULL;
        else at = writeBlob(border, value, cell, at, statement, farIndex(role, i));
        break;
      default:
        border.words[cell * 2 + 1] = NULL;
        break;
    }
  }
}

/** Returns where the next bytes go. */
function writeText(border: Border, text: string, cell: number, at: number, statement: number, far: number): number {
  const { length } = text;
  if (length > FAR_LENGTH) {
    border.words[cell * 2 + 1] = FAR;
    border.native.setFar(statement, far, isWellFormed(text) ? text : encodeWtf8(text), true);
    return at;
  }
  if (at + length * 3 > border.size) border.grow(at + length * 3);
  const { words, bytes } = border;
  words[cell * 2 + 1] = TEXT;
  if (length <= SHORT_TEXT) {
    let i = 0;
    for (; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) break;
      bytes[at + i] = code;
    }
    if (i === length) {
      words[cell * 2] = length;
      return at + length;
    }
  }
  let written = utf8Write.call(bytes, text, at, length * 3);
  if (written > length && !isWellFormed(text)) {
    const encoded = encodeWtf8(text);
    bytes.set(encoded, at);
    written = encoded.length;
  }
  words[cell * 2] = written;
  return at + written;
}

function writeBlob(
  border: Border,
  view: ArrayBufferView,
  cell: number,
  at: number,
  statement: number,
  far: number,
): number {
  const length = viewLength(view);
  if (length > FAR_LENGTH) {
    border.words[cell * 2 + 1] = FAR;
    border.native.setFar(statement, far, bytesOf(view), false);
    return at;
  }
  if (at + length > border.size) border.grow(at + length);
  border.words[cell * 2 + 1] = BLOB;
  border.words[cell * 2] = length;
  if (length > 0) border.bytes.set(types.isUint8Array(view) ? view : bytesOf(view), at);
  return at + length;
}

/** UTF-8 in which lone surrogates have their three bytes: what better-sqlite3 stores. */
function encodeWtf8(text: string): Uint8Array {
  const bytes = Buffer.allocUnsafe(text.length * 3);
  let at = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0xd800 && code <= 0xdfff) {
      bytes[at++] = 0xe0 | (code >> 12);
      bytes[at++] = 0x80 | ((code >> 6) & 0x3f);
      bytes[at++] = 0x80 | (code & 0x3f);
    } else {
      at += bytes.write(character, at);
    }
  }
  return bytes.subarray(0, at);
}
