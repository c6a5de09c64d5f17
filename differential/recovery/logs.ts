// Databases with a WAL that nobody closed, and the ways in which a crash may have left it: cut at any byte, bits flipped, frames of a former life behind
// the present ones, checksums in either byte order.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database, OpenDatabase } from '../engines';
import type { Random } from '../generator/random';

/** The bytes of a database and its log. */
export interface Files {
  readonly database: Buffer;
  readonly log: Buffer;
}

export const FILE_HEADER = 32;
export const FRAME_HEADER = 24;

export const pageSizeOf = (log: Buffer): number => log.readUInt32BE(8);
const frameSizeOf = (log: Buffer): number => pageSizeOf(log) + FRAME_HEADER;
export const frameCountOf = (log: Buffer): number => Math.floor((log.length - FILE_HEADER) / frameSizeOf(log));
export const frameAt = (log: Buffer, frame: number): number => FILE_HEADER + frame * frameSizeOf(log);

/** Two sums over 32-bit words, each word added to one together with the other (walformat.html). */
function checksum(sum: [number, number], bytes: Buffer, bigEndian: boolean): [number, number] {
  let [first, second] = sum;
  for (let at = 0; at < bytes.length; at += 8) {
    const [a, b] = bigEndian
      ? [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)]
      : [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
    first = (first + a + second) >>> 0;
    second = (second + b + first) >>> 0;
  }
  return [first, second];
}

/** The log with its checksums made anew over words of the other byte order; frames of a former life stay as they are. */
export function withOtherByteOrder(log: Buffer): Buffer {
  const result = Buffer.from(log);
  const magic = log.readUInt32BE(0) ^ 1;
  result.writeUInt32BE(magic >>> 0, 0);
  let sum = checksum([0, 0], result.subarray(0, 24), (magic & 1) === 1);
  result.writeUInt32BE(sum[0], 24);
  result.writeUInt32BE(sum[1], 28);
  for (let frame = 0; frame < frameCountOf(log); frame++) {
    const at = frameAt(log, frame);
    if (!result.subarray(at + 8, at + 16).equals(result.subarray(16, 24))) break;
    sum = checksum(sum, result.subarray(at, at + 8), (magic & 1) === 1);
    sum = checksum(sum, result.subarray(at + FRAME_HEADER, frameAt(log, frame + 1)), (magic & 1) === 1);
    result.writeUInt32BE(sum[0], at + 16);
    result.writeUInt32BE(sum[1], at + 20);
  }
  return result;
}

export interface LogOptions {
  readonly pageSize: number;
  /** Lives of the log: before each but the first it is started over. */
  readonly lives: number;
  readonly transactions: number;
}

function writeTransactions(database: Database, random: Random, count: number): void {
  for (let i = 0; i < count; i++) {
    database.exec('BEGIN');
    for (let rows = random.between(1, 4); rows > 0; rows--)
      database
        .prepare('INSERT INTO t (a, b) VALUES (?, zeroblob(?))')
        .run(random.between(0, 1e6), random.between(0, 900));
    if (random.between(0, 3) === 0) database.prepare('DELETE FROM t WHERE id % 7 = ?').run(random.between(0, 6));
    if (random.between(0, 4) === 0) database.exec(`CREATE TABLE u${random.between(0, 1e9)} (x)`);
    database.exec(random.between(0, 5) === 0 ? 'ROLLBACK' : 'COMMIT');
  }
}

/** What is on disk while the writer has it open. */
export function abandonedFiles(open: OpenDatabase, folder: string, random: Random, options: LogOptions): Files {
  mkdirSync(folder);
  const file = join(folder, 'a.db');
  const database = open(file);
  database.pragma(`page_size = ${options.pageSize}`);
  database.pragma(`auto_vacuum = ${random.pick(['none', 'full'])}`);
  database.pragma('journal_mode = WAL');
  database.pragma('wal_autocheckpoint = 0');
  // Pages are spilled to the log before their transaction commits.
  database.pragma('cache_size = 10');
  database.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, a, b); CREATE INDEX t_a ON t (a)');
  for (let life = 0; life < options.lives; life++) {
    if (life > 0) database.pragma('wal_checkpoint(RESTART)');
    writeTransactions(database, random, Math.max(2, Math.floor(options.transactions / (life + 1))));
  }
  const files = { database: readFileSync(file), log: readFileSync(`${file}-wal`) };
  database.close();
  rmSync(folder, { recursive: true });
  return files;
}

/** A log as a crash may leave it, and what was done to it. */
export interface Damage {
  readonly name: string;
  readonly log: Buffer;
}

const cut = (log: Buffer, bytes: number): Damage => ({ name: `cut at ${bytes}`, log: log.subarray(0, bytes) });

function flip(log: Buffer, at: number, bit: number): Damage {
  const copy = Buffer.from(log);
  copy.writeUInt8(copy.readUInt8(at) ^ (1 << bit), at);
  return { name: `bit ${bit} of byte ${at} flipped`, log: copy };
}

/** The log whole, cut within its header, at each frame's border and within each frame, and with one bit wrong in each part of each frame. */
export function* damages(log: Buffer, random: Random): Generator<Damage> {
  yield { name: 'whole', log };
  for (const bytes of [0, 1, 16, 24, 31, 32]) yield cut(log, bytes);
  for (let byte = 0; byte < FILE_HEADER; byte += 4) yield flip(log, byte + random.between(0, 3), random.between(0, 7));
  const half = FRAME_HEADER + pageSizeOf(log) / 2;
  for (let frame = 0; frame < frameCountOf(log); frame++) {
    const at = frameAt(log, frame);
    for (const bytes of [0, 1, 12, FRAME_HEADER, half, frameSizeOf(log) - 1]) yield cut(log, at + bytes);
    for (const [from, to] of [
      [0, 3],
      [4, 7],
      [8, 15],
      [16, 23],
      [FRAME_HEADER, frameSizeOf(log) - 1],
    ] as const)
      // prettier-ignore
      yield flip(log, at + random.between(from, to), random.between(0, 7));
  }
}

/** Puts the files where an engine may open them; there is no -shm. */
export function placeFiles(folder: string, database: Buffer, log: Buffer): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const file = join(folder, 'a.db');
  writeFileSync(file, database);
  writeFileSync(`${file}-wal`, log);
  return file;
}

/** A copy of a database in use, without its -shm. */
export function copyFiles(file: string, folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const copy = join(folder, 'a.db');
  for (const suffix of ['', '-wal']) copyFileSync(file + suffix, copy + suffix);
  return copy;
}
