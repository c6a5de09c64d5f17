// A value or a thrown thing as one line of text that is equal for equal behaviour of both packages.
import { types } from 'node:util';
import { bytesOf } from '../../lib/session/bytes';

const DEPTH = 4;
const ITEMS = 12;

/** `names`: objects that have a name of their own, as the database itself. */
export function describe(value: unknown, names: ReadonlyMap<unknown, string>, depth = 0): string {
  const known = names.get(value);
  if (known !== undefined) return known;
  switch (typeof value) {
    case 'string':
      return value.length > 80 ? `text of ${String(value.length)}` : JSON.stringify(value);
    case 'bigint':
      return `${value.toString()}n`;
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'function':
      return 'function';
    case 'object':
      return value === null ? 'null' : describeObject(value, names, depth);
    default:
      return String(value);
  }
}

function describeObject(object: object, names: ReadonlyMap<unknown, string>, depth: number): string {
  if (types.isProxy(object)) return 'proxy';
  if (depth === DEPTH) return '...';
  if (isError(object)) return describeError(object, names);
  if (ArrayBuffer.isView(object)) {
    const bytes = bytesOf(object);
    return `${nameOf(object)} of ${String(bytes.length)}: ${bytes.subarray(0, 16).toString('hex')}`;
  }
  const property = (of: object, key: string): string => {
    const descriptor = Object.getOwnPropertyDescriptor(of, key);
    return descriptor?.get === undefined ? describe(descriptor?.value, names, depth + 1) : 'getter';
  };
  if (Array.isArray(object)) {
    const items = Array.from({ length: Math.min(object.length, ITEMS) }, (_, i) => property(object, String(i)));
    return `[${items.join(', ')}${object.length > ITEMS ? `, ${String(object.length)} in all` : ''}]`;
  }
  const properties = Object.keys(object).map((key) => `${key}: ${property(object, key)}`);
  return `${nameOf(object)}{${properties.join(', ')}}`;
}

function nameOf(object: object): string {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype === null) return 'null ';
  // By its name: under jest native code makes objects of another realm.
  const name = (prototype as { constructor?: { name?: string } }).constructor?.name ?? '?';
  return name === 'Object' ? '' : `${name} `;
}

/** By names: an addon that was loaded first by another test file of a jest worker throws errors of that file's realm. */
function isError(value: unknown): value is Error {
  if (types.isNativeError(value)) return true;
  if (typeof value !== 'object' || types.isProxy(value)) return false;
  for (let at: unknown = value; at !== null; at = Object.getPrototypeOf(at))
    if ((at as { constructor?: { name?: string } }).constructor?.name === 'Error') return true;
  return false;
}

export function describeError(error: unknown, names: ReadonlyMap<unknown, string>): string {
  if (!isError(error)) return `threw ${describe(error, names)}`;
  const { message, code } = error as Error & { code?: unknown };
  const text = `threw ${error.name}: ${message}`;
  return code === undefined ? text : `${text} (${describe(code, names)})`;
}
