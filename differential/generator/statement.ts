// Random statements of every delivered kind. The kind is drawn here; ddl.ts, dml.ts, query.ts, pragma.ts and wrong.ts write the text.
import { DdlGenerator, type SchemaFeatures } from './ddl';
import { DmlGenerator } from './dml';
import { pragma } from './pragma';
import { QueryGenerator, type QueryFeatures } from './query';
import type { Random } from './random';
import { SchemaModel } from './schema-model';
import { wrong } from './wrong';

/** A statement and the values of its parameters ?1, ?2, ... */
export interface Step {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export type Features = QueryFeatures & SchemaFeatures;
export const ALL_FEATURES: Features = {
  windows: true,
  tableFunctions: true,
  pragmaFunctions: true,
  alterConstraints: true,
};

type StatementKind =
  | 'createTable' | 'createIndex' | 'createView' | 'createTrigger' | 'alterTable' | 'drop' | 'maintenance' | 'insert' | 'insertSelect' | 'upsert' | 'update' | 'delete' | 'query' | 'transaction' | 'pragma' | 'wrong'; // prettier-ignore

const WEIGHTS: readonly (readonly [number, StatementKind])[] = [
  [6, 'createTable'],
  [6, 'createIndex'],
  [3, 'createView'],
  [4, 'createTrigger'],
  [3, 'alterTable'],
  [3, 'drop'],
  [1, 'maintenance'],
  [28, 'insert'],
  [6, 'insertSelect'],
  [8, 'upsert'],
  [14, 'update'],
  [6, 'delete'],
  [90, 'query'],
  [6, 'transaction'],
  [5, 'pragma'],
  [5, 'wrong'],
];
const MOST_TABLES = 7;
const MOST_TRIGGERS = 4;

export class StatementGenerator {
  readonly schema = new SchemaModel();
  readonly #queries: QueryGenerator;
  readonly #dml: DmlGenerator;
  readonly #ddl: DdlGenerator;

  constructor(
    private readonly random: Random,
    features: Features = ALL_FEATURES,
  ) {
    this.#queries = new QueryGenerator(random, this.schema, features);
    this.#dml = new DmlGenerator(random, this.schema, this.#queries);
    this.#ddl = new DdlGenerator(random, this.schema, this.#queries, this.#dml, features);
  }

  /** The next statement. */
  next(): Step {
    if (this.schema.baseTables().length < 2) return { sql: this.#ddl.createTable(), parameters: [] };
    const { expressions } = this.#queries;
    this.#queries.reset();
    const kind = this.random.weighted(WEIGHTS);
    expressions.parameters = [];
    expressions.allowsParameters = ['insert', 'insertSelect', 'upsert', 'update', 'delete', 'query'].includes(kind);
    const sql = this.#write(kind);
    expressions.allowsParameters = false;
    return { sql, parameters: expressions.parameters };
  }

  #write(kind: StatementKind): string {
    const { random, schema } = this;
    switch (kind) {
      case 'createTable':
        return schema.tables.length > MOST_TABLES ? this.#ddl.drop() : this.#ddl.createTable();
      case 'createIndex':
        return this.#ddl.createIndex();
      case 'createView':
        return schema.tables.length > MOST_TABLES ? this.#ddl.drop() : this.#ddl.createView();
      case 'createTrigger':
        return schema.triggers.length > MOST_TRIGGERS ? this.#ddl.drop() : this.#ddl.createTrigger();
      case 'alterTable':
        return this.#ddl.alterTable();
      case 'drop':
        return this.#ddl.drop();
      case 'maintenance':
        return this.#ddl.maintenance();
      case 'insert':
        return this.#dml.insert();
      case 'insertSelect':
        return this.#dml.insertSelect();
      case 'upsert':
        return this.#dml.upsert();
      case 'update':
        return this.#dml.update();
      case 'delete':
        return this.#dml.delete();
      case 'query':
        return this.#queries.query();
      case 'transaction':
        return random.pick(['BEGIN', 'COMMIT', 'ROLLBACK', 'SAVEPOINT s1', 'RELEASE s1', 'ROLLBACK TO s1', 'BEGIN IMMEDIATE', 'END', 'SAVEPOINT s2', 'ROLLBACK TO s2', 'BEGIN EXCLUSIVE TRANSACTION', 'BEGIN DEFERRED', 'RELEASE SAVEPOINT s2', 'ROLLBACK TRANSACTION TO SAVEPOINT s1']); // prettier-ignore
      case 'pragma':
        return pragma(random, schema);
      case 'wrong':
        return wrong(random, schema);
    }
  }
}
