/**
 * Views and triggers of one schema: which of them may mention a name, and which are known to make sense. ALTER TABLE has to look at each
 * view and trigger that it may concern; with this it need not look at the others again and again.
 *
 * Owns: the words of their texts. Must not know: what the words mean: a word counts wherever it is, in a comment too.
 * Invariant: a row is not in `unverified` only as long as nothing that its text mentions, directly or through views, has changed.
 */
import { foldName } from './names';
import type { SchemaRow } from './source';

export class Dependents {
  readonly #byWord = new Map<string, Set<SchemaRow>>();
  readonly #rows = new Set<SchemaRow>();
  readonly #unverified = new Set<SchemaRow>();
  /** The settings and functions with which they were verified. */
  #circumstances: unknown = null;

  constructor(rows: Iterable<SchemaRow>) {
    for (const row of rows) this.add(row);
  }

  add(row: SchemaRow): void {
    this.#rows.add(row);
    this.#unverified.add(row);
    for (const word of wordsOf(row.sql ?? '')) {
      const rows = this.#byWord.get(word);
      if (rows === undefined) this.#byWord.set(word, new Set([row]));
      else rows.add(row);
    }
  }

  remove(row: SchemaRow): void {
    this.#rows.delete(row);
    this.#unverified.delete(row);
    for (const word of wordsOf(row.sql ?? '')) this.#byWord.get(word)?.delete(row);
  }

  mentions(name: string): boolean {
    const word = keyWordOf(name);
    const rows = word === undefined ? this.#rows : this.#byWord.get(word);
    return rows !== undefined && rows.size > 0;
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
    const word = keyWordOf(name);
    return word === undefined ? this.#rows : (this.#byWord.get(word) ?? []);
  }

  /** Those that are not known to make sense in these circumstances. */
  unverified(circumstances: unknown): ReadonlySet<SchemaRow> {
    if (this.#circumstances !== circumstances) {
      this.#circumstances = circumstances;
      this.invalidate(null);
    }
    return this.#unverified;
  }

  verify(row: SchemaRow, circumstances: unknown): void {
    if (this.#circumstances === circumstances) this.#unverified.delete(row);
  }

  /** Objects of these names have changed; null: nobody knows which. */
  invalidate(names: readonly string[] | null): void {
    const changed = names === null ? this.#rows : this.affectedBy(names);
    for (const row of changed) this.#unverified.add(row);
  }
}

/** Runs of the characters that names are made of without quotes. */
export const wordsOf = (text: string): Set<string> => new Set(foldName(text).match(/[\w$\u0080-\u{10ffff}]+/gu) ?? []);

/** The word of a name that says most: the longest one; undefined when it has none. */
export const keyWordOf = (name: string): string | undefined =>
  [...wordsOf(name)].sort((a, b) => b.length - a.length)[0];
