// Assembles program images for tests of the virtual machine: instructions and pool entries one by one, in the
// layout of spec/program.ts. Checks nothing, so that bad programs can be made too.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/endian.h"
#include "vdbe/opcodes.gen.h"
#include "vdbe/program_format.gen.h"

namespace ringlite::testing {

class Assembler {
 public:
  explicit Assembler(uint32_t registers = 16, uint32_t cursors = 4)
      : registers_(registers), cursors_(cursors) {}

  /** Appends an instruction; returns its address. */
  int32_t add(Opcode opcode, int32_t p1 = 0, int32_t p2 = 0, int32_t p3 = 0, int32_t p4 = -1,
              int32_t p5 = 0) {
    const int32_t words[] = {static_cast<int32_t>(opcode), p1, p2, p3, p4, p5};
    code_.insert(code_.end(), words, words + 6);
    return here() - 1;
  }
  int32_t here() const { return static_cast<int32_t>(code_.size() / 6); }
  /** Sets operand 1..5 of the instruction at `address`. */
  void patch(int32_t address, int operand, int32_t value) {
    code_[static_cast<size_t>(address * 6 + operand)] = value;
  }
  void jump_here(int32_t address) { patch(address, 2, here()); }

  int32_t integer(std::string_view text) { return entry(PoolKind::kInteger, text); }
  int32_t real(std::string_view text) { return entry(PoolKind::kReal, text); }
  int32_t string(std::string_view text) { return entry(PoolKind::kString, text); }
  int32_t blob(std::string_view bytes) { return entry(PoolKind::kBlob, bytes); }
  int32_t int_array(const std::vector<int32_t>& values) { return words(PoolKind::kIntArray, values); }
  int32_t collation(int32_t number) { return words(PoolKind::kCollation, {number}); }
  /** `flags` of each field; all BINARY. */
  int32_t key_info(const std::vector<int32_t>& flags, int32_t key_fields = -1) {
    std::vector<int32_t> all = {key_fields < 0 ? static_cast<int32_t>(flags.size()) : key_fields,
                                static_cast<int32_t>(flags.size())};
    for (const int32_t flag : flags) {
      all.push_back(0);
      all.push_back(flag);
    }
    return words(PoolKind::kKeyInfo, all);
  }
  int32_t function(int32_t number, int32_t arguments, bool is_host = false) {
    return words(PoolKind::kFunction, {number, is_host, arguments, 0});
  }
  int32_t subprogram(int32_t number) { return words(PoolKind::kSubprogram, {number}); }
  int32_t image(const std::vector<uint8_t>& nested) {
    return entry(PoolKind::kImage, {reinterpret_cast<const char*>(nested.data()), nested.size()});
  }
  int32_t native_table(std::string_view module) {
    std::string payload;
    for (const int32_t word : {-1, 1, static_cast<int32_t>(module.size())}) append(&payload, word);
    return entry(PoolKind::kVtab, payload.append(module));
  }

  uint32_t flags = 0;
  uint32_t trigger = 0;
  uint32_t parameters = 0;

  std::vector<uint8_t> build() const {
    std::string bytes;
    const int32_t header[] = {static_cast<int32_t>(program_format::kMagic),
                              here(),
                              static_cast<int32_t>(registers_),
                              static_cast<int32_t>(cursors_),
                              static_cast<int32_t>(parameters),
                              pool_count_,
                              static_cast<int32_t>(flags),
                              static_cast<int32_t>(trigger)};
    for (const int32_t word : header) append(&bytes, word);
    for (const int32_t word : code_) append(&bytes, word);
    bytes += pool_;
    return {bytes.begin(), bytes.end()};
  }

 private:
  static void append(std::string* bytes, int32_t word) {
    char encoded[4];
    store_le32(encoded, static_cast<uint32_t>(word));
    bytes->append(encoded, sizeof encoded);
  }
  int32_t entry(PoolKind kind, std::string_view payload) {
    append(&pool_, static_cast<int32_t>(kind));
    append(&pool_, static_cast<int32_t>(payload.size()));
    pool_.append(payload);
    pool_.append((4 - payload.size() % 4) % 4, '\0');
    return pool_count_++;
  }
  int32_t words(PoolKind kind, const std::vector<int32_t>& values) {
    std::string payload;
    for (const int32_t value : values) append(&payload, value);
    return entry(kind, payload);
  }

  uint32_t registers_;
  uint32_t cursors_;
  std::vector<int32_t> code_;
  std::string pool_;
  int32_t pool_count_ = 0;
};

}  // namespace ringlite::testing
