/**
 * Windows that build on others of the WINDOW clause: which one is meant, and what is taken over from it.
 *
 * As in SQLite, a name given twice means the later window, and the first window of a clause may name any base: nobody
 * looks at it.
 */
import type { NamedWindow, WindowDefinition } from './ast';

const sameName = (a: string, b: string): boolean => a === b || a.toLowerCase() === b.toLowerCase();

/** The window of that name, or undefined. */
export const findWindow = <T extends NamedWindow>(windows: readonly T[], name: string): T | undefined =>
  windows.findLast((window) => sameName(window.name.name, name));

/** What keeps `definition` from building on `base`: the message; null when nothing does. */
export function chainConflict(definition: WindowDefinition, base: WindowDefinition): string | null {
  const clause =
    definition.partitionBy.length > 0
      ? 'PARTITION clause'
      : base.orderBy.length > 0 && definition.orderBy.length > 0
        ? 'ORDER BY clause'
        : base.frame
          ? 'frame specification'
          : null;
  return clause && `cannot override ${clause} of window: ${definition.base!.name}`;
}

/** The definition with what it takes over from its base. */
export const chainedWindow = (definition: WindowDefinition, base: WindowDefinition): WindowDefinition => ({
  ...definition,
  base: null,
  partitionBy: base.partitionBy,
  orderBy: base.orderBy.length > 0 ? base.orderBy : definition.orderBy,
});

/** The windows of a clause, each with what it takes over. What cannot be taken over is passed to `report`. */
export function resolveWindows(
  windows: readonly NamedWindow[],
  report: (message: string, offset: number) => void,
): readonly NamedWindow[] {
  const resolved: NamedWindow[] = [];
  windows.forEach((window, i) => {
    const { definition } = window;
    const base = i > 0 && definition.base ? findWindow(resolved, definition.base.name) : undefined;
    const problem =
      i === 0 || !definition.base
        ? null
        : base
          ? chainConflict(definition, base.definition)
          : `no such window: ${definition.base.name}`;
    if (problem !== null) report(problem, definition.start);
    resolved.push(
      base && problem === null ? { ...window, definition: chainedWindow(definition, base.definition) } : window,
    );
  });
  return resolved;
}
