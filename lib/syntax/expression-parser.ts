/**
 * Parses expressions by precedence climbing.
 *
 * Owns: operators, literals, function calls, windows, and the depth limit of expression trees.
 * Must not know: statements; queries come from the subclass through `parseSelect`.
 * Invariant: after every parseX that returns an expression, `height` is that tree's height as SQLite counts it.
 */
import type {
  BinaryOperator,
  CaseBranch,
  ColumnReference,
  Expr,
  FunctionCall,
  Identifier,
  InExpr,
  PatternExpr,
  Select,
  WindowDefinition,
} from './ast';
import { Token } from './token';
import { MAX_COLUMNS, MAX_EXPRESSION_DEPTH, MAX_FUNCTION_ARGUMENTS, unquote } from './token-reader';
import { WindowParser } from './window-parser';
import { isDigitCode } from './tokenizer';

/** Binding powers, loosest first. NOT binds looser than the comparisons that it may introduce (NOT LIKE, NOT IN). */
const enum Power {
  None = 0,
  Or,
  And,
  Not,
  Equality,
  Comparison,
  Bits,
  Sum,
  Product,
  Concat,
  Collate,
  Prefix,
}

/** Binding power of a token in infix position, None when it is no infix operator. */
function infixPower(type: Token): Power {
  switch (type) {
    case Token.Or:
      return Power.Or;
    case Token.And:
      return Power.And;
    case Token.Not:
      return Power.Not;
    case Token.Is:
    case Token.Match:
    case Token.Like:
    case Token.Between:
    case Token.In:
    case Token.IsNull:
    case Token.NotNull:
    case Token.NotEqual:
    case Token.Equal:
      return Power.Equality;
    case Token.Greater:
    case Token.GreaterEqual:
    case Token.Less:
    case Token.LessEqual:
      return Power.Comparison;
    case Token.Ampersand:
    case Token.Pipe:
    case Token.ShiftLeft:
    case Token.ShiftRight:
      return Power.Bits;
    case Token.Plus:
    case Token.Minus:
      return Power.Sum;
    case Token.Star:
    case Token.Slash:
    case Token.Percent:
      return Power.Product;
    case Token.Concat:
    case Token.Arrow:
      return Power.Concat;
    case Token.Collate:
      return Power.Collate;
    default:
      return Power.None;
  }
}

function binaryOperator(type: Token): BinaryOperator {
  switch (type) {
    case Token.Or:
      return 'or';
    case Token.And:
      return 'and';
    case Token.NotEqual:
      return '<>';
    case Token.Greater:
      return '>';
    case Token.GreaterEqual:
      return '>=';
    case Token.Less:
      return '<';
    case Token.LessEqual:
      return '<=';
    case Token.Ampersand:
      return '&';
    case Token.Pipe:
      return '|';
    case Token.ShiftLeft:
      return '<<';
    case Token.ShiftRight:
      return '>>';
    case Token.Plus:
      return '+';
    case Token.Minus:
      return '-';
    case Token.Star:
      return '*';
    case Token.Slash:
      return '/';
    case Token.Percent:
      return '%';
    case Token.Concat:
      return '||';
    default:
      return '=';
  }
}

export abstract class ExpressionParser extends WindowParser {
  /** Height of the tree parsed last. */
  protected height = 0;
  /**
   * Heights of expressions that lie in each other by subqueries, added up; the largest sum so far, in the innermost
   * clause's expression being parsed.
   */
  protected nestedHeight = 0;
  /** Start of the result column being parsed: only there may `name.*` stand. */
  protected resultStart = -1;
  /** Set by parsePrimary when it met `name.*` at `resultStart`. */
  protected starTable: Identifier | null = null;

  abstract parseSelect(): Select;

  // expr
  override parseExpr(): Expr {
    return this.parseBinary(Power.Or);
  }

  /** An expression that is a clause of a query. */
  protected parseClause(): Expr {
    const before = this.nestedHeight;
    this.nestedHeight = 0;
    const expr = this.parseExpr();
    this.nestedHeight = Math.max(before, this.nestedHeight + this.height);
    return expr;
  }

  /** Notes the height of a node whose highest child has height `below`. */
  protected setHeight(below: number, offset: number): void {
    this.height = below + 1;
    if (this.height > MAX_EXPRESSION_DEPTH) {
      this.report(`Expression tree is too large (maximum depth ${MAX_EXPRESSION_DEPTH})`, offset);
    }
  }

  // expr ::= expr operator expr ...
  private parseBinary(power: Power): Expr {
    let left = this.parsePrefix();
    for (;;) {
      const type = this.type;
      const own = infixPower(type);
      if (own === Power.None || own < power || this.starTable !== null) return left;
      left = this.parseInfix(left, type, own);
    }
  }

  private parseInfix(left: Expr, type: Token, power: Power): Expr {
    const below = this.height;
    switch (type) {
      case Token.Is:
        return this.parseIs(left);
      case Token.Not:
        this.next();
        return this.parseNegated(left);
      case Token.Like:
      case Token.Match:
        return this.parsePattern(left, false);
      case Token.Between:
        return this.parseBetween(left, false);
      case Token.In:
        return this.parseIn(left, false);
      case Token.IsNull:
      case Token.NotNull: {
        this.next();
        this.setHeight(below, left.start);
        return {
          kind: 'nullTest',
          start: left.start,
          end: this.previousEnd,
          operand: left,
          negated: type === Token.NotNull,
        };
      }
      case Token.Collate: {
        this.next();
        const collation = this.parseIdentifierOrString();
        // SQLite doesn't count what is below COLLATE.
        this.setHeight(0, left.start);
        return { kind: 'collate', start: left.start, end: collation.end, operand: left, collation };
      }
      default: {
        const operator: BinaryOperator =
          type === Token.Arrow ? (this.end - this.start === 3 ? '->>' : '->') : binaryOperator(type);
        this.next();
        return this.finishBinary(left, below, operator, power);
      }
    }
  }

  private finishBinary(left: Expr, below: number, operator: BinaryOperator, power: Power): Expr {
    const right = this.parseOperand(power + 1);
    this.setHeight(Math.max(below, this.height), left.start);
    return { kind: 'binary', start: left.start, end: this.previousEnd, operator, left, right };
  }

  /** An operand after an operator: each waits on SQLite's parser stack with the operator before it. */
  private parseOperand(power: Power): Expr {
    this.enter(2);
    const operand = this.parseBinary(power);
    this.leave(2);
    return operand;
  }

  // expr ::= expr IS [NOT] [DISTINCT FROM] expr
  private parseIs(left: Expr): Expr {
    const below = this.height;
    this.next();
    let negated = this.accept(Token.Not);
    if (this.at(Token.Distinct)) {
      this.next();
      this.expect(Token.From);
      negated = !negated;
    }
    return this.finishBinary(left, below, negated ? 'isNot' : 'is', Power.Equality);
  }

  // expr ::= expr NOT (NULL | LIKE ... | MATCH ... | BETWEEN ... | IN ...)
  private parseNegated(left: Expr): Expr {
    switch (this.type) {
      case Token.Null:
        this.next();
        this.setHeight(this.height, left.start);
        return { kind: 'nullTest', start: left.start, end: this.previousEnd, operand: left, negated: true };
      case Token.Like:
      case Token.Match:
        return this.parsePattern(left, true);
      case Token.Between:
        return this.parseBetween(left, true);
      case Token.In:
        return this.parseIn(left, true);
      default:
        return this.syntaxError();
    }
  }

  // expr ::= expr [NOT] (LIKE_KW | MATCH) expr [ESCAPE expr]
  private parsePattern(operand: Expr, negated: boolean): PatternExpr {
    let below = this.height;
    const operator = this.patternOperator();
    const word = this.sql.slice(this.start, this.end);
    this.next();
    const pattern = this.parseOperand(Power.Equality + 1);
    below = Math.max(below, this.height);
    let escape: Expr | null = null;
    if (this.at(Token.Escape)) {
      this.next();
      escape = this.parseOperand(Power.Equality + 1);
      below = Math.max(below, this.height);
    }
    this.setHeight(negated ? below + 1 : below, operand.start);
    return {
      kind: 'pattern',
      start: operand.start,
      end: this.previousEnd,
      operator,
      word,
      negated,
      operand,
      pattern,
      escape,
    };
  }

  private patternOperator(): PatternExpr['operator'] {
    switch (this.sql.charCodeAt(this.start) | 32) {
      case 108:
        return 'like';
      case 103:
        return 'glob';
      case 114:
        return 'regexp';
      default:
        return 'match';
    }
  }

  // expr ::= expr [NOT] BETWEEN expr AND expr
  private parseBetween(operand: Expr, negated: boolean): Expr {
    let below = this.height;
    this.next();
    const low = this.parseBetweenLow();
    below = Math.max(below, this.height);
    this.expect(Token.And);
    const high = this.parseOperand(Power.Equality + 1);
    below = Math.max(below, this.height);
    this.setHeight(negated ? below + 1 : below, operand.start);
    return { kind: 'between', start: operand.start, end: this.previousEnd, negated, operand, low, high };
  }

  /** The lower bound may hold any operator; only an AND outside of the operand of an OR ends it. */
  private parseBetweenLow(): Expr {
    this.enter(2);
    let left = this.parsePrefix();
    for (let type = this.type; type !== Token.And; type = this.type) {
      const power = infixPower(type);
      if (power === Power.None) break;
      left = this.parseInfix(left, type, power);
    }
    this.leave(2);
    return left;
  }

  // expr ::= expr [NOT] IN (LP exprlist RP | LP select RP | nm dbnm paren_exprlist)
  private parseIn(operand: Expr, negated: boolean): Expr {
    const below = this.height;
    this.next();
    const source = this.parseInSource(operand);
    if (operand.kind === 'row' && source.kind === 'list') this.checkRowSizes(source.items, operand.items.length);
    this.setHeight(Math.max(below, this.height) + (negated ? 1 : 0), operand.start);
    return { kind: 'in', start: operand.start, end: this.previousEnd, negated, operand, source };
  }

  /** Each element of a list that a row is looked for in must be a row as wide. One subquery alone is no list. */
  private checkRowSizes(items: readonly Expr[], size: number): void {
    if (items.length === 1 && items[0]?.kind === 'subquery') return;
    for (const item of items) {
      const count = item.kind === 'row' ? item.items.length : 1;
      if (count === size) continue;
      this.report(`IN(...) element has ${count} term${count > 1 ? 's' : ''} - expected ${size}`, item.start);
      return;
    }
  }

  private parseInSource(operand: Expr): InExpr['source'] {
    const start = this.start;
    this.height = 0;
    if (!this.at(Token.LeftParen)) {
      const table = this.parseQualifiedName();
      const args = this.at(Token.LeftParen) ? this.parseParenthesizedList() : null;
      return { kind: 'table', start, end: this.previousEnd, number: ++this.queryCount, table, arguments: args };
    }
    this.enter(3);
    this.next();
    if (this.startsSelect()) {
      this.enter(2);
      const select = this.parseSelect();
      this.leave(2);
      this.expect(Token.RightParen);
      this.leave(3);
      return { kind: 'select', start, end: this.previousEnd, select };
    }
    const items = this.parseOptionalList();
    this.expect(Token.RightParen);
    this.leave(3);
    if (operand.kind === 'row') this.queryCount += items.length;
    return { kind: 'list', start, end: this.previousEnd, number: this.queryCount, items };
  }

  /** SELECT, VALUES or WITH: none of them can start an expression. */
  protected startsSelect(): boolean {
    return this.at(Token.Select) || this.at(Token.Values) || this.at(Token.With);
  }

  // LP exprlist RP
  protected parseParenthesizedList(): Expr[] {
    this.expect(Token.LeftParen);
    const items = this.parseOptionalList();
    this.expect(Token.RightParen);
    return items;
  }

  // exprlist ::= [nexprlist], up to a closing parenthesis (or ORDER BY in a function call)
  private parseOptionalList(): Expr[] {
    this.height = 0;
    return this.at(Token.RightParen) || this.at(Token.Order) ? [] : this.parseExprList();
  }

  // nexprlist ::= expr [, expr]...
  override parseExprList(): Expr[] {
    const items = [this.parseExpr()];
    let below = this.height;
    while (this.accept(Token.Comma)) {
      items.push(this.parseExpr());
      if (this.height > below) below = this.height;
    }
    this.height = below;
    return items;
  }

  // expr ::= NOT expr | ~expr | -expr | +expr | primary
  private parsePrefix(): Expr {
    const start = this.start;
    switch (this.type) {
      case Token.Not: {
        this.next();
        const operand = this.parseOperand(Power.Not);
        this.setHeight(this.height, start);
        return { kind: 'unary', start, end: this.previousEnd, operator: 'not', operand };
      }
      case Token.Tilde:
      case Token.Minus:
      case Token.Plus: {
        const operator = this.at(Token.Tilde) ? '~' : this.at(Token.Minus) ? '-' : '+';
        this.next();
        const operand = this.parseOperand(Power.Prefix);
        this.setHeight(this.height, start);
        return { kind: 'unary', start, end: this.previousEnd, operator, operand };
      }
      default:
        return this.parsePrimary();
    }
  }

  // expr ::= literal | name | call | CASE | CAST | EXISTS | RAISE | (...)
  private parsePrimary(): Expr {
    const { start, end } = this;
    this.height = 1;
    switch (this.type) {
      case Token.Null:
      case Token.Integer:
      case Token.Real:
      case Token.SeparatedNumber:
      case Token.Blob:
      case Token.CurrentTime:
        return this.parseLiteral();
      case Token.Variable:
        if (this.sql.charCodeAt(start) === 35 && isDigitCode(this.sql.charCodeAt(start + 1)))
          return this.parseRegister();
        return this.parseParameter();
      case Token.String:
        return this.parseStringOrColumn();
      case Token.LeftParen:
        return this.parseParenthesized();
      case Token.Case:
        return this.parseCase();
      case Token.Cast:
        return this.parseCast();
      case Token.Raise:
        return this.parseRaise();
      case Token.Exists: {
        this.next();
        this.expect(Token.LeftParen);
        const select = this.parseNestedSelect();
        this.setHeight(this.height, start);
        return { kind: 'exists', start, end: this.previousEnd, select };
      }
      default: {
        if (!this.isPlainName()) this.syntaxError();
        const name = this.takeName();
        if (this.at(Token.LeftParen)) return this.parseCall(name);
        if (this.at(Token.Dot)) return this.parseDotted(name);
        return { kind: 'column', start, end, database: null, table: null, column: name };
      }
    }
  }

  // term ::= NULL | INTEGER | FLOAT | QNUMBER | STRING | BLOB | CTIME_KW
  parseLiteral(): Expr {
    const { sql, start, end, type } = this;
    this.height = 1;
    switch (type) {
      case Token.Null:
        this.next();
        return { kind: 'null', start, end };
      case Token.Integer:
        this.next();
        return { kind: 'integer', start, end, text: sql.slice(start, end) };
      case Token.Real:
        this.next();
        return { kind: 'real', start, end, text: sql.slice(start, end) };
      case Token.SeparatedNumber:
        return this.parseSeparatedNumber();
      case Token.String:
        this.next();
        return { kind: 'string', start, end, value: unquote(sql, start, end, 'single') };
      case Token.Blob:
        this.next();
        return { kind: 'blob', start, end, hex: sql.slice(start + 2, end - 1) };
      case Token.CurrentTime: {
        const name = sql.slice(start, end).toUpperCase();
        this.next();
        return {
          kind: 'currentTime',
          start,
          end,
          name: name === 'CURRENT_DATE' ? name : name === 'CURRENT_TIME' ? name : 'CURRENT_TIMESTAMP',
        };
      }
      default:
        return this.syntaxError();
    }
  }

  /** A number with separators: each must stand between two digits. */
  private parseSeparatedNumber(): Expr {
    const { start, end } = this;
    const text = this.sql.slice(start, end);
    const isHex = text.charCodeAt(0) === 48 && (text.charCodeAt(1) | 32) === 120;
    const wellFormed = isHex
      ? /^0x[0-9a-f]+(_[0-9a-f]+)*$/i
      : /^(?:\d+(?:_\d+)*|(?=\.))(?:\.(?:\d+(?:_\d+)*)?)?(?:e[+-]?\d+(?:_\d+)*)?$/i;
    if (!wellFormed.test(text)) this.report(`unrecognized token: "${text}"`, -1);
    this.next();
    const digits = text.replaceAll('_', '');
    if (isHex || /^\d+$/.test(digits)) return { kind: 'integer', start, end, text: digits };
    return { kind: 'real', start, end, text: digits };
  }

  /** `#1` names a register in SQLite's internal statements and is an error everywhere else. */
  private parseRegister(): Expr {
    const { start, end } = this;
    this.next();
    this.report(`near "${this.sql.slice(start, end)}": syntax error`, start);
    return { kind: 'null', start, end };
  }

  private parseParameter(): Expr {
    const { start, end } = this;
    const text = this.sql.slice(start, end);
    this.next();
    const index = this.numberParameter(text, start);
    const name = text === '?' ? null : text;
    return { kind: 'parameter', start, end, index, name };
  }

  // term ::= STRING, or nm DOT nm with a string for a name
  private parseStringOrColumn(): Expr {
    const { start, end } = this;
    const value = unquote(this.sql, start, end, 'single');
    this.next();
    if (this.at(Token.Dot)) return this.parseDotted({ start, end, name: value, quoting: 'single' });
    return { kind: 'string', start, end, value };
  }

  // expr ::= nm DOT nm [DOT nm]
  private parseDotted(first: Identifier): ColumnReference {
    this.next();
    if (this.at(Token.Star) && first.start === this.resultStart) {
      this.starTable = first;
      return { kind: 'column', start: first.start, end: first.end, database: null, table: null, column: first };
    }
    const second = this.parseName();
    this.setHeight(1, first.start);
    if (!this.accept(Token.Dot)) {
      return { kind: 'column', start: first.start, end: second.end, database: null, table: first, column: second };
    }
    const third = this.parseName();
    this.setHeight(2, first.start);
    return { kind: 'column', start: first.start, end: third.end, database: first, table: second, column: third };
  }

  // expr ::= LP expr RP | LP nexprlist COMMA expr RP | LP select RP
  private parseParenthesized(): Expr {
    const start = this.start;
    this.next();
    if (this.startsSelect()) {
      const select = this.parseNestedSelect();
      this.setHeight(this.height, start);
      return { kind: 'subquery', start, end: this.previousEnd, select };
    }
    this.enter(1);
    const first = this.parseExpr();
    this.leave(1);
    if (!this.at(Token.Comma)) {
      this.expect(Token.RightParen);
      return first;
    }
    let below = this.height;
    this.next();
    this.enter(3);
    const items = [first, ...this.parseExprList()];
    this.leave(3);
    below = Math.max(below, this.height);
    this.expect(Token.RightParen);
    this.setHeight(below, start);
    return { kind: 'row', start, end: this.previousEnd, items };
  }

  /** `select )`; the opening parenthesis has been read. */
  protected parseNestedSelect(): Select {
    this.enter(8);
    const select = this.parseSelect();
    this.leave(8);
    this.expect(Token.RightParen);
    return select;
  }

  // expr ::= CASE [expr] WHEN expr THEN expr ... [ELSE expr] END
  private parseCase(): Expr {
    const start = this.start;
    let below = 0;
    const parse = (entries: number): Expr => {
      this.enter(entries);
      const expr = this.parseBinary(Power.Or);
      this.leave(entries);
      below = Math.max(below, this.height);
      return expr;
    };
    this.next();
    const operand = this.at(Token.When) ? null : parse(1);
    const branches: CaseBranch[] = [];
    do {
      const more = branches.length > 0 ? 1 : 0;
      this.expect(Token.When);
      const when = parse(3 + more);
      this.expect(Token.Then);
      branches.push({ when, then: parse(5 + more) });
    } while (this.at(Token.When));
    const otherwise = this.accept(Token.Else) ? parse(4) : null;
    this.expect(Token.End_);
    this.setHeight(below, start);
    return { kind: 'case', start, end: this.previousEnd, operand, branches, otherwise };
  }

  // expr ::= CAST LP expr AS typetoken RP
  private parseCast(): Expr {
    const start = this.start;
    this.next();
    this.expect(Token.LeftParen);
    const operand = this.parseOperand(Power.Or);
    this.setHeight(this.height, start);
    this.expect(Token.As);
    const type = this.parseTypeName();
    this.expect(Token.RightParen);
    return { kind: 'cast', start, end: this.previousEnd, operand, type };
  }

  // expr ::= RAISE LP IGNORE RP | RAISE LP (ROLLBACK | ABORT | FAIL) COMMA expr RP
  private parseRaise(): Expr {
    const start = this.start;
    this.next();
    this.expect(Token.LeftParen);
    const type = this.type;
    let action: 'ignore' | 'rollback' | 'abort' | 'fail' = 'ignore';
    let message: Expr | null = null;
    if (type === Token.Ignore) {
      this.next();
    } else {
      action =
        type === Token.Rollback
          ? 'rollback'
          : type === Token.Abort
            ? 'abort'
            : type === Token.Fail
              ? 'fail'
              : this.syntaxError();
      this.next();
      this.expect(Token.Comma);
      message = this.parseExpr();
      this.setHeight(this.height, start);
    }
    this.expect(Token.RightParen);
    return { kind: 'raise', start, end: this.previousEnd, action, message };
  }

  // typetoken ::= [typename [LP signed [COMMA signed] RP]]; returns the text as written
  parseTypeName(): string {
    if (!this.isIdentifier() && !this.at(Token.String)) return '';
    const start = this.start;
    while (this.isIdentifier() || this.at(Token.String)) this.next();
    if (this.accept(Token.LeftParen)) {
      this.parseSignedNumber();
      if (this.accept(Token.Comma)) this.parseSignedNumber();
      this.expect(Token.RightParen);
    }
    return this.sql.slice(start, this.previousEnd);
  }

  // signed ::= [PLUS | MINUS] (INTEGER | FLOAT); returns the text of the number, with `-` when negative
  parseSignedNumber(): string {
    const negative = this.at(Token.Minus);
    if (negative || this.at(Token.Plus)) this.next();
    if (!this.at(Token.Integer) && !this.at(Token.Real)) this.syntaxError();
    const text = this.sql.slice(this.start, this.end);
    this.next();
    return negative ? '-' + text : text;
  }

  // expr ::= name LP [distinct] exprlist [ORDER BY sortlist] RP [filter_over] | name LP STAR RP [filter_over]
  private parseCall(name: Identifier): FunctionCall {
    this.enter(4);
    this.next();
    const star = this.accept(Token.Star);
    const distinct = !star && this.accept(Token.Distinct);
    if (!star && !distinct) this.accept(Token.All);
    this.height = 0;
    const args = star ? [] : this.parseOptionalList();
    const below = this.height;
    const orderBy = star ? [] : this.parseOrderBy();
    if (args.length > MAX_FUNCTION_ARGUMENTS) {
      this.report(`too many arguments on function ${this.sql.slice(name.start, name.end)}`, name.start);
    }
    this.leave(4);
    this.expect(Token.RightParen);
    const filter = this.at(Token.Filter) ? this.parseFilter() : null;
    const over = this.at(Token.Over) ? this.parseOver(distinct) : null;
    if (over && orderBy.length > 0) {
      this.report(`ORDER BY may not be used with non-aggregate ${name.name}()`, name.start);
    }
    if (orderBy.length > MAX_COLUMNS) this.report('too many terms in ORDER BY clause', name.start);
    this.setHeight(below, name.start);
    return {
      kind: 'function',
      start: name.start,
      end: this.previousEnd,
      name,
      arguments: args,
      star,
      distinct,
      orderBy,
      filter,
      over,
    };
  }

  // filter_clause ::= FILTER LP WHERE expr RP
  private parseFilter(): Expr {
    this.next();
    this.expect(Token.LeftParen);
    this.expect(Token.Where);
    const filter = this.parseOperand(Power.Or);
    this.expect(Token.RightParen);
    return filter;
  }

  // over_clause ::= OVER LP window RP | OVER nm
  private parseOver(distinct: boolean): WindowDefinition {
    const start = this.start;
    this.windowCount++;
    this.next();
    let over: WindowDefinition;
    if (this.at(Token.LeftParen)) {
      this.next();
      over = this.parseWindow(start);
      this.expect(Token.RightParen);
    } else {
      const base = this.parseName();
      over = { start, end: base.end, bare: true, base, partitionBy: [], orderBy: [], frame: null };
    }
    if (distinct) this.report('DISTINCT is not supported for window functions', start);
    return over;
  }
}
