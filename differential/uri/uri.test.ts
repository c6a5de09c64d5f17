// URIs as file names: the answers must be those that real SQLite gave (record.ts).
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRinglite } from '../engines';
import { scenarios } from './scenarios';

const recorded = JSON.parse(readFileSync(join(__dirname, 'answers.json'), 'utf8')) as Record<string, unknown>;

describe('URIs', () => {
  const home = process.cwd();
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ringlite-uri-'));
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true });
  });

  test.each(Object.keys(scenarios))('%s', (name) => {
    const answers = scenarios[name]?.((file, options) => openRinglite(file, { ...options, uri: true } as object));
    expect(JSON.parse(JSON.stringify(answers))).toEqual(recorded[name]);
  });

  test('without the option they are names like others', () => {
    const database = openRinglite('file:a.db?mode=memory');
    database.exec('CREATE TABLE t (a)');
    database.close();
    expect(readFileSync('file:a.db?mode=memory').length).toBeGreaterThan(0);
  });
});
