// The generic and the generated decoders against values that a small encoder here puts into the buffer, as the engine does.
import * as fc from 'fast-check';
import { CELL_TAG, CONTROL_WORDS, tags } from '../../spec/border';
import type { NativeBinding } from './binding';
import { Border } from './border';
import { type RowMode, rowModes, rowShape, type ShapeColumn } from './row-decoder';

type Cell = number | string | bigint | Buffer | null;

const GENERATE_ROWS = 2000;

function emptyBorder(far: Map<number, Cell>): Border {
  return new Border({
    attachBuffer: () => undefined,
    farValue: (column: number) => far.get(column),
  } as unknown as NativeBinding);
}

interface Batch {
  readonly border: Border;
  readonly latin1: string;
  readonly wide: string;
}

function encode(rows: readonly Cell[][], safe: boolean): Batch {
  const far = new Map<number, Cell>();
  const border = emptyBorder(far);
  let latin1 = '';
  let wide = '';
  let side = border.size;
  let at = CONTROL_WORDS;
  const tagged = (tag: number, low: number): void => {
    border.words[at] = low;
    border.words[at + 1] = CELL_TAG | tag;
  };
  for (const row of rows) {
    row.forEach((value, column) => {
      if (value === null) tagged(tags.null, 0);
      else if (typeof value === 'number') {
        if (Object.is(value | 0, value)) tagged(tags.int32, value);
        else border.doubles[at >> 1] = value;
      } else if (typeof value === 'bigint') {
        if (BigInt.asIntN(32, value) === value) tagged(tags.int32, Number(value));
        else {
          side = (side - 8) & ~7;
          border.integers[side >> 3] = value;
          tagged(tags.int64, side);
        }
      } else if (typeof value === 'string') {
        if (value.startsWith('far')) {
          far.set(column, value);
          tagged(tags.far, 0);
        } else if (/^[\0-\xff]*$/.test(value)) tagged(tags.text, (latin1 += value).length);
        else tagged(tags.wideText, (wide += value).length);
      } else {
        side = (side - 4 - value.length) & ~3;
        border.words[side >> 2] = value.length;
        border.bytes.set(value, side + 4);
        tagged(tags.blob, side);
      }
      at += 2;
    });
  }
  void safe;
  return { border, latin1, wide };
}

const cellOf = (safe: boolean): fc.Arbitrary<Cell> =>
  fc.oneof(
    fc.constant(null),
    fc.double({ noNaN: true }).filter((value) => !safe || !Object.is(value | 0, value)),
    fc.string({ maxLength: 20 }).filter((text) => !text.startsWith('far')),
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
    safe ? fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) : fc.integer(),
  );

const names = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.constantFrom('a', 'b', '__proto__', 'toString', '0', '7', "it's", 'x"y', '\u2028'),
);
const columnsArbitrary = fc.array(
  fc.record({ name: names, table: fc.option(fc.constantFrom('t', 'u', '$', '__proto__'), { nil: null }) }),
  { minLength: 1, maxLength: 8 },
);

/** Rows as better-sqlite3 builds them: by assignment, column after column. */
function expected(columns: readonly ShapeColumn[], mode: RowMode, row: readonly Cell[]): unknown {
  if (mode === rowModes.pluck) return row[0];
  if (mode === rowModes.raw) return row;
  const result: Record<string, unknown> = {};
  columns.forEach(({ name, table }, i) => {
    if (mode === rowModes.flat) result[name] = row[i];
    else {
      const group = table ?? '$';
      if (!Object.prototype.hasOwnProperty.call(result, group)) result[group] = {};
      (result[group] as Record<string, unknown>)[name] = row[i];
    }
  });
  return result;
}

describe.each(Object.entries(rowModes))('%s rows', (_name, mode) => {
  test.each([false, true])('decode as they were encoded, before and after generation (safe integers: %p)', (safe) => {
    fc.assert(
      fc.property(
        columnsArbitrary.chain((columns) =>
          fc.tuple(
            fc.constant(columns),
            fc.array(fc.array(cellOf(safe), { minLength: columns.length, maxLength: columns.length }), {
              minLength: 1,
              maxLength: 5,
            }),
          ),
        ),
        ([columns, drawn]) => {
          // A blob in a column of that name becomes the row's prototype: as in better-sqlite3, but jest cannot compare it.
          const cells = drawn.map((row) =>
            row.map((cell, i) => (columns[i]?.name === '__proto__' && Buffer.isBuffer(cell) ? null : cell)),
          );
          const shape = rowShape(columns, mode, safe);
          const visible = mode === rowModes.pluck ? cells.map((row) => row.slice(0, 1)) : cells;
          const rows = cells.map((row) => expected(columns, mode, row));
          for (let round = 0; round < 2; round++) {
            const batch = encode(visible, safe);
            const decoded: unknown[] = [];
            shape.batch(batch.border, cells.length, batch.latin1, batch.wide, decoded);
            expect(decoded).toStrictEqual(rows);
            expect(shape.one(batch.border, batch.latin1, batch.wide)).toStrictEqual(rows[0]);
            shape.count(GENERATE_ROWS);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

test('values that travel alone are fetched by column', () => {
  const columns = [
    { name: 'a', table: null },
    { name: 'b', table: null },
  ];
  const shape = rowShape(columns, rowModes.flat, false);
  for (let round = 0; round < 2; round++) {
    const batch = encode([['near', 'far away']], false);
    expect(shape.one(batch.border, batch.latin1, batch.wide)).toEqual({ a: 'near', b: 'far away' });
    shape.count(GENERATE_ROWS);
  }
});

test('a decoder is generated, once, after enough rows', () => {
  const shape = rowShape([{ name: 'only here', table: null }], rowModes.flat, false);
  const { one } = shape;
  shape.count(GENERATE_ROWS - 1);
  expect(shape.one).toBe(one);
  shape.count(1);
  expect(shape.one).not.toBe(one);
  expect(rowShape([{ name: 'only here', table: null }], rowModes.flat, false)).toBe(shape);
});

test('where code generation is forbidden, rows stay generic', () => {
  const { Function: original } = globalThis;
  const shape = rowShape([{ name: 'forbidden', table: null }], rowModes.flat, false);
  const { one } = shape;
  try {
    globalThis.Function = function () {
      throw new EvalError('Code generation from strings disallowed for this context');
    } as unknown as FunctionConstructor;
    shape.count(GENERATE_ROWS);
  } finally {
    globalThis.Function = original;
  }
  expect(shape.one).toBe(one);
});
