// Expected names are those that SQLite 3.53 shows in PRAGMA foreign_key_list of the same text.
import { findReferences, withoutReferences } from './references';

const found = (sql: string): string[] =>
  findReferences(sql).map(({ table, columns }) => [table.name, ...columns.map(({ name }) => name)].join(' '));

describe('findReferences', () => {
  it('finds tables and columns in every quoting', () => {
    const sql =
      'CREATE TABLE t(a REFERENCES p, b references"q"(x),c REFERENCES [r](y, "z z"), d REFERENCES `s`, e REFERENCES \'u\')';
    expect(found(sql)).toEqual(['p', 'q x', 'r y z z', 's', 'u']);
  });

  it('looks behind comments and not into them, nor into strings and names', () => {
    const sql = `CREATE TABLE t(a /* REFERENCES no */ REFERENCES -- REFERENCES no
      /* */ yes (b /* c */, d), "references no" DEFAULT 'references no', [references no], references_no, no$references, é_references)`;
    expect(found(sql)).toEqual(['yes b d']);
  });

  it('needs a name', () => {
    expect(found('CREATE TABLE t(a REFERENCES')).toEqual([]);
  });

  it('a text without the names is the same whatever they are', () => {
    const text = (name: string): string => `CREATE TABLE t(a REFERENCES ${name} (x) ON DELETE CASCADE)`;
    expect(withoutReferences(text('p'))).toBe(withoutReferences(text('"q q"')));
    expect(withoutReferences(text('p'))).not.toBe(withoutReferences(`${text('p')} STRICT`));
  });
});
