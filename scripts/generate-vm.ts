// Generated files of the virtual machine: opcode table, program image constants, settings, docs/opcodes.md.
import { allReasons, primaryCodes } from '../spec/errors';
import { functionDeclarations } from '../spec/functions';
import { opcodeNames, opcodes, operandFlags, type OpcodeDeclaration, type OperandKind } from '../spec/opcodes';
import { headerWords, poolKinds, programFlags, programLimits, programMagic } from '../spec/program';
import { settingNames, settings } from '../spec/settings';

const camel = (name: string): string =>
  'k' + name.replace(/(^|_)([a-zA-Z0-9])/g, (_match, _separator, letter: string) => letter.toUpperCase());

const kindConstants: Record<OperandKind, string> = {
  '': 'kUnused',
  in: 'kIn',
  'in?': 'kInOptional',
  out: 'kOut',
  'out?': 'kOutOptional',
  inout: 'kInOut',
  'inout?': 'kInOutOptional',
  jump: 'kJump',
  'jump?': 'kJumpOptional',
  cursor: 'kCursor',
  database: 'kDatabase',
  count: 'kCount',
  flags: 'kFlags',
  setting: 'kSetting',
  value: 'kValue',
  'value?': 'kValueOptional',
  integer: 'kInteger',
  real: 'kReal',
  string: 'kString',
  'string?': 'kStringOptional',
  'blob?': 'kBlobOptional',
  keyInfo: 'kKeyInfo',
  'keyInfo?': 'kKeyInfoOptional',
  function: 'kFunction',
  collation: 'kCollation',
  'collation?': 'kCollationOptional',
  intArray: 'kIntArray',
  'intArray?': 'kIntArrayOptional',
  subprogram: 'kSubprogram',
  vtab: 'kVtab',
};

function tableRow(name: string, declaration: OpcodeDeclaration): string {
  const kinds = [declaration.p1, declaration.p2, declaration.p3, declaration.p4, declaration.p5].map(
    (kind) => `OperandKind::${kindConstants[kind]}`,
  );
  const ranges = [0, 1].map((i) => {
    const range = declaration.ranges[i];
    return range ? `{${range.first}, ${range.count}, ${range.extra}}` : '{0, 0, 0}';
  });
  return `    {"${name}", {${kinds.join(', ')}}, {${ranges.join(', ')}}, ${declaration.endsFlow}},`;
}

/** binding/vdbe/opcodes.gen.h, without banner. */
export function opcodesHeader(): string {
  const list = opcodeNames.map((name) => `  X(${name}) \\`).join('\n');
  return `#pragma once
#include <cstdint>

/** X(name) for every opcode, in order. */
#define RINGLITE_OPCODES(X) \\
${list}

namespace ringlite {

enum class Opcode : uint8_t {
${opcodeNames.map((name, number) => `  k${name} = ${number},`).join('\n')}
};

constexpr int32_t kOpcodeCount = ${opcodeNames.length};

/** What an operand holds; see spec/opcodes.ts. */
enum class OperandKind : uint8_t {
${Object.values(kindConstants)
  .map((name) => `  ${name},`)
  .join('\n')}
};

/** A run of registers from the one in operand \`first\` (1..3): operand \`count\` (0: none) plus \`extra\` of them. */
struct RegisterRange {
  uint8_t first;
  uint8_t count;
  uint8_t extra;
};

struct OpcodeInfo {
  const char* name;
  /** p1..p5 */
  OperandKind operands[5];
  /** first 0: none */
  RegisterRange ranges[2];
  /** Control never goes on with the next instruction. */
  bool ends_flow;
};

inline constexpr OpcodeInfo kOpcodeTable[kOpcodeCount] = {
${opcodeNames.map((name) => tableRow(name, opcodes[name])).join('\n')}
};

namespace operand_flag {
${Object.entries(operandFlags)
  .map(([name, value]) => `constexpr int32_t ${camel(name.toLowerCase())} = ${value};`)
  .join('\n')}
}  // namespace operand_flag

}  // namespace ringlite
`;
}

/** binding/vdbe/program_format.gen.h, without banner. */
export function programFormatHeader(): string {
  const constants = (values: Record<string, number>): string =>
    Object.entries(values)
      .map(([name, value]) => `constexpr uint32_t ${camel(name)} = ${value};`)
      .join('\n');
  return `#pragma once
#include <cstdint>

namespace ringlite::program_format {

constexpr uint32_t kMagic = ${programMagic};
constexpr uint32_t kHeaderWordCount = ${Object.keys(headerWords).length};

namespace header_word {
${constants(headerWords)}
}  // namespace header_word

namespace flag {
${constants(programFlags)}
}  // namespace flag

namespace limit {
${constants(programLimits)}
}  // namespace limit

}  // namespace ringlite::program_format

namespace ringlite {

/** Kinds of pool entries. */
enum class PoolKind : uint8_t {
${Object.entries(poolKinds)
  .map(([name, value]) => `  ${camel(name)} = ${value},`)
  .join('\n')}
};

constexpr uint32_t kPoolKindCount = ${Object.keys(poolKinds).length};

}  // namespace ringlite
`;
}

/** binding/vdbe/settings.gen.h, without banner. */
export function settingsHeader(): string {
  return `#pragma once
#include <cstdint>

namespace ringlite {

/** Settings of PRAGMA, by position in spec/settings.ts. */
enum class Setting : uint8_t {
${settingNames.map((name, number) => `  ${camel(name)} = ${number},  // ${settings[name].scope}, ${settings[name].type}`).join('\n')}
};

constexpr int32_t kSettingCount = ${settingNames.length};

}  // namespace ringlite
`;
}

/** binding/vdbe/function_arity.gen.h, without banner. */
export function functionArityHeader(): string {
  const rows = functionDeclarations.map(({ name, minimum, maximum }) => `    {${minimum}, ${maximum}},  // ${name}`);
  return `#pragma once
#include <cstdint>

#include "functions/function_ids.gen.h"

namespace ringlite {

/** Fewest and most arguments (-1: any number) of a built-in function. */
struct FunctionArity {
  int16_t minimum;
  int16_t maximum;
};

inline constexpr FunctionArity kFunctionArity[kFunctionCount] = {
${rows.join('\n')}
};

}  // namespace ringlite
`;
}

/** binding/vdbe/error_text.gen.h, without banner. */
export function errorTextHeader(): string {
  const cases = Object.entries(primaryCodes).map(
    ([name, [number, text]]) => `    case ${number}:  // ${name}\n      return "${text}";`,
  );
  const reasons = allReasons.map(
    ([name, number, , text]) => `    case ${number}:  // ${name}\n      return "${text}";`,
  );
  return `#pragma once
#include "base/status.h"

namespace ringlite {

/** The standard text of a result code (sqlite3_errstr), or the words of a reason. */
constexpr const char* error_text(Status status) {
  switch (status.extended()) {
${reasons.join('\n')}
    default:
      break;
  }
  if (status.is(Code::kAbortRollback)) return "abort due to ROLLBACK";
  switch (status.primary()) {
${cases.join('\n')}
    default:
      return "unknown error";
  }
}

}  // namespace ringlite
`;
}

/** docs/opcodes.md */
export function opcodesDocument(): string {
  const rows = opcodeNames.map((name) => {
    const { doc, p1, p2, p3, p4, p5 } = opcodes[name];
    return `| ${name} | ${[p1, p2, p3, p4, p5].join(' | ')} | ${doc.replaceAll('|', '\\|')} |`;
  });
  return `<!-- Generated by \`npm run generate\` from spec/opcodes.ts. Do not edit. -->

# Instruction set

An instruction is six 32-bit integers: opcode, p1, p2, p3, p4, p5. Registers are numbered from 1, cursors, parameters of
instructions and addresses from 0. \`in\`, \`out\`, \`inout\`: a register that is read, written, or both. \`?\`: may be absent (0
for registers and jumps, -1 for pool entries). \`count\`: a plain integer. p4 is otherwise the index of an entry of the
constant pool of the kind given. \`EXPLAIN\` shows programs in these terms.

| opcode | p1 | p2 | p3 | p4 | p5 | meaning |
|---|---|---|---|---|---|---|
${rows.join('\n')}
`;
}
