// Random SQL expressions over the columns in scope.
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

/** Scalar functions: name, least and most arguments. Deterministic ones only. */
const SCALARS: readonly (readonly [string, number, number])[] = [
  ['abs', 1, 1], ['char', 0, 3], ['coalesce', 2, 3], ['concat', 1, 3], ['concat_ws', 2, 4], ['glob', 2, 2], ['hex', 1, 1], ['ifnull', 2, 2], ['iif', 2, 4],
  ['instr', 2, 2], ['length', 1, 1], ['like', 2, 3], ['likely', 1, 1], ['lower', 1, 1], ['ltrim', 1, 2], ['max', 2, 3], ['min', 2, 3],
  ['nullif', 2, 2], ['octet_length', 1, 1], ['printf', 1, 3], ['format', 1, 3], ['quote', 1, 1], ['replace', 3, 3], ['round', 1, 2], ['rtrim', 1, 2],
  ['sign', 1, 1], ['soundex', 1, 1], ['substr', 2, 3], ['substring', 2, 3], ['trim', 1, 2], ['typeof', 1, 1], ['unhex', 1, 2], ['unicode', 1, 1], ['unlikely', 1, 1],
  ['upper', 1, 1], ['zeroblob', 1, 1], ['ceil', 1, 1], ['floor', 1, 1], ['trunc', 1, 1], ['sqrt', 1, 1], ['pow', 2, 2], ['mod', 2, 2], ['log', 1, 2], ['exp', 1, 1],
  ['date', 1, 3], ['time', 1, 2], ['datetime', 1, 3], ['julianday', 1, 2], ['unixepoch', 1, 2], ['strftime', 2, 3], ['timediff', 2, 2], ['degrees', 1, 1], ['atan2', 2, 2],
  ['sin', 1, 1], ['ln', 1, 1], ['log2', 1, 1],
]; // prettier-ignore
const MODIFIERS = ["'+1 day'", "'-1 month'", "'start of month'", "'start of year'", "'weekday 1'", "'+3 hours'", "'unixepoch'", "'auto'", "'julianday'", "'subsec'", "'+1 year'", "'floor'", "'ceiling'", "'-00:30'"]; // prettier-ignore
const FORMATS = ["'%d'", "'%5d|%-5s'", "'%x'", "'%.3f'", "'%e'", "'%g'", "'%q'", "'%Q'", "'%s %s'", "'%05d'", "'%+d'", "'%,d'", "'%c'", "'%!g'", "'%10.2f'", "'%%'", "'%w'", "'%z'"]; // prettier-ignore
const STRFTIMES = ["'%Y-%m-%d'", "'%H:%M:%f'", "'%j %w'", "'%J'", "'%s'", "'%W %u %V %G'", "'%e %k %I %l %p %P'", "'%R %T %F'", "'%U %g'"]; // prettier-ignore
const PATTERNS = ["'a%'", "'%b%'", "'_b_'", "'A*'", "'[a-c]*'", "'%c'", "'abc'", "''", "'%'", "'*'", "'a\\%' ESCAPE '\\'"]; // prettier-ignore

export class ExpressionGenerator {
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
      [4, () => this.#call(scope, depth)],
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
      [2, () => `(${next()} ${not}${random.pick(['LIKE', 'GLOB'])} ${random.pick(PATTERNS)})`],
      [2, () => `(${next()} IS ${not}NULL)`],
      [1, () => `(${next()} IS ${not}${random.pick(['TRUE', 'FALSE'])})`],
      [
        2,
        () => `(${this.condition(scope, depth - 1)} ${random.pick(['AND', 'OR'])} ${this.condition(scope, depth - 1)})`,
      ],
      [1, () => `NOT ${this.condition(scope, depth - 1)}`],
      [1, () => `((${next()}, ${next()}) ${random.pick(['=', '<', '>=', 'IS'])} (${next()}, ${next()}))`],
    ])();
  }

  #operand(scope: Scope, depth: number): string {
    return this.random.oneIn(3) ? this.expression(scope, depth - 1) : this.#leaf(scope);
  }

  #leaf(scope: Scope): string {
    const { random } = this;
    if (scope.columns.length === 0 || random.oneIn(3)) return literal(random);
    return random.pick(scope.columns);
  }

  #case(scope: Scope, depth: number): string {
    const { random } = this;
    const next = (): string => this.expression(scope, depth - 1 - random.below(2));
    const base = random.oneIn(2) ? ` ${next()}` : '';
    const whens = random.times(random.between(1, 3), () => `WHEN ${next()} THEN ${next()}`).join(' ');
    return `CASE${base} ${whens}${random.oneIn(2) ? ` ELSE ${next()}` : ''} END`;
  }

  #call(scope: Scope, depth: number): string {
    const { random } = this;
    const [name, least, most] = random.pick(SCALARS);
    const count = random.oneIn(60) ? random.between(0, most + 1) : random.between(least, most);
    const args = random.times(count, (index) => {
      if (['date', 'time', 'datetime', 'julianday', 'unixepoch'].includes(name) && index > 0)
        return random.pick(MODIFIERS);
      if (index === 0 && (name === 'printf' || name === 'format')) return random.pick(FORMATS);
      if (index === 0 && name === 'strftime') return random.pick(STRFTIMES);
      if (name === 'zeroblob') return String(random.between(-1, 20));
      return this.expression(scope, depth - 1 - random.below(2));
    });
    return `${name}(${args.join(', ')})`;
  }
}
