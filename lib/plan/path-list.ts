/**
 * The access paths worth considering, dominated ones weeded out as they come.
 *
 * A path is dropped when another of the same source needs no more outer loops and costs no more in every respect. Order of
 * arrival decides between equals, so candidates must be offered in SQLite's order.
 */
import { addEstimates, type LogEstimate } from './log-estimate';
import { PathFlag, type AccessPath } from './plan';
import { isSubsetOf, unionOf, type SourceSet } from './source-set';

/** The most candidates looked at in one join, and how many more each FROM item brings. */
export const CANDIDATE_LIMIT = 20000;
export const CANDIDATE_LIMIT_PER_SOURCE = 1000;
const OR_COST_LIMIT = 3;

/** Cost of one operand of an OR by its cheapest index. */
export interface OrCost {
  prerequisites: SourceSet;
  runCost: LogEstimate;
  rowsOut: LogEstimate;
}

/** The best few ways to run an operand of OR, or all operands together. */
export class OrCosts {
  readonly costs: OrCost[] = [];

  add(prerequisites: SourceSet, runCost: LogEstimate, rowsOut: LogEstimate): void {
    let slot: OrCost | undefined;
    for (const cost of this.costs) {
      if (runCost <= cost.runCost && isSubsetOf(prerequisites, cost.prerequisites)) {
        slot = cost;
        break;
      }
      if (cost.runCost <= runCost && isSubsetOf(cost.prerequisites, prerequisites)) return;
    }
    if (!slot) {
      if (this.costs.length < OR_COST_LIMIT) {
        this.costs.push({ prerequisites, runCost, rowsOut });
        return;
      }
      slot = this.costs.reduce((worst, cost) => (cost.runCost > worst.runCost ? cost : worst));
      if (slot.runCost <= runCost) return;
    }
    slot.prerequisites = prerequisites;
    slot.runCost = runCost;
    slot.rowsOut = Math.min(slot.rowsOut, rowsOut);
  }

  /** Costs of running this operand and `other` one after the other. */
  combinedWith(other: OrCosts): OrCosts {
    const sum = new OrCosts();
    for (const a of this.costs) {
      for (const b of other.costs) {
        sum.add(
          unionOf(a.prerequisites, b.prerequisites),
          addEstimates(a.runCost, b.runCost),
          addEstimates(a.rowsOut, b.rowsOut),
        );
      }
    }
    return sum;
  }
}

/** Takes candidate paths. Either keeps them or, for an operand of OR, only notes their cost. */
export class PathList {
  readonly paths: AccessPath[] = [];
  /** How many more candidates may be offered. */
  budget = CANDIDATE_LIMIT;

  /** Starts over. */
  clear(): void {
    this.paths.length = 0;
    this.budget = CANDIDATE_LIMIT;
  }

  /** Returns false when the budget is used up. */
  offer(candidate: AccessPath, orCosts: OrCosts | null): boolean {
    if (this.budget === 0) {
      if (orCosts) orCosts.costs.length = 0;
      return false;
    }
    this.budget--;
    this.#adjustCost(candidate);
    if (orCosts) {
      if (candidate.terms.length > 0) orCosts.add(candidate.prerequisites, candidate.runCost, candidate.rowsOut);
      return true;
    }
    const at = this.#findLesser(candidate, 0);
    if (at < 0) return true;
    if (at === this.paths.length) {
      this.paths.push(candidate.copy());
      return true;
    }
    for (let other = this.#findLesser(candidate, at + 1); other >= 0 && other < this.paths.length;) {
      this.paths.splice(other, 1);
      other = this.#findLesser(candidate, other);
    }
    this.paths[at]!.assign(candidate);
    return true;
  }

  /** A path with more terms may not look dearer than one with fewer, nor fewer terms cheaper. */
  #adjustCost(candidate: AccessPath): void {
    if (!candidate.has(PathFlag.byIndex)) return;
    for (const path of this.paths) {
      if (path.position !== candidate.position || !path.has(PathFlag.byIndex)) continue;
      if (isCheaperSubset(path, candidate)) {
        candidate.runCost = Math.min(path.runCost, candidate.runCost);
        candidate.rowsOut = Math.min(path.rowsOut - 1, candidate.rowsOut);
      } else if (isCheaperSubset(candidate, path)) {
        candidate.runCost = Math.max(path.runCost, candidate.runCost);
        candidate.rowsOut = Math.max(path.rowsOut + 1, candidate.rowsOut);
      }
    }
  }

  /**
   * Index from `start` of a path that `candidate` should replace; the list's length when there is none; -1 when a known
   * path is as good.
   */
  #findLesser(candidate: AccessPath, start: number): number {
    for (let i = start; i < this.paths.length; i++) {
      const path = this.paths[i]!;
      if (path.position !== candidate.position || path.sortIndex !== candidate.sortIndex) continue;
      if (
        path.has(PathFlag.automaticIndex) &&
        candidate.skipCount === 0 &&
        candidate.has(PathFlag.byIndex) &&
        candidate.has(PathFlag.equality) &&
        isSubsetOf(candidate.prerequisites, path.prerequisites)
      ) {
        return i;
      }
      if (
        isSubsetOf(path.prerequisites, candidate.prerequisites) &&
        path.setupCost <= candidate.setupCost &&
        path.runCost <= candidate.runCost &&
        path.rowsOut <= candidate.rowsOut
      ) {
        return -1;
      }
      if (
        isSubsetOf(candidate.prerequisites, path.prerequisites) &&
        path.runCost >= candidate.runCost &&
        path.rowsOut >= candidate.rowsOut
      ) {
        return i;
      }
    }
    return this.paths.length;
  }
}

/** `x` uses a proper subset of the terms of `y`, though its cost says otherwise. */
function isCheaperSubset(x: AccessPath, y: AccessPath): boolean {
  if (x.runCost > y.runCost && x.rowsOut > y.rowsOut) return false;
  if (x.equalityCount < y.equalityCount && x.index === y.index && x.skipCount === 0 && y.skipCount === 0) return true;
  if (x.terms.length - x.skipCount >= y.terms.length - y.skipCount) return false;
  if (y.skipCount > x.skipCount) return false;
  for (const term of x.terms) {
    if (term && !y.terms.includes(term)) return false;
  }
  return !(x.has(PathFlag.covering) && !y.has(PathFlag.covering));
}
