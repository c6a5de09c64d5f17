// Makes a failing run smaller: each setting is tried with simpler values, under a number of schedules, as long as some run still
// fails.
import { spawnSync } from 'node:child_process';

/** Settings (binding/testing/sim/config.h) that are simpler the smaller they are, with their least value. */
const SMALLER: readonly (readonly [string, number])[] = [
  ['crashes', 0],
  ['kills', 0],
  ['pauses', 0],
  ['faults', 0],
  ['full', 0],
  ['mode_changes', 0],
  ['exclusive', 0],
  ['buffers_stores', 0],
  ['processes', 1],
  ['connections', 1],
  ['transactions', 1],
  ['filler', 0],
  ['keys', 1],
  ['auto_vacuum', 0],
];
/** Other settings, with values that make a run easier to follow, best first. */
const PLAINER: readonly (readonly [string, readonly number[]])[] = [
  ['autocheckpoint', [0, 1000]],
  ['size_limit', [-1]],
  ['timeout_ms', [0]],
  ['cache_pages', [2000]],
  ['page_size', [4096]],
  ['switch_scale', [8000, 1000]],
];
/** Steps of what is tried below a setting's value. */
const STEPS = [0, 1, 2, 3, 5, 8];
const SCHEDULES = 60;

type Settings = Map<string, string>;
const texts = (settings: Settings): string[] => [...settings].map(([name, value]) => `${name}=${value}`);

/** The settings of a run that fails like these, `schedule` aside; undefined when none is found. */
function findFailure(simulator: string, programs: string, settings: Settings): string | undefined {
  const others = texts(settings).filter((text) => !text.startsWith('schedule='));
  const { stdout } = spawnSync(simulator, [programs, '--count', String(SCHEDULES), '--stop-at', '1', ...others], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return /^ {2}schedule=(\d+)/m.exec(stdout)?.[1];
}

/** What to try instead of the present values. */
function candidates(settings: Settings): [string, number[]][] {
  const present = (name: string): number => Number(settings.get(name));
  return [
    ...SMALLER.map(([name, least]): [string, number[]] => [
      name,
      STEPS.map((step) => least + step).filter((value) => value < present(name)),
    ]),
    ...PLAINER.map(([name, values]): [string, number[]] => {
      const at = values.indexOf(present(name));
      return [name, at < 0 ? [...values] : values.slice(0, at)];
    }),
  ];
}

/** Settings ("name=value") of the smallest failing run that was found. */
export function minimize(simulator: string, programs: string, failing: readonly string[]): string[] {
  const settings: Settings = new Map(failing.map((text) => text.split('=') as [string, string]));
  for (let hasChanged = true; hasChanged;) {
    hasChanged = false;
    for (const [name, values] of candidates(settings)) {
      for (const value of values) {
        const schedule = findFailure(simulator, programs, new Map(settings).set(name, String(value)));
        if (schedule === undefined) continue;
        settings.set(name, String(value)).set('schedule', schedule);
        hasChanged = true;
        break;
      }
    }
  }
  return texts(settings);
}
