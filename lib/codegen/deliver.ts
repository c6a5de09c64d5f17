/**
 * Delivery of one result row from registers to its destination.
 */
import type { CodegenContext } from './context';
import type { Destination } from './destination';

const APPEND = 0x08;

/** The registers in which the destination wants the row, 0 when any will do. */
export const wantedRegisters = (destination: Destination): number =>
  destination.kind === 'coroutine' || destination.kind === 'scalar' ? destination.first : 0;

/** False when only the existence of a row counts. */
export const wantsValues = (destination: Destination): boolean => destination.kind !== 'exists';

/** Code that delivers the row in `count` registers from `first`. */
export function deliverRow(ctx: CodegenContext, destination: Destination, first: number, count: number): void {
  const { program } = ctx;
  const mark = program.registers.mark();
  switch (destination.kind) {
    case 'output':
      program.emit('ResultRow', first, count);
      break;
    case 'coroutine':
      if (first !== destination.first) program.emit('Copy', first, destination.first, count - 1);
      program.emit('Yield', destination.yieldRegister);
      break;
    case 'table': {
      const record = program.registers.temporary();
      const rowid = program.registers.temporary();
      program.emit('MakeRecord', first, count, record);
      program.emit('NewRowid', destination.cursor, rowid);
      program.emit('Insert', destination.cursor, record, rowid, -1, APPEND);
      break;
    }
    case 'set': {
      const record = program.registers.temporary();
      program.emit('MakeRecord', first, count, record, program.string(destination.affinity));
      program.emit('IdxInsert', destination.cursor, record, first, count);
      if (destination.filter?.isFilled) {
        program.emit('FilterAdd', destination.filter.register, 0, first, count);
        program.explain('CREATE BLOOM FILTER');
      }
      break;
    }
    case 'except': {
      const missing = program.label();
      program.emit('NotFound', destination.cursor, missing, first, count);
      program.emit('Delete', destination.cursor);
      program.place(missing);
      break;
    }
    case 'scalar':
      if (first !== destination.first) program.emit('Copy', first, destination.first, count - 1);
      break;
    case 'exists':
      program.emit('Integer', 1, destination.register);
      break;
    case 'queue':
    case 'each':
      destination.emit(first, count);
      break;
    case 'discard':
  }
  program.registers.releaseTo(mark);
}
