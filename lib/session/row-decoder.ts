// From cells to JavaScript rows. A RowShape decodes the rows of one list of columns in one mode: generically at first, and
// by a function generated for it once that pays. Shapes are shared by all statements with the same columns and mode.
//
// Text cells hold end offsets, so the cells of a batch are always decoded in order.
import { CELL_TAG, CONTROL_WORDS, tags } from '../../spec/border';
import type { Border } from './border';
import type { SqlOutput } from './parameters';

export const rowModes = { flat: 0, pluck: 1, expand: 2, raw: 3 } as const;
export type RowMode = (typeof rowModes)[keyof typeof rowModes];

/** A row in any mode. */
export type Row = unknown;

/** What decoding must know of a result column. */
export interface ShapeColumn {
  readonly name: string;
  /** Origin table, null for expressions. */
  readonly table: string | null;
}

/** Appends `count` rows to `rows`. `wide` is the batch's UTF-16 text. */
type DecodeBatch = (border: Border, count: number, latin1: string, wide: string, rows: Row[]) => void;
/** The first row of the batch. */
type DecodeOne = (border: Border, latin1: string, wide: string) => Row;

interface Decoders {
  readonly batch: DecodeBatch;
  readonly one: DecodeOne;
}

const FIRST_WORD = CONTROL_WORDS;
/** Generating costs about as much as it saves on this many rows. */
const GENERATE_AFTER_ROWS = 2000;
/** Larger rows gain little, and their functions are slow to compile. */
const MAX_GENERATED_COLUMNS = 250;
const MAX_SHAPES = 1000;
/** The group of expand() for columns that have no table. */
const NO_TABLE = '$';

export class RowShape {
  readonly columnCount: number;
  batch: DecodeBatch;
  one: DecodeOne;
  readonly #columns: readonly ShapeColumn[];
  readonly #mode: RowMode;
  readonly #safe: boolean;
  #rowsLeft = GENERATE_AFTER_ROWS;

  constructor(columns: readonly ShapeColumn[], mode: RowMode, safe: boolean) {
    this.#columns = mode === rowModes.pluck ? columns.slice(0, 1) : columns;
    this.columnCount = this.#columns.length;
    this.#mode = mode;
    this.#safe = safe;
    const generic = this.#genericDecoders();
    this.batch = generic.batch;
    this.one = generic.one;
  }

  /** Counts decoded rows towards generating a decoder. */
  count(rows: number): void {
    if (this.#rowsLeft <= 0) return;
    this.#rowsLeft -= rows;
    if (this.#rowsLeft > 0) return;
    const generated = generate(this.#columns, this.#mode, this.#safe);
    if (generated === null) return;
    this.batch = generated.batch;
    this.one = generated.one;
  }

  #genericDecoders(): Decoders {
    const reader = new CellReader(this.#safe);
    const width = this.columnCount * 2;
    const build = rowBuilder(this.#columns, this.#mode);
    return {
      batch(border, count, latin1, wide, rows) {
        reader.start(border, latin1, wide);
        for (let i = 0, at = FIRST_WORD; i < count; i++, at += width) rows.push(build(reader, at));
      },
      one(border, latin1, wide) {
        reader.start(border, latin1, wide);
        return build(reader, FIRST_WORD);
      },
    };
  }
}

const shapes = new Map<string, RowShape>();

/** The shape of these columns in this mode. */
export function rowShape(columns: readonly ShapeColumn[], mode: RowMode, safe: boolean): RowShape {
  const key = `${String(mode)}${safe ? 's' : 'n'}${JSON.stringify(
    columns.map(({ name, table }) => (mode === rowModes.expand ? [name, table] : name)),
  )}`;
  let shape = shapes.get(key);
  if (shape === undefined) {
    if (shapes.size >= MAX_SHAPES) shapes.delete(shapes.keys().next().value ?? '');
    shape = new RowShape(columns, mode, safe);
    shapes.set(key, shape);
  }
  return shape;
}

/** Reads the cells of a batch one after the other. */
export class CellReader {
  readonly #safe: boolean;
  #border!: Border;
  #latin1 = '';
  #wide = '';
  #latin1End = 0;
  #wideEnd = 0;

  constructor(safe: boolean) {
    this.#safe = safe;
  }

  start(border: Border, latin1: string, wide: string): void {
    this.#border = border;
    this.#latin1 = latin1;
    this.#wide = wide;
    this.#latin1End = 0;
    this.#wideEnd = 0;
  }

  /** `at`: index of the cell's low word; `column` is for values that are fetched. */
  read(at: number, column: number): SqlOutput {
    const { words } = this.#border;
    const low = words[at]!;
    const high = words[at + 1]!;
    if ((high & CELL_TAG) !== CELL_TAG) return this.#border.doubles[at >> 1]!;
    switch (high & ~CELL_TAG) {
      case tags.int32:
        return this.#safe ? BigInt(low) : low;
      case tags.text: {
        const start = this.#latin1End;
        return this.#latin1.substring(start, (this.#latin1End = low));
      }
      case tags.wideText: {
        const start = this.#wideEnd;
        return this.#wide.substring(start, (this.#wideEnd = low));
      }
      case tags.int64: {
        const integer = this.#border.integers[low >> 3]!;
        return this.#safe ? integer : Number(integer);
      }
      case tags.blob:
        return this.#border.blob(low);
      case tags.far:
        return this.#border.native.farValue(column);
      default:
        return null;
    }
  }
}

type RowBuilder = (reader: CellReader, at: number) => Row;

function rowBuilder(columns: readonly ShapeColumn[], mode: RowMode): RowBuilder {
  const names = columns.map(({ name }) => name);
  switch (mode) {
    case rowModes.pluck:
      return (reader, at) => reader.read(at, 0);
    case rowModes.raw:
      return (reader, at) => {
        const row: SqlOutput[] = [];
        for (let i = 0; i < names.length; i++) row.push(reader.read(at + i * 2, i));
        return row;
      };
    case rowModes.flat:
      return (reader, at) => {
        const row: Record<string, SqlOutput> = {};
        for (let i = 0; i < names.length; i++) row[names[i]!] = reader.read(at + i * 2, i);
        return row;
      };
    case rowModes.expand: {
      const tables = columns.map(({ table }) => table ?? NO_TABLE);
      return (reader, at) => {
        const row: Record<string, Record<string, SqlOutput>> = {};
        for (let i = 0; i < names.length; i++) {
          const table = tables[i]!;
          if (!Object.prototype.hasOwnProperty.call(row, table)) row[table] = {};
          row[table]![names[i]!] = reader.read(at + i * 2, i);
        }
        return row;
      };
    }
  }
}

/** Null when the shape doesn't suit, or code generation is forbidden (--disallow-code-generation-from-strings, some hosts). */
function generate(columns: readonly ShapeColumn[], mode: RowMode, safe: boolean): Decoders | null {
  if (columns.length > MAX_GENERATED_COLUMNS) return null;
  // In a literal this key would set the prototype, and twice it is an error.
  if (columns.some(({ name, table }) => name === '__proto__' || table === '__proto__')) return null;
  const row = rowExpression(columns, mode);
  const prologue = 'const I=B.words,D=B.doubles,Q=B.integers;let o=0,w=0,t=0,v=0,s=0;';
  const cells = columns.map((_column, i) => `const c${String(i)}=${cellExpression(i, safe)};`).join('');
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- names enter as JSON strings only
    const make = new Function(
      `"use strict";return{batch:function(B,n,L,W,R){${prologue}let p=${String(FIRST_WORD)};for(let i=0;i<n;i++,p+=${String(columns.length * 2)}){${cells}R.push(${row});}},one:function(B,L,W){${prologue}const p=${String(FIRST_WORD)};${cells}return ${row};}}`,
    ) as () => Decoders;
    return make();
  } catch {
    return null;
  }
}

function rowExpression(columns: readonly ShapeColumn[], mode: RowMode): string {
  const cell = (i: number): string => `c${String(i)}`;
  const property = (i: number): string => `${JSON.stringify(columns[i]!.name)}:${cell(i)}`;
  switch (mode) {
    case rowModes.pluck:
      return cell(0);
    case rowModes.raw:
      return `[${columns.map((_column, i) => cell(i)).join()}]`;
    case rowModes.flat:
      return `{${columns.map((_column, i) => property(i)).join()}}`;
    case rowModes.expand: {
      const groups = new Map<string, number[]>();
      columns.forEach(({ table }, i) => {
        const name = table ?? NO_TABLE;
        const members = groups.get(name);
        if (members === undefined) groups.set(name, [i]);
        else members.push(i);
      });
      const parts = [...groups].map(([name, members]) => `${JSON.stringify(name)}:{${members.map(property).join()}}`);
      return `{${parts.join()}}`;
    }
  }
}

const tagNumber = (tag: number): string => String(CELL_TAG | tag);

/** The value of column `i`, cheapest tests first; any number that is no NaN is a double. */
function cellExpression(i: number, safe: boolean): string {
  const low = i === 0 ? 'p' : `p+${String(i * 2)}`;
  const high = `p+${String(i * 2 + 1)}`;
  const int32 = safe ? `BigInt(I[${low}])` : `I[${low}]`;
  const int64 = safe ? `Q[I[${low}]>>3]` : `Number(Q[I[${low}]>>3])`;
  return (
    `(t=I[${high}])===${tagNumber(tags.int32)}?${int32}` +
    `:t===${tagNumber(tags.text)}?(s=o,L.substring(s,o=I[${low}]))` +
    `:t===${tagNumber(tags.null)}?null` +
    `:(v=D[(${low})>>1])===v?v` +
    `:t===${tagNumber(tags.wideText)}?(s=w,W.substring(s,w=I[${low}]))` +
    `:t===${tagNumber(tags.int64)}?${int64}` +
    `:t===${tagNumber(tags.blob)}?B.blob(I[${low}])` +
    `:B.native.farValue(${String(i)})`
  );
}
