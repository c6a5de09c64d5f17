// Border: JavaScript's side of the shared buffer (layout: spec/border.ts). One per loaded addon.
//
// Law: what is in the buffer is valid until the next native call or user code. So values are collected before they are
// written, a batch is decoded before anything else runs, and user functions are called with nothing left in the buffer.
import { BUFFER_BYTES, CONTROL_WORDS, reply } from '../../spec/border';
import type { NativeBinding } from './binding';

export class Border {
  readonly native: NativeBinding;
  /** The whole buffer in each of its forms; replaced when it grows. */
  words!: Int32Array;
  doubles!: Float64Array;
  integers!: BigInt64Array;
  bytes!: Buffer;
  /** Of the whole buffer, in bytes. */
  size = 0;
  #buffer!: ArrayBuffer;

  constructor(native: NativeBinding) {
    this.native = native;
    this.#attach(new ArrayBuffer(BUFFER_BYTES));
  }

  /** Makes the buffer at least `bytes` long (data area and control words); its contents stay. */
  grow(bytes: number): void {
    if (bytes <= this.size) return;
    const larger = new ArrayBuffer(Math.max(this.size * 2, (bytes + 4095) & ~4095));
    new Uint8Array(larger).set(this.bytes);
    this.#attach(larger);
  }

  /** Room for the row that the engine could not write. */
  growForRow(): void {
    this.grow((this.words[reply.spaceNeeded] ?? 0) + CONTROL_WORDS * 4);
  }

  /** A copy of the blob at `offset`: its own ArrayBuffer, as better-sqlite3 makes it. */
  blob(offset: number): Buffer {
    const length = this.words[offset >> 2] ?? 0;
    return Buffer.from(this.#buffer.slice(offset + 4, offset + 4 + length));
  }

  #attach(buffer: ArrayBuffer): void {
    this.#buffer = buffer;
    this.size = buffer.byteLength;
    this.words = new Int32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.integers = new BigInt64Array(buffer);
    this.bytes = Buffer.from(buffer);
    this.native.attachBuffer(buffer);
  }
}
