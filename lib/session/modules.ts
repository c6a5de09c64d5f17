// The virtual-table modules that every connection has.
import { nativeModules } from '../catalog/native-modules';
import type { ModuleDeclaration } from '../catalog/virtual-table';
import { pragmaModules } from './pragma-modules';

let modules: ReadonlyMap<string, ModuleDeclaration> | null = null;

/** By folded name; one map for all connections. */
export function builtInModules(): ReadonlyMap<string, ModuleDeclaration> {
  modules ??= new Map([...nativeModules, ...pragmaModules].map((module) => [module.name, module]));
  return modules;
}
