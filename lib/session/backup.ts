// Backup: the session's side of one running copy of a database into a file (binding/engine/backup.h).
import { reply } from '../../spec/border';
import type { Border } from './border';
import { codeError } from './errors';

/** What a step reports; in pages. */
export interface BackupProgress {
  totalPages: number;
  remainingPages: number;
}

const SQLITE_OK = 0;
const SQLITE_BUSY = 5;
const SQLITE_DONE = 101;

export class Backup {
  readonly #border: Border;
  readonly #connection: { readonly isOpen: boolean };
  readonly #number: number;

  /** `number`: what openBackup gave, which means nothing any more when the connection is closed. */
  constructor(border: Border, connection: { readonly isOpen: boolean }, number: number) {
    this.#border = border;
    this.#connection = connection;
    this.#number = number;
  }

  /**
   * Copies up to `pages` pages. A source or destination that is locked at the moment is no error: nothing is copied.
   * @throws TypeError when the connection was closed; SqliteError.
   */
  step(pages: number): BackupProgress {
    if (!this.#connection.isOpen) throw new TypeError('The database connection is not open');
    const { native, words } = this.#border;
    const [totalPages = 0, remainingPages = 0] = native.stepBackup(this.#number, pages) ?? [];
    const code = words[reply.errorCode]! & 0xff;
    if (code !== SQLITE_OK && code !== SQLITE_BUSY && code !== SQLITE_DONE) throw codeError(code);
    return { totalPages, remainingPages };
  }

  /** Removes what is unfinished. */
  close(): void {
    if (this.#connection.isOpen) this.#border.native.closeBackup(this.#number);
  }
}
