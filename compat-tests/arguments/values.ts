// Values that no caller should pass, each under a label: wrong types, objects whose conversions and properties throw or call
// back, proxies, detached and resizable memory, huge and holed arrays. Made anew for each use, as some change when touched.
//
// Must not know what they are passed to.
import { createContext, runInContext } from 'node:vm';

/** What a value may do besides being odd. */
export interface Surroundings {
  /** Called by getters, traps and conversions: the fuzzer calls into the database and notes what happens. */
  readonly reenter: () => unknown;
}

export interface OddValue {
  readonly label: string;
  readonly make: (surroundings: Surroundings) => unknown;
}

class Boom extends Error {}
const boom = (): never => {
  throw new Boom('boom');
};

const throwing = (value: unknown): never => {
  throw value;
};

const realm = createContext({});
const foreign = (source: string): unknown => runInContext(source, realm);

function detached(): Buffer {
  const bytes = new Uint8Array(16).fill(7);
  const buffer = Buffer.from(bytes.buffer);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return buffer;
}

function sparse(): unknown[] {
  const array: unknown[] = [1];
  array[4] = 2;
  return array;
}

function withGetter(name: string, get: () => unknown): object {
  return Object.defineProperty({}, name, { get, enumerable: true });
}

const ofFunction = (length: unknown): unknown => Object.defineProperty(() => 1, 'length', { value: length });

const entry = (label: string, make: (surroundings: Surroundings) => unknown): OddValue => ({ label, make });

const primitives: readonly OddValue[] = [
  entry('undefined', () => undefined),
  entry('null', () => null),
  entry('true', () => true),
  entry('false', () => false),
  entry('0', () => 0),
  entry('-0', () => -0),
  entry('1', () => 1),
  entry('1.5', () => 1.5),
  entry('NaN', () => NaN),
  entry('Infinity', () => Infinity),
  entry('-Infinity', () => -Infinity),
  entry('2**31', () => 2 ** 31),
  entry('2**53', () => 2 ** 53),
  entry('5n', () => 5n),
  entry('2n**63n', () => 2n ** 63n),
  entry('-(2n**63n)', () => -(2n ** 63n)),
  entry('2n**200n', () => 2n ** 200n),
  entry("''", () => ''),
  entry("' '", () => ' '),
  entry("'a'", () => 'a'),
  entry("'a\\0b'", () => 'a\0b'),
  entry('lone surrogate', () => 'x\ud800y'),
  entry('long string', () => 'long '.repeat(20_000)),
  entry('Symbol()', () => Symbol()),
  entry('Symbol.iterator', () => Symbol.iterator),
];

const objects: readonly OddValue[] = [
  entry('{}', () => ({})),
  entry('Object.create(null)', () => Object.create(null) as unknown),
  entry('__proto__ own', () => JSON.parse('{"__proto__": {"x": 1}, "x": 2, "y": 3, "z": 4}') as unknown),
  entry('__proto__ inherited', () => ({ __proto__: { x: 1, y: 2, z: 3 } })),
  entry('{x,y,z}', () => ({ x: 1, y: 'two', z: null, w: 4 })),
  entry('{x} throws', () => withGetter('x', boom)),
  entry('{x} calls', ({ reenter }) => ({ ...withGetter('y', () => 2), x: 1, z: reenter() })),
  entry('{x,y,z} call', ({ reenter }) =>
    Object.defineProperties({}, { x: { get: reenter }, y: { get: reenter }, z: { value: 3 } }),
  ),
  entry('symbol valued', () => ({ x: Symbol('x'), y: 1, z: 1 })),
  entry('foreign {x}', () => foreign('({x: 1, y: 2, z: 3})')),
  entry('foreign []', () => foreign('[1, 2, 3]')),
  entry('foreign Date', () => foreign('new Date(0)')),
  entry(
    'class instance',
    () =>
      new (class Point {
        x = 1;
        y = 2;
        z = 3;
      })(),
  ),
  entry('new Date(0)', () => new Date(0)),
  entry('new Map', () => new Map([['x', 1]])),
  entry('/re/', () => /re/),
  entry('Promise', () => Promise.resolve(1)),
  entry('thenable', () => ({ then: () => undefined })),
  entry('then throws', () => withGetter('then', boom)),
  entry('new Boolean(true)', () => new Boolean(true)),
  entry('new Number(5)', () => new Number(5)),
  entry('new String(a)', () => new String('a')),
  entry('Object(5n)', () => Object(5n) as unknown),
  entry('toString throws', () => ({ toString: boom, valueOf: boom })),
  entry('toPrimitive throws', () => ({ [Symbol.toPrimitive]: boom })),
  entry('toString calls', ({ reenter }) => ({ toString: () => String(reenter()), valueOf: reenter })),
  entry('arguments', () => foreign('(function () { return arguments; })(1, 2)')),
  entry('frozen', () => Object.freeze({ x: 1, y: 2, z: 3 })),
  entry('globalThis', () => globalThis),
];

const proxies: readonly OddValue[] = [
  entry('proxy {}', () => new Proxy({ x: 1, y: 2, z: 3 }, {})),
  entry('proxy []', () => new Proxy([1, 2, 3], {})),
  entry('proxy function', () => new Proxy((a: unknown) => a, {})),
  entry('proxy null prototype', () => new Proxy({ x: 1, y: 2, z: 3 }, { getPrototypeOf: () => null })),
  entry(
    'proxy traps throw',
    () => new Proxy({}, { get: boom, has: boom, ownKeys: boom, getOwnPropertyDescriptor: boom }),
  ),
  entry('proxy has throws', () => new Proxy({}, { has: boom })),
  entry('proxy get throws', () => new Proxy({ x: 1 }, { get: boom })),
  entry('proxy prototype throws', () => new Proxy({}, { getPrototypeOf: boom })),
  entry('proxy calls', ({ reenter }) => new Proxy({ x: 1, y: 1, z: 1 }, { get: reenter })),
  entry('proxy has everything', () => new Proxy({}, { has: () => true, get: () => 1 })),
  entry('revoked proxy', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  }),
  entry('revoked function proxy', () => {
    const { proxy, revoke } = Proxy.revocable(() => 1, {});
    revoke();
    return proxy;
  }),
];

const lists: readonly OddValue[] = [
  entry('[]', () => []),
  entry('[1]', () => [1]),
  entry('[1,2,3]', () => [1, 2, 3]),
  entry('[[1]]', () => [[1]]),
  entry('[{}]', () => [{}]),
  entry('[Symbol()]', () => [Symbol()]),
  entry('[undefined]', () => [undefined]),
  entry('sparse', sparse),
  entry('200,000 items', () => new Array<number>(200_000).fill(1)),
  entry('item throws', () => Object.defineProperty([1], '0', { get: boom })),
  entry('item shortens', () => {
    const array = [1, 2, 3];
    return Object.defineProperty(array, '0', { get: () => (array.length = 1) });
  }),
  entry('subclass', () => new (class List extends Array<unknown> {})(3).fill(1)),
  entry('iterator throws', () => Object.assign([1, 2], { [Symbol.iterator]: boom })),
];

const memory: readonly OddValue[] = [
  entry('Buffer', () => Buffer.from('abc')),
  entry('empty Buffer', () => Buffer.alloc(0)),
  entry('Uint8Array', () => new Uint8Array([1, 2, 3])),
  entry('Float64Array', () => new Float64Array([1.5])),
  entry('DataView', () => new DataView(new ArrayBuffer(4), 1, 2)),
  entry('ArrayBuffer', () => new ArrayBuffer(4)),
  entry('SharedArrayBuffer', () => new SharedArrayBuffer(4)),
  entry('shared bytes', () => new Uint8Array(new SharedArrayBuffer(4))),
  entry('detached Buffer', detached),
  entry('foreign Uint8Array', () => foreign('new Uint8Array([1, 2])')),
  entry('length lies', () => Object.defineProperty(Buffer.from('abc'), 'length', { value: 1e9 })),
  entry('byteLength lies', () => Object.defineProperty(Buffer.from('abc'), 'byteLength', { get: boom })),
];

const functions: readonly OddValue[] = [
  entry('() => 1', () => () => 1),
  entry('a => a', () => (a: unknown) => a),
  entry(
    '(...a) => a.length',
    () =>
      (...a: unknown[]) =>
        a.length,
  ),
  entry('throws', () => boom),
  entry('throws undefined', () => () => throwing(undefined)),
  entry('throws a symbol', () => () => throwing(Symbol.iterator)),
  entry('calls', ({ reenter }) => reenter),
  entry('async', () => async () => Promise.resolve(1)),
  entry(
    'generator',
    () =>
      function* generator() {
        yield [1];
      },
  ),
  entry(
    'async generator',
    () =>
      async function* generator() {
        yield await Promise.resolve([1]);
      },
  ),
  entry('class', () => class Thing {}),
  entry('bound', () =>
    function bound(a: unknown) {
      return a;
    }.bind(null),
  ),
  entry('native', () => Math.max),
  entry('length -1', () => ofFunction(-1)),
  entry('length 1.5', () => ofFunction(1.5)),
  entry('length Infinity', () => ofFunction(Infinity)),
  entry('length 101', () => ofFunction(101)),
  entry('length 100', () => ofFunction(100)),
  entry('length text', () => ofFunction('2')),
  entry('length symbol', () => ofFunction(Symbol())),
  entry('length throws', () => Object.defineProperty(() => 1, 'length', { get: boom })),
];

export const oddValues: readonly OddValue[] = [
  ...primitives,
  ...objects,
  ...proxies,
  ...lists,
  ...memory,
  ...functions,
];

/** For who doesn't copy it. */
export const hugeArray: OddValue = entry('new Array(2**32-1)', () => new Array<number>(2 ** 32 - 1));
