/**
 * Parses what CREATE TABLE and ALTER TABLE ADD share: column definitions and constraints.
 *
 * Owns: the constraint grammar. Must not know: what constraints mean together (the catalog's table builder checks that).
 */
import type {
  CheckConstraint,
  ColumnConstraint,
  ColumnDefinition,
  ConflictAction,
  Expr,
  ForeignKeyAction,
  ForeignKeyConstraint,
  Identifier,
  ReferencesClause,
  TableConstraint,
  TableKeyConstraint,
} from './ast';
import { DataParser } from './data-parser';
import { Token } from './token';
import { dequote } from './token-reader';
import { isSpaceCode } from './tokenizer';

/** A constraint that is being read: what its node starts with. */
interface Begun {
  readonly start: number;
  readonly name: Identifier | null;
}

/** Text between two parentheses, without blanks at its ends. */
interface ParenthesizedExpr {
  readonly expr: Expr;
  readonly exprStart: number;
  readonly exprEnd: number;
}

export abstract class TableParser extends DataParser {
  // columnname ::= nm typetoken; carglist ::= ccons...
  protected parseColumnDefinition(): ColumnDefinition {
    const name = this.parseName();
    const type = this.parseColumnType();
    const constraints: ColumnConstraint[] = [];
    this.constraintName = null;
    this.parseColumnConstraints(constraints);
    return { start: name.start, end: this.previousEnd, name, type, constraints };
  }

  /** The type of a column. To the grammar GENERATED ALWAYS may be words of a type: they are swallowed with it and cut off here. */
  private parseColumnType(): string {
    const text = this.parseTypeName();
    if (text.length < 16) return dequote(text);
    return dequote(text.replace(/\s*(?:generated\s*)?always$/i, ''));
  }

  /** CONSTRAINT nm is a clause of its own: the name holds for all that follows it in the column (or up to a comma). */
  private parseColumnConstraints(constraints: ColumnConstraint[]): void {
    for (;;) {
      const start = this.start;
      if (this.accept(Token.Constraint)) {
        this.constraintName = this.parseName();
        continue;
      }
      const constraint = this.parseColumnConstraint({ start, name: this.constraintName });
      if (constraint === 'none') return;
      if (constraint === 'deferral') deferLast(constraints, this.lastDeferral);
      else constraints.push(constraint);
    }
  }

  private constraintName: Identifier | null = null;
  /** What the last `[NOT] DEFERRABLE ...` said. */
  private lastDeferral = false;

  // ccons ::= NULL | NOT NULL | PRIMARY KEY | UNIQUE | CHECK | DEFAULT | COLLATE | REFERENCES | GENERATED | [NOT] DEFERRABLE
  private parseColumnConstraint({ start, name }: Begun): ColumnConstraint | 'deferral' | 'none' {
    switch (this.type) {
      case Token.Null: {
        this.next();
        const conflict = this.parseOnConflict();
        return { kind: 'null', start, end: this.previousEnd, name, conflict };
      }
      case Token.Not: {
        this.next();
        if (this.at(Token.Deferrable)) return this.parseDeferral(true);
        this.expect(Token.Null);
        const conflict = this.parseOnConflict();
        return { kind: 'notNull', start, end: this.previousEnd, name, conflict };
      }
      case Token.Deferrable:
        return this.parseDeferral(false);
      case Token.Primary:
        return this.parsePrimaryKey({ start, name });
      case Token.Unique: {
        this.next();
        const conflict = this.parseOnConflict();
        return { kind: 'unique', start, end: this.previousEnd, name, conflict };
      }
      case Token.Check: {
        this.next();
        const { expr, exprStart, exprEnd } = this.parseParenthesizedExpr();
        return { kind: 'check', start, end: this.previousEnd, name, expr, exprStart, exprEnd, conflict: 'default' };
      }
      case Token.Default:
        return this.parseDefault({ start, name });
      case Token.Collate: {
        this.next();
        const collation = this.parseIdentifierOrString();
        return { kind: 'collate', start, end: this.previousEnd, name, collation };
      }
      case Token.References: {
        const clause = this.parseReferences();
        return { kind: 'references', start, end: this.previousEnd, name, clause };
      }
      case Token.Generated:
        this.next();
        this.expect(Token.Always);
        if (!this.at(Token.As)) this.syntaxError();
        return this.parseGenerated({ start, name });
      case Token.As:
        return this.parseGenerated({ start, name });
      default:
        return 'none';
    }
  }

  // onconf ::= [ON CONFLICT resolvetype]
  protected parseOnConflict(): ConflictAction {
    if (!this.accept(Token.On)) return 'default';
    this.expect(Token.Conflict);
    return this.parseConflictAction();
  }

  // ccons ::= PRIMARY KEY sortorder onconf [AUTOINCREMENT]
  private parsePrimaryKey({ start, name }: Begun): ColumnConstraint {
    this.next();
    this.expect(Token.Key);
    const order = this.parseSortOrder();
    const conflict = this.parseOnConflict();
    const autoincrement = this.accept(Token.Autoincrement);
    return { kind: 'primaryKey', start, end: this.previousEnd, name, order, conflict, autoincrement };
  }

  // LP expr RP
  protected parseParenthesizedExpr(): ParenthesizedExpr {
    const open = this.end;
    this.expect(Token.LeftParen);
    const expr = this.parseExpr();
    let exprStart = open;
    while (isSpaceCode(this.sql.charCodeAt(exprStart))) exprStart++;
    const exprEnd = this.spanEnd(exprStart);
    this.expect(Token.RightParen);
    return { expr, exprStart, exprEnd };
  }

  // ccons ::= DEFAULT (term | LP expr RP | PLUS term | MINUS term | ID | INDEXED)
  private parseDefault({ start, name }: Begun): ColumnConstraint {
    this.next();
    if (this.at(Token.LeftParen)) {
      const { expr, exprStart, exprEnd } = this.parseParenthesizedExpr();
      return {
        kind: 'default',
        start,
        end: this.previousEnd,
        name,
        expr,
        exprStart,
        exprEnd,
        parenthesized: true,
      };
    }
    const exprStart = this.start;
    const expr = this.parseBareDefault();
    const exprEnd = this.previousEnd;
    return { kind: 'default', start, end: exprEnd, name, expr, exprStart, exprEnd, parenthesized: false };
  }

  private parseBareDefault(): Expr {
    const start = this.start;
    if (this.at(Token.Plus) || this.at(Token.Minus)) {
      const operator = this.at(Token.Plus) ? '+' : '-';
      this.next();
      const operand = this.parseLiteral();
      if (operator === '+') return operand;
      return { kind: 'unary', start, end: this.previousEnd, operator, operand };
    }
    const isWord = !this.at(Token.CurrentTime) && (this.isIdentifier() || this.at(Token.Indexed));
    if (!isWord) return this.parseLiteral();
    const word = this.takeName();
    const truth = word.quoting === 'bare' ? word.name.toLowerCase() : '';
    if (truth === 'true' || truth === 'false') {
      return { kind: 'integer', start, end: word.end, text: truth === 'true' ? '1' : '0' };
    }
    return { kind: 'string', start, end: word.end, value: word.name };
  }

  // generated ::= AS LP expr RP [ID]
  private parseGenerated({ start, name }: Begun): ColumnConstraint {
    this.expect(Token.As);
    const { expr, exprStart, exprEnd } = this.parseParenthesizedExpr();
    const storage = this.isIdentifier() ? this.takeName() : null;
    return { kind: 'generated', start, end: this.previousEnd, name, expr, exprStart, exprEnd, storage };
  }

  // REFERENCES nm eidlist_opt refargs
  private parseReferences(): ReferencesClause {
    const start = this.start;
    this.expect(Token.References);
    const table = this.parseName();
    const columns = this.at(Token.LeftParen) ? this.parseColumnNames() : null;
    let onDelete: ForeignKeyAction = 'noAction';
    let onUpdate: ForeignKeyAction = 'noAction';
    while (this.at(Token.On) || this.at(Token.Match)) {
      if (this.accept(Token.Match)) {
        this.parseName();
        continue;
      }
      this.next();
      const event = this.type;
      if (event !== Token.Insert && event !== Token.Delete && event !== Token.Update) this.syntaxError();
      this.next();
      const action = this.parseForeignKeyAction();
      if (event === Token.Delete) onDelete = action;
      else if (event === Token.Update) onUpdate = action;
    }
    return { start, end: this.previousEnd, table, columns, onDelete, onUpdate, deferred: false };
  }

  // refact ::= SET NULL | SET DEFAULT | CASCADE | RESTRICT | NO ACTION
  private parseForeignKeyAction(): ForeignKeyAction {
    if (this.accept(Token.Cascade)) return 'cascade';
    if (this.accept(Token.Restrict)) return 'restrict';
    if (this.accept(Token.No)) {
      this.expect(Token.Action);
      return 'noAction';
    }
    this.expect(Token.Set);
    if (this.accept(Token.Null)) return 'setNull';
    this.expect(Token.Default);
    return 'setDefault';
  }

  // defer_subclause ::= [NOT] DEFERRABLE [INITIALLY (DEFERRED | IMMEDIATE)]; NOT has been read
  private parseDeferral(negated: boolean): 'deferral' {
    this.expect(Token.Deferrable);
    let deferred = false;
    if (this.accept(Token.Initially)) {
      deferred = this.at(Token.Deferred) && !negated;
      if (!this.accept(Token.Deferred)) this.expect(Token.Immediate);
    }
    this.lastDeferral = deferred;
    return 'deferral';
  }

  // conslist ::= tcons [[COMMA] tcons]...; tcons ::= CONSTRAINT nm | constraint
  protected parseTableConstraints(): TableConstraint[] {
    const constraints: TableConstraint[] = [];
    for (;;) {
      const start = this.start;
      if (this.accept(Token.Constraint)) this.constraintName = this.parseName();
      else constraints.push(this.parseTableConstraint({ start, name: this.constraintName }));
      if (this.accept(Token.Comma)) this.constraintName = null;
      else if (!this.startsTableConstraint()) return constraints;
    }
  }

  protected startsTableConstraint(): boolean {
    switch (this.type) {
      case Token.Constraint:
      case Token.Primary:
      case Token.Unique:
      case Token.Check:
      case Token.Foreign:
        return true;
      default:
        return false;
    }
  }

  // tcons ::= PRIMARY KEY (...) | UNIQUE (...) | CHECK (...) | FOREIGN KEY (...) REFERENCES ...
  private parseTableConstraint(begun: Begun): TableConstraint {
    const { start, name } = begun;
    switch (this.type) {
      case Token.Primary:
        this.next();
        this.expect(Token.Key);
        return this.parseTableKey(begun, true);
      case Token.Unique:
        this.next();
        return this.parseTableKey(begun, false);
      case Token.Check: {
        this.next();
        const { expr, exprStart, exprEnd } = this.parseParenthesizedExpr();
        const conflict = this.parseOnConflict();
        return { kind: 'check', start, end: this.previousEnd, name, expr, exprStart, exprEnd, conflict };
      }
      case Token.Foreign:
        return this.parseForeignKey(begun);
      default:
        return this.syntaxError();
    }
  }

  // LP sortlist [AUTOINCREMENT] RP onconf
  private parseTableKey({ start, name }: Begun, primary: boolean): TableKeyConstraint {
    this.expect(Token.LeftParen);
    const columns = this.parseSortList();
    const autoincrement = primary && this.accept(Token.Autoincrement);
    this.expect(Token.RightParen);
    const conflict = this.parseOnConflict();
    return { kind: 'key', start, end: this.previousEnd, name, primary, columns, autoincrement, conflict };
  }

  // FOREIGN KEY LP eidlist RP REFERENCES nm eidlist_opt refargs defer_subclause_opt
  private parseForeignKey({ start, name }: Begun): ForeignKeyConstraint {
    this.next();
    this.expect(Token.Key);
    const columns = this.parseColumnNames();
    let clause = this.parseReferences();
    const negated = this.accept(Token.Not);
    if (negated || this.at(Token.Deferrable)) {
      this.parseDeferral(negated);
      clause = { ...clause, end: this.previousEnd, deferred: this.lastDeferral };
    }
    return { kind: 'foreignKey', start, end: this.previousEnd, name, columns, clause };
  }

  // ALTER TABLE t ADD [CONSTRAINT nm] CHECK LP expr RP onconf; the name has been read
  protected parseAddedCheck(start: number, name: Identifier | null): CheckConstraint {
    this.expect(Token.Check);
    const { expr, exprStart, exprEnd } = this.parseParenthesizedExpr();
    const conflict = this.parseOnConflict();
    return { kind: 'check', start, end: this.previousEnd, name, expr, exprStart, exprEnd, conflict };
  }
}

/** DEFERRABLE after a column constraint speaks of the foreign key before it, if that is the last one. */
function deferLast(constraints: ColumnConstraint[], deferred: boolean): void {
  for (let i = constraints.length - 1; i >= 0; i--) {
    const constraint = constraints[i] as ColumnConstraint;
    if (constraint.kind !== 'references') continue;
    constraints[i] = { ...constraint, clause: { ...constraint.clause, deferred } };
    return;
  }
}
