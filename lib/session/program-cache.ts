// The programs of one connection by their exact text; the least recently used go first.
import type { Program } from './program';

const MAX_PROGRAMS = 500;
/** Longer texts are mostly run once. In UTF-16 units. */
const MAX_TEXT_LENGTH = 4000;

export class ProgramCache {
  readonly #programs = new Map<string, Program>();
  #last: Program | undefined;
  #lastSql = '';

  get(sql: string): Program | undefined {
    if (sql === this.#lastSql) return this.#last;
    const program = this.#programs.get(sql);
    if (program === undefined) return undefined;
    this.#programs.delete(sql);
    this.#programs.set(sql, program);
    this.#last = program;
    this.#lastSql = sql;
    return program;
  }

  set(sql: string, program: Program): void {
    if (sql.length > MAX_TEXT_LENGTH) {
      program.leaveCache();
      return;
    }
    this.#programs.set(sql, program);
    if (this.#programs.size > MAX_PROGRAMS) this.#evict();
  }

  /** As clear(), while statements may still hold the programs. */
  forget(): void {
    for (const program of this.#programs.values()) program.leaveCache();
    this.clear();
  }

  clear(): void {
    this.#programs.clear();
    this.#last = undefined;
    this.#lastSql = '';
  }

  /** Statements may still hold the program: its native part goes when it is collected. */
  #evict(): void {
    const oldest = this.#programs.keys().next();
    if (oldest.done === true) return;
    this.#programs.get(oldest.value)?.leaveCache();
    this.#programs.delete(oldest.value);
    if (oldest.value === this.#lastSql) {
      this.#last = undefined;
      this.#lastSql = '';
    }
  }
}
