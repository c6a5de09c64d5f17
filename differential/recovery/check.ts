// Goes through logs of both engines, page sizes, byte orders and numbers of lives.
import { join } from 'node:path';
import { openOracle, openRinglite } from '../engines';
import { Random } from '../generator/random';
import { abandonedFiles, damages, withOtherByteOrder } from './logs';
import { difference } from './recover';

export interface CheckOptions {
  /** For files; empty. */
  readonly folder: string;
  readonly seed: number;
  readonly logs: number;
  /** Looks at one damage of so many. */
  readonly every: number;
  readonly pageSizes: readonly number[];
  readonly report: (line: string) => void;
}

export interface CheckFigures {
  logs: number;
  recoveries: number;
  differences: number;
}

export function checkLogs(options: CheckOptions): CheckFigures {
  const figures: CheckFigures = { logs: 0, recoveries: 0, differences: 0 };
  for (let number = 0; number < options.logs; number++) {
    const random = new Random(options.seed * 1000 + number);
    const isOurs = number % 2 === 0;
    const isSwapped = (number >> 1) % 2 === 1;
    const pageSize = options.pageSizes[(number >> 2) % options.pageSizes.length] ?? 4096;
    const lives = random.between(1, 3);
    const written = abandonedFiles(isOurs ? openRinglite : openOracle, join(options.folder, 'written'), random, {
      pageSize,
      lives,
      transactions: pageSize > 4096 ? 3 : 8,
    });
    const files = isSwapped ? { ...written, log: withOtherByteOrder(written.log) } : written;
    figures.logs++;
    let index = random.between(0, options.every - 1);
    for (const damage of damages(files.log, random)) {
      if (index++ % options.every !== 0) continue;
      figures.recoveries++;
      const found = difference(options.folder, files, damage);
      if (!found) continue;
      figures.differences++;
      options.report(
        `log ${number} (${isOurs ? 'ringlite' : 'stock'}, page size ${pageSize}, ${lives} lives${isSwapped ? ', other byte order' : ''}): ${found}`,
      );
    }
  }
  return figures;
}
