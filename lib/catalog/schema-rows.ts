/**
 * The rows of one schema table and the ways to find them: by name, by the table they belong to, by the table they refer to.
 *
 * Owns: what has become of the stored rows since they were read: rows of its own, their indexes, and which stored ones are gone. Must not
 * know: what the statements in the rows mean, but for the names behind REFERENCES.
 * Invariants: names are folded; rows are never changed, only replaced; an overlay (`replacing`) reads its base and never changes it.
 */
import { Dependents, keyWordOf } from './dependents';
import { findReferences, withoutReferences } from '../syntax/references';
import { foldName } from './names';
import type { Rowid, SchemaRow } from './source';
import type { StoredRows } from './stored-rows';

/** A row after a change: null when it is gone. */
export interface SchemaRowChange {
  readonly rowid: Rowid;
  readonly row: SchemaRow | null;
}

export interface AppliedChanges {
  readonly removed: readonly SchemaRow[];
  readonly added: readonly SchemaRow[];
  /** Names of objects that views and triggers may see otherwise than before. */
  readonly names: readonly string[];
}

export class SchemaRows {
  /** Rows of its own. */
  readonly #rows = new Map<Rowid, SchemaRow>();
  readonly #stored: StoredRows | null;
  /** Stored rows that don't count any more. */
  readonly #gone = new Set<SchemaRow>();
  /** Null marks what is gone of the base or of the stored rows. */
  readonly #relations = new Map<string, SchemaRow | null>();
  readonly #indexes = new Map<string, SchemaRow | null>();
  readonly #triggers = new Map<string, SchemaRow | null>();
  /** Indexes and triggers by the table that they are on. */
  readonly #indexesByTable = new Map<string, readonly SchemaRow[]>();
  readonly #triggersByTable = new Map<string, readonly SchemaRow[]>();
  /** Tables by the names that they refer to. */
  readonly #children = new ChildTables();
  readonly #storedChildren = new Map<string, readonly SchemaRow[]>();
  #referringTables: readonly SchemaRow[] | null = null;
  #viewsAndTriggers: readonly SchemaRow[] | null = null;
  #dependents: Dependents | null = null;
  #sensitiveIndexes: Set<SchemaRow> | null = null;
  readonly #base: SchemaRows | null;
  /** Of an overlay: rows of the base and what takes their place. */
  readonly #replaced: ReadonlyMap<SchemaRow, SchemaRow>;

  constructor(
    rows: readonly SchemaRow[],
    stored: StoredRows | null = null,
    base: SchemaRows | null = null,
    replaced = new Map<SchemaRow, SchemaRow>(),
  ) {
    this.#stored = stored;
    this.#base = base;
    this.#replaced = replaced;
    for (const old of replaced.keys()) this.#remove(old);
    for (const row of rows) this.#add(row);
    for (const row of stored?.odd() ?? []) {
      this.#gone.add(row);
      this.#add(row);
    }
  }

  get isEmpty(): boolean {
    const left = (this.#stored?.count ?? 0) - this.#gone.size;
    return this.#rows.size === 0 && left === 0 && (this.#base?.isEmpty ?? true);
  }

  /** The rows as they were read, of which some may be gone. */
  get stored(): StoredRows | null {
    return this.#stored;
  }

  get #below(): SchemaRows | StoredRows | null {
    return this.#base ?? this.#stored;
  }

  /** Table or view. */
  relation(name: string): SchemaRow | undefined {
    const own = this.#relations.get(name);
    return own === undefined ? this.#below?.relation(name) : (own ?? undefined);
  }

  index(name: string): SchemaRow | undefined {
    const own = this.#indexes.get(name);
    return own === undefined ? this.#below?.index(name) : (own ?? undefined);
  }

  trigger(name: string): SchemaRow | undefined {
    const own = this.#triggers.get(name);
    return own === undefined ? this.#below?.trigger(name) : (own ?? undefined);
  }

  /** In rowid order. */
  indexesOf(table: string): readonly SchemaRow[] {
    return this.#indexesByTable.get(table) ?? this.#below?.indexesOf(table) ?? [];
  }

  /** In rowid order. */
  triggersOf(table: string): readonly SchemaRow[] {
    return this.#triggersByTable.get(table) ?? this.#below?.triggersOf(table) ?? [];
  }

  /** Tables that may have a foreign key to a table of this name, in rowid order. */
  childrenOf(parent: string): readonly SchemaRow[] {
    const others = this.#base === null ? this.#storedChildrenOf(parent) : this.#base.childrenOf(parent);
    const kept = others.filter((row) => !this.#gone.has(row) && !this.#replaced.has(row));
    return [...kept, ...this.#children.of(parent)].sort(byRowid);
  }

  #storedChildrenOf(parent: string): readonly SchemaRow[] {
    if (this.#stored === null) return [];
    let children = this.#storedChildren.get(parent);
    if (children === undefined) {
      const mentioning = this.#stored.tablesMentioning(keyWordOf(parent) ?? 'references');
      this.#storedChildren.set(parent, (children = mentioning.filter((row) => referencedNames(row).includes(parent))));
    }
    return children;
  }

  /** Tables that may have foreign keys, in rowid order. */
  referringTables(): readonly SchemaRow[] {
    if (this.#base !== null) return this.#base.referringTables().map((row) => this.#replaced.get(row) ?? row);
    if (this.#referringTables !== null) return this.#referringTables;
    const stored = this.#left(this.#stored?.tablesMentioning('references') ?? []);
    this.#referringTables = [...stored, ...this.#children.all()].sort(byRowid);
    return this.#referringTables;
  }

  /** Rows of every type, in rowid order. */
  all(): Iterable<SchemaRow> {
    if (this.#base !== null) return Array.from(this.#base.all(), (row) => this.#replaced.get(row) ?? row);
    const stored = this.#stored?.all() ?? [];
    if (this.#gone.size === 0 && this.#rows.size === 0) return stored;
    return [...this.#left(stored), ...this.#rows.values()].sort(byRowid);
  }

  *#left(stored: Iterable<SchemaRow>): Iterable<SchemaRow> {
    for (const row of stored) if (!this.#gone.has(row)) yield row;
  }

  /** In rowid order. */
  viewsAndTriggers(): readonly SchemaRow[] {
    if (this.#base !== null) return this.#base.viewsAndTriggers().map((row) => this.#replaced.get(row) ?? row);
    if (this.#viewsAndTriggers !== null) return this.#viewsAndTriggers;
    const stored = this.#left(this.#stored?.viewsAndTriggers() ?? []);
    const own = [...this.#rows.values()].filter(({ type }) => isViewOrTrigger(type));
    this.#viewsAndTriggers = [...stored, ...own].sort(byRowid);
    return this.#viewsAndTriggers;
  }

  /**
   * Views and triggers that may mean something else, or nothing, when objects of these names change, and those that are not known to make
   * sense; in rowid order. @param circumstances what else that depends on, by identity
   */
  doubtful(names: readonly string[], circumstances: unknown): readonly SchemaRow[] {
    if (this.#base === null) {
      const dependents = this.#ownDependents;
      return [...new Set([...dependents.affectedBy(names), ...dependents.unverified(circumstances)])].sort(byRowid);
    }
    const others = this.#base.doubtful(names, circumstances).map((row) => this.#replaced.get(row) ?? row);
    const own = [...this.#replaced.values()].filter(({ type }) => isViewOrTrigger(type));
    return [...new Set([...others, ...own])].sort(byRowid);
  }

  /** A view or trigger makes sense as the schema is now: no overlay. */
  verify(row: SchemaRow, circumstances: unknown): void {
    if (this.#base === null) this.#ownDependents.verify(row, circumstances);
  }

  /** Objects of these names have changed elsewhere; null: nobody knows which. */
  invalidate(names: readonly string[] | null): void {
    this.#dependents?.invalidate(names);
  }

  get #ownDependents(): Dependents {
    this.#dependents ??= new Dependents(this.viewsAndTriggers());
    return this.#dependents;
  }

  /** Names that may stand for an index that literals of a query are compared with: of tables that have one, and of all views. */
  literalSensitiveNames(): readonly string[] {
    if (this.#sensitiveIndexes === null) {
      const stored = this.#left(this.#stored?.literalSensitiveIndexes() ?? []);
      this.#sensitiveIndexes = new Set([...stored, ...[...this.#rows.values()].filter(isLiteralSensitive)]);
    }
    if (this.#sensitiveIndexes.size === 0) return [];
    const views = this.viewsAndTriggers().filter(({ type }) => type === 'view');
    return [
      ...new Set([...[...this.#sensitiveIndexes].map(({ tableName }) => tableName), ...views.map(({ name }) => name)]),
    ];
  }

  /** These rows with others in the place of some. */
  replacing(replaced: Map<SchemaRow, SchemaRow>): SchemaRows {
    return new SchemaRows([...replaced.values()], null, this, replaced);
  }

  /** Whether a view or trigger may mention an object of this name. */
  mentions(name: string): boolean {
    return this.#dependents?.mentions(name) === true;
  }

  /** Takes changes over. `elsewhere`: whether views and triggers of other schemas may mention a name. */
  apply(changes: readonly SchemaRowChange[], elsewhere: (name: string) => boolean): AppliedChanges {
    const removed: SchemaRow[] = [];
    const added: SchemaRow[] = [];
    const names: string[] = [];
    for (const { rowid, row } of changes) {
      const old = this.#at(rowid);
      if (old !== undefined) {
        this.#remove(old);
        removed.push(old);
      }
      if (row !== null) {
        this.#add(row);
        added.push(row);
      }
      const isMentioned = row !== null && (this.mentions(row.name) || elsewhere(row.name));
      if (old !== undefined && isMentioned && isSameToObjects(old, row)) continue;
      if (old !== undefined) names.push(old.name);
      if (row !== null) names.push(row.name);
    }
    this.invalidate(names);
    return { removed, added, names };
  }

  #at(rowid: Rowid): SchemaRow | undefined {
    const own = this.#rows.get(rowid);
    if (own !== undefined) return own;
    const stored = this.#stored?.at(rowid);
    return stored === undefined || this.#gone.has(stored) ? undefined : stored;
  }

  #add(row: SchemaRow): void {
    this.#rows.set(row.rowid, row);
    const name = foldName(row.name);
    switch (row.type) {
      case 'table':
      case 'view':
        this.#relations.set(name, row);
        break;
      case 'index':
        this.#indexes.set(name, row);
        this.#put(this.#indexesByTable, this.indexesOf(foldName(row.tableName)), row);
        break;
      case 'trigger':
        this.#triggers.set(name, row);
        this.#put(this.#triggersByTable, this.triggersOf(foldName(row.tableName)), row);
    }
    this.#children.add(row);
    this.#referringTables = null;
    if (this.#sensitiveIndexes !== null && isLiteralSensitive(row)) this.#sensitiveIndexes.add(row);
    if (isViewOrTrigger(row.type)) {
      this.#viewsAndTriggers = null;
      this.#dependents?.add(row);
    }
  }

  #put(map: Map<string, readonly SchemaRow[]>, list: readonly SchemaRow[], row: SchemaRow): void {
    const last = list.at(-1);
    const longer = [...list, row];
    map.set(foldName(row.tableName), last === undefined || last.rowid < row.rowid ? longer : longer.sort(byRowid));
  }

  #remove(row: SchemaRow): void {
    const name = foldName(row.name);
    const table = foldName(row.tableName);
    switch (row.type) {
      case 'table':
      case 'view':
        if (this.relation(name) === row) unset(this.#relations, name, this.#below?.relation(name));
        break;
      case 'index':
        if (this.index(name) === row) unset(this.#indexes, name, this.#below?.index(name));
        this.#indexesByTable.set(table, without(this.indexesOf(table), row));
        break;
      case 'trigger':
        if (this.trigger(name) === row) unset(this.#triggers, name, this.#below?.trigger(name));
        this.#triggersByTable.set(table, without(this.triggersOf(table), row));
    }
    if (this.#rows.get(row.rowid) === row) this.#rows.delete(row.rowid);
    else if (this.#base === null) this.#gone.add(row);
    this.#children.remove(row);
    this.#referringTables = null;
    this.#sensitiveIndexes?.delete(row);
    if (isViewOrTrigger(row.type)) {
      this.#viewsAndTriggers = null;
      this.#dependents?.remove(row);
    }
  }
}

const byRowid = (a: SchemaRow, b: SchemaRow): number => (a.rowid < b.rowid ? -1 : a.rowid > b.rowid ? 1 : 0);

const without = (list: readonly SchemaRow[], row: SchemaRow): SchemaRow[] => list.filter((other) => other !== row);

function unset(map: Map<string, SchemaRow | null>, name: string, below: SchemaRow | undefined): void {
  if (below === undefined) map.delete(name);
  else map.set(name, null);
}

const isViewOrTrigger = (type: string): boolean => type === 'view' || type === 'trigger';

/** In the text of an index: it is partial or on a condition. */
const LITERAL_SENSITIVE = /[<>=]|\b(?:where|between|in|is)\b/i;

const isLiteralSensitive = ({ type, sql }: SchemaRow): boolean =>
  type === 'index' && sql !== null && LITERAL_SENSITIVE.test(sql);

/** Which tables refer to which names. */
class ChildTables {
  readonly #byParent = new Map<string, Set<SchemaRow>>();
  readonly #parents = new Map<SchemaRow, readonly string[]>();
  /** Rows that nobody has looked at yet. */
  readonly #pending = new Set<SchemaRow>();

  add(row: SchemaRow): void {
    if (row.type === 'table') this.#pending.add(row);
  }

  remove(row: SchemaRow): void {
    if (this.#pending.delete(row)) return;
    for (const parent of this.#parents.get(row) ?? []) this.#byParent.get(parent)?.delete(row);
    this.#parents.delete(row);
  }

  of(parent: string): Iterable<SchemaRow> {
    this.#lookAtPending();
    return this.#byParent.get(parent) ?? [];
  }

  /** Tables that refer to any. */
  all(): Iterable<SchemaRow> {
    this.#lookAtPending();
    return this.#parents.keys();
  }

  #lookAtPending(): void {
    if (this.#pending.size === 0) return;
    for (const row of this.#pending) this.#lookAt(row);
    this.#pending.clear();
  }

  #lookAt(row: SchemaRow): void {
    const parents = referencedNames(row);
    if (parents.length === 0) return;
    this.#parents.set(row, parents);
    for (const parent of parents) {
      const children = this.#byParent.get(parent);
      if (children === undefined) this.#byParent.set(parent, new Set([row]));
      else children.add(row);
    }
  }
}

/** Folded names of the tables that a table's foreign keys refer to. */
function referencedNames({ type, sql }: SchemaRow): readonly string[] {
  if (type !== 'table' || sql === null || /^create\s+virtual/i.test(sql)) return [];
  return findReferences(sql).map(({ table }) => foldName(table.name));
}

/** Both rows look the same to views and triggers. */
function isSameToObjects(before: SchemaRow, after: SchemaRow): boolean {
  if (before.type !== 'table' || after.type !== 'table' || before.name !== after.name) return false;
  return withoutReferences(before.sql ?? '') === withoutReferences(after.sql ?? '');
}
