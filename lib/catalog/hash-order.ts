/**
 * The order in which SQLite's hash tables list what was put into them: in which pragmas and ANALYZE walk the schema.
 *
 * Owns: that order alone. Each element goes in front of the others of its bucket; the first of a bucket goes in front of all.
 * With five elements, and whenever there are more than two a bucket, the table grows and everything is put in again.
 */

import type { Database, Relation } from './schema';

interface Element<T> {
  readonly item: T;
  readonly hash: number;
  previous: Element<T> | null;
  next: Element<T> | null;
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

class HashList<T> {
  first: Element<T> | null = null;
  #count = 0;
  #chains: (Element<T> | null)[] = [];

  add(item: T, name: string): void {
    this.#count++;
    if (this.#count >= SMALLEST_HASHED && this.#count > 2 * this.#chains.length) this.#grow();
    this.#link({ item, hash: hashOf(name), previous: null, next: null });
  }

  #grow(): void {
    const size = Math.min(this.#count * 3, MOST_BUCKETS);
    if (size === this.#chains.length) return;
    this.#chains = new Array<Element<T> | null>(size).fill(null);
    let element = this.first;
    this.first = null;
    while (element) {
      const { next } = element;
      element.previous = element.next = null;
      this.#link(element);
      element = next;
    }
  }

  #link(element: Element<T>): void {
    const bucket = this.#chains.length > 0 ? element.hash % this.#chains.length : -1;
    const head = bucket < 0 ? null : (this.#chains[bucket] ?? null);
    if (bucket >= 0) this.#chains[bucket] = element;
    const next = head ?? this.first;
    const previous = next?.previous ?? null;
    element.next = next;
    element.previous = previous;
    if (next) next.previous = element;
    if (previous) previous.next = element;
    else this.first = element;
  }
}

/** The tables and views of a database. */
export function relationsInHashOrder(database: Database): Iterable<Relation> {
  const schemaTable = database.findRelation(database.number === 1 ? 'sqlite_temp_schema' : 'sqlite_schema');
  const all = schemaTable === null ? database.relations() : [schemaTable, ...database.relations()];
  return inHashOrder(all, ({ name }) => name);
}

/** `items`, in the order in which they were put in, as SQLite lists them. */
export function* inHashOrder<T>(items: Iterable<T>, nameOf: (item: T) => string): Iterable<T> {
  const list = new HashList<T>();
  for (const item of items) list.add(item, nameOf(item));
  for (let element = list.first; element; element = element.next) yield element.item;
}
