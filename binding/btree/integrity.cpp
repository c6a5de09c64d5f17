// The page half of PRAGMA integrity_check: every page belongs to exactly one structure, every node's bytes
// are covered exactly once, rowids are in order, all leaves of a tree are equally deep, pointer maps tell the
// truth.
//
// The words and the order of the messages are SQLite's, so that tools which match them keep working. Nothing
// is changed.
#include <algorithm>
#include <cstdarg>
#include <cstdio>

#include "btree/btree.h"

namespace ringlite {
namespace {

/** What a message says about the place, in front of the complaint. */
enum class Place : uint8_t { kNone, kFreelist, kPage, kCell, kRightChild };

class IntegrityChecker {
 public:
  IntegrityChecker(TreeFile& file, int max_errors, IntegrityReport* report)
      : file_(file), report_(report), errors_left_(max_errors) {}

  Status run(const Pgno* roots, int64_t* entry_counts, size_t root_count);

 private:
  /** Deeper than any tree that can be built; a chain of pages pretending to be a tree must not exhaust the
   * stack. */
  static constexpr int kMaxCheckedDepth = 400;

  [[gnu::format(printf, 2, 3)]] void complain(const char* format, ...);
  bool is_finished() const { return errors_left_ <= 0; }
  void fail(Status status) {
    status_ = status;
    errors_left_ = 0;
  }
  bool is_referenced(Pgno pgno) const { return (referenced_[pgno / 8] & (1 << (pgno % 8))) != 0; }
  void set_referenced(Pgno pgno) { referenced_.data()[pgno / 8] |= static_cast<uint8_t>(1 << (pgno % 8)); }
  bool reference(Pgno pgno);
  void check_pointer(Pgno pgno, PointerKind kind, Pgno parent);
  void check_freelist();
  void check_trunk_leaves(const PageRef& trunk, int64_t* expected);
  void check_overflow_chain(Pgno pgno, uint32_t pages);
  void report_length(const char* what, int64_t missing, uint32_t expected, int errors_before);
  void check_largest_root(const Pgno* roots, size_t root_count);
  int check_node(Pgno pgno, int64_t* least_key, int64_t largest_key, int depth);
  int check_cells(Node& node, int64_t* largest_key, bool* is_coverable, int depth);
  void check_rowid(int64_t rowid, int64_t* largest_key, bool* may_be_equal);
  void check_coverage(const Node& node);
  void check_unused_pages();
  void add_span(uint32_t start, uint32_t size) { add_span_word(start << 16 | (start + size - 1)); }
  void add_span_word(uint32_t span) {
    if (Status status = spans_.append(&span, sizeof span); !status.ok()) fail(status);
  }

  TreeFile& file_;
  IntegrityReport* report_;
  int errors_left_;
  Status status_;
  Buffer referenced_;  // a bit per page
  Buffer spans_;       // first byte << 16 | last byte, of the cells and freeblocks of one node
  Pgno page_count_ = 0;
  int64_t entries_ = 0;
  Place place_ = Place::kNone;
  Pgno place_root_ = 0;
  Pgno place_page_ = 0;
  uint32_t place_cell_ = 0;
};

void IntegrityChecker::complain(const char* format, ...) {
  if (is_finished()) return;
  errors_left_--;
  report_->error_count++;
  char text[256];
  int length = 0;
  const auto put = [&](int written) { length += written; };
  if (!report_->messages.empty()) text[length++] = '\n';
  char* rest = text + length;
  const size_t room = sizeof text - static_cast<size_t>(length);
  switch (place_) {
    case Place::kNone:
      break;
    case Place::kFreelist:
      put(std::snprintf(rest, room, "Freelist: "));
      break;
    case Place::kPage:
      put(std::snprintf(rest, room, "Tree %u page %u: ", place_root_, place_page_));
      break;
    case Place::kCell:
      put(std::snprintf(rest, room, "Tree %u page %u cell %u: ", place_root_, place_page_, place_cell_));
      break;
    case Place::kRightChild:
      put(std::snprintf(rest, room, "Tree %u page %u right child: ", place_root_, place_page_));
      break;
  }
  va_list arguments;
  va_start(arguments, format);
  put(std::vsnprintf(text + length, sizeof text - static_cast<size_t>(length), format, arguments));
  va_end(arguments);
  ASSERT(length < static_cast<int>(sizeof text));
  if (Status status = report_->messages.append(text, static_cast<size_t>(length)); !status.ok()) fail(status);
}

/** Counts a use of the page; false (with a message) when it is out of range or already used. */
bool IntegrityChecker::reference(Pgno pgno) {
  if (pgno == 0 || pgno > page_count_) {
    complain("invalid page number %u", pgno);
    return false;
  }
  if (is_referenced(pgno)) {
    complain("2nd reference to page %u", pgno);
    return false;
  }
  set_referenced(pgno);
  return true;
}

void IntegrityChecker::check_pointer(Pgno pgno, PointerKind kind, Pgno parent) {
  PointerKind found_kind;
  Pgno found_parent;
  Status status = file_.get_pointer(pgno, &found_kind, &found_parent);
  if (!status.ok()) {
    if (status.primary() == static_cast<int32_t>(Code::kNomem)) fail(status);
    complain("Failed to read ptrmap key=%u", pgno);
    return;
  }
  if (found_kind != kind || found_parent != parent) {
    complain("Bad ptr map entry key=%u expected=(%u,%u) got=(%u,%u)", pgno, static_cast<unsigned>(kind),
             parent, static_cast<unsigned>(found_kind), found_parent);
  }
}

// Lists of pages
// ------------------------------------------------------------------------------------------------------------

void IntegrityChecker::check_freelist() {
  Pgno pgno = load_be32(file_.page1.data() + file_header::kFirstTrunk);
  const uint32_t expected = file_.free_page_count();
  int64_t missing = expected;
  const int errors_before = report_->error_count;
  while (pgno != 0 && !is_finished()) {
    if (!reference(pgno)) break;
    missing--;
    PageRef trunk;
    if (!file_.pager->get(pgno, &trunk).ok()) {
      complain("failed to get page %u", pgno);
      break;
    }
    if (file_.is_auto_vacuum) check_pointer(pgno, PointerKind::kFree, 0);
    check_trunk_leaves(trunk, &missing);
    pgno = load_be32(trunk.data() + trunk_page::kNext);
  }
  report_length("size", missing, expected, errors_before);
}

void IntegrityChecker::check_trunk_leaves(const PageRef& trunk, int64_t* missing) {
  const uint32_t leaves = load_be32(trunk.data() + trunk_page::kLeafCount);
  if (leaves > trunk_page::max_leaves(file_.geometry.usable_size)) {
    complain("freelist leaf count too big on page %u", trunk.pgno());
    --*missing;
    return;
  }
  for (uint32_t i = 0; i < leaves; i++) {
    const Pgno leaf = load_be32(trunk.data() + trunk_page::kLeaves + 4 * i);
    if (file_.is_auto_vacuum) check_pointer(leaf, PointerKind::kFree, 0);
    reference(leaf);
  }
  *missing -= leaves;
}

void IntegrityChecker::check_overflow_chain(Pgno pgno, uint32_t pages) {
  int64_t missing = pages;
  const int errors_before = report_->error_count;
  while (pgno != 0 && !is_finished()) {
    if (!reference(pgno)) break;
    missing--;
    PageRef page;
    if (!file_.pager->get(pgno, &page).ok()) {
      complain("failed to get page %u", pgno);
      break;
    }
    const Pgno next = load_be32(page.data() + overflow_page::kNext);
    if (file_.is_auto_vacuum && missing > 0) check_pointer(next, PointerKind::kNextOverflow, pgno);
    pgno = next;
  }
  report_length("overflow list length", missing, pages, errors_before);
}

void IntegrityChecker::report_length(const char* what, int64_t missing, uint32_t expected,
                                     int errors_before) {
  if (missing != 0 && report_->error_count == errors_before)
    complain("%s is %u but should be %u", what, static_cast<uint32_t>(expected - missing), expected);
}

// Trees
// -----------------------------------------------------------------------------------------------------------------------

/** Checks a subtree and returns its height (a leaf has height 1, a page that cannot be read 0). */
int IntegrityChecker::check_node(Pgno pgno, int64_t* least_key, int64_t largest_key, int depth) {
  if (is_finished() || pgno == 0 || !reference(pgno)) return 0;
  const Place outer_place = place_;
  const Pgno outer_page = place_page_;
  const uint32_t outer_cell = place_cell_;
  place_ = Place::kPage;
  place_page_ = pgno;
  int height = -1;
  bool is_coverable = true;
  PageRef page;
  Status status = depth > kMaxCheckedDepth ? Status(Code::kCorrupt) : file_.pager->get(pgno, &page);
  if (!status.ok()) {
    complain("unable to get the page. error code=%d", status.extended());
    if (status.is(Code::kNomem) || status.is(Code::kIoerrNomem)) fail(Code::kNomem);
  } else {
    Node node(std::move(page));
    if (Status parsed = node.parse_header(file_.geometry); !parsed.ok()) {
      complain("btreeInitPage() returns error code %d", parsed.extended());
    } else if (!node.count_free_bytes().ok()) {
      complain("free space corruption");
    } else {
      height = check_cells(node, &largest_key, &is_coverable, depth);
      *least_key = largest_key;
      place_ = Place::kNone;
      if (is_coverable && !is_finished()) check_coverage(node);
    }
  }
  place_ = outer_place;
  place_page_ = outer_page;
  place_cell_ = outer_cell;
  return height + 1;
}

/** Checks cells and children from right to left, so that `*largest_key` falls. Returns the children's height.
 */
int IntegrityChecker::check_cells(Node& node, int64_t* largest_key, bool* is_coverable, int depth) {
  const uint32_t usable = node.usable_size();
  const uint32_t content = node.content_start();
  const uint32_t count = node.cell_count();
  int height = -1;
  bool may_be_equal = true;
  place_ = Place::kCell;
  if (node.is_leaf() || !node.is_table()) entries_ += count;
  if (!node.is_leaf()) {
    const Pgno child = node.right_child();
    if (file_.is_auto_vacuum) {
      place_ = Place::kRightChild;
      check_pointer(child, PointerKind::kTreePage, node.pgno());
    }
    height = check_node(child, largest_key, *largest_key, depth + 1);
    may_be_equal = false;
  }
  for (uint32_t i = count; i-- > 0 && !is_finished();) {
    // The first complaint of a cell, like those about the right child before, may carry the cell number of
    // the page above: as in SQLite.
    place_cell_ = i;
    const uint32_t offset = load_be16(node.data() + node.header().array_offset + 2 * i);
    if (offset < content || offset > usable - 4) {
      complain("Offset %u out of range %u..%u", offset, content, usable - 4);
      *is_coverable = false;
      continue;
    }
    const uint8_t* bytes = node.data() + offset;
    CellInfo cell;
    node.parse_cell_at(bytes, &cell);
    if (offset + cell.cell_size > usable) {
      complain("Extends off end of page");
      *is_coverable = false;
      continue;
    }
    if (node.is_table()) check_rowid(cell.rowid, largest_key, &may_be_equal);
    if (cell.has_overflow()) {
      const uint32_t capacity = usable - overflow_page::kContent;
      const uint32_t pages = (cell.payload_size - cell.local_size + capacity - 1) / capacity;
      if (file_.is_auto_vacuum) check_pointer(cell.overflow(), PointerKind::kFirstOverflow, node.pgno());
      check_overflow_chain(cell.overflow(), pages);
    }
    if (node.is_leaf()) continue;
    const Pgno child = load_be32(bytes);
    if (file_.is_auto_vacuum) check_pointer(child, PointerKind::kTreePage, node.pgno());
    const int child_height = check_node(child, largest_key, *largest_key, depth + 1);
    may_be_equal = false;
    if (child_height != height) {
      complain("Child page depth differs");
      height = child_height;
    }
  }
  return height;
}

void IntegrityChecker::check_rowid(int64_t rowid, int64_t* largest_key, bool* may_be_equal) {
  if (*may_be_equal ? rowid > *largest_key : rowid >= *largest_key)
    complain("Rowid %lld out of order", static_cast<long long>(rowid));
  *largest_key = rowid;
  *may_be_equal = false;
}

/** Cells and freeblocks must not overlap, and what they leave uncovered is the number of fragmented bytes. */
void IntegrityChecker::check_coverage(const Node& node) {
  const uint8_t* page = node.data();
  const NodeHeader& header = node.header();
  spans_.clear();
  for (uint32_t i = 0; i < header.cell_count; i++) {
    CellInfo cell;
    node.parse_cell_at(node.cell(i), &cell);
    add_span(node.cell_offset(i), cell.cell_size);
  }
  // The chain was checked when the free bytes were counted.
  for (uint32_t block = load_be16(page + header.header_offset + tree_page::kFirstFreeblock); block != 0;
       block = load_be16(page + block)) {
    add_span(block, load_be16(page + block + 2));
  }
  if (is_finished()) return;
  auto* spans = reinterpret_cast<uint32_t*>(spans_.data());
  const size_t count = spans_.size() / sizeof(uint32_t);
  std::sort(spans, spans + count);
  uint32_t fragments = 0;
  uint32_t previous_end = node.content_start() - 1;
  for (size_t i = 0; i < count; i++) {
    const uint32_t start = spans[i] >> 16;
    if (previous_end >= start) {
      complain("Multiple uses for byte %u of page %u", start, node.pgno());
      if (i + 1 < count) return;
      break;
    }
    fragments += start - previous_end - 1;
    previous_end = spans[i] & 0xffff;
  }
  fragments += header.usable_size - previous_end - 1;
  const uint8_t reported = page[header.header_offset + tree_page::kFragmentedBytes];
  if (fragments != reported)
    complain("Fragmentation of %u bytes reported as %u on page %u", fragments, reported, node.pgno());
}

// The whole file
// --------------------------------------------------------------------------------------------------------------

void IntegrityChecker::check_largest_root(const Pgno* roots, size_t root_count) {
  const uint8_t* header = file_.page1.data();
  if (file_.is_auto_vacuum) {
    Pgno largest = 0;
    for (size_t i = 0; i < root_count; i++) largest = std::max(largest, roots[i]);
    const Pgno in_header = load_be32(header + file_header::kLargestRoot);
    if (largest != in_header) complain("max rootpage (%u) disagrees with header (%u)", largest, in_header);
  } else if (load_be32(header + file_header::kIncrementalVacuum) != 0) {
    complain("incremental_vacuum enabled with a max rootpage of zero");
  }
}

void IntegrityChecker::check_unused_pages() {
  for (Pgno pgno = 1; pgno <= page_count_ && !is_finished(); pgno++) {
    const bool is_map = file_.is_auto_vacuum && file_.is_pointer_map_page(pgno);
    if (!is_referenced(pgno) && !is_map) complain("Page %u: never used", pgno);
    if (is_referenced(pgno) && is_map) complain("Page %u: pointer map referenced", pgno);
  }
}

Status IntegrityChecker::run(const Pgno* roots, int64_t* entry_counts, size_t root_count) {
  ASSERT(root_count > 0);
  const bool is_partial = roots[0] == 0;
  const bool checks_freelist = !is_partial || (root_count > 1 && roots[1] == 1);
  if (entry_counts) std::fill(entry_counts, entry_counts + root_count, 0);
  page_count_ = file_.page_count;
  if (page_count_ == 0) return kOk;
  RETURN_IF_ERROR(referenced_.append_fill(0, page_count_ / 8 + 1));
  const Pgno lock_page = lock_byte_page(file_.geometry.page_size);
  if (lock_page <= page_count_) set_referenced(lock_page);
  if (checks_freelist) {
    place_ = Place::kFreelist;
    check_freelist();
    place_ = Place::kNone;
  }
  if (!is_partial) check_largest_root(roots, root_count);
  for (size_t i = 0; i < root_count && !is_finished(); i++) {
    if (roots[i] == 0) continue;
    entries_ = 0;
    if (file_.is_auto_vacuum && roots[i] > 1 && !is_partial) check_pointer(roots[i], PointerKind::kRoot, 0);
    place_root_ = roots[i];
    int64_t least_key;
    check_node(roots[i], &least_key, INT64_MAX, 0);
    if (entry_counts) entry_counts[i] = entries_;
  }
  if (!is_partial) check_unused_pages();
  return status_;
}

}  // namespace

Status Btree::integrity_check(const Pgno* roots, int64_t* entry_counts, size_t root_count, int max_errors,
                              IntegrityReport* report) {
  ASSERT(in_transaction());
  report->messages.clear();
  report->error_count = 0;
  IntegrityChecker checker(file_, max_errors, report);
  return checker.run(roots, entry_counts, root_count);
}

}  // namespace ringlite
