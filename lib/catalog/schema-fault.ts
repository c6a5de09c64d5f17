/**
 * What SQLite finds wrong when it reads a schema: at the first statement that needs it, whatever that is about.
 *
 * Owns: those checks, of the rows that the engine takes for suspect alone (binding/engine/schema_shape.h): a schema of thousands of tables isn't parsed
 * for them. What is wrong behind the head of a statement is found when its object is used.
 */
import type { Statement } from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import type { DatabaseCatalog } from './database-catalog';
import { parseRow } from './database-catalog';
import { malformedSchema } from './malformed';
import { foldName, sameName } from './names';
import { TEMP_DATABASE } from './schema';
import type { SchemaRow } from './source';
import type { StoredRows } from './stored-rows';

const LARGEST_ROOT = 0xffff_ffff;
/** The schema table's own: no stored statement makes that. */
const SCHEMA_ROOT = 1;

/** What is wrong with the first malformed row; null: nothing. */
export function schemaFault(database: DatabaseCatalog, stored: StoredRows | null): SqlError | null {
  if (stored === null) return null;
  const check = new SchemaCheck(database, stored);
  for (const row of stored.suspects()) {
    const fault = check.faultOf(row);
    if (fault !== null) return fault;
  }
  return null;
}

class SchemaCheck {
  constructor(
    private readonly database: DatabaseCatalog,
    private readonly stored: StoredRows,
  ) {}

  faultOf(row: SchemaRow): SqlError | null {
    const name = row.name === '' ? '?' : row.name;
    try {
      const problem = this.#problemOf(row);
      return problem === null ? null : malformedSchema(name, problem);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      return error.code === 'SQLITE_ERROR' ? malformedSchema(name, error.message) : error;
    }
  }

  /** '' is a problem without words. */
  #problemOf(row: SchemaRow): string | null {
    const { rootPage, name, sql } = row;
    if (rootPage === null) return '';
    if (!/^cr/i.test(sql ?? '')) return name === '' || (sql !== null && sql !== '') ? '' : this.#automaticIndex(row);
    if (!this.#isPage(rootPage)) return 'invalid rootpage';
    return this.#problemOfStatement(row, rootPage, parseRow(row));
  }

  #isPage(root: number): boolean {
    return root >= 0 && root <= Math.min(this.stored.pageCount, LARGEST_ROOT);
  }

  #problemOfStatement(row: SchemaRow, root: number, statement: Statement): string | null {
    switch (statement.kind) {
      case 'createTable':
        if (statement.name.database !== null) return 'corrupt database';
        if (root === SCHEMA_ROOT || !describes(row, 'table', statement.name.name.name, row.name)) return '';
        return this.#taken(row) ?? (statement.select === null ? this.#build(row) : '');
      case 'createVirtualTable':
        return describes(row, 'table', statement.name.name.name, row.name) ? this.#taken(row) : '';
      case 'createView':
        if (statement.name.database !== null) return 'corrupt database';
        if (!describes(row, 'view', statement.name.name.name, row.name)) return '';
        return this.#taken(row) ?? (root === 0 ? null : '');
      case 'createIndex':
        if (statement.name.database !== null) return 'corrupt database';
        return this.#problemOfIndex(row, root, statement.name.name.name, statement.table.name);
      case 'createTrigger':
        if (statement.name.database !== null) return 'corrupt database';
        return this.#problemOfTrigger(row, statement.name.name.name, statement.table.name.name);
      default:
        return '';
    }
  }

  #build(row: SchemaRow): null {
    this.database.relationOf(row);
    return null;
  }

  #problemOfIndex(row: SchemaRow, root: number, name: string, table: string): string | null {
    const relation = this.#relationBefore(row, table);
    if (relation === null) return `no such table: ${this.database.name}.${table}`;
    if (!describes(row, 'index', name, relation.name)) return '';
    if (this.#before(row).some(({ type }) => type === 'index')) return `index ${name} already exists`;
    if (this.#sharesRoot(row, root)) return 'invalid rootpage';
    this.database.findIndex(name);
    return null;
  }

  /** Those of temp may be on tables that are gone. */
  #problemOfTrigger(row: SchemaRow, name: string, table: string): string | null {
    if (this.database.number === TEMP_DATABASE) return describes(row, 'trigger', name, row.tableName) ? null : '';
    const relation = this.#relationBefore(row, table);
    if (relation === null) return `no such table: ${this.database.name}.${table}`;
    if (!describes(row, 'trigger', name, relation.name)) return '';
    return this.#before(row).some(({ type }) => type === 'trigger') ? `trigger ${name} already exists` : null;
  }

  /** A row without a text gives an index that a constraint made its root page. */
  #automaticIndex(row: SchemaRow): string | null {
    const table = /^sqlite_autoindex_(.*)_\d+$/i.exec(row.name)?.[1];
    const relation = table === undefined ? null : this.#relationBefore(row, table);
    const owner = relation?.type === 'table' ? this.database.relationOf(relation) : null;
    const indexes = owner?.kind === 'table' ? owner.indexes : [];
    if (!indexes.some(({ name }) => sameName(name, row.name))) return 'orphan index';
    const root = row.rootPage ?? 0;
    const isRoot = root > SCHEMA_ROOT && this.#isPage(root);
    return isRoot && !this.#sharesRoot(row, root) ? null : 'invalid rootpage';
  }

  /** Another index of the table, read before, has the same. */
  #sharesRoot(row: SchemaRow, root: number): boolean {
    const siblings = this.stored.indexesOf(foldName(row.tableName));
    return root > 0 && siblings.some((other) => other.rowid < row.rowid && other.rootPage === root);
  }

  /** A table or view: what is wrong when its name has been given before. */
  #taken(row: SchemaRow): string | null {
    const [other] = this.#before(row).filter(({ type }) => type !== 'trigger');
    if (other === undefined) return null;
    return other.type === 'index' ? `there is already an index named ${row.name}` : `${other.type} ${row.name} already exists`; // prettier-ignore
  }

  #before(row: SchemaRow): readonly SchemaRow[] {
    return this.stored.named(foldName(row.name)).filter(({ rowid }) => rowid < row.rowid);
  }

  #relationBefore({ rowid }: SchemaRow, name: string): SchemaRow | null {
    const rows = this.stored.named(foldName(name)).filter(({ type }) => type === 'table' || type === 'view');
    return rows.find((other) => other.rowid < rowid) ?? null;
  }
}

const describes = (row: SchemaRow, type: string, name: string, tableName: string): boolean =>
  row.type === type && sameName(row.name, name) && sameName(row.tableName, tableName);
