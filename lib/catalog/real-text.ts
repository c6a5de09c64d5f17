/**
 * REAL values as text, as SQLite prints them: always with a decimal point, an exponent from 1e15 on and below 1e-4.
 */

const SHORT_DIGITS = 15;
const EXACT_DIGITS = 17;

/** With up to `digits` digits, of which 15 are the fewest. */
function withDigits(value: number, digits: number): string {
  const [mantissa = '', exponentText = '0'] = value.toExponential(digits - 1).split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= SHORT_DIGITS) {
    const sign = exponent < 0 ? '-' : '+';
    return `${trimZeros(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  return trimZeros(value.toFixed(digits - 1 - exponent));
}

const trimZeros = (text: string): string => (text.includes('.') ? text.replace(/(\.\d+?)0+$/, '$1') : `${text}.0`);

/** Rounded to 15 digits. */
export function roundedRealText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'Inf' : '-Inf';
  return withDigits(value, SHORT_DIGITS);
}

/** The text that a value becomes: 15 digits where these tell it exactly, else 17. */
export function realText(value: number): string {
  const short = roundedRealText(value);
  return !Number.isFinite(value) || Number(short) === value ? short : withDigits(value, EXACT_DIGITS);
}
