// The bytes of a caller's Buffer, typed array or DataView as they are, whatever its own properties say they are.

import { types } from 'node:util';

type Getter<T> = (this: ArrayBufferView) => T;

const getter = <T>(prototype: object, name: string): Getter<T> =>
  (Object.getOwnPropertyDescriptor(prototype, name) as { get: Getter<T> }).get;

const { isDataView } = types;
const arrayPrototype = Object.getPrototypeOf(Uint8Array.prototype) as object;
const arrayLength = getter<number>(arrayPrototype, 'byteLength');
const arrayOffset = getter<number>(arrayPrototype, 'byteOffset');
const arrayMemory = getter<ArrayBuffer>(arrayPrototype, 'buffer');
const viewLengthOf = getter<number>(DataView.prototype, 'byteLength');
const viewOffsetOf = getter<number>(DataView.prototype, 'byteOffset');
const viewMemoryOf = getter<ArrayBuffer>(DataView.prototype, 'buffer');

const isDetachedView = (view: ArrayBufferView): boolean => {
  try {
    viewLengthOf.call(view);
    return false;
  } catch {
    return true;
  }
};

/** In bytes; 0 of detached memory. */
export function viewLength(view: ArrayBufferView): number {
  if (!isDataView(view)) return arrayLength.call(view);
  return isDetachedView(view) ? 0 : viewLengthOf.call(view);
}

/** The same memory, without properties of the caller's. */
export function bytesOf(view: ArrayBufferView): Buffer {
  const length = viewLength(view);
  if (length === 0) return Buffer.alloc(0);
  return isDataView(view)
    ? Buffer.from(viewMemoryOf.call(view), viewOffsetOf.call(view), length)
    : Buffer.from(arrayMemory.call(view), arrayOffset.call(view), length);
}
