/**
 * The whole grammar: one statement of a text per call.
 *
 * Owns: statements other than those of the parsers it builds on, and where a statement ends.
 * Must not know: what the statement means.
 */
import type {
  AttachStatement,
  BeginStatement,
  CreateTableStatement,
  CreateTriggerStatement,
  ExplainMode,
  Expr,
  ParsedStatement,
  PragmaStatement,
  PragmaValue,
  QualifiedName,
  RollbackStatement,
  Statement,
  VacuumStatement,
} from './ast';
import { SchemaParser } from './schema-parser';
import { SqlError } from './sql-error';
import { Token } from './token';
import { MAX_EXPRESSION_DEPTH } from './token-reader';

/** Statements that run by themselves; of queries in stored objects the nesting counts when they are used. */
const BOUND: ReadonlySet<Statement['kind'] | undefined> = new Set<Statement['kind']>([
  'select',
  'insert',
  'update',
  'delete',
]);

const tooDeep = (): SqlError => new SqlError(`Expression tree is too large (maximum depth ${MAX_EXPRESSION_DEPTH})`);

class Parser extends SchemaParser {
  constructor(
    sql: string,
    offset: number,
    private readonly isStored: boolean,
    private readonly isInTemp: boolean,
  ) {
    super(sql, offset);
  }

  protected override allowsOldColumnLists(): boolean {
    return this.isStored;
  }

  protected override allowsQualifiedTargets(): boolean {
    return this.isStored || this.isInTemp;
  }

  /** See SqlError#unfinished. */
  get openStatement(): CreateTableStatement | CreateTriggerStatement | null {
    return this.unfinished;
  }

  // ecmd ::= SEMI | [EXPLAIN [QUERY PLAN]] cmd SEMI
  parseStatement(): ParsedStatement {
    this.next();
    while (this.at(Token.Semicolon)) this.next();
    let explain: ExplainMode = 'none';
    if (this.at(Token.End)) return this.finish(null, explain);
    if (this.accept(Token.Explain)) {
      explain = 'explain';
      if (this.accept(Token.Query)) {
        this.expect(Token.Plan);
        explain = 'queryPlan';
      }
    }
    const statement = this.parseCommand();
    if (!this.at(Token.Semicolon) && !this.at(Token.End)) this.syntaxError();
    return this.finish(statement, explain);
  }

  /** An expression that is the whole text. */
  parseWholeExpr(): Expr {
    this.next();
    const expr = this.parseExpr();
    if (!this.at(Token.End)) this.syntaxError();
    this.throwReported();
    return expr;
  }

  private finish(statement: Statement | null, explain: ExplainMode): ParsedStatement {
    this.throwReported();
    if (this.nestedHeight > MAX_EXPRESSION_DEPTH && BOUND.has(statement?.kind)) throw tooDeep();
    return {
      sql: this.sql,
      statement,
      explain,
      queryCount: this.queryCount,
      parameterNames: this.parameterNames,
      terminator: this.start,
      tail: this.end,
    };
  }

  private parseCommand(): Statement {
    const start = this.start;
    switch (this.type) {
      case Token.Select:
      case Token.Values:
        return this.parseSelect();
      case Token.With:
        return this.parseWithCommand(start);
      case Token.Insert:
      case Token.Replace:
        return this.parseInsert(start, null);
      case Token.Update:
        return this.parseUpdate(start, null);
      case Token.Delete:
        return this.parseDelete(start, null);
      case Token.Create:
        return this.parseCreate();
      case Token.Drop:
        return this.parseDrop();
      case Token.Alter:
        return this.parseAlter();
      default:
        return this.parseConnectionCommand();
    }
  }

  private parseConnectionCommand(): Statement {
    const start = this.start;
    switch (this.type) {
      case Token.Begin:
        return this.parseBegin();
      case Token.Commit:
      case Token.End_:
        this.next();
        this.parseTransactionWord();
        return { kind: 'commit', start, end: this.previousEnd };
      case Token.Rollback:
        return this.parseRollback();
      case Token.Savepoint: {
        this.next();
        const name = this.parseName();
        return { kind: 'savepoint', start, end: name.end, name };
      }
      case Token.Release: {
        this.next();
        this.accept(Token.Savepoint);
        const name = this.parseName();
        return { kind: 'release', start, end: name.end, name };
      }
      case Token.Attach:
        return this.parseAttach();
      case Token.Detach: {
        this.next();
        this.accept(Token.Database);
        const schema = this.parseExpr();
        return { kind: 'detach', start, end: this.previousEnd, schema };
      }
      case Token.Pragma:
        return this.parsePragma();
      case Token.Vacuum:
        return this.parseVacuum();
      case Token.Reindex: {
        this.next();
        const target = this.parseOptionalTarget();
        return { kind: 'reindex', start, end: this.previousEnd, target };
      }
      case Token.Analyze: {
        this.next();
        const target = this.parseOptionalTarget();
        return { kind: 'analyze', start, end: this.previousEnd, target };
      }
      default:
        return this.syntaxError();
    }
  }

  // WITH before SELECT, VALUES, INSERT, REPLACE, UPDATE or DELETE
  private parseWithCommand(start: number): Statement {
    const withClause = this.parseWith();
    switch (this.type) {
      case Token.Insert:
      case Token.Replace:
        return this.parseInsert(start, withClause);
      case Token.Update:
        return this.parseUpdate(start, withClause);
      case Token.Delete:
        return this.parseDelete(start, withClause);
      default:
        return this.parseSelectBody(start, withClause);
    }
  }

  // cmd ::= BEGIN [DEFERRED | IMMEDIATE | EXCLUSIVE] trans_opt
  private parseBegin(): BeginStatement {
    const start = this.start;
    this.next();
    let mode: BeginStatement['mode'] = 'deferred';
    if (this.accept(Token.Immediate)) mode = 'immediate';
    else if (this.accept(Token.Exclusive)) mode = 'exclusive';
    else this.accept(Token.Deferred);
    this.parseTransactionWord();
    return { kind: 'begin', start, end: this.previousEnd, mode };
  }

  // trans_opt ::= [TRANSACTION [nm]]
  private parseTransactionWord(): void {
    if (!this.accept(Token.Transaction)) return;
    if (this.isPlainName() || this.at(Token.String)) {
      if (!this.at(Token.To)) this.next();
    }
  }

  // cmd ::= ROLLBACK trans_opt [TO [SAVEPOINT] nm]
  private parseRollback(): RollbackStatement {
    const start = this.start;
    this.next();
    this.parseTransactionWord();
    if (!this.accept(Token.To)) return { kind: 'rollback', start, end: this.previousEnd, savepoint: null };
    this.accept(Token.Savepoint);
    const savepoint = this.parseName();
    return { kind: 'rollback', start, end: savepoint.end, savepoint };
  }

  // cmd ::= ATTACH [DATABASE] expr AS expr [KEY expr]
  private parseAttach(): AttachStatement {
    const start = this.start;
    this.next();
    this.accept(Token.Database);
    const file = this.parseExpr();
    this.expect(Token.As);
    const schema = this.parseExpr();
    const key = this.accept(Token.Key) ? this.parseExpr() : null;
    return { kind: 'attach', start, end: this.previousEnd, file, schema, key };
  }

  // cmd ::= PRAGMA nm dbnm [EQ value | LP value RP]
  private parsePragma(): PragmaStatement {
    const start = this.start;
    this.next();
    const { database, name } = this.parseQualifiedName();
    let value: PragmaValue | null = null;
    if (this.accept(Token.Equal)) {
      value = this.parsePragmaValue('assign');
    } else if (this.accept(Token.LeftParen)) {
      value = this.parsePragmaValue('call');
      this.expect(Token.RightParen);
    }
    return { kind: 'pragma', start, end: this.previousEnd, database, name, value };
  }

  // nmnum ::= plus_num | minus_num | nm | ON | DELETE | DEFAULT
  private parsePragmaValue(form: PragmaValue['form']): PragmaValue {
    const start = this.start;
    let text: string;
    switch (this.type) {
      case Token.Plus:
      case Token.Minus:
      case Token.Integer:
      case Token.Real:
        text = this.parseSignedNumber();
        break;
      case Token.On:
      case Token.Delete:
      case Token.Default:
        text = this.takeName().name;
        break;
      default:
        text = this.parseName().name;
    }
    return { start, end: this.previousEnd, text, form };
  }

  // cmd ::= VACUUM [nm] [INTO expr]
  private parseVacuum(): VacuumStatement {
    const start = this.start;
    this.next();
    const hasName = this.isPlainName() || this.at(Token.String);
    const database = hasName ? this.takeName() : null;
    const into = this.accept(Token.Into) ? this.parseExpr() : null;
    return { kind: 'vacuum', start, end: this.previousEnd, database, into };
  }

  // [nm dbnm]
  private parseOptionalTarget(): QualifiedName | null {
    return this.at(Token.Semicolon) || this.at(Token.End) ? null : this.parseQualifiedName();
  }
}

/**
 * Parses the first statement of sql[offset...]. Its `tail` is where the next one starts. @param isInTemp a trigger will be in temp
 * @throws SqlError with SQLite's message.
 */
export function parseStatement(sql: string, offset = 0, isInTemp = false): ParsedStatement {
  const parser = new Parser(sql, offset, false, isInTemp);
  try {
    return parser.parseStatement();
  } catch (error) {
    if (error instanceof SqlError) error.unfinished = parser.openStatement;
    throw error;
  }
}

/** Parses a statement stored in sqlite_schema, where some forms of old SQLite versions are still accepted. */
export function parseStoredStatement(sql: string): ParsedStatement {
  let parsed = latelyParsed.get(sql) ?? parsedBefore.get(sql);
  if (parsed !== undefined) return parsed;
  parsed = new Parser(sql, 0, true, false).parseStatement();
  if (sql.length <= MAX_KEPT_LENGTH) {
    if (latelyParsed.size === MAX_KEPT) {
      parsedBefore = latelyParsed;
      latelyParsed = new Map();
    }
    latelyParsed.set(sql, parsed);
  }
  return parsed;
}

/**
 * Stored texts parsed lately, in two generations: ALTER TABLE parses what it writes, and the session reads that back; indexes are parsed again
 * when their table has changed. Nobody changes syntax trees.
 */
let latelyParsed = new Map<string, ParsedStatement>();
let parsedBefore: ReadonlyMap<string, ParsedStatement> = new Map();
const MAX_KEPT = 32;
const MAX_KEPT_LENGTH = 4000;

/** Parses a text that is one expression. */
export function parseExpression(sql: string): Expr {
  return new Parser(sql, 0, false, false).parseWholeExpr();
}
