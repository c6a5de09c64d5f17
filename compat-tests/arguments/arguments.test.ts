// Wrong and odd arguments to every member: a short run of the suite, and what it has found.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onBothPackages, oracleVersion, sqliteError, thrown, typeError } from '../packages';
import { compareEpisodes } from './compare';

jest.setTimeout(120_000);

// Version 13 says some things otherwise: what `busy` is, what constructors answer.
const testVersion12 = oracleVersion < 13 ? test : test.skip;

testVersion12('random calls with odd arguments are answered alike', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringlite-arguments-'));
  try {
    for (let seed = 1; seed <= 60; seed++)
      expect([seed, (await compareEpisodes(seed, 50, folder)).difference]).toEqual([seed, null]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

onBothPackages('Odd arguments', (fixture) => {
  test('every proxy counts as a plain object of named parameters', () => {
    const statement = fixture.open().prepare('select @x').pluck();
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    expect(statement.get(new Proxy({ x: 5 }, {}))).toBe(5);
    expect(statement.get(new Proxy(Object.assign([], { x: 6 }), {}))).toBe(6);
    expect(
      statement.get(
        new Proxy(
          Object.assign(() => 1, { x: 7 }),
          {},
        ),
      ),
    ).toBe(7);
    expect(thrown(() => statement.get(revoked.proxy)).name).toBe('TypeError');
  });

  test('buffers are what their memory is, not what their properties say', () => {
    const statement = fixture.open().prepare('select hex(?)').pluck();
    for (const name of ['length', 'byteLength', 'byteOffset', 'buffer']) {
      const buffer = Object.defineProperty(Buffer.from('abc'), name, { value: 1e9 });
      expect(statement.get(buffer)).toBe('616263');
    }
    const bytes = new Uint8Array(8);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    expect(statement.get(bytes)).toBe('');
  });

  test('names end at a NUL', () => {
    const db = fixture.open();
    db.function('f\0g', () => 3);
    expect(db.prepare('select f()').pluck().get()).toBe(3);
    expect(thrown(() => db.serialize({ attached: 'nothing\0' }))).toEqual({ name: 'Error', message: 'Out of memory' });
    expect(Buffer.isBuffer(db.serialize({ attached: 'main\0x' }))).toBe(true);
  });

  test('names of functions have 255 bytes at most', () => {
    const db = fixture.open();
    const tooLong = 'é'.repeat(128);
    const misuse = sqliteError('SQLITE_OK', 'not an error');
    expect(thrown(() => db.function(tooLong, () => 1))).toEqual(misuse);
    expect(thrown(() => db.aggregate(tooLong, { step: () => 1 }))).toEqual(misuse);
    expect(db.function('e'.repeat(255), () => 1)).toBe(db);
  });

  test('properties of a statement', () => {
    if (!fixture.isVersion12) return;
    const statement = fixture.open().prepare('select 1');
    expect(Object.keys(statement)).toEqual(['busy', 'reader', 'readonly', 'source', 'database']);
    const iterator = statement.iterate();
    expect(statement.busy).toBe(true);
    iterator.return?.();
    expect(Object.getOwnPropertyDescriptor(statement, 'busy')).toEqual({
      value: false,
      writable: true,
      enumerable: true,
      configurable: true,
    });
    const listed: string[] = [];
    for (const name in statement) listed.push(name);
    expect(listed).toContain('pluck');
    expect([
      ...fixture
        .open(Object.freeze(Buffer.alloc(0)) as Buffer)
        .prepare('select 1')
        .iterate(),
    ]).toHaveLength(1);
  });

  test('messages name the class', () => {
    const db = fixture.open();
    const assign = (): unknown => Object.assign(db, { open: false });
    expect(thrown(assign)).toEqual(typeError('Cannot set property open of #<Database> which has only a getter'));
    const negativeZero = (): unknown => new fixture.Database(':memory:', { timeout: -0 });
    expect(thrown(negativeZero)).toEqual(typeError('Expected sixth argument to be a 32-bit signed integer'));
  });

  test('a message that is no string is asked for one as Error does', () => {
    if (!fixture.isVersion12) return;
    const { SqliteError } = fixture.Database;
    const asked: string[] = [];
    const message = {
      toString: () => `${String(asked.push('toString'))}`,
      valueOf: () => `${String(asked.push('valueOf'))}`,
    };
    expect(new SqliteError(message as never, 'SQLITE_ERROR').message).toBe('2');
    expect(asked).toEqual(['toString', 'valueOf']);
  });
});
