/**
 * The virtual tables that the engine itself implements (binding/vdbe): their columns and plans.
 *
 * Invariant: plan numbers and the order of arguments are the contract with the C++ files of the same names.
 */
import { SqlError } from '../syntax/sql-error';
import {
  UNKNOWN_COST,
  UNKNOWN_ROWS,
  type ConnectedTable,
  type IndexChoice,
  type IndexRequest,
  type ModuleDeclaration,
} from './virtual-table';

const NATIVE = -1;

function eponymousModule(name: string, table: Omit<ConnectedTable, 'hostNumber'>): ModuleDeclaration {
  const connected = { ...table, hostNumber: NATIVE };
  return { name, isEponymous: true, isCreatable: false, hostNumber: NATIVE, connect: () => connected };
}

// ---------------------------------------------------------------------------------------------------------------------
// generate_series(start, stop, step)

/** Bits of the plan number; the arguments come in the order of the bits. */
const seriesPlan = {
  start: 0x0001,
  stop: 0x0002,
  step: 0x0004,
  descending: 0x0008,
  ascending: 0x0010,
  valueEqual: 0x0080,
  valueFrom: 0x0100,
  valueAbove: 0x0200,
  valueUpTo: 0x1000,
  valueBelow: 0x2000,
} as const;

const seriesColumns = { value: 0, start: 1, stop: 2, step: 3 } as const;
const SERIES_BOUNDED_ROWS = 1000;
const SERIES_UNBOUNDED_ROWS = 2147483647;

/** The constraints that a scan of generate_series takes, by what they bound. */
interface SeriesPlan {
  number: number;
  start: number;
  stop: number;
  step: number;
  /** On the value: =, >= or >; and <= or <. */
  from: number;
  upTo: number;
}

function takeValueConstraint(plan: SeriesPlan, operator: string, position: number): void {
  if (operator === '=' || operator === 'is') {
    plan.number = (plan.number | seriesPlan.valueEqual) & ~0x3300;
    plan.from = position;
    plan.upTo = -1;
    return;
  }
  if ((plan.number & seriesPlan.valueEqual) !== 0) return;
  if (operator === '>=' || operator === '>') {
    plan.number = (plan.number & ~0x0300) | (operator === '>' ? seriesPlan.valueAbove : seriesPlan.valueFrom);
    plan.from = position;
  } else if (operator === '<=' || operator === '<') {
    plan.number = (plan.number & ~0x3000) | (operator === '<' ? seriesPlan.valueBelow : seriesPlan.valueUpTo);
    plan.upTo = position;
  }
}

function bestSeriesIndex({ constraints, orderBy }: IndexRequest): IndexChoice | null {
  const plan: SeriesPlan = { number: 0, start: -1, stop: -1, step: -1, from: -1, upTo: -1 };
  let hasStart = false;
  let unusable = 0;
  constraints.forEach(({ column, operator, usable }, position) => {
    if (column <= seriesColumns.value) {
      if (usable) takeValueConstraint(plan, operator, position);
      return;
    }
    const bit = 1 << (column - seriesColumns.start);
    if (column === seriesColumns.start && operator === '=') hasStart = true;
    if (!usable) unusable |= bit;
    else if (operator === '=') {
      plan.number |= bit;
      if (column === seriesColumns.start) plan.start = position;
      else if (column === seriesColumns.stop) plan.stop = position;
      else plan.step = position;
    }
  });
  if (!hasStart && plan.from < 0) {
    throw new SqlError('first argument to "generate_series()" missing or unusable');
  }
  if ((unusable & ~plan.number) !== 0) return null;
  const isBounded = (plan.number & 3) === 3;
  const ordered = isBounded && orderBy[0]?.column === seriesColumns.value;
  const direction = orderBy[0]?.descending === true ? seriesPlan.descending : seriesPlan.ascending;
  return {
    number: plan.number | (ordered ? direction : 0),
    isHexadecimal: true,
    arguments: [plan.start, plan.stop, plan.step, plan.from, plan.upTo].filter((position) => position >= 0),
    ordered,
    cost: isBounded ? (plan.step < 0 ? 2 : 1) : UNKNOWN_COST,
    rows: isBounded ? SERIES_BOUNDED_ROWS : SERIES_UNBOUNDED_ROWS,
  };
}

// ---------------------------------------------------------------------------------------------------------------------
// json_each, json_tree, jsonb_each, jsonb_tree (json, root)

const JSON_COLUMN = 8;
const ROOT_COLUMN = 9;
const jsonPlan = { none: 0, json: 1, jsonAndRoot: 3 } as const;

function bestJsonIndex({ constraints, orderBy }: IndexRequest): IndexChoice | null {
  const found = [-1, -1];
  let unusable = 0;
  constraints.forEach(({ column, operator, usable }, position) => {
    if (column < JSON_COLUMN) return;
    if (!usable) unusable |= 1 << (column - JSON_COLUMN);
    else if (operator === '=') found[column - JSON_COLUMN] = position;
  });
  const [json = -1, root = -1] = found;
  const missing = (json < 0 ? 1 : 0) | (root < 0 ? 1 << (ROOT_COLUMN - JSON_COLUMN) : 0);
  if ((unusable & missing) !== 0) return null;
  const first = orderBy[0];
  const ordered = first !== undefined && first.column < 0 && !first.descending;
  const common = { ordered, rows: UNKNOWN_ROWS };
  if (json < 0) return { ...common, number: jsonPlan.none, arguments: [], cost: UNKNOWN_COST };
  if (root < 0) return { ...common, number: jsonPlan.json, arguments: [json], cost: 1 };
  return { ...common, number: jsonPlan.jsonAndRoot, arguments: [json, root], cost: 1 };
}

const jsonTable = {
  declaration: 'CREATE TABLE x(key,value,type,atom,id,parent,fullkey,path,json HIDDEN,root HIDDEN)',
  risk: 'innocuous',
  bestIndex: bestJsonIndex,
} as const;

// ---------------------------------------------------------------------------------------------------------------------
// dbstat (schema, aggregate)

/** Bits of the plan number; the arguments come in the order of the first three. */
const statPlan = { schema: 1, name: 2, aggregate: 4, byName: 8 } as const;
const statColumns = { name: 0, path: 1, schema: 10, aggregate: 11 } as const;

function bestStatIndex({ constraints, orderBy }: IndexRequest): IndexChoice | null {
  let [schema, name, aggregate] = [-1, -1, -1];
  for (const [position, { column, operator, usable }] of constraints.entries()) {
    if (operator !== '=') continue;
    if (!usable) return null;
    if (column === statColumns.schema) schema = position;
    else if (column === statColumns.name) name = position;
    else if (column === statColumns.aggregate) aggregate = position;
  }
  const [first, second] = orderBy;
  const ordered =
    (orderBy.length === 1 || (orderBy.length === 2 && second!.column === statColumns.path && !second!.descending)) &&
    first!.column === statColumns.name &&
    !first!.descending;
  const number =
    (schema < 0 ? 0 : statPlan.schema) |
    (name < 0 ? 0 : statPlan.name) |
    (aggregate < 0 ? 0 : statPlan.aggregate) |
    (ordered ? statPlan.byName : 0);
  return {
    number,
    isHexadecimal: true,
    arguments: [schema, name, aggregate].filter((position) => position >= 0),
    retested: [name, aggregate],
    ordered,
    cost: 1,
    rows: UNKNOWN_ROWS,
  };
}

const statTable: ConnectedTable = {
  declaration:
    'CREATE TABLE x(name TEXT,path TEXT,pageno INTEGER,pagetype TEXT,ncell INTEGER,payload INTEGER,unused INTEGER,' +
    'mx_payload INTEGER,pgoffset INTEGER,pgsize INTEGER,schema TEXT HIDDEN,aggregate BOOLEAN HIDDEN)',
  risk: 'directOnly',
  hostNumber: NATIVE,
  bestIndex: bestStatIndex,
};

/** Every module of the engine. */
export const nativeModules: readonly ModuleDeclaration[] = [
  eponymousModule('generate_series', {
    declaration: 'CREATE TABLE x(value,start hidden,stop hidden,step hidden)',
    risk: 'innocuous',
    bestIndex: bestSeriesIndex,
  }),
  ...['json_each', 'json_tree', 'jsonb_each', 'jsonb_tree'].map((name) => eponymousModule(name, jsonTable)),
  { name: 'dbstat', isEponymous: true, isCreatable: true, hostNumber: NATIVE, connect: () => statTable },
];
