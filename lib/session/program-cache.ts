// Programs of one connection by their text, in two generations: when the young one is full it becomes the old one, and what was not used
// since goes.

/** What a cache holds: told when it is held no longer. */
interface Cached {
  leaveCache(): void;
}

/** Of one generation. */
const MAX_PROGRAMS = 400;
/** Longer texts are mostly run once. In UTF-16 units. */
const MAX_TEXT_LENGTH = 4000;

export class ProgramCache<T extends Cached> {
  #young = new Map<string, T>();
  #old = new Map<string, T>();
  #last: T | undefined;
  #lastSql = '';

  get(sql: string): T | undefined {
    if (sql === this.#lastSql) return this.#last;
    let program = this.#young.get(sql);
    if (program === undefined) {
      program = this.#old.get(sql);
      if (program === undefined) return undefined;
      this.#old.delete(sql);
      this.#add(sql, program);
    }
    this.#last = program;
    this.#lastSql = sql;
    return program;
  }

  set(sql: string, program: T): void {
    if (sql.length > MAX_TEXT_LENGTH) program.leaveCache();
    else this.#add(sql, program);
  }

  /** As clear(), while statements may still hold the programs. */
  forget(): void {
    for (const program of this.#old.values()) program.leaveCache();
    for (const program of this.#young.values()) program.leaveCache();
    this.clear();
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
    this.#last = undefined;
    this.#lastSql = '';
  }

  /** Statements may still hold a program: its native part goes when it is collected. */
  #add(sql: string, program: T): void {
    if (this.#young.size === MAX_PROGRAMS) {
      for (const unused of this.#old.values()) unused.leaveCache();
      this.#old = this.#young;
      this.#young = new Map();
      this.#last = undefined;
      this.#lastSql = '';
    }
    this.#young.set(sql, program);
  }
}
