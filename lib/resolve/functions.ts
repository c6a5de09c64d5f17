/**
 * Finding the function that a call means: the application's first, then the built-in ones.
 *
 * Owns: FunctionDefinition objects (one per function, so that identity can be compared). Must not know scopes.
 */
import {
  caseSensitiveLike,
  findFunction,
  functionDeclarations,
  functionOverloads,
  type FunctionDeclaration,
} from '../../spec/functions';
import { foldName } from '../catalog/names';
import type { FunctionDefinition } from './ir';
import type { HostFunction } from './options';

export type FunctionLookup = FunctionDefinition | 'unknown' | 'wrong-argument-count';

const builtIns = new Map<FunctionDeclaration, FunctionDefinition>(
  functionDeclarations.map((declaration, id) => [
    declaration,
    { ...declaration, id, isHost: false, mayBeWindow: declaration.kind !== 'scalar' },
  ]),
);

/** Host functions by folded name, once per list: the session makes a new list when one is registered. */
const hostTables = new WeakMap<readonly HostFunction[], Map<string, FunctionDefinition[]>>();

/** The function of that name for that many arguments. */
export function lookupFunction(
  name: string,
  argumentCount: number,
  hostFunctions: readonly HostFunction[],
): FunctionLookup {
  const folded = foldName(name);
  const hosts = hostFunctions.length > 0 ? hostTable(hostFunctions).get(folded) : undefined;
  const host = hosts && bestHost(hosts, argumentCount);
  if (host) return host;
  const declaration = findFunction(folded, argumentCount);
  if (declaration) return builtIns.get(declaration)!;
  return hosts || functionOverloads(folded).length > 0 ? 'wrong-argument-count' : 'unknown';
}

/** What `like` means while PRAGMA case_sensitive_like is on. */
export const caseSensitiveLikeFunction: FunctionDefinition = builtIns.get(caseSensitiveLike)!;

/** A built-in function that SQL has no name for. */
export const builtInAggregate = (declaration: FunctionDeclaration): FunctionDefinition => builtIns.get(declaration)!;

/** A built-in function that the compiler itself calls. */
export function builtInFunction(name: string, argumentCount: number): FunctionDefinition {
  const declaration = findFunction(name, argumentCount);
  if (!declaration) throw new Error(`no built-in function ${name}/${argumentCount}`);
  return builtIns.get(declaration)!;
}

function bestHost(hosts: readonly FunctionDefinition[], argumentCount: number): FunctionDefinition | undefined {
  return (
    hosts.find(({ minimum, maximum }) => minimum === argumentCount && maximum === argumentCount) ??
    hosts.find(({ maximum }) => maximum === -1)
  );
}

function hostTable(hostFunctions: readonly HostFunction[]): Map<string, FunctionDefinition[]> {
  let table = hostTables.get(hostFunctions);
  if (table) return table;
  table = new Map();
  for (const host of hostFunctions) {
    const definition = hostDefinition(host);
    const others = (table.get(definition.name) ?? []).filter(({ maximum }) => maximum !== definition.maximum);
    table.set(definition.name, [definition, ...others]);
  }
  hostTables.set(hostFunctions, table);
  return table;
}

function hostDefinition(host: HostFunction): FunctionDefinition {
  const anyCount = host.argumentCount < 0;
  return {
    name: foldName(host.name),
    minimum: anyCount ? 0 : host.argumentCount,
    maximum: host.argumentCount,
    kind: host.kind === 'scalar' ? 'scalar' : 'aggregate',
    isDeterministic: host.isDeterministic,
    isDirectOnly: host.isDirectOnly,
    id: host.index,
    isHost: true,
    mayBeWindow: host.kind === 'window',
  };
}
