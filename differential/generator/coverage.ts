// What of SQL a run has generated: kinds of syntax nodes (and of their variants, such as join types) and names of functions, counted
// over the parsed statements; and what it never did. All kinds are read from the declarations in lib/syntax/ast.ts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseStatement } from '../../lib/syntax/parser';
import { functionDeclarations } from '../../spec/functions';

/** Their results depend on chance, the clock or the build, or they load code. */
const NEVER_CALLED = ['random', 'randomblob', 'sqlite_source_id', 'load_extension', 'sqlite_log', 'match', 'current_date', 'current_time', 'current_timestamp']; // prettier-ignore

/** Properties that tell variants of a node apart. */
const VARIANTS = ['operator', 'conflict', 'type', 'unit', 'exclude', 'order', 'nulls', 'time', 'event', 'object', 'mode', 'onDelete', 'onUpdate', 'action', 'materialized']; // prettier-ignore

export class Coverage {
  readonly #nodes = new Map<string, number>();
  readonly #functions = new Map<string, number>();

  /** Counts the nodes of a statement; one that cannot be parsed counts for nothing. */
  add(sql: string): void {
    try {
      this.#visit(parseStatement(sql, 0).statement);
    } catch {
      return;
    }
  }

  #visit(node: unknown): void {
    if (Array.isArray(node)) {
      for (const item of node) this.#visit(item);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    const fields = node as Record<string, unknown>;
    const kind = typeof fields['kind'] === 'string' ? fields['kind'] : '';
    if (kind !== '') count(this.#nodes, kind);
    for (const property of VARIANTS) {
      const value = fields[property];
      if (typeof value === 'string' && !(kind === 'cast' || kind === ''))
        count(this.#nodes, `${kind}.${property}=${value}`);
      else if (typeof value === 'string' && property !== 'type') count(this.#nodes, `${property}=${value}`);
    }
    if (kind === 'function') count(this.#functions, (fields['name'] as { name: string }).name.toLowerCase());
    if (kind === 'binary' && String(fields['operator']).startsWith('->'))
      count(this.#functions, String(fields['operator']));
    if (kind === 'pattern') count(this.#functions, String(fields['operator']));
    for (const value of Object.values(fields)) this.#visit(value);
  }

  /** Lines for people: counts, then what never occurred. */
  report(): string[] {
    const list = (counts: Map<string, number>): string =>
      [...counts]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, times]) => `${name} ${times}`)
        .join(', ');
    const missingNodes = allNodeKinds().filter((kind) => !this.#nodes.has(kind));
    const names = new Set(functionDeclarations.map(({ name }) => name));
    const missingFunctions = [...names].filter((name) => !this.#functions.has(name) && !NEVER_CALLED.includes(name));
    return [
      `syntax nodes: ${list(this.#nodes)}`,
      `functions: ${list(this.#functions)}`,
      `syntax nodes never generated: ${missingNodes.join(', ') || 'none'}`,
      `functions never generated: ${missingFunctions.join(', ') || 'none'} (left out: ${NEVER_CALLED.join(', ')})`,
    ];
  }
}

const count = (counts: Map<string, number>, name: string): void => {
  counts.set(name, (counts.get(name) ?? 0) + 1);
};

/** Every `kind` that ast.ts declares. */
function allNodeKinds(): string[] {
  const source = readFileSync(join(__dirname, '../../lib/syntax/ast.ts'), 'utf8');
  const kinds = [...source.matchAll(/readonly kind:((?:\s*\|?\s*'\w+')+)/g)];
  return [...new Set(kinds.flatMap(([, words = '']) => words.match(/\w+/g) ?? []))];
}
