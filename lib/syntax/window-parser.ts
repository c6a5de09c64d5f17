/**
 * Parses sort lists and window definitions.
 *
 * Owns: ORDER BY terms, PARTITION BY, frames. Must not know: operators; expressions come from the subclass.
 */
import type { Expr, FrameBound, OrderingTerm, WindowDefinition, WindowFrame } from './ast';
import { Token } from './token';
import { TokenReader } from './token-reader';

export abstract class WindowParser extends TokenReader {
  abstract parseExpr(): Expr;
  abstract parseExprList(): Expr[];

  // window ::= [nm] [PARTITION BY nexprlist] [ORDER BY sortlist] frame_opt
  parseWindow(start: number): WindowDefinition {
    const isKeyword = this.at(Token.Partition) || this.at(Token.Range) || this.at(Token.Rows) || this.at(Token.Groups);
    const base = !isKeyword && (this.isPlainName() || this.at(Token.String)) ? this.parseName() : null;
    let partitionBy: Expr[] = [];
    if (this.accept(Token.Partition)) {
      this.expect(Token.By);
      partitionBy = this.parseExprList();
    }
    const orderBy = this.parseOrderBy();
    const frame = this.parseFrame();
    return { start, end: this.previousEnd, bare: false, base, partitionBy, orderBy, frame };
  }

  // frame_opt ::= [(RANGE | ROWS | GROUPS) (bound | BETWEEN bound AND bound) [EXCLUDE ...]]
  private parseFrame(): WindowFrame | null {
    const start = this.start;
    const unit = this.at(Token.Range)
      ? 'range'
      : this.at(Token.Rows)
        ? 'rows'
        : this.at(Token.Groups)
          ? 'groups'
          : null;
    if (unit === null) return null;
    this.next();
    const between = this.accept(Token.Between);
    const from = this.parseFrameBound('unboundedPreceding');
    if (between) this.expect(Token.And);
    const to: FrameBound = between ? this.parseFrameBound('unboundedFollowing') : { kind: 'currentRow', offset: null };
    const exclude = this.parseExclude();
    if (!isFrameInOrder(from.kind, to.kind)) this.report('unsupported frame specification', start);
    return { start, end: this.previousEnd, unit, from, to, between, exclude };
  }

  // frame_bound ::= UNBOUNDED (PRECEDING | FOLLOWING) | CURRENT ROW | expr (PRECEDING | FOLLOWING)
  private parseFrameBound(unbounded: 'unboundedPreceding' | 'unboundedFollowing'): FrameBound {
    if (this.accept(Token.Unbounded)) {
      this.expect(unbounded === 'unboundedPreceding' ? Token.Preceding : Token.Following);
      return { kind: unbounded, offset: null };
    }
    if (this.accept(Token.Current)) {
      this.expect(Token.Row);
      return { kind: 'currentRow', offset: null };
    }
    const offset = this.parseExpr();
    if (this.accept(Token.Preceding)) return { kind: 'preceding', offset };
    this.expect(Token.Following);
    return { kind: 'following', offset };
  }

  // frame_exclude_opt ::= [EXCLUDE (NO OTHERS | CURRENT ROW | GROUP | TIES)]
  private parseExclude(): WindowFrame['exclude'] {
    if (!this.accept(Token.Exclude)) return null;
    if (this.accept(Token.No)) {
      this.expect(Token.Others);
      return 'noOthers';
    }
    if (this.accept(Token.Current)) {
      this.expect(Token.Row);
      return 'currentRow';
    }
    if (this.accept(Token.Group)) return 'group';
    this.expect(Token.Ties);
    return 'ties';
  }

  // orderby_opt ::= [ORDER BY sortlist]
  parseOrderBy(): OrderingTerm[] {
    if (!this.accept(Token.Order)) return [];
    this.expect(Token.By);
    return this.parseSortList();
  }

  // sortlist ::= expr [ASC | DESC] [NULLS (FIRST | LAST)] [, ...]
  parseSortList(): OrderingTerm[] {
    const terms: OrderingTerm[] = [];
    do {
      const start = this.start;
      const expr = this.parseExpr();
      const order = this.parseSortOrder();
      let nulls: OrderingTerm['nulls'] = null;
      if (this.accept(Token.Nulls)) {
        nulls = this.at(Token.First) ? 'first' : 'last';
        if (!this.accept(Token.First)) this.expect(Token.Last);
      }
      terms.push({ start, end: this.previousEnd, expr, order, nulls });
    } while (this.accept(Token.Comma));
    return terms;
  }

  // sortorder ::= [ASC | DESC]
  parseSortOrder(): 'asc' | 'desc' | null {
    if (this.accept(Token.Asc)) return 'asc';
    return this.accept(Token.Desc) ? 'desc' : null;
  }
}

/** False for frames that cannot be: those that end before they start. */
function isFrameInOrder(from: FrameBound['kind'], to: FrameBound['kind']): boolean {
  if (from === 'currentRow') return to !== 'preceding';
  if (from === 'following') return to !== 'preceding' && to !== 'currentRow';
  return true;
}
