// Register numbers of one program. Registers count from 1; 0 means "no register" in an operand.
//
// Temporaries follow a stack discipline: take a mark, ask for as many temporaries as needed, release all of them back to
// the mark. What must outlive the mark is asked for before taking it. Owns allocation only: what a register holds is the
// caller's knowledge.

export class RegisterAllocator {
  #last = 0;
  #free: number[] = [];
  /** Released runs of two and more registers, by length; made when the first is released. */
  #freeRanges: Map<number, number[]> | null = null;
  /** Temporaries in use, as pairs (first register, count). */
  readonly #lent: number[] = [];

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

  /** A register that belongs to the caller until it releases to a mark taken before. */
  temporary(): number {
    const register = this.#free.pop() ?? this.allocate();
    this.#lent.push(register, 1);
    return register;
  }

  /** The first of `count` consecutive temporaries. */
  temporaryRange(count: number): number {
    if (count === 1) return this.temporary();
    const first = this.#freeRanges?.get(count)?.pop() ?? this.allocate(count);
    this.#lent.push(first, count);
    return first;
  }

  mark(): number {
    return this.#lent.length;
  }

  /** Gives back every temporary handed out since `mark`. */
  releaseTo(mark: number): void {
    const lent = this.#lent;
    while (lent.length > mark) {
      const count = lent.pop()!;
      const first = lent.pop()!;
      if (count === 1) {
        this.#free.push(first);
        continue;
      }
      this.#freeRanges ??= new Map();
      const ranges = this.#freeRanges.get(count);
      if (ranges) ranges.push(first);
      else this.#freeRanges.set(count, [first]);
    }
  }

  /**
   * Runs `emit` with temporaries that nobody else uses before or after: for coroutines and subroutines, whose code runs
   * in between other code that was emitted elsewhere.
   */
  isolate<T>(emit: () => T): T {
    const free = this.#free;
    const freeRanges = this.#freeRanges;
    this.#free = [];
    this.#freeRanges = null;
    try {
      return emit();
    } finally {
      this.#free = free;
      this.#freeRanges = freeRanges;
    }
  }
}
