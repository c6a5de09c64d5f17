// The simulator, a few seconds of it: our engine passes, an engine that is broken on purpose does not. All mutants and more seeds:
// `npm run simulate`.
import { spawnSync } from 'node:child_process';
import { buildMutant, buildPrograms, buildSimulator, mutate } from './build';
import { mutants } from './mutants';

/** Building takes the most of it, when the native tests have not been built. */
const BUILD_TIMEOUT_MS = 600_000;

test.each(mutants.map((mutant) => [mutant.name, mutant] as const))('%s: the change applies', (_, mutant) => {
  expect(() => mutate(mutant)).not.toThrow();
});

// The simulator's executable is for Linux: see binding/testing/sim/hooks.cpp.
(process.platform === 'linux' ? describe : describe.skip)('runs', () => {
  const simulate = (simulator: string, programs: string, count: number): string =>
    spawnSync(simulator, [programs, '--count', String(count), '--stop-at', '1'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).stdout;

  test(
    'of our engine are clean',
    () => {
      expect(simulate(buildSimulator(), buildPrograms(), 200)).toMatch(/^200 seeds, 0 failed;/);
    },
    BUILD_TIMEOUT_MS,
  );

  test(
    'repeat exactly',
    () => {
      const [simulator, programs] = [buildSimulator(), buildPrograms()];
      const figures = (): string | undefined => /^.*faults/m.exec(simulate(simulator, programs, 20))?.[0];
      expect(figures()).toContain('20 seeds, 0 failed');
      expect(figures()).toBe(figures());
    },
    BUILD_TIMEOUT_MS,
  );

  test(
    'of a broken engine fail',
    () => {
      const mutant = mutants.find(({ name }) => name === 'the journal is not synced');
      if (!mutant) throw new Error('no such mutant');
      expect(simulate(buildMutant(mutant), buildPrograms(), 400)).toMatch(/^FAILED seed/m);
    },
    BUILD_TIMEOUT_MS,
  );
});
