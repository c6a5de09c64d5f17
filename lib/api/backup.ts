// Database#backup: copies a database into a file, a few pages in each turn of the event loop.
import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Backup, BackupProgress } from '../session/backup';
import type { Database } from './database';
import { attachedOption, option, optionsArgument, untilNul } from './options';
import { connectionOf, requireIdle, requireOpen } from './state';

/** Pages of a step unless the progress callback asks for another number. */
const DEFAULT_PAGES = 100;
const MAX_PAGES = 0x7fffffff;

type ProgressCallback = (progress: BackupProgress) => unknown;

/**
 * @returns the figures of the last step, when `filename` holds the whole database.
 * @throws (rejects with) TypeError for wrong arguments, SqliteError when reading or writing fails, and what the callback
 *   throws. An unfinished backup leaves an existing file as it was and no new one.
 */
export async function backup(this: Database, filename: unknown, options?: unknown): Promise<BackupProgress> {
  const given = options ?? {};
  if (typeof filename !== 'string') throw new TypeError('Expected first argument to be a string');
  const { file, attached, progress } = backupOptions(filename.trim(), optionsArgument(given, 'second'));
  if (!(await isAccessible(dirname(file))))
    throw new TypeError('Cannot save backup because the directory does not exist');
  const isNewFile = !(await isAccessible(file));
  const connection = connectionOf(this, 'backup');
  requireOpen(connection);
  requireIdle(connection);
  return copy(connection.backup(attached, untilNul(file), isNewFile), progress);
}

function backupOptions(
  file: string,
  options: object,
): { file: string; attached: string; progress: ProgressCallback | null } {
  const progress = option(options, 'progress', null) ?? null;
  if (file === '') throw new TypeError('Backup filename cannot be an empty string');
  if (file === ':memory:') throw new TypeError('Invalid backup filename ":memory:"');
  const attached = attachedOption(options);
  if (progress !== null && typeof progress !== 'function')
    throw new TypeError('Expected the "progress" option to be a function');
  return { file, attached, progress: progress as ProgressCallback | null };
}

const isAccessible = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** The first step only locks and counts. */
function copy(backup: Backup, progress: ProgressCallback | null): Promise<BackupProgress> {
  return new Promise((resolve, reject) => {
    let pages = 0;
    let isFirst = true;
    const step = (): void => {
      try {
        const figures = backup.step(pages);
        if (figures.remainingPages === 0) {
          backup.close();
          resolve(figures);
          return;
        }
        if (isFirst) pages = DEFAULT_PAGES;
        isFirst = false;
        if (progress !== null) pages = nextPages(progress(figures), pages);
        setImmediate(step);
      } catch (error) {
        backup.close();
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the callback may throw anything
        reject(error);
      }
    };
    setImmediate(step);
  });
}

function nextPages(answer: unknown, pages: number): number {
  if (answer === undefined) return pages;
  if (typeof answer !== 'number' || Number.isNaN(answer))
    throw new TypeError('Expected progress callback to return a number or undefined');
  return Math.max(0, Math.min(MAX_PAGES, Math.round(answer)));
}
