/**
 * Constants as the planner sees them: the values of literals, signed ones, and of date functions of literals.
 */
import { Affinity } from '../../spec/affinity';
import type { StoredValue } from '../catalog/stored-record';
import type { Expression } from '../resolve/ir';
import { withoutHints } from '../resolve/walk';
import { constantDate } from './constant-date';
import { convertStored } from './stored-value';

/** The value of a constant after the column's affinity; undefined: not a constant. */
export function constantValue(expression: Expression, affinity: Affinity): StoredValue | undefined {
  const inner = withoutHints(expression);
  switch (inner.kind) {
    case 'null':
      return null;
    case 'integer':
      return convertStored(inner.value, affinity);
    case 'real':
      return convertStored(Number(inner.text), affinity);
    case 'string':
      return convertStored(inner.value, affinity);
    case 'blob':
      return inner.bytes;
    case 'function': {
      const { definition } = inner;
      const day = definition.name === 'date' && !definition.isHost ? constantDate(inner.arguments) : undefined;
      return day === undefined ? undefined : convertStored(day, affinity);
    }
    case 'unary': {
      if (inner.operator === '+') return constantValue(inner.operand, affinity);
      if (inner.operator !== '-') return undefined;
      const value = constantValue(inner.operand, Affinity.numeric);
      if (typeof value === 'bigint') return convertStored(-value, affinity);
      return typeof value === 'number' ? convertStored(-value, affinity) : undefined;
    }
    default:
      return undefined;
  }
}
