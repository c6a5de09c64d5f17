/**
 * Parses queries: SELECT, VALUES, compounds, WITH, FROM.
 *
 * Owns: the clauses of a query. Must not know: other statements.
 */
import type {
  CommonTable,
  CompoundOperator,
  Expr,
  FromItem,
  Identifier,
  IndexedBy,
  JoinOperator,
  NamedWindow,
  OrderingTerm,
  QueryCore,
  ResultColumn,
  Select,
  SelectCore,
  TableSource,
  ValuesCore,
  WithClause,
} from './ast';
import { isConstantSyntax } from './constant';
import { ExpressionParser } from './expression-parser';
import { Token } from './token';
import { MAX_COLUMNS, MAX_COMPOUND_TERMS, MAX_FROM_TERMS } from './token-reader';
import { resolveWindows } from './window-chain';

/** ORDER BY and LIMIT as parsed behind one core of a compound. */
interface Tail {
  readonly orderBy: OrderingTerm[];
  readonly limit: Expr | null;
  readonly offset: Expr | null;
}

const NO_TAIL: Tail = { orderBy: [], limit: null, offset: null };

const compoundNames: Record<CompoundOperator, string> = {
  union: 'UNION',
  unionAll: 'UNION ALL',
  intersect: 'INTERSECT',
  except: 'EXCEPT',
};

export abstract class QueryParser extends ExpressionParser {
  /** A WITH clause has been met: then rows of unequal width are no error of the parser, since the query may never be used. */
  private hasWith = false;

  // select ::= [WITH ...] selectnowith
  override parseSelect(): Select {
    const start = this.start;
    const withClause = this.at(Token.With) ? this.parseWith() : null;
    return this.parseSelectBody(start, withClause);
  }

  // selectnowith ::= oneselect [compound_op oneselect]...
  parseSelectBody(start: number, withClause: WithClause | null): Select {
    const cores: SelectCore[] = [];
    const operators: CompoundOperator[] = [];
    let tail = this.parseCoreInto(cores, operators);
    let terms = 1;
    let misplaced: string | null = null;
    let below = this.height;
    for (;;) {
      const operator = this.parseCompoundOperator();
      if (operator === null) break;
      const clause = tail.orderBy.length > 0 ? 'ORDER BY' : tail.limit !== null ? 'LIMIT' : null;
      if (clause !== null) misplaced = `${clause} clause should come after ${compoundNames[operator]} not before`;
      operators.push(operator);
      tail = this.parseCoreInto(cores, operators);
      terms++;
      below = Math.max(below, this.height);
    }
    if (misplaced !== null) this.report(misplaced, this.start);
    if (terms > MAX_COMPOUND_TERMS) this.report('too many terms in compound SELECT', this.start);
    this.height = below;
    const { orderBy, limit, offset } = tail;
    return {
      kind: 'select',
      start,
      end: this.previousEnd,
      number: this.queryCount,
      with: withClause,
      cores,
      operators,
      orderBy,
      limit,
      offset,
    };
  }

  /** Appends a core and gives what follows it. Rows of VALUES in which a window function is called become cores of their own. */
  private parseCoreInto(cores: SelectCore[], operators: CompoundOperator[]): Tail {
    const windowsBefore = this.windowCount;
    const core = this.parseCore();
    if (core.kind === 'values' && core.rows.length > 1 && this.windowCount > windowsBefore) {
      if (cores.length > 0) cores.push(selectAllOf(rowByRow(core, this.queryCount + core.rows.length)));
      else {
        const rows = rowByRow(core, 0);
        cores.push(...rows.cores);
        operators.push(...rows.operators);
      }
    } else {
      cores.push(core);
    }
    const tail = this.parseTail(core);
    this.countCore(core);
    return tail;
  }

  /** SQLite makes a query of each row of VALUES, or of rows that are coded as they are read one for the first row and one for all. */
  private countCore(core: SelectCore): void {
    if (core.kind === 'query') this.queryCount++;
    else this.queryCount += this.isInline(core.rows) ? 2 : core.rows.length;
  }

  /** ORDER BY and LIMIT follow a SELECT only, never VALUES. */
  private parseTail(core: SelectCore): Tail {
    if (core.kind === 'values') return NO_TAIL;
    if (!this.at(Token.Order) && !this.at(Token.Limit)) return NO_TAIL;
    const orderBy = this.parseOrderBy();
    const { limit, offset } = this.parseLimit();
    return { orderBy, limit, offset };
  }

  // limit_opt ::= [LIMIT expr [(OFFSET | COMMA) expr]]
  protected parseLimit(): { limit: Expr | null; offset: Expr | null } {
    if (!this.accept(Token.Limit)) return { limit: null, offset: null };
    const first = this.parseClause();
    if (this.accept(Token.Offset)) return { limit: first, offset: this.parseClause() };
    if (this.accept(Token.Comma)) return { limit: this.parseClause(), offset: first };
    return { limit: first, offset: null };
  }

  // multiselect_op ::= UNION | UNION ALL | EXCEPT | INTERSECT
  private parseCompoundOperator(): CompoundOperator | null {
    if (this.accept(Token.Union)) return this.accept(Token.All) ? 'unionAll' : 'union';
    if (this.accept(Token.Except)) return 'except';
    return this.accept(Token.Intersect) ? 'intersect' : null;
  }

  // oneselect ::= SELECT ... | VALUES ...
  private parseCore(): SelectCore {
    if (this.at(Token.Values)) return this.parseValues();
    if (!this.at(Token.Select)) this.syntaxError();
    return this.parseQueryCore();
  }

  // values ::= VALUES LP nexprlist RP [COMMA LP nexprlist RP]...
  private parseValues(): ValuesCore {
    const start = this.start;
    const rows: Expr[][] = [];
    let below = 0;
    this.next();
    do {
      const rowStart = this.start;
      this.expect(Token.LeftParen);
      const row = this.parseExprList();
      below = Math.max(below, this.height);
      this.expect(Token.RightParen);
      rows.push(row);
      if (row.length !== (rows[0] as Expr[]).length && !this.hasWith) {
        this.report('all VALUES must have the same number of terms', rowStart);
      }
    } while (this.accept(Token.Comma));
    this.checkColumnCount((rows[0] as Expr[]).length, 'result set', start);
    this.height = below;
    return { kind: 'values', start, end: this.previousEnd, rows };
  }

  /** SQLite codes rows of constants as it reads them: not those of WITH or of the schema. */
  private isInline(rows: ValuesCore['rows']): boolean {
    if (rows.length < 2 || this.hasWith || this.allowsOldColumnLists()) return false;
    return rows.every((row, i) => row.every((item) => isConstantSyntax(item) && (i > 0 || item.kind !== 'cast')));
  }

  protected checkColumnCount(count: number, what: string, offset: number): void {
    if (count > MAX_COLUMNS) this.report(`too many columns in ${what}`, offset);
  }

  // oneselect ::= SELECT [DISTINCT | ALL] selcollist from where_opt groupby_opt having_opt [window_clause]
  private parseQueryCore(): QueryCore {
    const start = this.start;
    this.next();
    const distinct = this.accept(Token.Distinct);
    if (!distinct) this.accept(Token.All);
    const columns = this.parseResultColumns();
    let below = this.height;
    const deepen = (expr: Expr): Expr => {
      below = Math.max(below, this.height);
      return expr;
    };
    const from = this.accept(Token.From) ? this.parseFrom() : null;
    const where = this.accept(Token.Where) ? deepen(this.parseClause()) : null;
    let groupBy: Expr[] = [];
    if (this.accept(Token.Group)) {
      this.expect(Token.By);
      groupBy = this.parseExprList();
      below = Math.max(below, this.height);
    }
    const having = this.accept(Token.Having) ? deepen(this.parseClause()) : null;
    const windows = this.accept(Token.Window) ? this.parseNamedWindows() : [];
    this.checkColumnCount(columns.length, 'result set', start);
    this.height = below;
    return { kind: 'query', start, end: this.previousEnd, distinct, columns, from, where, groupBy, having, windows };
  }

  // selcollist ::= (expr [as] | STAR | nm DOT STAR) [, ...]
  parseResultColumns(): ResultColumn[] {
    const columns: ResultColumn[] = [];
    let below = 0;
    do {
      columns.push(this.parseResultColumn());
      below = Math.max(below, this.height);
    } while (this.accept(Token.Comma));
    this.height = below;
    return columns;
  }

  private parseResultColumn(): ResultColumn {
    const { start } = this;
    this.height = 1;
    if (this.at(Token.Star)) {
      this.next();
      return { kind: 'star', start, end: this.previousEnd, table: null };
    }
    this.resultStart = start;
    const expr = this.parseClause();
    const table = this.starTable;
    if (table !== null) {
      this.starTable = null;
      this.next();
      return { kind: 'star', start, end: this.previousEnd, table };
    }
    const end = this.spanEnd(start);
    return { kind: 'expr', start, end, expr, alias: this.parseAlias() };
  }

  // as ::= [AS nm | ID | STRING]
  protected parseAlias(): Identifier | null {
    if (this.accept(Token.As)) return this.parseName();
    return this.isIdentifier() || this.at(Token.String) ? this.takeName() : null;
  }

  // windowdefn_list ::= nm AS LP window RP [, ...]
  private parseNamedWindows(): NamedWindow[] {
    const windows: NamedWindow[] = [];
    do {
      const name = this.parseName();
      this.expect(Token.As);
      const start = this.start;
      this.expect(Token.LeftParen);
      const definition = this.parseWindow(start);
      this.expect(Token.RightParen);
      windows.push({ start: name.start, end: this.previousEnd, name, definition });
    } while (this.accept(Token.Comma));
    resolveWindows(windows, (message, offset) => {
      this.report(message, offset);
    });
    return windows;
  }

  // with ::= WITH [RECURSIVE] wqitem [, ...]
  parseWith(): WithClause {
    const start = this.start;
    this.next();
    const recursive = this.accept(Token.Recursive);
    this.hasWith = true;
    const tables: CommonTable[] = [];
    do {
      const table = this.parseCommonTable();
      const folded = table.name.name.toLowerCase();
      if (tables.some((other) => other.name.name.toLowerCase() === folded)) {
        this.report(`duplicate WITH table name: ${table.name.name}`, table.start);
      }
      tables.push(table);
    } while (this.accept(Token.Comma));
    return { start, end: this.previousEnd, recursive, tables };
  }

  // wqitem ::= nm eidlist_opt AS [[NOT] MATERIALIZED] LP select RP
  private parseCommonTable(): CommonTable {
    const name = this.parseName();
    const columns = this.at(Token.LeftParen) ? this.parseColumnNames() : [];
    this.expect(Token.As);
    let materialized: CommonTable['materialized'] = 'any';
    if (this.accept(Token.Not)) {
      this.expect(Token.Materialized);
      materialized = 'no';
    } else if (this.accept(Token.Materialized)) {
      materialized = 'yes';
    }
    this.expect(Token.LeftParen);
    const select = this.parseNestedSelect();
    return { start: name.start, end: this.previousEnd, name, columns, materialized, select };
  }

  // eidlist_opt ::= LP nm [, nm]... RP; COLLATE and a sort order are read for old schemas only
  protected parseColumnNames(): Identifier[] {
    const names: Identifier[] = [];
    this.expect(Token.LeftParen);
    do {
      const name = this.parseName();
      let isPlain = true;
      if (this.accept(Token.Collate)) {
        this.parseIdentifierOrString();
        isPlain = false;
      }
      if (this.parseSortOrder() !== null) isPlain = false;
      if (!isPlain && !this.allowsOldColumnLists()) {
        this.report(`syntax error after column name "${this.sql.slice(name.start, name.end)}"`, name.start);
      }
      names.push(name);
    } while (this.accept(Token.Comma));
    this.expect(Token.RightParen);
    return names;
  }

  /** True when stored schema text is being parsed. */
  protected abstract allowsOldColumnLists(): boolean;

  // seltablist ::= item [joinop item]...
  parseFrom(entries = 3): FromItem[] {
    this.enter(entries);
    const items = [this.parseFromItem(null)];
    for (;;) {
      const join = this.parseJoinOperator();
      if (join === null) break;
      items.push(this.parseFromItem(join));
      if (items.length > MAX_FROM_TERMS) this.report(`too many FROM clause terms, max: ${MAX_FROM_TERMS}`, -1);
    }
    this.leave(entries);
    return items;
  }

  // joinop ::= COMMA | JOIN | JOIN_KW [nm [nm]] JOIN
  private parseJoinOperator(): JoinOperator | null {
    if (this.accept(Token.Comma)) return { type: 'comma', natural: false };
    if (this.accept(Token.Join)) return { type: 'inner', natural: false };
    if (!this.at(Token.JoinKeyword)) return null;
    const start = this.start;
    const words = [this.takeName()];
    while (!this.at(Token.Join) && words.length < 3) words.push(this.parseName());
    this.expect(Token.Join);
    return joinOperator(words) ?? this.unknownJoin(words, start);
  }

  private unknownJoin(words: readonly Identifier[], offset: number): JoinOperator {
    this.report(`unknown join type: ${this.wordsText(words)}`, offset);
    return { type: 'inner', natural: false };
  }

  private wordsText(words: readonly Identifier[]): string {
    return words.map((word) => this.sql.slice(word.start, word.end)).join(' ');
  }

  // item ::= (nm dbnm [LP exprlist RP] | LP select RP | LP seltablist RP) as [indexed_by] on_using
  private parseFromItem(join: JoinOperator | null): FromItem {
    const start = this.start;
    const source = this.at(Token.LeftParen) ? this.parseParenthesizedSource() : this.parseTableReference();
    let on: Expr | null = null;
    let using: Identifier[] | null = null;
    const clause = this.start;
    if (this.accept(Token.On)) {
      on = this.parseClause();
    } else if (this.accept(Token.Using)) {
      this.expect(Token.LeftParen);
      using = this.parseNameList();
      this.expect(Token.RightParen);
    }
    if (join === null && (on !== null || using !== null)) {
      this.report(`a JOIN clause is required before ${on !== null ? 'ON' : 'USING'}`, clause);
    }
    if (source.kind === 'group' && source.items.length > 1 && (join !== null || source.alias !== null)) {
      return { start, end: this.previousEnd, source: { ...source, number: ++this.queryCount }, join, on, using };
    }
    return { start, end: this.previousEnd, source, join, on, using };
  }

  private parseTableReference(): TableSource {
    const name = this.parseQualifiedName();
    const args = this.at(Token.LeftParen) ? this.parseParenthesizedList() : null;
    const alias = this.parseAlias();
    const indexedBy = args === null ? this.parseIndexedBy() : null;
    return { kind: 'table', start: name.start, end: this.previousEnd, name, alias, arguments: args, indexedBy };
  }

  // indexed_by ::= [INDEXED BY nm | NOT INDEXED]
  protected parseIndexedBy(): IndexedBy | null {
    const start = this.start;
    if (this.accept(Token.Indexed)) {
      this.expect(Token.By);
      const name = this.parseName();
      return { start, end: name.end, name };
    }
    if (!this.accept(Token.Not)) return null;
    this.expect(Token.Indexed);
    return { start, end: this.previousEnd, name: null };
  }

  private parseParenthesizedSource(): TableSource {
    const start = this.start;
    this.next();
    if (this.startsSelect()) {
      const select = this.parseNestedSelect();
      const alias = this.parseAlias();
      return { kind: 'subquery', start, end: this.previousEnd, select, alias };
    }
    const items = this.parseFrom(2);
    this.expect(Token.RightParen);
    const alias = this.parseAlias();
    return { kind: 'group', start, end: this.previousEnd, number: 0, items, alias };
  }
}

/** The join that up to three words before JOIN name, null when they make no sense together. */
function joinOperator(words: readonly Identifier[]): JoinOperator | null {
  let natural = false;
  let inner = false;
  let cross = false;
  let outer = false;
  let left = false;
  let right = false;
  for (const { name, quoting } of words) {
    if (quoting !== 'bare') return null;
    switch (name.toLowerCase()) {
      case 'natural':
        natural = true;
        break;
      case 'left':
        left = true;
        break;
      case 'right':
        right = true;
        break;
      case 'full':
        left = right = true;
        break;
      case 'outer':
        outer = true;
        break;
      case 'inner':
        inner = true;
        break;
      case 'cross':
        cross = true;
        break;
      default:
        return null;
    }
  }
  const isOuter = left || right;
  if ((inner || cross) && (isOuter || outer)) return null;
  if (outer && !isOuter) return null;
  const type = cross ? 'cross' : left && right ? 'full' : left ? 'left' : right ? 'right' : 'inner';
  return { type, natural };
}

/** Rows of VALUES as a compound of queries. */
const rowByRow = (core: ValuesCore, number: number): Select => ({
  kind: 'select',
  start: core.start,
  end: core.end,
  number,
  with: null,
  cores: core.rows.map((row) => ({ ...core, rows: [row] })),
  operators: core.rows.slice(1).map(() => 'unionAll'),
  orderBy: [],
  limit: null,
  offset: null,
});

/** `SELECT * FROM (select)` */
function selectAllOf(select: Select): QueryCore {
  const { start, end } = select;
  const source = { kind: 'subquery', start, end, select, alias: null } as const;
  return {
    kind: 'query',
    start,
    end,
    distinct: false,
    columns: [{ kind: 'star', start, end, table: null }],
    from: [{ start, end, source, join: null, on: null, using: null }],
    where: null,
    groupBy: [],
    having: null,
    windows: [],
  };
}
