/**
 * Parses CREATE, DROP and ALTER.
 *
 * Owns: schema statements but for columns and constraints (table-parser). Must not know: what exists.
 */
import type {
  AlterAction,
  AlterTableStatement,
  ColumnDefinition,
  CreateIndexStatement,
  CreateTableStatement,
  CreateTriggerStatement,
  CreateViewStatement,
  CreateVirtualTableStatement,
  DropStatement,
  Identifier,
  QualifiedName,
  Statement,
  TableConstraint,
  TriggerStep,
} from './ast';
import { TableParser } from './table-parser';
import { Token } from './token';

export abstract class SchemaParser extends TableParser {
  /** The CREATE TABLE or CREATE TRIGGER that is being read; see SqlError#unfinished. */
  protected unfinished: CreateTableStatement | CreateTriggerStatement | null = null;

  // cmd ::= CREATE ...
  protected parseCreate(): Statement {
    const start = this.start;
    this.next();
    const temporary = this.accept(Token.Temp);
    switch (this.type) {
      case Token.Table:
        return this.parseCreateTable(start, temporary);
      case Token.View:
        return this.parseCreateView(start, temporary);
      case Token.Trigger:
        return this.parseCreateTrigger(start, temporary);
      default:
        if (temporary) this.syntaxError();
    }
    switch (this.type) {
      case Token.Unique:
        this.next();
        if (!this.at(Token.Index)) this.syntaxError();
        return this.parseCreateIndex(start, true);
      case Token.Index:
        return this.parseCreateIndex(start, false);
      case Token.Virtual:
        return this.parseCreateVirtualTable(start);
      default:
        return this.syntaxError();
    }
  }

  // ifnotexists ::= [IF NOT EXISTS]
  private parseIfNotExists(): boolean {
    if (!this.accept(Token.If)) return false;
    this.expect(Token.Not);
    this.expect(Token.Exists);
    return true;
  }

  // cmd ::= CREATE temp TABLE ifnotexists nm dbnm (LP columnlist conslist_opt RP table_option_set | AS select)
  private parseCreateTable(start: number, temporary: boolean): CreateTableStatement {
    this.next();
    const ifNotExists = this.parseIfNotExists();
    const name = this.parseQualifiedName();
    if (!this.at(Token.As) && !this.at(Token.LeftParen)) this.syntaxError();
    const columns: ColumnDefinition[] = [];
    const head: CreateTableStatement = {
      kind: 'createTable',
      start,
      end: this.previousEnd,
      temporary,
      ifNotExists,
      name,
      select: null,
      columns,
      constraints: [],
      withoutRowid: false,
      strict: false,
      columnsEnd: -1,
    };
    this.unfinished = head;
    if (this.accept(Token.As)) {
      const select = this.parseSelect();
      return { ...head, end: this.previousEnd, select };
    }
    this.expect(Token.LeftParen);
    const body = this.parseTableBody(columns);
    this.expect(Token.RightParen);
    const options = this.parseTableOptions();
    return { ...head, ...body, ...options, end: this.previousEnd };
  }

  // columnlist ::= columnname carglist [, ...]; conslist_opt ::= [COMMA conslist]
  private parseTableBody(columns: ColumnDefinition[]): { constraints: TableConstraint[]; columnsEnd: number } {
    columns.push(this.parseColumnDefinition());
    let columnsEnd = this.start;
    let constraints: TableConstraint[] = [];
    while (this.accept(Token.Comma)) {
      if (this.startsTableConstraint()) {
        constraints = this.parseTableConstraints();
        break;
      }
      columns.push(this.parseColumnDefinition());
      columnsEnd = this.start;
    }
    return { constraints, columnsEnd };
  }

  // table_option_set ::= [table_option [, table_option]...]; table_option ::= WITHOUT nm | nm
  private parseTableOptions(): { withoutRowid: boolean; strict: boolean } {
    let withoutRowid = false;
    let strict = false;
    if (!this.isPlainName() && !this.at(Token.String)) return { withoutRowid, strict };
    do {
      const isWithout = this.accept(Token.Without);
      const option = this.parseName();
      const word = this.sql.slice(option.start, option.end);
      if (isWithout && word.toLowerCase() === 'rowid') withoutRowid = true;
      else if (!isWithout && word.toLowerCase() === 'strict') strict = true;
      else this.report(`unknown table option: ${word}`, option.start);
    } while (this.accept(Token.Comma));
    return { withoutRowid, strict };
  }

  // cmd ::= CREATE VIRTUAL TABLE ifnotexists nm dbnm USING nm [LP vtabarglist RP]
  private parseCreateVirtualTable(start: number): CreateVirtualTableStatement {
    this.next();
    this.expect(Token.Table);
    const ifNotExists = this.parseIfNotExists();
    const name = this.parseQualifiedName();
    this.expect(Token.Using);
    const module = this.parseName();
    const args = this.accept(Token.LeftParen) ? this.parseModuleArguments() : [];
    return {
      kind: 'createVirtualTable',
      start,
      end: this.previousEnd,
      ifNotExists,
      name,
      module,
      arguments: args,
    };
  }

  // vtabarglist ::= any tokens, split at commas outside of parentheses; reads the closing parenthesis
  private parseModuleArguments(): string[] {
    const found: string[] = [];
    let nesting = 0;
    let from = -1;
    const finish = (): void => {
      if (from >= 0) found.push(this.sql.slice(from, this.previousEnd));
      from = -1;
    };
    for (;;) {
      if (this.at(Token.End)) this.syntaxError();
      if (nesting === 0 && this.at(Token.RightParen)) break;
      if (nesting === 0 && this.at(Token.Comma)) {
        finish();
      } else {
        if (from < 0) from = this.start;
        if (this.at(Token.LeftParen)) nesting++;
        if (this.at(Token.RightParen)) nesting--;
      }
      this.next();
    }
    finish();
    this.next();
    return found;
  }

  // cmd ::= CREATE uniqueflag INDEX ifnotexists nm dbnm ON nm LP sortlist RP where_opt
  private parseCreateIndex(start: number, unique: boolean): CreateIndexStatement {
    this.next();
    const ifNotExists = this.parseIfNotExists();
    const name = this.parseQualifiedName();
    this.expect(Token.On);
    const table = this.parseName();
    this.expect(Token.LeftParen);
    const columns = this.parseSortList();
    this.expect(Token.RightParen);
    const where = this.parseWhere();
    return { kind: 'createIndex', start, end: this.previousEnd, unique, ifNotExists, name, table, columns, where };
  }

  // cmd ::= CREATE temp VIEW ifnotexists nm dbnm eidlist_opt AS select
  private parseCreateView(start: number, temporary: boolean): CreateViewStatement {
    this.next();
    const ifNotExists = this.parseIfNotExists();
    const name = this.parseQualifiedName();
    const columns = this.at(Token.LeftParen) ? this.parseColumnNames() : null;
    this.expect(Token.As);
    const select = this.parseSelect();
    return { kind: 'createView', start, end: this.previousEnd, temporary, ifNotExists, name, columns, select };
  }

  // cmd ::= CREATE temp TRIGGER ifnotexists nm dbnm trigger_time trigger_event ON fullname [FOR EACH ROW] [WHEN expr] BEGIN ... END
  private parseCreateTrigger(start: number, temporary: boolean): CreateTriggerStatement {
    this.next();
    const ifNotExists = this.parseIfNotExists();
    const name = this.parseQualifiedName();
    const time = this.parseTriggerTime();
    const event = this.parseTriggerEvent();
    const columns = event === 'update' && this.accept(Token.Of) ? this.parseNameList() : null;
    this.expect(Token.On);
    const table = this.parseQualifiedName();
    if (this.accept(Token.For)) {
      this.expect(Token.Each);
      this.expect(Token.Row);
    }
    const when = this.accept(Token.When) ? this.parseExpr() : null;
    if (!this.at(Token.Begin)) this.syntaxError();
    const head = { kind: 'createTrigger', start, end: this.previousEnd, temporary, ifNotExists, name } as const;
    const statement: CreateTriggerStatement = { ...head, time, event, columns, table, when, body: [] };
    this.unfinished = statement;
    this.next();
    const body = this.parseTriggerBody();
    this.expect(Token.End_);
    return { ...statement, end: this.previousEnd, body };
  }

  // trigger_time ::= [BEFORE | AFTER | INSTEAD OF]
  private parseTriggerTime(): CreateTriggerStatement['time'] {
    if (this.accept(Token.After)) return 'after';
    if (this.accept(Token.Instead)) {
      this.expect(Token.Of);
      return 'insteadOf';
    }
    this.accept(Token.Before);
    return 'before';
  }

  private parseTriggerEvent(): CreateTriggerStatement['event'] {
    if (this.accept(Token.Delete)) return 'delete';
    if (this.accept(Token.Insert)) return 'insert';
    this.expect(Token.Update);
    return 'update';
  }

  // trigger_cmd_list ::= trigger_cmd SEMI [trigger_cmd SEMI]...
  private parseTriggerBody(): TriggerStep[] {
    const steps: TriggerStep[] = [];
    this.inTrigger = true;
    do {
      steps.push(this.parseTriggerStep());
      this.expect(Token.Semicolon);
    } while (!this.at(Token.End_));
    this.inTrigger = false;
    return steps;
  }

  // cmd ::= DROP (TABLE | VIEW | INDEX | TRIGGER) ifexists fullname
  protected parseDrop(): DropStatement {
    const start = this.start;
    this.next();
    const object = this.parseDroppedKind();
    this.next();
    const ifExists = this.accept(Token.If);
    if (ifExists) this.expect(Token.Exists);
    const name = this.parseQualifiedName();
    return { kind: 'drop', start, end: this.previousEnd, object, ifExists, name };
  }

  private parseDroppedKind(): DropStatement['object'] {
    switch (this.type) {
      case Token.Table:
        return 'table';
      case Token.View:
        return 'view';
      case Token.Index:
        return 'index';
      case Token.Trigger:
        return 'trigger';
      default:
        return this.syntaxError();
    }
  }

  // cmd ::= ALTER TABLE fullname ...
  protected parseAlter(): AlterTableStatement {
    const start = this.start;
    this.next();
    this.expect(Token.Table);
    const table: QualifiedName = this.parseQualifiedName();
    const action = this.parseAlterAction();
    return { kind: 'alterTable', start, end: this.previousEnd, table, action };
  }

  private parseAlterAction(): AlterAction {
    switch (this.type) {
      case Token.Rename:
        this.next();
        return this.parseRename();
      case Token.Add:
        this.next();
        return this.parseAdd();
      case Token.Drop:
        this.next();
        if (this.accept(Token.Constraint)) return { kind: 'dropConstraint', name: this.parseName() };
        this.accept(Token.Column);
        return { kind: 'dropColumn', column: this.parseName() };
      case Token.Alter:
        this.next();
        return this.parseAlterColumn();
      default:
        return this.syntaxError();
    }
  }

  // RENAME TO nm | RENAME [COLUMN] nm TO nm
  private parseRename(): AlterAction {
    if (this.accept(Token.To)) return { kind: 'renameTable', to: this.parseName() };
    this.accept(Token.Column);
    const column: Identifier = this.parseName();
    this.expect(Token.To);
    return { kind: 'renameColumn', column, to: this.parseName() };
  }

  // ADD [COLUMN] columnname carglist | ADD [CONSTRAINT nm] CHECK ...
  private parseAdd(): AlterAction {
    const start = this.start;
    if (this.at(Token.Check)) return { kind: 'addConstraint', constraint: this.parseAddedCheck(start, null) };
    if (this.accept(Token.Constraint)) {
      const name = this.parseName();
      return { kind: 'addConstraint', constraint: this.parseAddedCheck(start, name) };
    }
    this.accept(Token.Column);
    return { kind: 'addColumn', column: this.parseColumnDefinition() };
  }

  // ALTER [COLUMN] nm DROP NOT NULL | ALTER [COLUMN] nm SET NOT NULL onconf
  private parseAlterColumn(): AlterAction {
    this.accept(Token.Column);
    const column = this.parseName();
    if (this.accept(Token.Drop)) {
      this.expect(Token.Not);
      this.expect(Token.Null);
      return { kind: 'dropNotNull', column };
    }
    this.expect(Token.Set);
    const start = this.start;
    this.expect(Token.Not);
    this.expect(Token.Null);
    const conflict = this.parseOnConflict();
    return { kind: 'setNotNull', column, conflict, start, end: this.previousEnd };
  }
}
