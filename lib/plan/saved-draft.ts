/**
 * The state of a path that is being varied, to go back to: index columns are tried term by term, each upon those before it.
 */
import type { LogEstimate } from './log-estimate';
import type { AccessPath } from './plan';
import type { SourceSet } from './source-set';
import type { Term } from './term';

/** As an assignment to `length`, which is slow. */
export function truncate(terms: (Term | null)[], count: number): void {
  while (terms.length > count) terms.pop();
}

/** What a recursion over index columns must put back. */
export class SavedDraft {
  readonly prerequisites: SourceSet;
  readonly rowsOut: LogEstimate;
  private readonly equalityCount: number;
  private readonly lowerCount: number;
  private readonly upperCount: number;
  private readonly skipCount: number;
  private readonly flags: number;
  private readonly termCount: number;

  constructor(draft: AccessPath) {
    this.prerequisites = draft.prerequisites;
    this.rowsOut = draft.rowsOut;
    this.equalityCount = draft.equalityCount;
    this.lowerCount = draft.lowerCount;
    this.upperCount = draft.upperCount;
    this.skipCount = draft.skipCount;
    this.flags = draft.flags;
    this.termCount = draft.terms.length;
  }

  restore(draft: AccessPath): void {
    draft.prerequisites = this.prerequisites;
    draft.rowsOut = this.rowsOut;
    draft.equalityCount = this.equalityCount;
    draft.lowerCount = this.lowerCount;
    draft.upperCount = this.upperCount;
    draft.skipCount = this.skipCount;
    draft.flags = this.flags;
    truncate(draft.terms, this.termCount);
  }
}
