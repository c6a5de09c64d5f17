// The built-in SQL functions, as SQLite 3.53 has them in better-sqlite3's build: names, arity, and what the compiler must
// know to resolve, fold, hoist and code a call. What a function computes is in binding/functions.
//
// One entry per function name and kind. The position of an entry is its id in programs (FunctionId in both languages);
// a program never outlives the build that made it, so entries may be inserted anywhere.

export type FunctionKind = 'scalar' | 'aggregate' | 'window';

/** Functions that the compiler codes itself; the entry exists for their name and arity only. */
export type InlineForm =
  | 'coalesce' // coalesce, ifnull: jump out at the first argument that is not NULL
  | 'iif' // iif, if: CASE WHEN a THEN b [WHEN c THEN d ...] [ELSE z] END
  | 'unlikely'; // unlikely, likely, likelihood: the first argument, as a hint to the planner

export interface FunctionDeclaration {
  readonly name: string;
  /** Fewest and most arguments; -1: no upper limit (but SQLITE_LIMIT_FUNCTION_ARG). */
  readonly minimum: number;
  readonly maximum: number;
  /** 'aggregate' may also be used with OVER; 'window' only with OVER. */
  readonly kind: FunctionKind;
  /** Same arguments, same result, for ever: may be folded, hoisted, used in indexes and generated columns. */
  readonly isDeterministic?: boolean;
  /** The result is constant during one statement, not across statements: may be hoisted (sqlite_version, current_date). */
  readonly isConstantPerStatement?: boolean;
  /** Deterministic unless an argument is 'now', 'localtime' and the like: allowed in indexes and CHECK constraints, where it
   *  fails at run time when such an argument shows up; hoisted as isConstantPerStatement. */
  readonly isPureDate?: boolean;
  /** Compares arguments: the call carries the collation of its first argument that has one. */
  readonly needsCollation?: boolean;
  readonly inline?: InlineForm;
  /** What a column argument must deliver: 'type' only its type (Column p5 0x80), 'length' also the length of text and blobs
   *  (0x40), 'octetLength' only the byte length (0xc0). */
  readonly columnHint?: 'type' | 'length' | 'octetLength';
  /** The aggregate finds one extreme row: an index can answer it, bare columns come from that row. */
  readonly extreme?: 'min' | 'max';
  /** count(*): answered by OP_Count for a whole table. */
  readonly isRowCount?: boolean;
  /** The order of input rows doesn't matter (ORDER BY in the argument list is dropped). */
  readonly isAnyOrder?: boolean;
  /** The aggregate may be followed by WITHIN GROUP (ORDER BY x): x becomes the first argument. */
  readonly isOrderedSet?: boolean;
  /** LIKE, GLOB: the planner may turn a constant prefix into a range. */
  readonly pattern?: 'like' | 'glob';
  /** The like() that PRAGMA case_sensitive_like = ON puts in place of the other one. */
  readonly isCaseSensitiveLike?: boolean;
  /** For programs that the compiler makes; SQL does not know the name. */
  readonly isInternal?: boolean;
  /** Not to be used from triggers, views, CHECK constraints and the like. */
  readonly isDirectOnly?: boolean;
  /** Not marked harmless: refused in schema objects when trusted_schema is off. */
  readonly isNotInnocuous?: boolean;
  /** Looks at the subtype of its arguments, or gives its result one: no caching of such values in ephemeral tables. */
  readonly usesSubtype?: boolean;
  readonly givesSubtype?: boolean;
}

type Traits = Omit<FunctionDeclaration, 'name' | 'minimum' | 'maximum' | 'kind'>;

const scalar = (name: string, minimum: number, maximum: number, traits: Traits = {}): FunctionDeclaration => ({
  name,
  minimum,
  maximum,
  kind: 'scalar',
  isDeterministic: true,
  ...traits,
});
/** Different results for equal arguments within one statement. */
const volatile = (name: string, minimum: number, maximum: number, traits: Traits = {}): FunctionDeclaration =>
  scalar(name, minimum, maximum, { isDeterministic: false, ...traits });
const perStatement = (name: string, minimum: number, maximum: number): FunctionDeclaration =>
  scalar(name, minimum, maximum, { isDeterministic: false, isConstantPerStatement: true });
const pureDate = (name: string, minimum: number, maximum: number): FunctionDeclaration =>
  scalar(name, minimum, maximum, { isPureDate: true, isConstantPerStatement: true });
const json = (name: string, minimum: number, maximum: number, traits: Traits = {}): FunctionDeclaration =>
  scalar(name, minimum, maximum, { givesSubtype: true, ...traits });
const aggregate = (name: string, minimum: number, maximum: number, traits: Traits = {}): FunctionDeclaration => ({
  name,
  minimum,
  maximum,
  kind: 'aggregate',
  ...traits,
});
const window = (name: string, minimum: number, maximum: number): FunctionDeclaration => ({
  name,
  minimum,
  maximum,
  kind: 'window',
});

const ANY = -1;

export const functionDeclarations: readonly FunctionDeclaration[] = [
  // Coded by the compiler.
  scalar('coalesce', 2, ANY, { inline: 'coalesce' }),
  scalar('ifnull', 2, 2, { inline: 'coalesce' }),
  scalar('iif', 2, ANY, { inline: 'iif' }),
  scalar('if', 2, ANY, { inline: 'iif' }),
  scalar('unlikely', 1, 1, { inline: 'unlikely' }),
  scalar('likely', 1, 1, { inline: 'unlikely' }),
  scalar('likelihood', 2, 2, { inline: 'unlikely' }),

  // Types and values.
  scalar('typeof', 1, 1, { columnHint: 'type' }),
  scalar('subtype', 1, 1, { columnHint: 'type', usesSubtype: true }),
  scalar('length', 1, 1, { columnHint: 'length' }),
  scalar('octet_length', 1, 1, { columnHint: 'octetLength' }),
  scalar('min', 1, ANY, { needsCollation: true }),
  scalar('max', 1, ANY, { needsCollation: true }),
  scalar('nullif', 2, 2, { needsCollation: true }),
  scalar('abs', 1, 1),
  scalar('sign', 1, 1),
  scalar('round', 1, 2),
  volatile('random', 0, 0),
  volatile('randomblob', 1, 1),
  scalar('zeroblob', 1, 1),

  // Text and blobs.
  scalar('ltrim', 1, 2),
  scalar('rtrim', 1, 2),
  scalar('trim', 1, 2),
  scalar('instr', 2, 2),
  scalar('printf', 0, ANY),
  scalar('format', 0, ANY),
  scalar('unicode', 1, 1),
  scalar('char', 0, ANY),
  scalar('upper', 1, 1),
  scalar('lower', 1, 1),
  scalar('hex', 1, 1),
  scalar('unhex', 1, 2),
  scalar('concat', 1, ANY),
  scalar('concat_ws', 2, ANY),
  scalar('unistr', 1, 1),
  scalar('quote', 1, 1),
  scalar('unistr_quote', 1, 1),
  scalar('replace', 3, 3),
  scalar('substr', 2, 3),
  scalar('substring', 2, 3),
  scalar('soundex', 1, 1),
  scalar('glob', 2, 2, { pattern: 'glob' }),
  scalar('like', 2, 3, { pattern: 'like' }),
  scalar('like', 2, 3, { pattern: 'like', isCaseSensitiveLike: true }),
  volatile('match', 2, 2, { isNotInnocuous: true }),

  // The connection and the library.
  volatile('last_insert_rowid', 0, 0),
  volatile('changes', 0, 0),
  volatile('total_changes', 0, 0),
  perStatement('sqlite_version', 0, 0),
  perStatement('sqlite_source_id', 0, 0),
  perStatement('sqlite_compileoption_used', 1, 1),
  perStatement('sqlite_compileoption_get', 1, 1),
  scalar('sqlite_log', 2, 2),
  volatile('load_extension', 1, 2, { isDirectOnly: true, isNotInnocuous: true }),

  // Dates and times.
  pureDate('julianday', 0, ANY),
  pureDate('unixepoch', 0, ANY),
  pureDate('date', 0, ANY),
  pureDate('time', 0, ANY),
  pureDate('datetime', 0, ANY),
  pureDate('strftime', 0, ANY),
  pureDate('timediff', 2, 2),
  perStatement('current_time', 0, 0),
  perStatement('current_timestamp', 0, 0),
  perStatement('current_date', 0, 0),

  // Mathematics.
  scalar('ceil', 1, 1),
  scalar('ceiling', 1, 1),
  scalar('floor', 1, 1),
  scalar('trunc', 1, 1),
  scalar('ln', 1, 1),
  scalar('log', 1, 2),
  scalar('log10', 1, 1),
  scalar('log2', 1, 1),
  scalar('exp', 1, 1),
  scalar('pow', 2, 2),
  scalar('power', 2, 2),
  scalar('mod', 2, 2),
  scalar('acos', 1, 1),
  scalar('asin', 1, 1),
  scalar('atan', 1, 1),
  scalar('atan2', 2, 2),
  scalar('cos', 1, 1),
  scalar('sin', 1, 1),
  scalar('tan', 1, 1),
  scalar('cosh', 1, 1),
  scalar('sinh', 1, 1),
  scalar('tanh', 1, 1),
  scalar('acosh', 1, 1),
  scalar('asinh', 1, 1),
  scalar('atanh', 1, 1),
  scalar('sqrt', 1, 1),
  scalar('radians', 1, 1),
  scalar('degrees', 1, 1),
  scalar('pi', 0, 0),

  // Aggregates.
  aggregate('min', 1, 1, { needsCollation: true, extreme: 'min', isAnyOrder: true }),
  aggregate('max', 1, 1, { needsCollation: true, extreme: 'max', isAnyOrder: true }),
  aggregate('sum', 1, 1),
  aggregate('total', 1, 1),
  aggregate('avg', 1, 1),
  aggregate('count', 0, 1, { isRowCount: true, isAnyOrder: true }),
  aggregate('group_concat', 1, 2),
  aggregate('string_agg', 2, 2),
  aggregate('median', 1, 1, { isNotInnocuous: true, isOrderedSet: true }),
  aggregate('percentile', 2, 2, { isNotInnocuous: true, isOrderedSet: true }),
  aggregate('percentile_cont', 2, 2, { isNotInnocuous: true, isOrderedSet: true }),
  aggregate('percentile_disc', 2, 2, { isNotInnocuous: true, isOrderedSet: true }),

  // Window functions.
  window('row_number', 0, 0),
  window('rank', 0, 0),
  window('dense_rank', 0, 0),
  window('percent_rank', 0, 0),
  window('cume_dist', 0, 0),
  window('ntile', 1, 1),
  window('first_value', 1, 1),
  window('last_value', 1, 1),
  window('nth_value', 2, 2),
  window('lead', 1, 3),
  window('lag', 1, 3),

  // JSON.
  json('json', 1, 1),
  json('jsonb', 1, 1),
  json('json_array', 0, ANY, { usesSubtype: true }),
  json('jsonb_array', 0, ANY, { usesSubtype: true }),
  json('json_array_insert', 0, ANY, { usesSubtype: true }),
  json('jsonb_array_insert', 0, ANY, { usesSubtype: true }),
  json('json_array_length', 1, 2, { givesSubtype: false }),
  json('json_error_position', 1, 1, { givesSubtype: false }),
  json('json_extract', 0, ANY),
  json('jsonb_extract', 0, ANY),
  json('->', 2, 2),
  json('->>', 2, 2, { givesSubtype: false }),
  json('json_insert', 0, ANY, { usesSubtype: true }),
  json('jsonb_insert', 0, ANY, { usesSubtype: true }),
  json('json_object', 0, ANY, { usesSubtype: true }),
  json('jsonb_object', 0, ANY, { usesSubtype: true }),
  json('json_patch', 2, 2),
  json('jsonb_patch', 2, 2),
  json('json_pretty', 1, 2, { givesSubtype: false }),
  json('json_quote', 1, 1, { usesSubtype: true }),
  json('json_remove', 0, ANY),
  json('jsonb_remove', 0, ANY),
  json('json_replace', 0, ANY, { usesSubtype: true }),
  json('jsonb_replace', 0, ANY, { usesSubtype: true }),
  json('json_set', 0, ANY, { usesSubtype: true }),
  json('jsonb_set', 0, ANY, { usesSubtype: true }),
  json('json_type', 1, 2, { givesSubtype: false }),
  json('json_valid', 1, 2, { givesSubtype: false }),
  aggregate('json_group_array', 1, 1, { usesSubtype: true, givesSubtype: true, isDeterministic: true }),
  aggregate('jsonb_group_array', 1, 1, { usesSubtype: true, givesSubtype: true, isDeterministic: true }),
  aggregate('json_group_object', 2, 2, { usesSubtype: true, givesSubtype: true, isDeterministic: true }),
  aggregate('jsonb_group_object', 2, 2, { usesSubtype: true, givesSubtype: true, isDeterministic: true }),
  aggregate('index_samples', 4, 4, { isInternal: true }),
];

/** Id of a declaration in programs. */
export const functionId = (declaration: FunctionDeclaration): number => functionDeclarations.indexOf(declaration);

/** Name of a declaration in FunctionId: unique, unlike the SQL name (min exists as scalar and as aggregate). */
export function functionIdName(declaration: FunctionDeclaration): string {
  if (declaration.name === '->') return 'json_arrow';
  if (declaration.name === '->>') return 'json_double_arrow';
  if (declaration.isCaseSensitiveLike) return 'like_case_sensitive';
  const isAmbiguous = declaration.kind === 'aggregate' && (declaration.name === 'min' || declaration.name === 'max');
  return isAmbiguous ? `${declaration.name}_aggregate` : declaration.name;
}

const declarationsByName = new Map<string, FunctionDeclaration[]>();
for (const declaration of functionDeclarations) {
  if (declaration.isCaseSensitiveLike || declaration.isInternal) continue;
  const overloads = declarationsByName.get(declaration.name);
  if (overloads) overloads.push(declaration);
  else declarationsByName.set(declaration.name, [declaration]);
}

/** ANALYZE's choice of the rows of sqlite_stat4 (binding/functions/index_samples.h). */
export const indexSamples = functionDeclarations.find(({ name }) => name === 'index_samples') as FunctionDeclaration;

/** What `like` means while PRAGMA case_sensitive_like is on. */
export const caseSensitiveLike = functionDeclarations.find(
  (declaration) => declaration.isCaseSensitiveLike,
) as FunctionDeclaration;

/** All declarations of a name (lower case), or none. */
export const functionOverloads = (lowerCaseName: string): readonly FunctionDeclaration[] =>
  declarationsByName.get(lowerCaseName) ?? [];

/** The declaration that a call with `argumentCount` arguments means. A fixed arity wins over an open one: min(x) is the
 *  aggregate, min(x, y) the scalar. Undefined: wrong number of arguments, or no such function. */
export function findFunction(lowerCaseName: string, argumentCount: number): FunctionDeclaration | undefined {
  const matching = functionOverloads(lowerCaseName).filter(
    ({ minimum, maximum }) => argumentCount >= minimum && (maximum === ANY || argumentCount <= maximum),
  );
  return matching.find(({ maximum }) => maximum !== ANY) ?? matching[0];
}
