// Random SQL expressions over the columns in scope.
import { jsonArrow, patternTest, scalarCall } from './functions';
import { literal } from './literals';
import type { Random } from './random';

export interface Scope {
  /** Column references that are valid here, as SQL text. */
  readonly columns: readonly string[];
  /** Makes a subquery's SQL, or is absent where none may stand. */
  readonly subquery?: (columnCount: number, outer: Scope) => string;
}

const BINARY = ['+', '-', '*', '/', '%', '||', '&', '|', '<<', '>>'];
const COMPARE = [
  '=',
  '==',
  '<>',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'IS',
  'IS NOT',
  'IS DISTINCT FROM',
  'IS NOT DISTINCT FROM',
];
const TYPES = ['INTEGER', 'REAL', 'TEXT', 'BLOB', 'NUMERIC', 'INT', 'VARCHAR(10)', 'FLOAT', 'DECIMAL(10,5)', 'ANY'];
const COLLATIONS = ['BINARY', 'NOCASE', 'RTRIM'];

export class ExpressionGenerator {
  /** Values of the parameters in the statement being made: `?1` is the first. */
  parameters: unknown[] = [];
  /** Parameters may be used. */
  allowsParameters = false;
  /** Names after IN. */
  tableNames: readonly string[] = [];

  constructor(private readonly random: Random) {}

  /** An expression of at most the given depth. */
  expression(scope: Scope, depth: number): string {
    const { random } = this;
    if (depth <= 0) return this.#leaf(scope);
    const next = (): string => this.expression(scope, depth - 1 - random.below(2));
    return random.weighted<() => string>([
      [6, () => this.#leaf(scope)],
      [4, () => `(${next()} ${random.pick(BINARY)} ${next()})`],
      [3, () => this.condition(scope, depth)],
      [5, () => scalarCall(random, next)],
      [1, () => jsonArrow(random, next)],
      [1, () => `${random.pick(['-', '+', '~', 'NOT '])}(${next()})`],
      [1, () => `CAST(${next()} AS ${random.pick(TYPES)})`],
      [1, () => `(${next()} COLLATE ${random.pick(COLLATIONS)})`],
      [2, () => this.#case(scope, depth)],
      [1, () => (scope.subquery ? `(${scope.subquery(1, scope)})` : next())],
    ])();
  }

  /** An expression that is meant as a condition. */
  condition(scope: Scope, depth: number): string {
    const { random } = this;
    const next = (): string => this.expression(scope, depth - 1 - random.below(2));
    const list = (): string => random.times(random.between(0, 4), next).join(', ');
    const not = random.oneIn(4) ? 'NOT ' : '';
    return random.weighted<() => string>([
      [8, () => `(${this.#operand(scope, depth)} ${random.pick(COMPARE)} ${next()})`],
      [2, () => `(${next()} ${not}BETWEEN ${next()} AND ${next()})`],
      [2, () => `(${next()} ${not}IN (${list()}))`],
      [1, () => (scope.subquery ? `(${next()} ${not}IN (${scope.subquery(1, scope)}))` : `(${next()} ISNULL)`)],
      [
        1,
        () =>
          scope.subquery ? `${not}EXISTS (${scope.subquery(random.between(1, 2), scope)})` : `(${next()} NOTNULL)`,
      ],
      [2, () => patternTest(random, next(), next)],
      [2, () => `(${next()} IS ${not}NULL)`],
      [1, () => `(${next()} IS ${not}${random.pick(['TRUE', 'FALSE'])})`],
      [
        2,
        () => `(${this.condition(scope, depth - 1)} ${random.pick(['AND', 'OR'])} ${this.condition(scope, depth - 1)})`,
      ],
      [1, () => `NOT ${this.condition(scope, depth - 1)}`],
      [1, () => this.#rowCondition(scope, next, not)],
    ])();
  }

  #rowCondition(scope: Scope, next: () => string, not: string): string {
    const { random } = this;
    const row = (): string => `(${next()}, ${next()})`;
    return random.weighted<() => string>([
      [6, () => `(${row()} ${random.pick(COMPARE)} ${row()})`],
      [1, () => `(${row()} ${not}BETWEEN ${row()} AND ${row()})`],
      [1, () => `(${row()} ${not}IN (VALUES ${row()}, ${row()}))`],
      [1, () => `(${row()} ${not}IN (${row()}, ${row()}))`],
      [2, () => (scope.subquery ? `(${row()} ${not}IN (${scope.subquery(2, scope)}))` : `(${row()} = ${row()})`)],
      [1, () => (scope.subquery ? `(${row()} ${random.pick(COMPARE)} (${scope.subquery(2, scope)}))` : next())],
      [
        1,
        () =>
          this.tableNames.length > 0
            ? `(${next()} ${not}IN ${random.pick(this.tableNames)})`
            : `(${next()} IS ${row()})`,
      ],
    ])();
  }

  #operand(scope: Scope, depth: number): string {
    return this.random.oneIn(3) ? this.expression(scope, depth - 1) : this.#leaf(scope);
  }

  #leaf(scope: Scope): string {
    const { random } = this;
    if (this.allowsParameters && random.oneIn(30)) return this.#parameter();
    if (scope.columns.length === 0 || random.oneIn(3)) return literal(random);
    return random.pick(scope.columns);
  }

  #parameter(): string {
    const { random } = this;
    const value = random.pick<unknown>([1, 0, -3n, 2.5, 'abc', 'ABC', '', null, Buffer.from('61', 'hex'), 7n, '12']);
    this.parameters.push(value);
    return `?${this.parameters.length}`;
  }

  #case(scope: Scope, depth: number): string {
    const { random } = this;
    const next = (): string => this.expression(scope, depth - 1 - random.below(2));
    const base = random.oneIn(2) ? ` ${next()}` : '';
    const whens = random.times(random.between(1, 3), () => `WHEN ${next()} THEN ${next()}`).join(' ');
    return `CASE${base} ${whens}${random.oneIn(2) ? ` ELSE ${next()}` : ''} END`;
  }
}
