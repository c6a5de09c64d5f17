// The C++ form of spec/border.ts: binding/engine/border.gen.h.
import * as border from '../spec/border';

const constantName = (name: string): string => `k${name[0]?.toUpperCase() ?? ''}${name.slice(1)}`;

function enumeration(name: string, type: string, values: Record<string, number>): string {
  const lines = Object.entries(values).map(([key, value]) => `  ${constantName(key)} = ${String(value)},`);
  return `enum class ${name} : ${type} {\n${lines.join('\n')}\n};\n`;
}

/** Namespaced int constants: used as array indexes and bit masks. */
function constants(namespace: string, values: Record<string, number>): string {
  const lines = Object.entries(values).map(
    ([key, value]) => `inline constexpr uint32_t ${constantName(key)} = ${String(value)};`,
  );
  return `namespace ${namespace} {\n${lines.join('\n')}\n}  // namespace ${namespace}\n`;
}

export function borderHeader(): string {
  return `#pragma once
#include <cstdint>

namespace ringlite::border {

inline constexpr uint32_t kControlWords = ${String(border.CONTROL_WORDS)};
inline constexpr uint32_t kCellTag = 0x${(border.CELL_TAG >>> 0).toString(16)}u;
inline constexpr uint32_t kBatchTextLimit = ${String(border.BATCH_TEXT_LIMIT)};
inline constexpr uint32_t kFarBytes = ${String(border.FAR_BYTES)};
inline constexpr int32_t kRowsByColumn = ${String(border.ROWS_BY_COLUMN)};

${enumeration('Tag', 'uint32_t', border.tags)}
${enumeration('Outcome', 'int32_t', border.outcomes)}
${enumeration('HostOperation', 'int32_t', border.hostOperations)}
${constants('request', border.request)}
${constants('request_flag', border.requestFlags)}
${constants('reply', border.reply)}
}  // namespace ringlite::border
`;
}
