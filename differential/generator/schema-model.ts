// What the generator knows of the database it writes statements for. It is a guess that steers name choice: a wrong guess
// only makes a statement fail, on both engines alike.

export interface ColumnModel {
  readonly name: string;
  readonly type: string;
}

export interface TableModel {
  readonly name: string;
  columns: ColumnModel[];
  readonly isView: boolean;
  readonly hasRowid: boolean;
  readonly uniqueKeys: string[][];
}

export class SchemaModel {
  readonly tables: TableModel[] = [];
  readonly indexes: string[] = [];
  #counter = 0;

  /** A name that was not used before in this run. */
  freshName(prefix: string): string {
    return `${prefix}${++this.#counter}`;
  }

  /** Tables that can be written. */
  baseTables(): TableModel[] {
    return this.tables.filter((table) => !table.isView);
  }

  drop(name: string): void {
    const at = this.tables.findIndex((table) => table.name === name);
    if (at >= 0) this.tables.splice(at, 1);
  }
}
