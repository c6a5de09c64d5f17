// Shows programs to people: the rows of EXPLAIN and a one-line-an-instruction listing for tests and debugging.
// Reads finished programs only.
import { opcodeNames, opcodes, type OpcodeName } from '../../spec/opcodes';
import type { Constant } from './constant-pool';
import type { FinishedProgram } from './program-builder';

/** One row of EXPLAIN: addr, opcode, p1, p2, p3, p4, p5, comment. */
export type ExplainRow = readonly [number, string, number, number, number, string | null, number, null];

const WORDS = 6;

/** The rows of EXPLAIN: the main program, then each subprogram. */
export function explainRows(program: FinishedProgram): ExplainRow[] {
  const rows = programRows(program);
  for (const subprogram of program.subprograms) rows.push(...programRows(subprogram));
  return rows;
}

/** A listing: `12 Column 0 1 3 - 0`, one instruction a line. */
export function disassemble(program: FinishedProgram): string {
  const parts = [listing(program)];
  program.subprograms.forEach((subprogram, number) => parts.push(`subprogram ${number}\n${listing(subprogram)}`));
  return parts.join('\n');
}

function listing(program: FinishedProgram): string {
  return programRows(program)
    .map(
      ([address, op, p1, p2, p3, p4, p5]) =>
        `${String(address).padStart(4)} ${op.padEnd(14)} ${[p1, p2, p3].map((p) => String(p).padStart(4)).join(' ')}  ${(p4 ?? '').padEnd(12)} ${p5}`,
    )
    .join('\n');
}

function programRows(program: FinishedProgram): ExplainRow[] {
  const { instructions, pool } = program;
  const rows: ExplainRow[] = [];
  for (let at = 0; at < instructions.length; at += WORDS) {
    const name = opcodeNames[instructions[at]!]!;
    const p4 = instructions[at + 4]!;
    rows.push([
      at / WORDS,
      name,
      instructions[at + 1]!,
      instructions[at + 2]!,
      instructions[at + 3]!,
      showP4(name, p4, pool.entries),
      instructions[at + 5]!,
      null,
    ]);
  }
  return rows;
}

function showP4(op: OpcodeName, p4: number, pool: readonly Constant[]): string | null {
  if (opcodes[op].p4 === 'count') return String(p4);
  const constant = pool[p4];
  return constant ? showConstant(constant) : null;
}

function showConstant(constant: Constant): string {
  switch (constant.kind) {
    case 'null':
      return 'NULL';
    case 'integer':
    case 'real':
    case 'string':
      return constant.text;
    case 'blob':
      return `x'${Buffer.from(constant.bytes).toString('hex')}'`;
    case 'keyInfo': {
      const fields = constant.fields.map(({ collation, flags }) => {
        const sign = (flags & 1 ? '-' : '') + (flags & 2 ? 'N.' : '');
        return sign + (collation === 'BINARY' ? 'B' : collation);
      });
      return `k(${[constant.keyFieldCount, ...fields].join(',')})`;
    }
    case 'function': {
      const { id, isHost, argumentCount } = constant.function;
      return `${isHost ? 'host' : 'function'}#${id}(${argumentCount})`;
    }
    case 'collation':
      return `${constant.collation}-8`;
    case 'intArray':
      return `[${constant.values.join(',')}]`;
    case 'subprogram':
      return `program#${constant.number}`;
    case 'vtab':
      return `vtab:${constant.vtab.module}`;
  }
}
