// Finds the example statements on a page of SQLite's documentation: in preformatted text and quotations, behind shell prompts, and in
// lines such as `abs(-1) → 1`.

const entities: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  rarr: '→',
  larr: '←',
  lbrace: '{',
  rbrace: '}',
  lbrack: '[',
  rbrack: ']',
  minus: '-',
  ndash: '-',
  mdash: '-',
};

/** HTML as plain text. */
function plain(html: string): string {
  return html
    .replace(/<br\s*\/?>/gi, '\n')
    .replace(/<\/(?:p|li|tr|dd|dt|h\d|div|blockquote|pre)>/gi, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&#(x?)([0-9a-f]+);/gi, (_, hex: string, digits: string) =>
      String.fromCodePoint(parseInt(digits, hex === '' ? 10 : 16)),
    )
    .replace(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole);
}

/** The parts of a page that may hold SQL, in order. */
function blocks(html: string): string[] {
  const found: string[] = [];
  const pattern = /<pre[^>]*>([\s\S]*?)<\/pre>|<blockquote[^>]*>((?:(?!<pre)[\s\S])*?)<\/blockquote>/gi;
  for (const match of html.matchAll(pattern)) found.push(plain(match[1] ?? match[2] ?? ''));
  return found;
}

/** What a session of the shell shows: only what was typed, without prompts and dot-commands. */
function typedText(block: string): string {
  const lines = block.split('\n');
  const isSession = lines.some((line) => /^\s*sqlite>/.test(line));
  const typed = isSession ? lines.filter((line) => /^\s*(?:sqlite>|\.\.\.>)/.test(line)) : lines;
  return typed
    .map((line) => line.replace(/^\s*(?:sqlite>|\.\.\.>)\s?/, ''))
    .filter((line) => !/^\s*\.[a-z]+/.test(line))
    .join('\n');
}

const VERBS =
  /^(?:select|values|with|insert|replace|update|delete|create|drop|alter|begin|commit|end|rollback|savepoint|release|attach|detach|pragma|vacuum|reindex|analyze|explain)\b/i;

/** Splits a text at the semicolons that end statements; those inside strings, comments and trigger bodies don't. */
export function splitStatements(text: string): string[] {
  const statements: string[] = [];
  const token =
    /'(?:[^']|'')*'|"(?:[^"]|"")*"|\[[^\]]*\]|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\/|;|\bbegin\b|\bend\b|\bcase\b|[\s\S]/gi;
  let current = '';
  let depth = 0;
  for (const [part] of text.matchAll(token)) {
    const word = part.toLowerCase();
    const isTrigger = /^\s*create\s+(?:temp\s+|temporary\s+)?trigger\b/i.test(current);
    if (isTrigger && (word === 'begin' || word === 'case')) depth++;
    if (isTrigger && word === 'end') depth--;
    if (word !== ';' || (isTrigger && depth > 0)) {
      current += part;
      continue;
    }
    statements.push(current);
    current = '';
    depth = 0;
  }
  statements.push(current);
  return statements.map(withoutLeadingComments).filter((statement) => statement !== '');
}

function withoutLeadingComments(statement: string): string {
  let rest = statement.trim();
  for (;;) {
    const shorter = rest.replace(/^(?:--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)/, '').trim();
    if (shorter === rest) return rest;
    rest = shorter;
  }
}

/** `expression → value` in the running text: the expression. */
function arrowExamples(html: string): string[] {
  const found: string[] = [];
  for (const line of plain(html).split('\n')) {
    const match = /^\s*(\S.*\S)\s*→/.exec(line);
    if (match?.[1] !== undefined && /\)$|->|^'/.test(match[1].trim())) found.push(`SELECT ${match[1].trim()}`);
  }
  return found;
}

/** SQL of one line that is set in bold or as code in the running text. */
function inlineExamples(html: string): string[] {
  const outside = html.replace(/<pre[\s\S]*?<\/pre>/gi, '');
  const found: string[] = [];
  for (const match of outside.matchAll(/<(b|tt|code)>([^<]*)<\/\1>/gi)) {
    const text = plain(match[2] ?? '').trim();
    if (VERBS.test(text) && /\s/.test(text)) found.push(text);
  }
  return found;
}

/** All example statements of a page. */
export function exampleStatements(html: string): string[] {
  const inBlocks = blocks(html).flatMap((block) => splitStatements(typedText(block)));
  const statements = inBlocks.filter((statement) => VERBS.test(statement));
  return [...statements, ...inlineExamples(html).flatMap(splitStatements), ...arrowExamples(html)];
}
