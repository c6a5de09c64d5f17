/**
 * Numbers of result codes by name, for Halt.
 */
import { allCodes, type CodeName } from '../../spec/errors';

const numbers = new Map<CodeName, number>(allCodes);

/** The number of a result code. */
export function resultCode(name: CodeName): number {
  return numbers.get(name) as number;
}
