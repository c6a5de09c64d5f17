// For tests: a connection over memory files, and running assembled programs on it.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "io/memory_io.h"
#include "pager/pager.h"
#include "testing/assembler.h"
#include "testing/test.h"
#include "vdbe/vm.h"

namespace ringlite::testing {

class VmFixture {
 public:
  VmFixture() : io(make_memory_io()), state(*io) {
    PagerOpenOptions options;
    std::unique_ptr<Pager> pager;
    CHECK_OK(Pager::open(*io, "/test.db", options, &pager));
    CHECK_OK(Btree::open(std::move(pager), &state.databases[0].btree));
    state.adopt(state.databases[0]);
  }

  std::unique_ptr<Vm> prepare(const Assembler& assembler) {
    const std::vector<uint8_t> image = assembler.build();
    std::shared_ptr<const Program> program;
    const Status status = Program::load(image.data(), image.size(), state.encoding, &program);
    std::unique_ptr<Vm> vm;
    if (!status.ok()) return vm;
    CHECK_OK(Vm::create(state, program, &vm));
    return vm;
  }

  /** All result rows as text, "1|a;2|b"; "error CODE: message" at the end of a failed run. */
  std::string run(Vm& vm) {
    std::string text;
    for (;;) {
      const StepOutcome outcome = vm.step();
      if (outcome == StepOutcome::kDone) return text;
      if (outcome == StepOutcome::kError)
        return text + "error " + std::to_string(vm.error().extended()) + ": " +
               std::string(vm.error_message());
      if (outcome == StepOutcome::kHostCall) return text + "host";
      if (!text.empty()) text += ';';
      for (uint32_t i = 0; i < vm.column_count(); i++) {
        if (i > 0) text += '|';
        text += show(vm.row()[i]);
      }
    }
  }
  std::string run(const Assembler& assembler) {
    std::unique_ptr<Vm> vm = prepare(assembler);
    return vm ? run(*vm) : "refused";
  }

  static std::string show(const Value& value) {
    switch (value.type()) {
      case ValueType::kNull:
        return "NULL";
      case ValueType::kInteger:
        return std::to_string(value.integer());
      case ValueType::kReal:
        return std::to_string(value.real());
      case ValueType::kText:
        return std::string(value.text());
      case ValueType::kBlob:
        return "blob(" + std::to_string(value.blob_size()) + ")";
    }
    return "?";
  }

  std::unique_ptr<Io> io;
  ConnectionState state;
};

}  // namespace ringlite::testing
