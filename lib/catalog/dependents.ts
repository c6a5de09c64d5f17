/**
 * Views and triggers of one schema: which of them may mention a name, and which are known to make sense. ALTER TABLE has to look at each
 * view and trigger that it may concern; with this it need not look at the others again and again.
 *
 * Owns: the words of their texts. Must not know: what the words mean: a word counts wherever it is, in a comment too.
 * Invariant: a row is in `verified` only as long as nothing that its text mentions, directly or through views, has changed.
 */
import { foldName } from './names';
import type { SchemaRow } from './source';

export class Dependents {
  readonly #byWord = new Map<string, Set<SchemaRow>>();
  readonly #verified = new Set<SchemaRow>();
  /** The settings and functions with which they were verified. */
  #circumstances: unknown = null;

  constructor(rows: Iterable<SchemaRow>) {
    for (const row of rows) this.add(row);
  }

  add(row: SchemaRow): void {
    for (const word of wordsOf(row.sql ?? '')) {
      const rows = this.#byWord.get(word);
      if (rows === undefined) this.#byWord.set(word, new Set([row]));
      else rows.add(row);
    }
  }

  remove(row: SchemaRow): void {
    this.#verified.delete(row);
    for (const word of wordsOf(row.sql ?? '')) this.#byWord.get(word)?.delete(row);
  }

  /** Rows whose text mentions one of the names, or a view that does. */
  affectedBy(names: Iterable<string>): Set<SchemaRow> {
    const affected = new Set<SchemaRow>();
    const open = [...names];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      for (const row of this.#mentioning(name)) {
        if (affected.has(row)) continue;
        affected.add(row);
        if (row.type === 'view') open.push(row.name);
      }
    }
    return affected;
  }

  #mentioning(name: string): Iterable<SchemaRow> {
    const [word] = [...wordsOf(name)].sort((a, b) => b.length - a.length);
    if (word !== undefined) return this.#byWord.get(word) ?? [];
    return new Set([...this.#byWord.values()].flatMap((rows) => [...rows]));
  }

  isVerified(row: SchemaRow, circumstances: unknown): boolean {
    return this.#circumstances === circumstances && this.#verified.has(row);
  }

  verify(row: SchemaRow, circumstances: unknown): void {
    if (this.#circumstances !== circumstances) this.#verified.clear();
    this.#circumstances = circumstances;
    this.#verified.add(row);
  }

  /** Objects of these names have changed; null: nobody knows which. */
  invalidate(names: readonly string[] | null): void {
    if (names === null) this.#verified.clear();
    else if (this.#verified.size > 0) for (const row of this.affectedBy(names)) this.#verified.delete(row);
  }
}

/** Runs of the characters that names are made of without quotes. */
const wordsOf = (text: string): Set<string> => new Set(foldName(text).match(/[\w$\u0080-\uffff]+/gu) ?? []);
