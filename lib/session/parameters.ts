// What a statement's parameters are, and the values that they take.

/** A value as the caller may bind it. Numbers are always bound as REAL, as better-sqlite3 does. */
export type SqlInput = number | string | bigint | ArrayBufferView | null | undefined;

/** A value as a row or a user function's argument holds it. */
export type SqlOutput = number | string | bigint | Buffer | null;

export interface NamedParameter {
  /** Without its prefix; `?12` is named `12`. */
  readonly name: string;
  /** From 0. */
  readonly index: number;
}

export interface ParameterList {
  readonly count: number;
  /** By index from 0: the name with its prefix, null for a plain `?` (and for numbers never used). */
  readonly names: readonly (string | null)[];
  /** Those that have names, by index. */
  readonly named: readonly NamedParameter[];
}

export function parameterList(names: readonly (string | null)[]): ParameterList {
  const named: NamedParameter[] = [];
  names.forEach((name, index) => {
    if (name !== null) named.push({ name: name.slice(1), index });
  });
  return { count: names.length, names, named };
}
