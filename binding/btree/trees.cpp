// Whole trees: creating, clearing and dropping them. In an auto-vacuum file root pages stay in one block at
// the front of the file, so that no root ever has to move during a vacuum.
#include "btree/btree.h"
#include "btree/cursor.h"

namespace ringlite {

Status Btree::create_tree(TreeKind kind, Pgno* root) {
  ASSERT(is_writing());
  PageRef page;
  Pgno pgno = 0;
  if (!file_.is_auto_vacuum) {
    RETURN_IF_ERROR(file_.allocate_page(1, Allocation::kAny, &page));
    pgno = page.pgno();
  } else {
    pgno = get_meta(Meta::kLargestRoot);
    CORRUPT_IF(pgno > file_.page_count);
    do {
      pgno++;
    } while (is_unusable_page(pgno));
    RETURN_IF_ERROR(file_.allocate_page(pgno, Allocation::kExact, &page));
    if (page.pgno() != pgno) {
      // Somebody lives where the root has to go: they move to the page we got.
      const Pgno destination = page.pgno();
      page.reset();
      RETURN_IF_ERROR(save_all_cursors(0, nullptr));
      PointerKind pointer_kind;
      Pgno parent;
      RETURN_IF_ERROR(file_.get_pointer(pgno, &pointer_kind, &parent));
      CORRUPT_IF(pointer_kind == PointerKind::kRoot || pointer_kind == PointerKind::kFree);
      RETURN_IF_ERROR(relocate_page(pgno, pointer_kind, parent, destination));
      RETURN_IF_ERROR(pager_->get(pgno, &page));
      RETURN_IF_ERROR(pager_->write(page));
    }
    RETURN_IF_ERROR(file_.put_pointer(pgno, PointerKind::kRoot, 0));
    RETURN_IF_ERROR(update_meta(Meta::kLargestRoot, pgno));
  }
  Node node(std::move(page));
  node.format(file_.geometry, kind == TreeKind::kTable ? tree_page::kLeafTable : tree_page::kLeafIndex,
              file_.clears_cells());
  *root = pgno;
  return kOk;
}

Status Btree::clear_tree(Pgno root, int64_t* row_count) {
  ASSERT(is_writing());
  RETURN_IF_ERROR(save_all_cursors(root, nullptr));
  Node node;
  RETURN_IF_ERROR(file_.get_node(root, &node));
  const bool is_table = node.is_table();
  node.reset();
  return clear_subtree(root, is_table, 0, false, row_count);
}

/** Frees what hangs below `pgno`, and the page itself or makes it an empty leaf. */
Status Btree::clear_subtree(Pgno pgno, bool is_table, int depth, bool free_page, int64_t* row_count) {
  CORRUPT_IF(depth >= kMaxDepth);
  {
    Node node;
    RETURN_IF_ERROR(file_.get_node(pgno, &node));
    // Pinned by a caller: the tree contains itself. (Page 1 is always pinned.)
    CORRUPT_IF(node.page().pin_count() != (pgno == 1 ? 2u : 1u) || node.is_table() != is_table);
    const uint32_t count = node.cell_count();
    const bool is_leaf = node.is_leaf();
    for (uint32_t i = 0; i < count; i++) {
      CellInfo info;
      RETURN_IF_ERROR(node.read_cell(i, &info));
      if (!is_leaf) RETURN_IF_ERROR(clear_subtree(node.child(i), is_table, depth + 1, true, row_count));
      if (info.has_overflow()) RETURN_IF_ERROR(file_.free_overflow_chain(info));
    }
    if (!is_leaf) RETURN_IF_ERROR(clear_subtree(node.right_child(), is_table, depth + 1, true, row_count));
    if (row_count && (is_leaf || !is_table)) *row_count += count;
    if (!free_page) {
      RETURN_IF_ERROR(pager_->write(node.page()));
      node.format(file_.geometry, is_table ? tree_page::kLeafTable : tree_page::kLeafIndex,
                  file_.clears_cells());
      return kOk;
    }
  }
  return file_.free_page(pgno);
}

Status Btree::drop_tree(Pgno root, Pgno* moved_root) {
  ASSERT(is_writing());
  *moved_root = 0;
  if (cursors_) return Code::kLocked;
  CORRUPT_IF(root < 2 || root > file_.page_count);
  RETURN_IF_ERROR(clear_tree(root, nullptr));
  if (!file_.is_auto_vacuum) return file_.free_page(root);

  const Pgno largest = get_meta(Meta::kLargestRoot);
  if (root != largest) {
    CORRUPT_IF(largest < 2 || largest > file_.page_count || is_unusable_page(largest));
    RETURN_IF_ERROR(relocate_page(largest, PointerKind::kRoot, 0, root));
    *moved_root = largest;
  }
  RETURN_IF_ERROR(file_.free_page(largest));
  Pgno new_largest = largest - 1;
  while (is_unusable_page(new_largest)) new_largest--;
  return update_meta(Meta::kLargestRoot, new_largest);
}

Status Btree::copy_from(Btree& from) {
  ASSERT(is_writing() && from.in_transaction() && cursors_ == nullptr);
  for (Pgno pgno = 1; pgno <= from.page_count(); pgno++) RETURN_IF_ERROR(copy_page(from, pgno));
  return finish_copy(from);
}

Status Btree::copy_page(Btree& from, Pgno pgno) {
  ASSERT(is_writing() && from.in_transaction() && cursors_ == nullptr);
  if (from.file_.is_lock_byte_page(pgno)) return kOk;
  PageRef source;
  RETURN_IF_ERROR(from.pager_->get(pgno, &source, Pager::kGetReadOnly));
  const uint32_t size = page_size();
  const uint32_t source_size = from.page_size();
  const uint32_t amount = size < source_size ? size : source_size;
  const uint64_t begin = static_cast<uint64_t>(pgno - 1) * source_size;
  for (uint32_t done = 0; done < source_size; done += amount) {
    const uint64_t position = begin + done;
    const Pgno target_pgno = static_cast<Pgno>(position / size) + 1;
    if (file_.is_lock_byte_page(target_pgno)) {
      // A smaller page here has nothing that the source could put there.
      if (size > source_size) return Code::kReadonly;
      continue;
    }
    PageRef target;
    RETURN_IF_ERROR(pager_->get(target_pgno, &target));
    RETURN_IF_ERROR(pager_->write(target));
    uint8_t* data = target.mutable_data();
    // The change counter goes on counting, or caches of this file's other users would take the new content
    // for the old.
    const uint32_t change_counter = load_be32(data + file_header::kChangeCounter);
    std::memcpy(data + position % size, source.data() + done, amount);
    if (position == 0) store_be32(data + file_header::kChangeCounter, change_counter);
    static_cast<NodeHeader*>(target.extra())->kind = 0;
  }
  return kOk;
}

Status Btree::finish_copy(const Btree& from) {
  const uint64_t bytes = static_cast<uint64_t>(from.page_count()) * from.page_size();
  file_.was_truncated = true;
  file_.page_count = static_cast<Pgno>((bytes + page_size() - 1) / page_size());
  is_page_size_fixed_ = from.page_size() == page_size();
  RETURN_IF_ERROR(pager_->write(file_.page1));
  store_be32(file_.page1.mutable_data() + file_header::kPageCount, from.page_count());
  return kOk;
}

Status Btree::make_empty() {
  ASSERT(is_writing() && cursors_ == nullptr);
  file_.was_truncated = true;
  return create_page1();
}

}  // namespace ringlite
