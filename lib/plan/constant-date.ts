/**
 * date() of a constant day and shifts by days, months and years, as queries write the bounds of a range: known before the statement runs.
 */
import type { Expression } from '../resolve/ir';

const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;
const SHIFT = /^([+-]?\d{1,5}) (day|month|year)s?$/;

/** The day as date() gives it; undefined for other arguments. */
export function constantDate(values: readonly Expression[]): string | undefined {
  const texts = values.map((value) => (value.kind === 'string' ? value.value : ''));
  const day = DAY.exec(texts[0] ?? '');
  if (!day || Number(day[2]) > 12 || Number(day[2]) < 1 || Number(day[3]) > 28 || Number(day[3]) < 1) return undefined;
  const date = new Date(Date.UTC(Number(day[1]), Number(day[2]) - 1, Number(day[3])));
  for (const text of texts.slice(1)) {
    const shift = SHIFT.exec(text);
    if (!shift) return undefined;
    const count = Number(shift[1]);
    if (shift[2] === 'day') date.setUTCDate(date.getUTCDate() + count);
    else if (shift[2] === 'month') date.setUTCMonth(date.getUTCMonth() + count);
    else date.setUTCFullYear(date.getUTCFullYear() + count);
  }
  const year = date.getUTCFullYear();
  return year >= 1000 && year <= 9999 ? date.toISOString().slice(0, 10) : undefined;
}
