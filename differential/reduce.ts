// Shortens a failing list of statements: drops statements in ever smaller chunks while the difference stays.

/** The shortest list that this finds for which `stillFails` holds. The last statement, where the difference shows, is kept. */
export function reduceStatements<T>(statements: readonly T[], stillFails: (statements: readonly T[]) => boolean): T[] {
  let rest = [...statements];
  for (let chunk = Math.max(1, rest.length >> 1); chunk >= 1;) {
    let isShorter = false;
    for (let at = 0; at < rest.length - 1;) {
      const candidate = [...rest.slice(0, at), ...rest.slice(Math.min(at + chunk, rest.length - 1))];
      if (candidate.length < rest.length && stillFails(candidate)) {
        rest = candidate;
        isShorter = true;
      } else {
        at += chunk;
      }
    }
    if (chunk === 1 && !isShorter) break;
    if (chunk > 1) chunk >>= 1;
  }
  return rest;
}
