/**
 * Names and types as SQLite compares and reads them: ASCII case folding and the affinity of a declared type.
 *
 * Owns: the rules. Must not know: schemas.
 */
import { Affinity } from '../../spec/affinity';

/** The key under which a name is found: upper-case ASCII letters folded to lower case, others untouched. */
export function foldName(name: string): string {
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code >= 65 && code <= 90) return foldFrom(name, i);
    if (code > 127) return foldFrom(name, i);
  }
  return name;
}

function foldFrom(name: string, from: number): string {
  let folded = name.slice(0, from);
  for (let i = from; i < name.length; i++) {
    const code = name.charCodeAt(i);
    folded += code >= 65 && code <= 90 ? String.fromCharCode(code + 32) : name[i];
  }
  return folded;
}

/** True when two names are the same to SQLite. */
export function sameName(a: string, b: string): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    let x = a.charCodeAt(i);
    let y = b.charCodeAt(i);
    if (x === y) continue;
    if (x >= 65 && x <= 90) x += 32;
    if (y >= 65 && y <= 90) y += 32;
    if (x !== y) return false;
  }
  return true;
}

/**
 * The affinity of a declared type (datatype3.html, section 3.1): INT anywhere wins, then CHAR, CLOB, TEXT, then BLOB, then
 * REAL, FLOA, DOUB; a missing type is BLOB; anything else NUMERIC.
 */
export function affinityOfType(type: string): Affinity {
  if (type === '') return Affinity.blob;
  const folded = foldName(type);
  if (folded.includes('int')) return Affinity.integer;
  if (folded.includes('char') || folded.includes('clob') || folded.includes('text')) return Affinity.text;
  if (folded.includes('blob')) return Affinity.blob;
  if (folded.includes('real') || folded.includes('floa') || folded.includes('doub')) return Affinity.real;
  return Affinity.numeric;
}
