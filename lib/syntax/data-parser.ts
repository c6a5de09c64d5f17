/**
 * Parses INSERT, UPDATE and DELETE, alone and as steps of triggers.
 *
 * Owns: targets, assignments, upserts, RETURNING. Must not know: schema statements.
 */
import type {
  Assignment,
  ConflictAction,
  DeleteStatement,
  Expr,
  Identifier,
  InsertStatement,
  OrderingTerm,
  ResultColumn,
  TargetTable,
  TriggerStep,
  UpdateStatement,
  UpsertClause,
  WithClause,
} from './ast';
import { QueryParser } from './query-parser';
import { Token } from './token';

interface Upserts {
  readonly upserts: UpsertClause[];
  readonly returning: ResultColumn[] | null;
}

export abstract class DataParser extends QueryParser {
  /** True inside CREATE TRIGGER's body. */
  protected inTrigger = false;

  // orconf ::= [OR resolvetype]
  private parseOrConflict(): ConflictAction {
    return this.accept(Token.Or) ? this.parseConflictAction() : 'default';
  }

  // resolvetype ::= ROLLBACK | ABORT | FAIL | IGNORE | REPLACE
  protected parseConflictAction(): ConflictAction {
    const action = conflictAction(this.type);
    if (action === null) this.syntaxError();
    this.next();
    return action;
  }

  // xfullname ::= nm [DOT nm] [AS nm]
  private parseTarget(): Omit<TargetTable, 'indexedBy'> {
    const name = this.parseQualifiedName();
    const alias = this.accept(Token.As) ? this.parseName() : null;
    if (this.inTrigger) this.checkTriggerTarget(name.database);
    return { start: name.start, end: this.previousEnd, name, alias };
  }

  /** Triggers of temp may write to any database; where a trigger will be, the schema decides. */
  protected abstract allowsQualifiedTargets(): boolean;

  private checkTriggerTarget(database: Identifier | null): void {
    if (database === null || this.allowsQualifiedTargets()) return;
    this.report(
      'qualified table names are not allowed on INSERT, UPDATE, and DELETE statements within triggers',
      database.start,
    );
  }

  private parseIndexedTarget(): TargetTable {
    const { start, name, alias } = this.parseTarget();
    const clause = this.type;
    const clauseStart = this.start;
    const indexedBy = this.parseIndexedBy();
    if (indexedBy !== null && this.inTrigger) {
      const words = clause === Token.Indexed ? 'INDEXED BY' : 'NOT INDEXED';
      this.report(`the ${words} clause is not allowed on UPDATE or DELETE statements within triggers`, clauseStart);
    }
    return { start, end: this.previousEnd, name, alias, indexedBy };
  }

  // cmd ::= with (INSERT orconf | REPLACE) INTO xfullname idlist_opt (select upsert | DEFAULT VALUES returning)
  parseInsert(start: number, withClause: WithClause | null): InsertStatement {
    const isReplace = this.at(Token.Replace);
    this.next();
    const conflict = isReplace ? 'replace' : this.parseOrConflict();
    this.expect(Token.Into);
    const { start: targetStart, end: targetEnd, name, alias } = this.parseTarget();
    let columns: Identifier[] | null = null;
    if (this.accept(Token.LeftParen)) {
      columns = this.parseNameList();
      this.expect(Token.RightParen);
    }
    const isDefault = !this.inTrigger && this.accept(Token.Default);
    let source: InsertStatement['source'] = null;
    let rest: Upserts;
    if (isDefault) {
      this.expect(Token.Values);
      rest = { upserts: [], returning: this.parseReturning() };
    } else {
      source = this.parseSelect();
      rest = this.parseUpserts();
    }
    return {
      kind: 'insert',
      start,
      end: this.previousEnd,
      with: withClause,
      conflict,
      target: { start: targetStart, end: targetEnd, name, alias, indexedBy: null },
      columns,
      source,
      upserts: rest.upserts,
      returning: rest.returning,
    };
  }

  // upsert ::= [ON CONFLICT [LP sortlist RP where_opt] DO (NOTHING | UPDATE SET setlist where_opt)]... returning
  private parseUpserts(): Upserts {
    const upserts: UpsertClause[] = [];
    while (this.at(Token.On)) {
      const start = this.start;
      this.next();
      this.expect(Token.Conflict);
      let target: OrderingTerm[] | null = null;
      let targetWhere: Expr | null = null;
      if (this.accept(Token.LeftParen)) {
        target = this.parseSortList();
        this.expect(Token.RightParen);
        targetWhere = this.parseWhere();
      }
      this.expect(Token.Do);
      let assignments: Assignment[] | null = null;
      let where: Expr | null = null;
      if (!this.accept(Token.Nothing)) {
        this.expect(Token.Update);
        this.expect(Token.Set);
        assignments = this.parseAssignments();
        where = this.parseWhere();
      }
      upserts.push({ start, end: this.previousEnd, target, targetWhere, assignments, where });
      if (target === null) break;
    }
    return { upserts, returning: this.parseReturning() };
  }

  // returning ::= [RETURNING selcollist]
  private parseReturning(): ResultColumn[] | null {
    const start = this.start;
    if (!this.accept(Token.Returning)) return null;
    const columns = this.parseResultColumns();
    if (this.inTrigger) this.report('cannot use RETURNING in a trigger', start);
    return columns;
  }

  // where_opt ::= [WHERE expr]
  protected parseWhere(): Expr | null {
    return this.accept(Token.Where) ? this.parseExpr() : null;
  }

  // setlist ::= (nm EQ expr | LP idlist RP EQ expr) [, ...]
  private parseAssignments(): Assignment[] {
    const assignments: Assignment[] = [];
    let count = 0;
    do {
      const start = this.start;
      const row = this.accept(Token.LeftParen);
      const columns = row ? this.parseNameList() : [this.parseName()];
      if (row) this.expect(Token.RightParen);
      this.expect(Token.Equal);
      const value = this.parseExpr();
      if (row && value.kind !== 'subquery') this.checkAssignment(columns.length, value);
      count += columns.length;
      assignments.push({ start, end: this.previousEnd, columns, row, value });
    } while (this.accept(Token.Comma));
    this.checkColumnCount(count, 'set list', this.start);
    return assignments;
  }

  /** A row of columns takes a row of as many values (a subquery's width is known only when it is resolved). */
  private checkAssignment(columns: number, value: Expr): void {
    const values = value.kind === 'row' ? value.items.length : 1;
    if (columns !== values) this.report(`${columns} columns assigned ${values} values`, value.start);
  }

  // cmd ::= with UPDATE orconf xfullname indexed_opt SET setlist from where_opt_ret orderby_opt limit_opt
  parseUpdate(start: number, withClause: WithClause | null): UpdateStatement {
    this.next();
    const conflict = this.parseOrConflict();
    const target = this.parseIndexedTarget();
    this.expect(Token.Set);
    const assignments = this.parseAssignments();
    const from = this.accept(Token.From) ? this.parseFrom() : null;
    const where = this.parseWhere();
    const { returning, orderBy, limit, offset } = this.parseChangeTail();
    return {
      kind: 'update',
      start,
      end: this.previousEnd,
      with: withClause,
      conflict,
      target,
      assignments,
      from,
      where,
      returning,
      orderBy,
      limit,
      offset,
    };
  }

  // cmd ::= with DELETE FROM xfullname indexed_opt where_opt_ret orderby_opt limit_opt
  parseDelete(start: number, withClause: WithClause | null): DeleteStatement {
    this.next();
    this.expect(Token.From);
    const target = this.parseIndexedTarget();
    const where = this.parseWhere();
    const { returning, orderBy, limit, offset } = this.parseChangeTail();
    return {
      kind: 'delete',
      start,
      end: this.previousEnd,
      with: withClause,
      target,
      where,
      returning,
      orderBy,
      limit,
      offset,
    };
  }

  /** RETURNING, ORDER BY, LIMIT: none of them is in the grammar of trigger steps. */
  private parseChangeTail(): Pick<UpdateStatement, 'returning' | 'orderBy' | 'limit' | 'offset'> {
    if (this.inTrigger) return { returning: null, orderBy: [], limit: null, offset: null };
    const returning = this.parseReturning();
    const orderBy = this.parseOrderBy();
    const { limit, offset } = this.parseLimit();
    return { returning, orderBy, limit, offset };
  }

  // trigger_cmd ::= UPDATE ... | INSERT ... | DELETE ... | select
  protected parseTriggerStep(): TriggerStep {
    const start = this.start;
    switch (this.type) {
      case Token.Update:
        return this.parseUpdate(start, null);
      case Token.Insert:
      case Token.Replace:
        return this.parseInsert(start, null);
      case Token.Delete:
        return this.parseDelete(start, null);
      default:
        return this.parseSelect();
    }
  }
}

function conflictAction(type: Token): ConflictAction | null {
  switch (type) {
    case Token.Rollback:
      return 'rollback';
    case Token.Abort:
      return 'abort';
    case Token.Fail:
      return 'fail';
    case Token.Ignore:
      return 'ignore';
    case Token.Replace:
      return 'replace';
    default:
      return null;
  }
}
