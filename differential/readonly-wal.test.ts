// WAL databases that may be read but not, or not wholly, written: each combination of permissions of file, folder, log and index, of what state they
// are in and of who else is there is visited by Ringlite and by real SQLite, in processes without special rights. The answers must be the same.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openOracle, type Database } from './engines';

const engines = ['stock', 'ringlite'] as const;
type Engine = (typeof engines)[number];

const NOBODY = 65534;
/** Root may do anything, whatever permissions say. */
const withoutRights = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
const visitor = [...process.execArgv, '--require', 'tsx/cjs', join(__dirname, 'readonly-wal-visitor.ts')];

const permissions = { write: 0o666, read: 0o444, none: 0 };
type Permission = keyof typeof permissions;
const allPermissions = Object.keys(permissions) as Permission[];

interface Part {
  readonly state: string;
  readonly permission: Permission;
}
interface Case {
  readonly name: string;
  readonly file: Permission;
  readonly folder: Permission;
  readonly log: Part;
  readonly index: Part;
  readonly hasPeer: boolean;
}

function parts(states: readonly string[]): Part[] {
  return states.flatMap((state): Part[] =>
    state === 'absent' ? [{ state, permission: 'write' }] : allPermissions.map((permission) => ({ state, permission })),
  );
}

function casesOf(logs: readonly Part[], indexes: readonly Part[], hasPeer: boolean): Case[] {
  const cases: Case[] = [];
  for (const file of ['write', 'read'] as const)
    for (const folder of ['write', 'read'] as const)
      for (const log of logs)
        for (const index of indexes)
          cases.push({
            name: `${cases.length}${hasPeer ? 'p' : ''}: file ${file}, folder ${folder}, log ${log.state} ${log.permission}, index ${index.state} ${index.permission}`,
            file,
            folder,
            log,
            index,
            hasPeer,
          });
  return cases;
}

/** A WAL database that its process has abandoned; some frames are in the file already. */
function makeAbandoned(folder: string): string {
  const file = join(folder, 'abandoned.db');
  const database = openOracle(join(folder, 'live.db'));
  database.pragma('journal_mode = wal');
  database.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1); PRAGMA wal_checkpoint; INSERT INTO t VALUES (2), (3)');
  for (const suffix of ['', '-wal', '-shm']) copyFileSync(join(folder, `live.db${suffix}`), file + suffix);
  database.close();
  return file;
}

const sizes: Record<string, number> = { empty: 0, garbage: 32768 };

function makePart(path: string, { state, permission }: Part, abandoned: string): void {
  if (state === 'absent') return;
  if (state === 'abandoned') copyFileSync(abandoned, path);
  else if (state !== 'live') writeFileSync(path, Buffer.alloc(sizes[state] ?? 0, 'garbage'));
  chmodSync(path, permissions[permission]);
}

/** The case's folder; with a peer its connection, which must stay open. */
function prepare(folder: string, one: Case, abandoned: string): Database | null {
  mkdirSync(folder);
  const file = join(folder, 'a.db');
  let peer: Database | null = null;
  if (one.hasPeer) {
    peer = openOracle(file);
    peer.pragma('journal_mode = wal');
    peer.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1); PRAGMA wal_checkpoint; INSERT INTO t VALUES (2), (3)');
  } else {
    copyFileSync(abandoned, file);
  }
  makePart(`${file}-wal`, one.log, `${abandoned}-wal`);
  makePart(`${file}-shm`, one.index, `${abandoned}-shm`);
  chmodSync(file, permissions[one.file]);
  chmodSync(folder, one.folder === 'write' ? 0o777 : 0o555);
  return peer;
}

function visitAll(engine: Engine, folders: readonly string[]): unknown[] {
  const { stdout, stderr } = spawnSync(process.execPath, [...visitor, engine, 'visit'], {
    input: JSON.stringify(folders),
    encoding: 'utf8',
    env: { ...process.env, HOME: '/tmp' },
    maxBuffer: 2 ** 26,
    ...withoutRights,
  });
  if (!stdout) throw new Error(stderr);
  return JSON.parse(stdout) as unknown[];
}

function compare(root: string, cases: readonly Case[]): void {
  const abandoned = makeAbandoned(root);
  const answers = engines.map((engine) => {
    mkdirSync(join(root, engine));
    chmodSync(join(root, engine), 0o777);
    const folders = cases.map((_, i) => join(root, engine, String(i)));
    const peers = cases.map((one, i) => prepare(folders[i] as string, one, abandoned));
    const result = visitAll(engine, folders);
    for (const peer of peers) peer?.close();
    return result.map((one) => JSON.stringify(one));
  });
  const differences = cases
    .map((one, i) => ({ name: one.name, stock: answers[0]?.[i], ringlite: answers[1]?.[i] }))
    .filter(({ stock, ringlite }) => stock !== ringlite);
  expect(differences).toEqual([]);
}

/** A process that answers a line at a time. */
class Reader {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  constructor(engine: Engine, file: string) {
    this.#process = spawn(process.execPath, [...visitor, engine, 'converse', file], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, HOME: '/tmp' },
      ...withoutRights,
    });
    this.#lines = createInterface({ input: this.#process.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  }
  async ask(sql: string): Promise<unknown> {
    this.#process.stdin?.write(`${sql}\n`);
    return JSON.parse((await this.#lines.next()).value as string);
  }
  end(): void {
    this.#process.stdin?.end();
  }
}

const COUNT = 'SELECT count(*), max(a) FROM t';

/** A reader without rights goes on while writers come and go. */
async function converse(engine: Engine, root: string): Promise<unknown[]> {
  const folder = join(root, engine);
  mkdirSync(folder);
  const file = join(folder, 'a.db');
  const abandoned = makeAbandoned(folder);
  for (const suffix of ['', '-wal', '-shm']) {
    copyFileSync(abandoned + suffix, file + suffix);
    chmodSync(file + suffix, 0o444);
  }
  chmodSync(folder, 0o555);
  const reader = new Reader(engine, file);
  const answers: unknown[] = [await reader.ask(COUNT), await reader.ask(COUNT)];
  const note = async (): Promise<void> => void answers.push(await reader.ask(COUNT));
  for (let round = 0; round < 3; round++) {
    const writer = openOracle(file);
    writer.exec('INSERT INTO t VALUES (10)');
    await note();
    answers.push(await reader.ask('BEGIN'), await reader.ask(COUNT));
    writer.exec('INSERT INTO t VALUES (11)');
    await note();
    answers.push(await reader.ask('COMMIT'));
    await note();
    answers.push(writer.pragma(`wal_checkpoint(${['passive', 'truncate', 'restart'][round]})`));
    await note();
    writer.exec('INSERT INTO t VALUES (12); INSERT INTO t VALUES (13)');
    await note();
    writer.close();
    await note();
  }
  answers.push(existsSync(`${file}-wal`));
  reader.end();
  return answers;
}

describe('read-only WAL databases', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'ringlite-readonly-'));
    chmodSync(root, 0o755);
  });
  afterEach(() => {
    spawnSync('chmod', ['-R', 'u+rwX', root]);
    rmSync(root, { recursive: true });
  });

  test('abandoned ones', () => {
    compare(
      root,
      casesOf(parts(['absent', 'empty', 'abandoned']), parts(['absent', 'empty', 'abandoned', 'garbage']), false),
    );
  }, 600_000);

  test('ones that others have open', () => {
    compare(root, casesOf(parts(['live']), parts(['live']), true));
  }, 600_000);

  test('a reader while writers come and go', async () => {
    expect(await converse('ringlite', root)).toEqual(await converse('stock', root));
  }, 600_000);
});
