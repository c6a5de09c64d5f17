// Calls of every built-in function whose result depends on nothing but its arguments and the connection, with arguments that
// reach its branches: formats, modifiers, JSON texts and paths, and anything at all now and then.
import { literal } from './literals';
import type { Random } from './random';

/** Kinds of arguments; `any` is an expression over the columns in scope. */
const MAKERS = {
  any: null,
  number: ['0', '1', '-1', '2.5', '-0.5', '1e3', '1e-5', '0.1', '3', '100', '-7', '1e18', '9223372036854775807', "'12.5x'", 'NULL'],
  integer: ['0', '1', '2', '3', '-1', '-2', '5', '10', '-9223372036854775808', 'NULL', '1.9', "'2'"],
  text: ["''", "'abc'", "'ABC '", "'  a b  '", "'éa日本🙂'", "'it''s'", "'x,y;z'", "'AbCaBc'", "'Robert'", "'Ashcraft'", "'12'", 'NULL', "char(0, 97)"],
  bytes: ["x''", "x'00ff'", "x'616263'", "'6162'", "'61 62-63'", "'zz'", "'C3A9'", "'0'", 'NULL'],
  characters: ["' '", "'ab'", "'-, '", "''", "'xyz'", "'é'", 'NULL'],
  pattern: ["'a%'", "'%b%'", "'_b_'", "'%c'", "'abc'", "''", "'%'", "'A\\%'", "'%é%'", 'NULL'],
  glob: ["'A*'", "'[a-c]*'", "'*'", "'?b?'", "'[^a]*'", "'[]a]'", "'a[b-'", 'NULL'],
  escape: ["'\\'", "'x'", "'%'", 'NULL'],
  format: [
    "'%d'", "'%5d|%-5s'", "'%x %X %o'", "'%.3f'", "'%e'", "'%G'", "'%q'", "'%Q'", "'%s %s'", "'%05d'", "'%+d'", "'% d'", "'%,d'", "'%c'", "'%!g'", "'%10.2f'", "'%%'",
    "'%w'", "'%z'", "'%*d'", "'%-*s|'", "'%.*f'", "'%#x %#o'", "'%p'", "'%i %u'", "'%lld'", "'%!.20f'", "'%!10s'", "'%.2s'", "'%5c'", "'%n'", "'%r'", "'abc%'", "'%.30g'", "'%15.4e'", "'%,.2f'", "'%j %J'", 'NULL',
  ],
  date: [
    "'2024-02-29'", "'2023-12-31 23:59:59'", "'2023-12-31T23:59:59.999Z'", "'2000-01-01 12:00'", "'12:34:56.789'", "'2024-03-31 10:00:00+02:30'", '2460000.5', '0', "'1066-09-14'", "'9999-12-31'",
    "'-4713-11-24 12:00:00'", '1700000000', "'2024-02-30'", "'2024-13-01'", "'now-not'", 'NULL', "''", "'1970-01-01 00:00:00'", '-1', '253402300800', "'2024-06-15 24:00:00'",
  ],
  modifier: [
    "'+1 day'", "'-1 month'", "'start of month'", "'start of year'", "'start of day'", "'weekday 1'", "'weekday 0'", "'+3 hours'", "'unixepoch'", "'auto'", "'julianday'", "'subsec'", "'subsecond'", "'+1 year'", "'floor'", "'ceiling'",
    "'-00:30'", "'+12:30:15.5'", "'+0001-02-03'", "'-0001-00-01 01:00'", "'utc'", "'+1.5 days'", "'-10 seconds'", "'+1000000 minutes'", "'+13 months'", "'localtim'", "'1 day'", "' +1 day '", 'NULL', "'weekday 7'",
  ],
  strftime: ["'%Y-%m-%d'", "'%H:%M:%f'", "'%j %w'", "'%J'", "'%s'", "'%W %u %V %G'", "'%e %k %I %l %p %P'", "'%R %T %F'", "'%U %g'", "'%d%%%S'", "'%x'", "''", "'%'", "'a%Yb'", 'NULL'],
  json: [
    `'{"a":1,"b":[1,2,{"c":null}],"d":"x"}'`, "'[1,2.5,\"s\",null,true,false]'", "'[]'", "'{}'", "'null'", "'\"str\"'", "'12'", "'-1.5e3'", "'[[1],[2,[3]]]'", "'{\"a b\":{\"c\":[{}]}}'",
    "'{a:1, ''b'':+2, c:.5, d:0x1F, e:Infinity,}'", "'[1,2,] /* x */'", "'{\"a\":1,\"a\":2}'", "'\"\\u00e9\\n\\ud83d\\ude00\"'", "jsonb('[1,{\"x\":2}]')", "x'13'", 'NULL', "'[1e999]'", "'{\"\":0}'", "json('[1]')",
  ],
  path: ["'$'", "'$.a'", "'$.b'", "'$.b[0]'", "'$[0]'", "'$[1]'", "'$[#-1]'", "'$[#]'", "'$.b[2].c'", "'$.\"a b\".c'", "'$.x.y'", "'$[99]'", "'$.b[#-2]'", 'NULL', "'$.\"\"'"],
  step: ["'a'", "'b'", '0', '-1', "'$.a'", "'$[0]'", "'x'", 'NULL', "'[1]'"],
  key: ["'a'", "'k'", "''", "'a b'", "'q\"q'"],
  jsonValue: ['1', "'x'", '2.5', 'NULL', "json('[1]')", "json_object('k', 1)", "jsonb('{}')", "'[1]'", "x'61'"],
  size: ['0', '3', '20', '-1', 'NULL'],
  probability: ['0.5', '0.0', '1.0', '0.25'],
  flags: ['0', '1', '2', '4', '6', '8', '15', '16', 'NULL'],
  option: ["'THREADSAFE'", "'ENABLE_JSON1'", "'SQLITE_DQS'", "'NO_SUCH'"],
} as const satisfies Record<string, readonly string[] | null>; // prettier-ignore

type Kind = keyof typeof MAKERS;

/** Arguments that make a call fail: rare, as whether a call is evaluated at all is up to the planner. wrong.ts has more. */
const FAILING: Partial<Record<Kind, readonly string[]>> = {
  json: ["'[1,'", `'{"a"}'`, "x'00'", "''", "'NaN'"],
  path: ["'a'", "'$.'", "'$['"],
  escape: ["'ab'", "''"],
};
const FAILS_ONCE_IN = 150;

/** `name: kinds`; `?` may be left out, `*` (with those behind it) may repeat. */
const SCALARS = `
abs: number|ceil: number|ceiling: number|floor: number|trunc: number|sign: number|sqrt: number|exp: number|ln: number|log: number number?|log10: number|log2: number
pow: number number|power: number number|mod: number number|sin: number|cos: number|tan: number|asin: number|acos: number|atan: number|atan2: number number
sinh: number|cosh: number|tanh: number|asinh: number|acosh: number|atanh: number|radians: number|degrees: number|pi:|round: number integer?
typeof: any|subtype: jsonValue|length: any|octet_length: any|quote: any|unistr_quote: text|unistr: text|hex: any|unhex: bytes characters?|zeroblob: size
coalesce: any any any?|ifnull: any any|iif: any any any?|if: any any any? any?|nullif: any any|likely: any|unlikely: any|likelihood: any probability|min: any any any?|max: any any any?
upper: text|lower: text|trim: text characters?|ltrim: text characters?|rtrim: text characters?|instr: text text|replace: text characters text|substr: text integer integer?|substring: text integer integer?
soundex: text|unicode: text|char: integer* integer|concat: any any* any|concat_ws: characters any any* any|printf: format any* any|format: format any* any
like: pattern text escape?|glob: glob text
date: date modifier* modifier|time: date modifier* modifier|datetime: date modifier* modifier|julianday: date modifier* modifier|unixepoch: date modifier* modifier|strftime: strftime date modifier* modifier|timediff: date date
json: json|jsonb: json|json_array: jsonValue* jsonValue|jsonb_array: jsonValue* jsonValue|json_array_length: json path?|json_error_position: json|json_extract: json path* path|jsonb_extract: json path* path
json_insert: json path jsonValue* path jsonValue|jsonb_insert: json path jsonValue* path jsonValue|json_replace: json path jsonValue* path jsonValue|jsonb_replace: json path jsonValue* path jsonValue
json_set: json path jsonValue* path jsonValue|jsonb_set: json path jsonValue* path jsonValue|json_array_insert: json path jsonValue|jsonb_array_insert: json path jsonValue
json_object: key jsonValue* key jsonValue|jsonb_object: key jsonValue* key jsonValue|json_patch: json json|jsonb_patch: json json|json_pretty: json characters?|json_quote: jsonValue
json_remove: json path* path|jsonb_remove: json path* path|json_type: json path?|json_valid: json flags?|sqlite_compileoption_used: option|sqlite_compileoption_get: integer
changes:|total_changes:|last_insert_rowid:|sqlite_version:
`;

interface Shape {
  readonly name: string;
  readonly required: readonly Kind[];
  readonly optional: readonly Kind[];
  readonly repeated: readonly Kind[];
}

function parseShape(text: string): Shape {
  const [name = '', rest = ''] = text.split(':');
  const words = rest.trim() === '' ? [] : rest.trim().split(' ');
  const star = words.findIndex((word) => word.endsWith('*'));
  const kind = (word: string): Kind => word.replace(/[?*]/g, '') as Kind;
  const plain = star < 0 ? words : words.slice(0, star + 1);
  return {
    name: name.trim(),
    required: plain.filter((word) => !word.endsWith('?')).map(kind),
    optional: plain.filter((word) => word.endsWith('?')).map(kind),
    repeated: star < 0 ? [] : words.slice(star + 1).map(kind),
  };
}

const shapes = SCALARS.split(/[|\n]/)
  .filter((text) => text !== '')
  .map(parseShape);

/** Functions that may stand in indexes and generated columns. */
const PURE = ['abs', 'lower', 'upper', 'length', 'typeof', 'coalesce', 'hex', 'trim', 'round', 'sign', 'instr', 'substr', 'json_valid', 'quote']; // prettier-ignore

/** A call; `next` makes expressions for the arguments that may be anything. */
export function scalarCall(random: Random, next: () => string): string {
  const shape = random.pick(shapes);
  const kinds = [...shape.required];
  for (const kind of shape.optional) if (kinds.length >= shape.required.length && random.oneIn(2)) kinds.push(kind);
  if (shape.repeated.length > 0) for (let i = random.below(3); i > 0; i--) kinds.push(...shape.repeated);
  if (random.oneIn(80) && !shape.name.startsWith('json')) kinds.pop();
  if (random.oneIn(80)) kinds.push('any');
  return `${shape.name}(${kinds.map((kind) => argument(random, kind, next)).join(', ')})`;
}

export const pureCall = (random: Random, column: string): string => {
  const name = random.pick(PURE);
  return ['coalesce', 'instr', 'substr'].includes(name) ? `${name}(${column}, 1)` : `${name}(${column})`;
};

function argument(random: Random, kind: Kind, next: () => string): string {
  const choices: readonly string[] | null = MAKERS[kind];
  const failing = FAILING[kind];
  if (failing && random.oneIn(FAILS_ONCE_IN)) return random.pick(failing);
  if (choices === null || random.oneIn(failing ? FAILS_ONCE_IN : 6)) return next();
  return random.oneIn(failing ? FAILS_ONCE_IN : 10) ? literal(random) : random.pick(choices);
}

/** `json -> step`. */
export const jsonArrow = (random: Random, next: () => string): string =>
  `(${argument(random, 'json', next)} ${random.pick(['->', '->>'])} ${argument(random, 'step', next)})`;

/** `x LIKE y ESCAPE z` and its kin. */
export function patternTest(random: Random, operand: string, next: () => string): string {
  const not = random.oneIn(4) ? 'NOT ' : '';
  if (random.oneIn(3)) return `(${operand} ${not}GLOB ${argument(random, 'glob', next)})`;
  if (random.oneIn(60)) return `(${operand} ${not}${random.pick(['MATCH', 'REGEXP'])} 'a')`;
  const escape = random.oneIn(4) ? ` ESCAPE ${argument(random, 'escape', next)}` : '';
  return `(${operand} ${not}LIKE ${argument(random, 'pattern', next)}${escape})`;
}

// ---------------------------------------------------------------------------------------------------------------------
// Aggregates and window functions

const AGGREGATES = ['count', 'sum', 'total', 'avg', 'min', 'max', 'group_concat', 'string_agg', 'json_group_array', 'jsonb_group_array', 'json_group_object', 'jsonb_group_object', 'median', 'percentile', 'percentile_cont', 'percentile_disc']; // prettier-ignore

/** Name and arguments of an aggregate, with the order of its rows settled where that shows. */
export function aggregateCall(random: Random, next: () => string): string {
  const name = random.oneIn(3) ? random.pick(AGGREGATES) : random.pick(AGGREGATES.slice(0, 8));
  const first = next();
  const distinct = random.oneIn(4) ? 'DISTINCT ' : '';
  switch (name) {
    case 'count':
      return random.oneIn(2) ? 'count(*)' : `count(${distinct}${first})`;
    case 'group_concat':
      if (random.oneIn(3)) return `group_concat(${first}, ${argument(random, 'characters', next)} ORDER BY ${first})`;
      return `group_concat(${distinct}${first} ORDER BY ${first}${random.pick(['', ' DESC'])})`;
    case 'string_agg':
      return `string_agg(${first}, '-' ORDER BY ${first})`;
    case 'json_group_array':
    case 'jsonb_group_array':
      return `${name}(${first} ORDER BY ${first})`;
    case 'json_group_object':
    case 'jsonb_group_object':
      return `${name}(quote(${first}), ${first} ORDER BY ${first})`;
    case 'median':
      return `median(abs(${first}))`;
    case 'percentile':
    case 'percentile_cont':
    case 'percentile_disc':
      return `${name}(length(${first}), ${random.pick(['0', '0.25', '1', '50', '-1'])})`;
    default:
      return `${name}(${distinct}${first})`;
  }
}

/** A window function without its OVER clause; `isOrderFree`: its result doesn't depend on the order among equal rows. */
export function windowCall(random: Random, next: () => string): string {
  return random.weighted<() => string>([
    [3, () => `${random.pick(['row_number', 'rank', 'dense_rank', 'percent_rank', 'cume_dist'])}()`],
    [1, () => `ntile(${random.between(1, 4)})`],
    [2, () => `${random.pick(['first_value', 'last_value'])}(${next()})`],
    [1, () => `nth_value(${next()}, ${random.between(1, 3)})`],
    [2, () => `${random.pick(['lead', 'lag'])}(${next()}${random.pick(['', ', 1', ', 2', ", 1, 'none'"])})`],
    [5, () => `${random.pick(['count', 'sum', 'total', 'avg', 'min', 'max', 'group_concat'])}(${next()})`],
  ])();
}
