/**
 * The order in which SQLite's hash tables list what was put into them: in which pragmas and ANALYZE walk the schema.
 *
 * Owns: that order alone. Each element goes in front of the others of its bucket; the first of a bucket goes in front of all.
 * With five elements, and whenever there are more than two a bucket, the table grows and everything is put in again. It doesn't shrink:
 * the order depends on what was there since the schema was read.
 */

import { foldName } from './names';
import type { SchemaRow } from './source';

interface Element {
  readonly name: string;
  readonly hash: number;
  previous: Element | null;
  next: Element | null;
}

interface Bucket {
  first: Element | null;
  count: number;
}

/** Smaller tables have no buckets. */
const SMALLEST_HASHED = 5;
const MOST_BUCKETS = 64;
/** Letters hash without their case. */
const CASELESS = 0xdf;

function hashOf(name: string): number {
  let hash = 0;
  for (const byte of Buffer.from(name)) hash = Math.imul(hash + (byte & CASELESS), 0x9e3779b1);
  return hash >>> 0;
}

class HashList {
  #first: Element | null = null;
  readonly #elements = new Map<string, Element>();
  #buckets: Bucket[] = [];

  /** A name that is there already stays where it is. */
  add(name: string): void {
    const key = foldName(name);
    if (this.#elements.has(key)) return;
    const count = this.#elements.size + 1;
    if (count >= SMALLEST_HASHED && count > 2 * this.#buckets.length) this.#grow(count);
    const element = { name, hash: hashOf(name), previous: null, next: null };
    this.#elements.set(key, element);
    this.#link(element);
  }

  delete(name: string): void {
    const key = foldName(name);
    const element = this.#elements.get(key);
    if (element === undefined) return;
    const { previous, next } = element;
    if (previous) previous.next = next;
    else this.#first = next;
    if (next) next.previous = previous;
    const bucket = this.#bucketOf(element);
    if (bucket?.first === element) bucket.first = next;
    if (bucket) bucket.count--;
    this.#elements.delete(key);
    if (this.#elements.size === 0) this.#buckets = [];
  }

  *names(): Iterable<string> {
    for (let element = this.#first; element; element = element.next) yield element.name;
  }

  #grow(count: number): void {
    const size = Math.min(count * 3, MOST_BUCKETS);
    if (size === this.#buckets.length) return;
    this.#buckets = Array.from({ length: size }, () => ({ first: null, count: 0 }));
    let element = this.#first;
    this.#first = null;
    while (element) {
      const { next } = element;
      element.previous = element.next = null;
      this.#link(element);
      element = next;
    }
  }

  #bucketOf({ hash }: Element): Bucket | undefined {
    return this.#buckets[hash % this.#buckets.length];
  }

  #link(element: Element): void {
    const bucket = this.#bucketOf(element);
    const head = bucket && bucket.count > 0 ? bucket.first : null;
    if (bucket) {
      bucket.count++;
      bucket.first = element;
    }
    const next = head ?? this.#first;
    const previous = next?.previous ?? null;
    element.next = next;
    element.previous = previous;
    if (next) next.previous = element;
    if (previous) previous.next = element;
    else this.#first = element;
  }
}

interface Change {
  readonly removed: readonly SchemaRow[];
  readonly added: readonly SchemaRow[];
}

/** So many changes are not kept for later. */
const MOST_PENDING = 1000;

/** The names of some objects of a schema. Nothing is done before the first time that somebody asks. */
export class NamesInHashOrder {
  #list: HashList | null = null;
  /** Since the schema was read, as long as there is no list. */
  #pending: Change[] = [];
  /** The next change is part of what is read again. */
  #isReading = false;
  readonly #rows: () => Iterable<SchemaRow>;
  /** What is there before any row. */
  readonly #firstName: string | null;

  /** `rows`: those of the objects as they are now. */
  constructor(rows: () => Iterable<SchemaRow>, firstName: string | null) {
    this.#rows = rows;
    this.#firstName = firstName;
  }

  /** The schema is read again, in the order of its rows. */
  forget(): void {
    this.#list = null;
    this.#pending = [];
    this.#isReading = true;
  }

  /** Rows of such objects have changed. */
  change(change: Change): void {
    if (this.#isReading || isRename(change)) {
      this.forget();
      this.#isReading = false;
    } else if (this.#list !== null) {
      apply(this.#list, change);
    } else if (change.removed.length + change.added.length > 0) {
      this.#pending.push(change);
      if (this.#pending.length > MOST_PENDING) this.names();
    }
  }

  names(): Iterable<string> {
    if (this.#list === null) {
      this.#list = new HashList();
      if (this.#firstName !== null) this.#list.add(this.#firstName);
      for (const { name } of this.#rowsAtFirst()) this.#list.add(name);
      for (const change of this.#pending) apply(this.#list, change);
      this.#pending = [];
      this.#isReading = false;
    }
    return this.#list.names();
  }

  #rowsAtFirst(): Iterable<SchemaRow> {
    if (this.#pending.length === 0) return this.#rows();
    const rows = new Map(Array.from(this.#rows(), (row) => [row.rowid, row]));
    for (const { removed, added } of this.#pending.toReversed()) {
      for (const { rowid } of added) rows.delete(rowid);
      for (const row of removed) rows.set(row.rowid, row);
    }
    return [...rows.values()].sort((a, b) => (a.rowid < b.rowid ? -1 : 1));
  }
}

/** A row with another name: ALTER TABLE, after which SQLite reads the schema again. */
const isRename = ({ removed, added }: Change): boolean =>
  removed.some((old) => added.some(({ rowid, name }) => rowid === old.rowid && name !== old.name));

/** A row with the same name is the same object to the list. */
function apply(list: HashList, { removed, added }: Change): void {
  for (const { name } of removed) if (!added.some((row) => row.name === name)) list.delete(name);
  for (const { name } of added) list.add(name);
}
