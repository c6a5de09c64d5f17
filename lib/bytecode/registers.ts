// Register numbers of one program. Registers count from 1; 0 means "no register" in an operand.
// Owns allocation only: what a register holds is the caller's knowledge. A temporary that is released may be handed out
// again at once, so nobody may read a temporary after releasing it.

export class RegisterAllocator {
  #last = 0;
  readonly #free: number[] = [];
  /** Released runs of registers by length. */
  readonly #freeRanges = new Map<number, number[]>();

  /** Number of the highest register ever handed out. */
  get count(): number {
    return this.#last;
  }

  /** The first of `count` fresh consecutive registers, never reused. */
  allocate(count = 1): number {
    const first = this.#last + 1;
    this.#last += count;
    return first;
  }

  temporary(): number {
    return this.#free.pop() ?? this.allocate();
  }

  release(register: number): void {
    if (register > 0) this.#free.push(register);
  }

  /** The first of `count` consecutive temporaries. */
  temporaryRange(count: number): number {
    if (count === 1) return this.temporary();
    return this.#freeRanges.get(count)?.pop() ?? this.allocate(count);
  }

  releaseRange(first: number, count: number): void {
    if (count === 1) {
      this.release(first);
      return;
    }
    const ranges = this.#freeRanges.get(count);
    if (ranges) ranges.push(first);
    else this.#freeRanges.set(count, [first]);
  }

  /** Forgets all released temporaries: code that may be entered from elsewhere (a subroutine) must not share them. */
  forgetTemporaries(): void {
    this.#free.length = 0;
    this.#freeRanges.clear();
  }
}
