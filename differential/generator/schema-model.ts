// What the generator knows of the database it writes statements for. It is a guess that steers name choice: a wrong guess
// only makes a statement fail, on both engines alike.

export interface ColumnModel {
  name: string;
  readonly type: string;
  /** Cannot be written. */
  readonly isGenerated?: boolean;
}

export interface TableModel {
  name: string;
  columns: ColumnModel[];
  readonly isView: boolean;
  readonly hasRowid: boolean;
  readonly uniqueKeys: string[][];
  readonly indexes: string[];
}

export class SchemaModel {
  readonly tables: TableModel[] = [];
  readonly indexes: string[] = [];
  readonly triggers: string[] = [];
  /** Names of attached databases. */
  readonly attached: string[] = [];
  #counter = 0;

  /** A name that was not used before in this run. */
  freshName(prefix: string): string {
    return `${prefix}${++this.#counter}`;
  }

  /** Tables that can be written. */
  baseTables(): TableModel[] {
    return this.tables.filter((table) => !table.isView);
  }

  /** Forgets what is not there (any more). */
  keepOnly(names: ReadonlySet<string>): void {
    const keep = <T>(list: T[], nameOf: (item: T) => string): void => {
      list.splice(0, list.length, ...list.filter((item) => names.has(nameOf(item))));
    };
    keep(this.tables, (table) => table.name);
    keep(this.indexes, (name) => name);
    keep(this.triggers, (name) => name);
    for (const table of this.tables) keep(table.indexes, (name) => name);
  }

  drop(name: string): void {
    const at = this.tables.findIndex((table) => table.name === name);
    if (at >= 0) this.tables.splice(at, 1);
  }
}

/** Columns that INSERT and UPDATE may name. */
export const writableColumns = (table: TableModel): ColumnModel[] => table.columns.filter(({ isGenerated }) => !isGenerated); // prettier-ignore
