// Reads the sqllogictest file format (see the corpus' README): records separated by blank lines.

export type SortMode = 'nosort' | 'rowsort' | 'valuesort';

export interface StatementRecord {
  readonly kind: 'statement';
  readonly line: number;
  readonly sql: string;
  readonly expectError: boolean;
}

export interface QueryRecord {
  readonly kind: 'query';
  readonly line: number;
  readonly sql: string;
  /** One character a column: I, R or T. */
  readonly types: string;
  readonly sort: SortMode;
  readonly label: string | undefined;
  /** The lines below `----`: values, or one line `N values hashing to MD5`. */
  readonly expected: readonly string[];
  readonly hashThreshold: number;
}

export type TestRecord = StatementRecord | QueryRecord;

export interface TestFile {
  readonly records: readonly TestRecord[];
  /** Records that skipif/onlyif exclude. */
  readonly skipped: number;
}

const ENGINE_NAME = 'sqlite';
const DEFAULT_HASH_THRESHOLD = 8;

/** Throws on a record that is not of the format. */
export function parseTestFile(text: string): TestFile {
  const lines = text.split(/\r?\n/);
  const records: TestRecord[] = [];
  let skipped = 0;
  let hashThreshold = DEFAULT_HASH_THRESHOLD;
  let index = 0;

  const isBlank = (line: string | undefined): boolean => line === undefined || line.trim() === '';
  const takeBlock = (end?: string): string[] => {
    const block: string[] = [];
    while (index < lines.length && !isBlank(lines[index]) && lines[index] !== end) {
      const line = lines[index++] ?? '';
      if (!line.startsWith('#')) block.push(line);
    }
    return block;
  };

  while (index < lines.length) {
    const first = lines[index] ?? '';
    if (isBlank(first) || first.startsWith('#')) {
      index++;
      continue;
    }
    let isExcluded = false;
    let header = first.trim().split(/\s+/);
    while (header[0] === 'skipif' || header[0] === 'onlyif') {
      const isOurs = header[1]?.toLowerCase() === ENGINE_NAME;
      if (isOurs === (header[0] === 'skipif')) isExcluded = true;
      header = (lines[++index] ?? '').trim().split(/\s+/);
    }
    const line = ++index;
    if (header[0] === 'halt') {
      if (!isExcluded) break;
    } else if (header[0] === 'hash-threshold') {
      if (!isExcluded) hashThreshold = Number(header[1]);
    } else if (header[0] === 'statement') {
      const sql = takeBlock().join('\n');
      if (isExcluded) skipped++;
      else records.push({ kind: 'statement', line, sql, expectError: header[1] === 'error' });
    } else if (header[0] === 'query') {
      const sql = takeBlock('----').join('\n');
      let expected: string[] = [];
      if (lines[index] === '----') {
        index++;
        expected = takeBlock();
      }
      const sort = (header[2] ?? 'nosort') as SortMode;
      if (isExcluded) skipped++;
      else
        records.push({
          kind: 'query',
          line,
          sql,
          types: header[1] ?? '',
          sort,
          label: header[3]?.slice(0, 20),
          expected,
          hashThreshold,
        });
    } else {
      throw new Error(`line ${line}: unknown record "${first}"`);
    }
  }
  return { records, skipped };
}
