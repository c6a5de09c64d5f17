// Rows of schema tables as the engine gives them: the index that it shares among connections, and rows that have changed.
import { reply } from '../../spec/border';
import type { SchemaRowChange } from '../catalog/schema-rows';
import type { Rowid, SchemaIndex, SchemaQuestion, SchemaRow } from '../catalog/source';
import type { NativeSchemaIndex, RawSchema, RawSchemaRows } from './binding';
import type { Border } from './border';
import { nativeError } from './errors';

/** Values of a row in RawSchemaRows. */
const ROW_WIDTH = 7;

/** @throws SqliteError out of memory. */
export class EngineSchemaIndex implements SchemaIndex {
  readonly count: number;
  readonly pageCount: number;
  readonly #border: Border;
  readonly #index: NativeSchemaIndex;

  constructor(border: Border, { count, pageCount, index }: RawSchema) {
    this.#border = border;
    this.count = count;
    this.pageCount = pageCount;
    this.#index = index;
  }

  row(number: number): SchemaRow {
    const values = this.#border.native.schemaRow(this.#index, number);
    if (values === undefined) throw this.#error();
    return schemaRow(values, 0);
  }

  find(question: SchemaQuestion, text: string): readonly number[] {
    const numbers = this.#border.native.schemaFind(this.#index, question, text);
    if (numbers === undefined) throw this.#error();
    return numbers;
  }

  numberOf(rowid: Rowid): number {
    return this.#border.native.schemaNumber(this.#index, rowid);
  }

  #error(): Error {
    const { native, words } = this.#border;
    return nativeError(native, words[reply.errorCode]!);
  }
}

export function schemaRows(values: RawSchemaRows): SchemaRowChange[] {
  const rows: SchemaRowChange[] = [];
  for (let i = 0; i < values.length; i += ROW_WIDTH) {
    rows.push({ rowid: values[i + 1] as Rowid, row: values[i] === true ? schemaRow(values, i) : null });
  }
  return rows;
}

function schemaRow(values: RawSchemaRows, at: number): SchemaRow {
  return {
    rowid: values[at + 1] as Rowid,
    type: (textOf(values[at + 2]) ?? '').toLowerCase(),
    name: textOf(values[at + 3]) ?? '',
    tableName: textOf(values[at + 4]) ?? '',
    rootPage: rootPageOf(values[at + 5]),
    sql: textOf(values[at + 6]),
  };
}

/** SQLite reads all columns as text. */
function textOf(value: RawSchemaRows[number] | undefined): string | null {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  return value === null || value === undefined ? null : String(value);
}

function rootPageOf(value: RawSchemaRows[number] | undefined): number | null {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  const text = textOf(value);
  return text === null ? null : /^\d+$/.test(text) ? Number(text) : NaN;
}
