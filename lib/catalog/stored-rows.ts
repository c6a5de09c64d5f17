/**
 * The rows of one schema table as an index of the engine's has them: each is made an object when it is first asked for.
 *
 * Owns: those objects, one for each row that was asked for. Must not know: what has changed since.
 * Invariant: names that are asked for are folded; of two rows with one name the later one counts.
 */
import { foldName } from './names';
import { schemaQuestions, type Rowid, type SchemaIndex, type SchemaQuestion, type SchemaRow } from './source';

export class StoredRows {
  readonly #index: SchemaIndex;
  readonly #rows = new Map<number, SchemaRow>();

  constructor(index: SchemaIndex) {
    this.#index = index;
  }

  get count(): number {
    return this.#index.count;
  }

  /** Rows that the other questions don't find. */
  odd(): readonly SchemaRow[] {
    return this.#ask(schemaQuestions.odd, '');
  }

  /** Rows that may be malformed, in rowid order. */
  suspects(): readonly SchemaRow[] {
    return this.#ask(schemaQuestions.suspect, '');
  }

  get pageCount(): number {
    return this.#index.pageCount;
  }

  /** Rows of every type that have this name, in rowid order. */
  named(name: string): readonly SchemaRow[] {
    return this.#ask(schemaQuestions.named, name).filter((row) => foldName(row.name) === name);
  }

  at(rowid: Rowid): SchemaRow | undefined {
    const number = this.#index.numberOf(rowid);
    return number < 0 ? undefined : this.#row(number);
  }

  relation(name: string): SchemaRow | undefined {
    return this.#named(name, ({ type }) => type === 'table' || type === 'view');
  }

  index(name: string): SchemaRow | undefined {
    return this.#named(name, ({ type }) => type === 'index');
  }

  trigger(name: string): SchemaRow | undefined {
    return this.#named(name, ({ type }) => type === 'trigger');
  }

  indexesOf(table: string): readonly SchemaRow[] {
    return this.#of(table).filter(({ type }) => type === 'index');
  }

  triggersOf(table: string): readonly SchemaRow[] {
    return this.#of(table).filter(({ type }) => type === 'trigger');
  }

  /** Tables with foreign keys whose text has this word. */
  tablesMentioning(word: string): readonly SchemaRow[] {
    return this.#ask(schemaQuestions.mentioning, word).filter(({ type }) => type === 'table');
  }

  viewsAndTriggers(): readonly SchemaRow[] {
    return this.#ask(schemaQuestions.viewsAndTriggers, '');
  }

  literalSensitiveIndexes(): readonly SchemaRow[] {
    return this.#ask(schemaQuestions.literalSensitive, '');
  }

  /** In rowid order. */
  *all(): Iterable<SchemaRow> {
    for (let number = 0; number < this.#index.count; number++) yield this.#row(number);
  }

  #named(name: string, isWanted: (row: SchemaRow) => boolean): SchemaRow | undefined {
    return this.#ask(schemaQuestions.named, name).findLast((row) => isWanted(row) && foldName(row.name) === name);
  }

  #of(table: string): readonly SchemaRow[] {
    return this.#ask(schemaQuestions.ofTable, table).filter(({ tableName }) => foldName(tableName) === table);
  }

  #ask(question: SchemaQuestion, text: string): readonly SchemaRow[] {
    return this.#index.find(question, text).map((number) => this.#row(number));
  }

  #row(number: number): SchemaRow {
    let row = this.#rows.get(number);
    if (row === undefined) this.#rows.set(number, (row = this.#index.row(number)));
    return row;
  }
}
