// Where the code of each opcode is: filled in by the dispatch loop (execute.cpp), used when programs are
// decoded.
#pragma once
#include "vdbe/opcodes.gen.h"

namespace ringlite {

/** Address that Instruction::handler holds for `opcode`; nullptr where the compiler has no computed goto. */
const void* dispatch_handler(Opcode opcode);

}  // namespace ringlite
