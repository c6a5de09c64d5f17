// The collating sequences, by their numbers in key descriptions and comparisons of programs.
export const collationNumbers = { BINARY: 0, NOCASE: 1, RTRIM: 2 } as const;
export type CollationName = keyof typeof collationNumbers;
