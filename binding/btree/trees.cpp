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
  const uint64_t total_bytes = static_cast<uint64_t>(from.page_count()) * from.page_size();
  const uint32_t size = page_size();
  const uint32_t source_size = from.page_size();
  const Pgno count = static_cast<Pgno>((total_bytes + size - 1) / size);
  file_.page1.reset();
  Status status;
  for (Pgno pgno = 1; pgno <= count && status.ok(); pgno++) {
    if (file_.is_lock_byte_page(pgno)) continue;
    PageRef target;
    status = pager_->get(pgno, &target);
    if (status.ok()) status = pager_->write(target);
    // A page here is a part of a source page, or several of them.
    for (uint32_t done = 0; done < size && status.ok();) {
      const uint64_t position = static_cast<uint64_t>(pgno - 1) * size + done;
      const Pgno source_pgno = static_cast<Pgno>(position / source_size) + 1;
      const uint32_t source_offset = static_cast<uint32_t>(position % source_size);
      const uint32_t amount = size < source_size ? size : source_size;
      if (source_pgno > from.page_count() || from.file_.is_lock_byte_page(source_pgno)) {
        std::memset(target.mutable_data() + done, 0, amount);
      } else {
        PageRef source;
        status = from.pager_->get(source_pgno, &source);
        if (status.ok()) std::memcpy(target.mutable_data() + done, source.data() + source_offset, amount);
      }
      done += amount;
    }
    if (target) static_cast<NodeHeader*>(target.extra())->kind = 0;
  }
  Status reopened = pager_->get(1, &file_.page1);
  RETURN_IF_ERROR(status);
  RETURN_IF_ERROR(reopened);
  file_.was_truncated = true;
  file_.page_count = count;
  is_page_size_fixed_ = source_size == size;
  return kOk;
}

}  // namespace ringlite
