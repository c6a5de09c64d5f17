// Database#table: virtual tables whose rows a generator makes, either one under the module's own name or, with a factory, one
// for each CREATE VIRTUAL TABLE.
import type { TableDefinition } from '../session/user-table';
import type { Database } from './database';
import { argumentLength } from './function';
import { untilNul } from './options';
import { connectionOf, requireIdle, requireNoIterators, requireOpen } from './state';

const MAX_PARAMETERS = 32;

const generatorPrototype: unknown = Object.getPrototypeOf(function* () {});

type Factory = (this: object, ...args: string[]) => unknown;

/** table(name, definition) or table(name, factory). */
export function defineTable(this: Database, name: unknown, second: unknown): Database {
  if (typeof name !== 'string') throw new TypeError('Expected first argument to be a string');
  if (name === '') throw new TypeError('Virtual table module name cannot be an empty string');
  const isDefinition = typeof second === 'object' && second !== null;
  if (!isDefinition && typeof second !== 'function')
    throw new TypeError('Expected second argument to be a function or a table definition object');
  const definition = isDefinition ? checkedDefinition(second, 'used', name) : null;
  const connection = connectionOf(this, 'table');
  requireOpen(connection);
  requireIdle(connection);
  requireNoIterators(connection);
  if (definition !== null) {
    connection.defineTable(untilNul(name), definition);
  } else {
    const factory = second as Factory;
    connection.defineTableFactory(untilNul(name), (module, database, table, args) => {
      const made = Reflect.apply(factory, { module, database, table }, [...args]);
      if (typeof made !== 'object' || made === null)
        throw new TypeError(`Virtual table module "${module}" did not return a table definition object`);
      return checkedDefinition(made, 'returned', module);
    });
  }
  return this;
}

const has = (object: object, key: string): boolean => Object.prototype.hasOwnProperty.call(object, key);

/** Checks in better-sqlite3's order: of several mistakes the same one is reported. */
function checkedDefinition(source: object, verb: 'used' | 'returned', moduleName: string): TableDefinition {
  const prefix = `Virtual table module "${moduleName}" ${verb} a table definition`;
  const definition = source as Record<string, unknown>;
  for (const key of ['rows', 'columns']) {
    if (!has(definition, key)) throw new TypeError(`${prefix} without a "${key}" property`);
  }
  const { rows } = definition;
  if (typeof rows !== 'function' || Object.getPrototypeOf(rows) !== generatorPrototype)
    throw new TypeError(`${prefix} with an invalid "rows" property (should be a generator function)`);
  const columns = checkedColumns(definition, prefix);
  const parameters = checkedParameters(definition, prefix);
  for (const parameter of parameters) {
    if (columns.includes(parameter))
      throw new TypeError(
        `${prefix} with column "${parameter}" which was ambiguously defined as both a column and parameter`,
      );
  }
  return {
    columns,
    parameters,
    rows: rows as TableDefinition['rows'],
    safeIntegers: checkedFlag(definition, 'safeIntegers', prefix),
    directOnly: checkedFlag(definition, 'directOnly', prefix) ?? false,
  };
}

function checkedColumns(definition: Record<string, unknown>, prefix: string): readonly string[] {
  const columns = textList(definition.columns);
  if (columns === null)
    throw new TypeError(`${prefix} with an invalid "columns" property (should be an array of strings)`);
  if (hasDuplicates(columns)) throw new TypeError(`${prefix} with duplicate column names`);
  if (columns.length === 0) throw new RangeError(`${prefix} with zero columns`);
  return columns;
}

/** Those of the definition; without any, one for each argument that the generator declares: $1, $2 ... */
function checkedParameters(definition: Record<string, unknown>, prefix: string): readonly string[] {
  let parameters: readonly string[] | null;
  if (has(definition, 'parameters')) {
    parameters = textList(definition.parameters);
    if (parameters === null)
      throw new TypeError(`${prefix} with an invalid "parameters" property (should be an array of strings)`);
  } else {
    parameters = Array.from({ length: argumentLength(definition.rows) }, (_, i) => `$${String(i + 1)}`);
  }
  if (hasDuplicates(parameters)) throw new TypeError(`${prefix} with duplicate parameter names`);
  if (parameters.length > MAX_PARAMETERS)
    throw new RangeError(`${prefix} with more than the maximum number of ${String(MAX_PARAMETERS)} parameters`);
  return parameters;
}

function checkedFlag(definition: Record<string, unknown>, key: string, prefix: string): boolean | undefined {
  if (!has(definition, key)) return undefined;
  const value = definition[key];
  if (typeof value !== 'boolean')
    throw new TypeError(`${prefix} with an invalid "${key}" property (should be a boolean)`);
  return value;
}

/** A copy of a list of strings; null when it is none. Holes count as undefined. */
function textList(value: unknown): string[] | null {
  if (!Array.isArray(value)) return null;
  const list: unknown[] = [...(value as unknown[])];
  return list.every((item): item is string => typeof item === 'string') ? list : null;
}

const hasDuplicates = (list: readonly string[]): boolean => list.length !== new Set(list).size;
