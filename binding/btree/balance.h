// Balancer: changes the cells of one node of a path when they may not fit it any more, or leave it too empty,
// and carries the consequences up to the root.
//
// It works on copies: the cells of up to three neighbouring siblings are gathered from copies of their pages,
// dealt out anew over up to five pages, and the dividers between them become an edit of the parent, which is
// handled the same way. It must not know cursors: the caller drops all other references to the tree's pages
// first.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "base/status.h"
#include "btree/tree_file.h"
#include "btree/tree_path.h"

namespace ringlite {

/** Siblings that one balancing step takes together, and pages it can need for their cells and the new ones.
 */
constexpr uint32_t kMaxOldSiblings = 3;
constexpr uint32_t kMaxNewSiblings = kMaxOldSiblings + 2;

/** A change of one node: cells [from, from + removed) give way to `count` new ones. */
struct NodeEdit {
  uint32_t from = 0;
  uint32_t removed = 0;
  uint32_t count = 0;
  const uint8_t* cells[kMaxNewSiblings];
  uint16_t sizes[kMaxNewSiblings];

  void add(const uint8_t* cell, uint32_t size) {
    ASSERT(count < kMaxNewSiblings);
    cells[count] = cell;
    sizes[count++] = static_cast<uint16_t>(size);
  }
};

class Balancer {
 public:
  /** `space` is memory kept between calls; `path` leads to the node to change. */
  Balancer(TreeFile& file, Buffer& space, TreePath& path) : file_(file), space_(space), path_(path) {}

  /** Applies the edit to the last node of the path. The bytes of its cells must not lie on a page of the
     tree. SQLITE_CORRUPT, SQLITE_FULL, SQLITE_NOMEM, I/O errors: the tree is then damaged until the
     transaction or statement is rolled back. Afterwards the path is only good for is_path_kept(). */
  Status apply(NodeEdit edit);
  /** Does the edit's removals in the node, and its insertions if they fit. The removed cells' overflow chains
     stay: they belong to somebody else by now. What is left to do remains in the edit. */
  static Status apply_in_place(TreeFile& file, Node& node, NodeEdit* edit, bool* fits);
  /** True: the path still leads to the edited place (on the first new cell). */
  bool is_path_kept() const { return is_path_kept_; }

 private:
  struct Sibling {
    Node node;
    const uint8_t* copy = nullptr;
    uint32_t first_cell = 0;  ///< its cells in the gathered array: [first_cell, last_cell)
    uint32_t last_cell = 0;
    bool is_edited = false;
  };

  Status prepare_space();
  Status deepen();
  Status make_shallower(Node& root, Node& child);
  bool can_append(int level, const NodeEdit& edit) const;
  Status split_for_append(int level, const NodeEdit& edit, NodeEdit* parent_edit);
  Status redistribute(int level, const NodeEdit& edit, NodeEdit* parent_edit, bool* done);
  Status gather(int level, const NodeEdit& edit);
  Status gather_sibling(uint32_t index, const NodeEdit* edit);
  Status gather_divider(const Node& parent, uint32_t index);
  Status add_cell(const uint8_t* cell, uint32_t size);
  Status add_cells(const NodeHeader& header, const uint8_t* page, uint32_t from, uint32_t to);
  Status deal();
  Status even_out();
  Status choose_pages(Pgno parent);
  Status fill_page(uint32_t page, Pgno parent);
  uint32_t first_cell_of(uint32_t page) const {
    return page == 0 ? 0 : ends_[page - 1] + (is_table_leaf_ ? 0 : 1);
  }
  Status make_dividers(NodeEdit* parent_edit);
  uint8_t* next_edit_space();

  TreeFile& file_;
  Buffer& space_;
  TreePath& path_;
  bool is_path_kept_ = true;

  // Memory, all in space_.
  uint8_t* copies_ = nullptr;     // of the siblings' pages
  uint8_t* dividers_ = nullptr;   // of the dividers that come down
  uint8_t* edit_spaces_[2] = {};  // cells of the edit that is applied, and of the one for the parent
  int edit_space_ = 0;
  const uint8_t** cells_ = nullptr;  // gathered cells, all in the siblings' format
  uint16_t* sizes_ = nullptr;
  uint32_t cell_count_ = 0;
  uint32_t cell_capacity_ = 0;

  // The step at hand.
  Sibling old_[kMaxOldSiblings];
  uint32_t old_count_ = 0;
  uint32_t first_child_ = 0;  // index of old_[0] in the parent
  uint32_t divider_bytes_ = 0;
  uint8_t kind_ = 0;
  bool is_leaf_ = false;
  bool is_table_leaf_ = false;
  Pgno last_right_child_ = 0;  // of the last old sibling
  uint32_t new_count_ = 0;
  uint32_t ends_[kMaxNewSiblings] =
      {};  // one past the last cell of each new page; a divider lies there, but for table leaves
  uint32_t filled_[kMaxNewSiblings] = {};  // bytes of its cells and pointers
  Node new_[kMaxNewSiblings];
  bool is_fresh_[kMaxNewSiblings] = {};
};

}  // namespace ringlite
