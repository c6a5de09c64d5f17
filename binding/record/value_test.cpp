#include "record/value.h"

#include "testing/test.h"

namespace ringlite {
namespace {

TEST(values_keep_their_allocation) {
  Value value;
  CHECK_OK(value.copy_text("hello, allocation"));
  const uint8_t* const bytes = value.data();
  value.set_integer(5);
  CHECK_OK(value.copy_text("again"));
  CHECK(value.data() == bytes);
  value.clear();
  CHECK(value.is_null());
}

TEST(copies_own_and_borrows_share) {
  Value source, copy, borrowed;
  CHECK_OK(source.copy_text("text"));
  source.set_subtype('J');
  CHECK_OK(copy.copy_from(source));
  borrowed.borrow(source);
  CHECK(copy.data() != source.data());
  CHECK(borrowed.data() == source.data());
  CHECK(borrowed.storage() == Storage::kEphemeral);
  CHECK_EQ(copy.subtype(), 'J');
  CHECK_OK(borrowed.make_persistent());
  CHECK(borrowed.data() != source.data());
  source.set_null();
  CHECK_EQ(copy.text(), "text");
  CHECK_EQ(borrowed.text(), "text");
}

TEST(copying_from_own_bytes_is_allowed) {
  Value value;
  CHECK_OK(value.copy_text("0123456789"));
  CHECK_OK(value.copy_text(value.data() + 3, 4));
  CHECK_EQ(value.text(), "3456");
}

TEST(zero_tail_is_materialized_on_write) {
  Value value;
  value.set_zero_blob(4);
  CHECK_EQ(value.blob_size(), 4u);
  CHECK_EQ(value.size(), 0u);
  uint8_t* bytes;
  CHECK_OK(value.make_writable(&bytes));
  CHECK_EQ(value.size(), 4u);
  CHECK_EQ(bytes[3], 0);
  CHECK_EQ(value.zero_tail(), 0u);
}

TEST(nan_is_null) {
  Value value;
  value.set_real(__builtin_nan(""));
  CHECK(value.is_null());
}

int destroyed = 0;

TEST(aggregate_state_is_destroyed_with_its_value) {
  destroyed = 0;
  void* state;
  {
    Value accumulator;
    CHECK_OK(accumulator.start_aggregate(
        24, [](void*) { destroyed++; }, &state));
    CHECK_EQ(static_cast<int64_t*>(state)[2], 0);
    CHECK(accumulator.is_null());
    CHECK(accumulator.aggregate() != nullptr);
    accumulator.set_integer(1);
    CHECK_EQ(destroyed, 1);
    CHECK(accumulator.aggregate() == nullptr);
    CHECK_OK(accumulator.start_aggregate(
        8, [](void*) { destroyed++; }, &state));
  }
  CHECK_EQ(destroyed, 2);
}

TEST(running_out_of_memory_is_a_status) {
  Value value;
  mem_fail_after(1);
  CHECK(value.copy_text("0123456789012345678901234567890123456789").is(Code::kNomem));
  CHECK(value.is_null());
  CHECK_OK(value.copy_text("fine"));
}

}  // namespace
}  // namespace ringlite
