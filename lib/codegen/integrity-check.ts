/**
 * PRAGMA integrity_check and quick_check: the pages by the engine (IntegrityCk), the rows by this program.
 *
 * Owns: which tests are made of a row and their messages. quick_check leaves out what needs the indexes.
 */
import { int32 } from './pragma-values';
import { Affinity } from '../../spec/affinity';
import { operandFlags } from '../../spec/opcodes';
import type { Label } from '../bytecode/program-builder';
import type { Column, Database, Index, Relation, Table } from '../catalog/schema';
import { Binder } from '../resolve/binder';
import { SqlError } from '../syntax/sql-error';
import { codeTableColumn } from './columns';
import { jumpIfFalse } from './condition';
import type { CodegenContext } from './context';
import { IndexedRow } from './index-entries';
import type { PragmaCall } from './pragma';
import { openIndex, openTable } from './table-access';

const DEFAULT_ERROR_LIMIT = 100;

/** Bits of IsType's p5. */
const types = { integer: 0x01, real: 0x02, text: 0x04, blob: 0x08, null: 0x10 } as const;
/** Numbers of IsType's p4. */
const typeNumbers = { integer: 1, real: 2, text: 3, blob: 4, null: 5 } as const;
/** IsType reads the register p3, not a cursor. */
const OF_REGISTER = -1;

/** Registers that the whole check shares. */
interface Registers {
  /** Errors that may still be reported, less one; the register after it takes the engine's messages. */
  readonly left: number;
  readonly message: number;
  readonly part: number;
  /** Rows of the table seen so far. */
  readonly rowCount: number;
}

/** Emits the whole check. */
export function compileIntegrityCheck(call: PragmaCall): void {
  const { ctx, name, value, isQuoted, database, isQualified } = call;
  const { program } = ctx;
  const limit = value !== null && !isQuoted ? int32(value) : null;
  const only = value === null || limit !== null ? null : findChecked(call);
  const left = program.register(2);
  const registers: Registers = {
    left,
    message: program.register(),
    part: program.register(),
    rowCount: program.register(),
  };
  program.emit('Integer', (limit === null || limit <= 0 ? DEFAULT_ERROR_LIMIT : limit) - 1, left);
  ctx.mayHoist = false;
  for (const candidate of isQualified ? [database] : ctx.schema.databases) {
    // A temp database that nothing has been put into is opened, as SQLite does, but has nothing to check.
    ctx.useDatabase(candidate.number);
    if (candidate.number === 1 && candidate.file === null) {
      program.emit('SchemaChanged', candidate.number);
      continue;
    }
    const tables = tablesOf(candidate).filter((table) => only === null || table === only);
    if (tables.length === 0) continue;
    const check = new DatabaseCheck(ctx, registers, candidate, tables, only !== null, name === 'quick_check');
    check.codePages();
    check.codeRows();
  }
  codeEnd(ctx, registers, limit === null || limit <= 0 ? DEFAULT_ERROR_LIMIT : limit);
}

/** A view is fine: there is nothing to check. */
function findChecked({ ctx, value, database, isQualified }: PragmaCall): Relation {
  const relation = ctx.schema.findRelation(value as string, isQualified ? database.name : null);
  if (relation) return relation;
  throw new SqlError(`no such table: ${isQualified ? `${database.name}.` : ''}${value}`);
}

function tablesOf(database: Database): Table[] {
  const tables: Table[] = [];
  for (const relation of database.relationsInHashOrder()) {
    if (relation.kind === 'table' && relation.module === null) tables.push(relation);
  }
  return tables;
}

/** `ok` when nothing was reported; the place where a corrupt record ends the check. */
function codeEnd(ctx: CodegenContext, { left, message }: Registers, limit: number): void {
  const { program } = ctx;
  const done = program.label();
  const show = program.label();
  program.emit('AddImm', left, 1 - limit);
  program.emit('IfNotZero', left, done);
  program.loadString('ok', message);
  program.place(show);
  program.emit('ResultRow', message, 1);
  program.place(done);
  program.emit('Halt');
  program.setOperand(0, 3, program.here);
  program.loadString('database disk image is malformed', message);
  program.goto(show);
}

class DatabaseCheck {
  constructor(
    private readonly ctx: CodegenContext,
    private readonly registers: Registers,
    private readonly database: Database,
    private readonly tables: readonly Table[],
    private readonly isPartial: boolean,
    private readonly isQuick: boolean,
  ) {}

  /** Returns the message register as a row; ends the program when enough errors were reported. */
  private report(): void {
    const { program } = this.ctx;
    const { left, message } = this.registers;
    program.emit('ResultRow', message, 1);
    const goOn = program.emit('IfPos', left, 0, 1);
    program.emit('Halt');
    program.jumpHere(goOn);
  }

  private reportText(text: string): void {
    this.ctx.program.loadString(text, this.registers.message);
    this.report();
  }

  /** Appends a constant to the message. */
  private append(text: string): void {
    const { program } = this.ctx;
    const { message, part } = this.registers;
    program.loadString(text, part);
    program.emit('Concat', part, message, message);
  }

  /** Reports `before`, the number of the row, `after`. */
  private reportRow(before: string, after: string): void {
    const { program } = this.ctx;
    const { message, rowCount } = this.registers;
    program.loadString(before, message);
    program.emit('Concat', rowCount, message, message);
    this.append(after);
    this.report();
  }

  /** The trees, and whether every index has as many entries as its table. */
  codePages(): void {
    const { program } = this.ctx;
    const { left, message } = this.registers;
    const roots: number[] = this.isPartial ? [0] : [];
    const places = new Map<Table | Index, number>();
    for (const table of this.tables) {
      if (!table.withoutRowid) places.set(table, roots.push(table.rootPage) - 1);
      for (const index of table.indexes) {
        const place = roots.push(index.isTable ? table.rootPage : index.rootPage) - 1;
        places.set(index, place);
        if (index.isTable) places.set(table, place);
      }
    }
    const counts = program.register(roots.length);
    const list = program.pool.intArray(roots);
    program.emit('Null', 0, counts, counts + roots.length - 1);
    program.emit('IntegrityCk', left, roots.length, counts, list, this.database.number);
    const isFine = program.emit('IsNull', left + 1);
    program.loadString(`*** in database ${this.database.name} ***\n`, message);
    program.emit('Concat', left + 1, message, message);
    this.report();
    program.jumpHere(isFine);
    for (const table of this.tables) {
      for (const index of table.indexes) {
        if (index.where !== null) continue;
        const own = counts + (places.get(index) as number);
        const isEqual = program.emit('Eq', own, 0, counts + (places.get(table) as number));
        this.reportText(`wrong # of entries in index ${index.name}`);
        program.jumpHere(isEqual);
      }
    }
  }

  codeRows(): void {
    for (const table of this.tables) new TableCheck(this.ctx, this, this.registers, table, this.isQuick).code();
  }

  /** For the checks of one table. */
  readonly reporter = {
    text: (text: string): void => {
      this.reportText(text);
    },
    row: (before: string, after: string): void => {
      this.reportRow(before, after);
    },
  };
}

class TableCheck {
  private readonly cursor: number;
  private readonly indexCursors = new Map<Index, number>();

  constructor(
    private readonly ctx: CodegenContext,
    private readonly owner: DatabaseCheck,
    private readonly registers: Registers,
    private readonly table: Table,
    private readonly isQuick: boolean,
  ) {
    this.cursor = ctx.program.cursor();
  }

  code(): void {
    const { program } = this.ctx;
    const { table, cursor } = this;
    const { rowCount, message } = this.registers;
    const end = program.label();
    const previousKey = this.isQuick || !table.withoutRowid ? 0 : this.openPreviousKey();
    openTable(this.ctx, 'OpenRead', cursor, table);
    if (!this.isQuick) this.openIndexes();
    program.emit('Integer', 0, rowCount);
    program.emit('Rewind', cursor, end);
    const top = program.emit('AddImm', rowCount, 1);
    // Reading the last column finds records whose header is damaged.
    if (table.storedColumnCount > 0) {
      program.emit('Column', cursor, table.storedColumnCount - 1, message, -1, operandFlags.TYPEOFARG);
    }
    if (previousKey > 0) this.codeKeyOrder(previousKey);
    for (const column of table.columns) this.codeColumn(column);
    this.codeChecks();
    if (!this.isQuick) this.codeIndexes();
    program.emit('Next', cursor, top);
    program.place(end);
  }

  private openIndexes(): void {
    for (const index of this.table.indexes) {
      if (index.isTable) continue;
      const cursor = this.ctx.program.cursor();
      this.indexCursors.set(index, cursor);
      openIndex(this.ctx, 'OpenRead', cursor, index);
    }
  }

  private openPreviousKey(): number {
    const { program } = this.ctx;
    const count = this.table.primaryKey?.keyColumnCount ?? 0;
    const first = program.register(count);
    program.emit('Null', 1, first, first + count - 1);
    return first;
  }

  /** Rows of a WITHOUT ROWID table must come in the order of their keys. */
  private codeKeyOrder(previous: number): void {
    const { program } = this.ctx;
    const key = this.table.primaryKey;
    if (key === null) return;
    const isAbove = program.emit('IdxGT', this.cursor, 0, previous, key.keyColumnCount);
    const isFirst = program.emit('IsNull', previous);
    this.owner.reporter.text(`row not in PRIMARY KEY order for ${this.table.name}`);
    program.jumpHere(isAbove);
    program.jumpHere(isFirst);
    for (let i = 0; i < key.keyColumnCount; i++) program.emit('Column', this.cursor, i, previous + i);
  }

  /** NOT NULL, the types of STRICT columns, and values that the column's affinity would have changed. */
  private codeColumn(column: Column): void {
    const { program } = this.ctx;
    const { table } = this;
    if (column.number === table.rowidAlias) return;
    const checksType = table.strict ? column.declaredType !== 'ANY' : column.affinity > Affinity.blob;
    if (column.notNull === null && !checksType) return;
    const fine = program.label();
    const value = this.registers.message;
    const report = this.owner.reporter.text;
    codeTableColumn(this.ctx, table, this.cursor, column.number, value);
    if (column.notNull !== null) {
      const isSet = program.emit('NotNull', value);
      report(`NULL value in ${table.name}.${column.name}`);
      program.goto(fine);
      program.jumpHere(isSet);
    }
    if (checksType) this.codeTypeTest(column, value, fine, report);
    program.place(fine);
  }

  private codeTypeTest(column: Column, value: number, fine: Label, report: (text: string) => void): void {
    const { program } = this.ctx;
    const where = `${this.table.name}.${column.name}`;
    const jumpIfType = (mask: number): void => {
      program.emit('IsType', OF_REGISTER, fine, value, typeNumbers.null, mask);
    };
    if (this.table.strict) {
      jumpIfType(strictMask(column.declaredType));
      report(`non-${column.declaredType} value in ${where}`);
    } else if (column.affinity === Affinity.text) {
      jumpIfType(types.null | types.text | types.blob);
      report(`NUMERIC value in ${where}`);
    } else if (column.affinity >= Affinity.numeric) {
      jumpIfType(types.null | types.integer | types.real | types.blob);
      program.emit('Affinity', value, 1, 0, program.string('C'));
      jumpIfType(types.null | types.text | types.blob);
      report(`TEXT value in ${where}`);
    }
  }

  private codeChecks(): void {
    const { ctx, table } = this;
    if (table.checks.length === 0 || ctx.options.pragmas.ignoreCheckConstraints) return;
    const { program } = ctx;
    const binder = new Binder(ctx.schema, ctx.options, table.sql);
    const row = new IndexedRow(ctx, table, this.cursor);
    const failed = program.label();
    const fine = program.label();
    for (const { expr } of table.checks) {
      jumpIfFalse(ctx, binder.bindTableExpression(expr, row.source, 'check', table.sql), failed, false);
    }
    row.close();
    program.goto(fine);
    program.place(failed);
    this.owner.reporter.text(`CHECK constraint failed in ${table.name}`);
    program.place(fine);
  }

  private codeIndexes(): void {
    const row = new IndexedRow(this.ctx, this.table, this.cursor);
    for (const [index, cursor] of this.indexCursors) this.codeIndex(row, index, cursor);
    row.close();
  }

  /** The row has its entry in the index; in a unique one no other entry has its key. */
  private codeIndex(row: IndexedRow, index: Index, cursor: number): void {
    const { program } = this.ctx;
    const { row: reportRow } = this.owner.reporter;
    const { message } = this.registers;
    const next = program.label();
    const found = program.label();
    const first = program.register(index.columns.length);
    row.jumpIfNotIn(index, next);
    const count = row.codeFields(index, first);
    program.emit('Found', cursor, found, first, count);
    reportRow('row ', ` missing from index ${index.name}`);
    program.goto(next);
    program.place(found);
    if (!this.table.withoutRowid) {
      program.emit('IdxRowid', cursor, message);
      const isSame = program.emit('Eq', message, 0, first + count - 1);
      reportRow('rowid not at end-of-record for row ', ` of index ${index.name}`);
      program.jumpHere(isSame);
    }
    this.codeSameValues(index, cursor, first);
    if (index.unique) this.codeUnique(index, cursor, first, next);
    program.place(next);
  }

  /** Under a collation other than BINARY equal keys may differ: the entry must have the row's own values. */
  private codeSameValues(index: Index, cursor: number, first: number): void {
    const { program } = this.ctx;
    const { message } = this.registers;
    const fields = index.columns
      .slice(0, index.keyColumnCount)
      .flatMap(({ collation }, i) => (collation === 'BINARY' ? [] : [i]));
    if (fields.length === 0) return;
    const differs = program.label();
    const fine = program.label();
    for (const field of fields) {
      program.emit('Column', cursor, field, message);
      program.emit('Ne', message, differs, first + field);
    }
    program.goto(fine);
    program.place(differs);
    this.owner.reporter.row('row ', ` values differ from index ${index.name}`);
    program.place(fine);
  }

  private codeUnique(index: Index, cursor: number, first: number, next: Label): void {
    const { program } = this.ctx;
    index.columns.slice(0, index.keyColumnCount).forEach(({ column }, i) => {
      const isNotNull = column >= 0 && this.table.columns[column]?.notNull !== null;
      if (!isNotNull) program.emit('IsNull', first + i, next);
    });
    const hasNext = program.emit('Next', cursor);
    program.goto(next);
    program.jumpHere(hasNext);
    program.emit('IdxGT', cursor, next, first, index.keyColumnCount);
    this.owner.reporter.text(`non-unique entry in index ${index.name}`);
  }
}

/** IsType's mask of what a column of a STRICT table may hold. */
export function strictMask(type: string): number {
  switch (type) {
    case 'BLOB':
      return types.null | types.blob;
    case 'REAL':
      return types.null | types.integer | types.real;
    case 'TEXT':
      return types.null | types.text;
    case 'ANY':
      return types.null | types.integer | types.real | types.text | types.blob;
    default:
      return types.null | types.integer;
  }
}
