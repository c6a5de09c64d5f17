// UTF-8 of JavaScript strings. A lone surrogate is kept as its three-byte form (WTF-8), so that text survives the way to
// the engine and back unchanged; TextEncoder would replace it.

const encoder = new TextEncoder();
const loneSurrogate = /\p{Surrogate}/u;

export const hasLoneSurrogate = (text: string): boolean => loneSurrogate.test(text);

export function encodeText(text: string): Uint8Array {
  return hasLoneSurrogate(text) ? encodeIllFormed(text) : encoder.encode(text);
}

function encodeIllFormed(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return Uint8Array.from(bytes);
}
